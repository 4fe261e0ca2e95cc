"""Whether weights fit the network that their card asks for, seen without making it: a card may come from anybody."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch.overrides import TorchFunctionMode

from core.checkpoint import SCALE, MismatchedCheckpoint, load_card
from core.registry import create_model

LONGEST = 2000  # characters of a card's options of the architecture: a network is built by loops over them

_WRONG = (
    ValueError, TypeError, RuntimeError, ArithmeticError, AttributeError, LookupError,
)  # fmt: skip  # what a network raises that is made with options of nonsense


class _Uninitialised(TorchFunctionMode):
    """Leaves out drawing initial values, for which PyTorch would import a quarter of a gigabyte on tensors of none."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(function, "__name__", "") in ("normal_", "uniform_", "trunc_normal_", "kaiming_uniform_"):
            return args[0] if args else kwargs["tensor"]
        return function(*args, **(kwargs or {}))


def check_fits(path: Path) -> None:
    """See that the weights beside a card have the shapes of its network, which is made without memory for them.

    Raises:
        MismatchedCheckpoint: If they have not, or there is no such network.
    """
    card, weights = load_card(path), path.with_suffix(".safetensors")
    if len(json.dumps(card.config)) > LONGEST:
        raise MismatchedCheckpoint(f"The options in {path.name} are longer than those of any network here.")
    try:
        with torch.device("meta"), _Uninitialised():
            model = create_model(card.model, **card.config)
    except _WRONG as error:
        raise MismatchedCheckpoint(
            f"{path.name} asks for architecture {card.model!r} with options that make no network ({error})."
        ) from error
    wanted = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    try:
        with safe_open(weights, framework="pt") as file:
            names = [name for name in file.keys() if not name.endswith(SCALE)]  # noqa: SIM118
            given = {name: tuple(file.get_slice(name).get_shape()) for name in names}
    except SafetensorError as error:
        raise MismatchedCheckpoint(f"{weights.name} is not a safetensors file ({error}).") from error
    if wanted != given:
        raise MismatchedCheckpoint(f"{weights.name} does not fit the network that {path.name} asks for.")
