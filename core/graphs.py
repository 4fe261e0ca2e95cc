"""Which graphs compute with a checkpoint: its own, or those of a shipped one that is stored just like it.

A graph holds no weights, only their places in a file: see core/export.py. So it computes with any weights that lie at
the same places, which are those of the same architecture with the same options.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.checkpoint import WEIGHTS, Card, DamagedCheckpoint, list_checkpoints, load_card
from core.registry import get_architecture


@dataclass(frozen=True)
class Graph:
    """A part of a model, such as its decoder.

    Args:
        path: Of the .onnx file.
        sha256: Of its content.
    """

    path: Path
    sha256: str


@dataclass(frozen=True)
class Graphs:
    """What computes with a checkpoint.

    Args:
        parts: By name.
        weights: Name of the file in which they look for the weights: the checkpoint's content goes by that name.
    """

    parts: dict[str, Graph]
    weights: str


def find_graphs(path: Path) -> Graphs | None:
    """The graphs of a checkpoint, or None if none lie beside it and no shipped one is alike.

    Args:
        path: Of its card.

    Raises:
        CheckpointError: If the card cannot be read, or a graph is not the one that it names.
        OSError: If a file cannot be read.
    """
    card, origin = load_card(path), path
    if not any(_file(path, part).is_file() for part in card.graphs):  # a model that was sent comes without
        origin = _twin(card, path)
        if origin is None:
            return None
        card = load_card(origin)
    return Graphs({part: _whole(origin, part, digest) for part, digest in card.graphs.items()}, _weights(origin).name)


def _file(card: Path, part: str) -> Path:
    return card.with_name(f"{card.stem}.{part}.onnx")


def _whole(card: Path, part: str, digest: str) -> Graph:
    path = _file(card, part)
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise DamagedCheckpoint(f"{path} was lost, cut short or altered. Copy it again, or export {card.stem} anew.")
    return Graph(path, digest)


def _twin(card: Card, path: Path) -> Path | None:
    """The card of a shipped checkpoint whose weights lie at the same places."""
    layout = _layout(card, path)
    return next((twin for twin, known in _shipped(card.model) if known == layout), None)


@cache
def _shipped(architecture: str) -> list[tuple[Path, Any]]:
    """The shipped cards of an architecture that have graphs, and the layout of each."""
    paths = [WEIGHTS / f"{name}.json" for name in list_checkpoints()]
    cards = [(path, card) for path in paths if (card := load_card(path)).graphs and card.model == architecture]
    return [(path, _layout(card, path)) for path, card in cards]


def _layout(card: Card, path: Path) -> tuple[Any, bytes]:
    """The architecture's options, and name, type, shape and place of every tensor in the file."""
    with open(_weights(path), "rb") as file:
        header = file.read(int.from_bytes(file.read(8), "little"))
    return get_architecture(card.model).config(**card.config), header


def _weights(card: Path) -> Path:
    return card.with_suffix(".safetensors")
