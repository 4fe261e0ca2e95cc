"""Checkpoints in folders that the operator names, beside the shipped ones: looked for again whenever a page asks."""

import hashlib
import logging
import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from core.checkpoint import CheckpointError, check_files, load_card
from core.data.image_set import DataError
from core.data.model_dataset import dataset_of
from core.fitting import check_fits
from core.registry import get_architecture

LOG = logging.getLogger("loom")
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,79}")  # of a checkpoint: it stands in links
FACES = ("face_vae",)  # families of which none but those that ship can be used
FILE = re.compile(r"(?P<name>[^.].*?)(\.(codes|dataset|snapshots|learned))?\.(json|safetensors)")
RESUMED = "state.safetensors"  # of a run under way
Stamp = tuple[tuple[str, int, int], ...]  # of each of a checkpoint's files: name, size, time of the last change


@dataclass(frozen=True)
class Found:
    """A checkpoint of a folder."""

    card: Path
    stamp: Stamp
    problem: str  # a sentence why it cannot be used, or ""


class WeightFolders:
    """The checkpoints of some folders; each is read once, and again when its files have changed.

    Args:
        folders: Where they lie; of two with the same name the one in the first folder counts.
        taken: Names that none of them may have.
    """

    def __init__(self, folders: Sequence[Path], taken: Collection[str]) -> None:
        self.folders, self.taken = folders, taken
        self._found: dict[Path, Found] = {}  # by card

    def look(self) -> dict[str, Found]:
        """What can be used now, by name. What cannot is named in the log, once for each state of its files."""
        seen = {card: stamp for folder in self.folders for card, stamp in _cards(folder).items()}
        first = {card.stem: card for card in reversed(seen)}
        for card in [card for card in self._found if card not in seen]:
            del self._found[card]
        for card, files in seen.items():
            stamp = (*files, (str(first[card.stem]), 0, 0))
            if card not in self._found or self._found[card].stamp != stamp:
                problem = self._problem(card, first[card.stem])
                self._found[card] = Found(card, stamp, problem)
                if problem:
                    LOG.warning("%s", problem)
        return {found.card.stem: found for found in self._found.values() if not found.problem}

    def _problem(self, path: Path, first: Path) -> str:
        """A sentence why a checkpoint is left out; empty if it is not."""
        if path.stem in self.taken:
            return f"{path} is left out: a shipped model has the same name. Give it another one with --name."
        if path != first:
            return f"{path} is left out: {first} has the same name. Give it another one with --name."
        if not NAME.fullmatch(path.stem):
            return f"{path} is left out: its name must be letters, digits, dots and hyphens, at most 80."
        try:
            check_checkpoint(path)
        except (CheckpointError, DataError) as error:
            return f"{path.name} is left out: {error}"
        return ""


def check_checkpoint(path: Path) -> None:
    """See that a checkpoint is whole, and that its dataset is there, without making the network.

    Args:
        path: Of its card.

    Raises:
        CheckpointError: If a file is missing, damaged or of other weights.
        DataError: If its dataset cannot be used.
    """
    check_files(path.stem, path.parent)
    card, weights = load_card(path), path.with_suffix(".safetensors")
    if get_architecture(card.model).family in FACES:
        raise CheckpointError(f"{path} paints faces: photos are cut for those that ship alone.")
    if hashlib.sha256(weights.read_bytes()).hexdigest() != card.sha256:
        raise CheckpointError(f"{weights} was cut short or altered: its SHA-256 is not its card's. Copy it again.")
    check_fits(path)
    dataset, codes = dataset_of(card, path), path.with_suffix(".codes.safetensors")
    wanted = [len(dataset.sample()), card.config.get("latent_dim")]
    if codes.is_file() and (given := _shape(codes)) != wanted:
        raise DataError(
            f"{codes} holds codes of shape {given}, and the {wanted[0]} images beside {path.name} have codes of "
            f"{wanted[1]} numbers. Take the files of one model only."
        )


def _shape(codes: Path) -> list[int]:
    try:
        with safe_open(codes, framework="pt") as file:
            return file.get_slice("codes").get_shape()
    except SafetensorError as error:
        raise CheckpointError(f"{codes} is damaged ({error}). Copy it again.") from error


def _cards(folder: Path) -> dict[Path, Stamp]:
    """The cards of a folder, those that are missing beside weights too, and the stamps of their files."""
    files: dict[str, list[tuple[str, int, int]]] = {}
    try:
        for entry in os.scandir(folder):
            if (found := FILE.fullmatch(entry.name)) and entry.name != RESUMED:
                status = entry.stat()
                files.setdefault(found["name"], []).append((entry.name, status.st_size, status.st_mtime_ns))
    except OSError:  # the folder or a file went while it was looked at
        return {}
    return {folder / f"{name}.json": tuple(sorted(stamps)) for name, stamps in sorted(files.items())}
