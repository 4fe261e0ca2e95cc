"""Weights and their cards: the only file I/O on `weights/`. safetensors and JSON, no pickle anywhere.

A checkpoint NAME is two files: NAME.safetensors (float16, float32 where that cannot hold a value, the largest matrices
int8) and NAME.json, its card. Both are written under a temporary name and renamed, so a full disk or a kill leaves the
last good pair in place.
"""

import hashlib
import json
import os
import platform
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from reprlib import repr as shown
from typing import Any, get_origin, get_type_hints

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor, nn

from core.registry import create_model, list_models

LARGE = 2**21  # values; a matrix of so many takes a byte a value, so that no file passes 10 MB
SCALE = ".scale"
WEIGHTS = Path(__file__).resolve().parent.parent / "weights"


class CheckpointError(RuntimeError):
    """A checkpoint cannot be used; the message says why and what to do."""


class MissingCheckpoint(CheckpointError):
    """There is no such weight or card."""


class DamagedCheckpoint(CheckpointError):
    """The weight or card was cut short or altered."""


class MismatchedCheckpoint(CheckpointError):
    """The card describes another architecture than the weights fit."""


@dataclass(frozen=True)
class Card:
    """What is known of a weight: how it was made and what it measured."""

    name: str
    model: str  # architecture, as in list_models()
    config: dict[str, Any]  # the architecture's options
    recipe: dict[str, Any]  # the command that trains it again, and every option
    dataset: dict[str, str]  # name, source, licence
    metrics: dict[str, float]  # on the full test set, with the shipped weights
    seed: int
    minutes: float  # of training
    parameters: int
    report: dict[str, float] = field(default_factory=dict)  # metrics from the course report, under the same names
    goal: dict[str, float] = field(default_factory=dict)  # ours
    baseline: dict[str, float] = field(default_factory=dict)  # of PCA with as many components as the code has numbers
    history: list[dict[str, float]] = field(default_factory=list)  # one row an epoch
    class_names: list[str] = field(default_factory=list)
    note: str = ""  # what its samples show, and how it was measured if that needs telling
    confusion: list[list[int]] = field(default_factory=list)  # of a classifier: test images by (true, predicted) class
    value_range: tuple[float, float] = (0.0, 1.0)
    versions: dict[str, str] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)  # of the runs behind `spread`; none: one run
    spread: dict[str, float] = field(default_factory=dict)  # of each metric: largest minus smallest over those runs
    sha256: str = ""  # of the .safetensors file
    graphs: dict[str, str] = field(default_factory=dict)  # SHA-256 of NAME.PART.onnx, by part: see core/export.py


def list_checkpoints(folder: Path = WEIGHTS) -> list[str]:
    """Names of the weights in a folder (the shipped ones unless given), sorted."""
    return sorted(path.stem for path in folder.glob("*.json") if path.with_suffix(".safetensors").is_file())


def list_extras(kind: str, folder: Path = WEIGHTS) -> list[str]:
    """Names of what save_extra() wrote as NAME.KIND.safetensors, sorted."""
    end = f".{kind}.safetensors"
    return sorted(path.name.removesuffix(end) for path in folder.glob(f"*{end}"))


def load_card(checkpoint: str | Path) -> Card:
    """The card alone, without reading the weights.

    Args:
        checkpoint: A name from list_checkpoints(), or the path of a .json or .safetensors file.

    Raises:
        MissingCheckpoint: If there is no such card.
        DamagedCheckpoint: If the card is not JSON with a card's fields.
    """
    path = _locate(checkpoint).with_suffix(".json")
    if not path.is_file():
        raise MissingCheckpoint(_missing(path))
    try:
        values = json.loads(path.read_text("utf-8"))
        return _typed(Card(**{f.name: values[f.name] for f in fields(Card) if f.name in values}))
    except (ValueError, TypeError, RecursionError) as error:
        raise DamagedCheckpoint(f"{path} is not a card ({error}). {_restore(path)}") from error


def check_files(name: str, folder: Path = WEIGHTS) -> None:
    """See that what there is of a checkpoint is a whole card and weights beside it; nothing of it at all is fine too.

    Raises:
        MissingCheckpoint: If one of the two files is missing.
        DamagedCheckpoint: If the card cannot be read.
        MismatchedCheckpoint: If the card names an architecture that is not known.
    """
    card, weights = folder / f"{name}.json", folder / f"{name}.safetensors"
    if not card.is_file() and not weights.is_file():
        return
    for path in (card, weights):
        if not path.is_file():
            raise MissingCheckpoint(f"{path} does not exist. {_restore(path)}")
    model = load_card(card).model
    if model not in list_models():
        raise MismatchedCheckpoint(f"{card} is of another version: it names architecture {model!r}. {_restore(card)}")


def load_model(checkpoint: str | Path) -> nn.Module:
    """A trained model in eval mode, float32, with its `.card`.

    Args:
        checkpoint: A name from list_checkpoints(), or the path of a .json or .safetensors file.

    Raises:
        MissingCheckpoint: If the weight or its card does not exist.
        DamagedCheckpoint: If either was cut short or altered.
        MismatchedCheckpoint: If the card names an architecture the weights do not fit.
    """
    card = load_card(checkpoint)
    path = _locate(checkpoint).with_suffix(".safetensors")
    if not path.is_file():
        raise MissingCheckpoint(f"{path} does not exist. Make it with `{card.recipe.get('command', 'its recipe')}`.")
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != card.sha256:
        raise DamagedCheckpoint(f"{path} was cut short or altered: its SHA-256 is not its card's. {_restore(path)}")
    try:
        tensors = load(raw)
    except SafetensorError as error:
        raise DamagedCheckpoint(f"{path} is not a safetensors file ({error}). {_restore(path)}") from error
    model = _build(card, path)
    try:
        model.load_state_dict(_unpack(tensors))
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise MismatchedCheckpoint(
            f"{path} does not fit architecture {card.model!r} with {card.config}: {reason} {_restore(path)}"
        ) from error
    model.card = card
    return model.eval().requires_grad_(False)


def save_checkpoint(model: nn.Module, card: Card, folder: Path = WEIGHTS) -> Path:
    """Write NAME.safetensors (float16) and NAME.json; returns the path of the card.

    The card's parameters, versions and hash are filled in here.
    """
    raw = save(_pack(model.state_dict()))
    measured = {
        "parameters": sum(p.numel() for p in model.parameters()),
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "sha256": hashlib.sha256(raw).hexdigest(),
        "graphs": {},  # of other weights
    }
    path = folder / f"{card.name}.json"
    write_atomically(path.with_suffix(".safetensors"), raw)
    write_atomically(path, json.dumps(asdict(card) | measured, indent=1).encode())
    return path


def save_codes(card: Path, codes: Tensor) -> Path:
    """Write NAME.codes.safetensors beside a card: the codes (N, D) of the shipped sample of images, float16."""
    path = card.with_suffix(".codes.safetensors")
    origin = {"weights": load_card(card).sha256}
    write_atomically(path, save({"codes": _half(codes).contiguous()}, metadata=origin))
    return path


def load_codes(checkpoint: str | Path) -> Tensor:
    """Codes (N, D), float32, of the shipped sample of images in its order.

    Args:
        checkpoint: A name from list_checkpoints(), or the path of a .json or .safetensors file.

    Raises:
        MissingCheckpoint: If the checkpoint or its codes do not exist.
        DamagedCheckpoint: If the codes cannot be read, or were made by other weights.
    """
    card, path = load_card(checkpoint), _locate(checkpoint).with_suffix(".codes.safetensors")
    if not path.is_file():
        raise MissingCheckpoint(f"{path} does not exist. Make it with `{card.recipe.get('command', 'its recipe')}`.")
    try:
        with safe_open(path, framework="pt") as file:
            codes, origin = file.get_tensor("codes"), (file.metadata() or {}).get("weights")
    except SafetensorError as error:
        raise DamagedCheckpoint(f"{path} is damaged ({error}). {_restore(path)}") from error
    if origin != card.sha256:
        raise DamagedCheckpoint(f"{path} was made by other weights than {card.name}. {_restore(path)}")
    return codes.float()


def save_extra(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write NAME.KIND.safetensors, what a model brings along: snapshots of its training, what it learned of images."""
    write_atomically(path, save({name: t.detach().cpu().contiguous() for name, t in tensors.items()}))


def load_extra(name: str, kind: str, folder: Path = WEIGHTS) -> dict[str, Tensor]:
    """The tensors that save_extra() wrote to NAME.KIND.safetensors.

    Raises:
        MissingCheckpoint: If there is no such file.
        DamagedCheckpoint: If it cannot be read.
    """
    path = folder / f"{name}.{kind}.safetensors"
    if not path.is_file():
        raise MissingCheckpoint(f"{path} does not exist. {_restore(path)}")
    try:
        return load(path.read_bytes())
    except SafetensorError as error:
        raise DamagedCheckpoint(f"{path} is damaged ({error}). {_restore(path)}") from error


def round_to_storage(model: nn.Module) -> nn.Module:
    """Round a model's weights in place to what save_checkpoint() stores, so that it can be measured as it ships."""
    model.load_state_dict(_unpack(_pack(model.state_dict())))
    return model


def write_atomically(path: Path, content: bytes) -> None:
    """Write under a temporary name beside the file, then rename: readers see the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise CheckpointError(f"cannot write {path}: {error.strerror}; free some space or choose --output") from error
    finally:
        temporary.unlink(missing_ok=True)


def _typed(card: Card) -> Card:
    """The card, if its values are of its fields' types; a TypeError names one that is not."""
    for name, kind in get_type_hints(Card).items():
        wanted = {float: (int, float), tuple: (list, tuple)}.get(get_origin(kind) or kind, get_origin(kind) or kind)
        if not isinstance(getattr(card, name), wanted):
            raise TypeError(f"its {name} is {shown(getattr(card, name))}")
    return card


def _build(card: Card, path: Path) -> nn.Module:
    try:
        return create_model(card.model, **card.config)
    except (ValueError, TypeError) as error:
        raise MismatchedCheckpoint(
            f"the card of {path} asks for architecture {card.model!r} with {card.config}: {error} "
            f"(known: {', '.join(list_models())}). {_restore(path)}"
        ) from error


def _pack(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A model's tensors as they are stored."""
    packed = {}
    for name, tensor in state.items():
        if tensor.is_floating_point() and tensor.ndim == 2 and tensor.numel() >= LARGE:
            values = tensor.detach().cpu()
            packed[name + SCALE] = _half(values.abs().amax(1, keepdim=True) / 127).clamp_min(1e-7)  # (rows, 1)
            packed[name] = (values / packed[name + SCALE]).round().clamp(-127, 127).to(torch.int8)
        else:
            packed[name] = _half(tensor).contiguous()
    return packed


def _unpack(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of _pack() in the precision that models compute in."""
    state = {}
    for name, tensor in tensors.items():
        if name + SCALE in tensors:
            state[name] = tensor.float() * tensors[name + SCALE].float()
        elif not name.endswith(SCALE):
            state[name] = tensor.float() if tensor.is_floating_point() else tensor
    return state


def _half(tensor: Tensor) -> Tensor:
    """The tensor in float16; as it is where it counts, or where a finite value would become infinite."""
    values = tensor.detach().cpu()
    half = values.half() if values.is_floating_point() else values
    overflows = bool(half.isinf().any()) and not bool(values.isinf().any())
    return values if overflows else half


def _locate(checkpoint: str | Path) -> Path:
    """Path of a checkpoint, its suffix to be replaced; a bare name means one of the shipped weights."""
    path = Path(checkpoint)
    is_path = isinstance(checkpoint, Path) or path.suffix in (".json", ".safetensors") or len(path.parts) != 1
    return path if is_path else WEIGHTS / f"{checkpoint}.json"


def _missing(path: Path) -> str:
    return f"{path} does not exist. Checkpoints in {path.parent}: {', '.join(list_checkpoints(path.parent)) or 'none'}"


def _restore(path: Path) -> str:
    if path.parent == WEIGHTS:
        return f"Get the shipped file back with `git checkout -- weights/{path.name.split('.')[0]}.*`."
    return "Save or train it again."
