"""The files of a checkpoint as they belong together, though a process that trains may be writing them again."""

import hashlib
import json
import time
from pathlib import Path

from core.checkpoint import DamagedCheckpoint

_PAUSE = 0.05  # seconds between two looks


def read_files(card: Path, patience: float = 5.0) -> dict[str, bytes]:
    """The content of every file of a checkpoint, by name: all of one save.

    Args:
        card: Its path; what lies beside it under the same name comes along.
        patience: Seconds that a save under way may take.

    Raises:
        DamagedCheckpoint: If the files still do not belong together.
    """
    deadline = time.monotonic() + patience
    while not _belong_together(card, files := _read(card)):
        if time.monotonic() > deadline:
            raise DamagedCheckpoint(f"The files of {card.stem} do not belong together. Save the model again.")
        time.sleep(_PAUSE)
    return files


def _read(card: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(card.parent.glob(f"{card.stem}.*"))}


def _belong_together(card: Path, files: dict[str, bytes]) -> bool:
    """Whether the card is that of the weights, and what was made with weights was made with these."""
    try:
        expected = json.loads(files[card.name])["sha256"]
        weights = files[f"{card.stem}.safetensors"]
        made_by = {_made_by(content) for name, content in files.items() if name.endswith(".safetensors")}
    except (KeyError, ValueError):
        return False
    return hashlib.sha256(weights).hexdigest() == expected and made_by <= {None, expected}


def _made_by(content: bytes) -> str | None:
    """The hash of the weights that made the tensors of a safetensors file, if its header names it."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]).get("__metadata__", {}).get("weights")
