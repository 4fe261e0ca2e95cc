"""What belongs to one visitor for one visit: models trained here, under names nobody can guess, freed with the page."""

import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.checkpoint import Card, load_card
from core.serving.limits import OWN_MODELS

_OWN: dict[str, tuple[str, Path]] = {}  # name -> visit, card
_LEAVERS: list[Callable[[str], None]] = []
_FORGETTERS: list[Callable[[str], None]] = []
PREFIX = "own-"


def adopt(visit: str, card: Path) -> str:
    """Make a copy of a checkpoint known to the tabs for as long as the visit lasts, and give its name.

    Args:
        card: Its path; what lies beside it under the same name comes along.
    """
    mine = [name for name, (owner, _) in _OWN.items() if owner == visit]
    for name in mine[: max(0, len(mine) + 1 - OWN_MODELS)]:
        forget(name)
    folder = Path(tempfile.mkdtemp(prefix="loom-own-"))
    for path in card.parent.glob(f"{card.stem}.*"):
        shutil.copy(path, folder)
    name = PREFIX + secrets.token_urlsafe(16)
    _OWN[name] = (visit, folder / card.name)
    return name


def is_own(name: Any) -> bool:
    """Whether that is the name of such a checkpoint."""
    return isinstance(name, str) and name in _OWN


def located(name: str) -> str | Path:
    """Where a checkpoint is: an own one's path, else the name, which is that of a shipped one."""
    return _OWN[name][1] if name in _OWN else name


def own_card(name: Any) -> Card | None:
    """The card of an own checkpoint; None if there is none of that name."""
    return load_card(_OWN[name][1]) if is_own(name) else None


def on_leave(function: Callable[[str], None]) -> None:
    """Have a function called with the visit that ends."""
    _LEAVERS.append(function)


def on_forget(function: Callable[[str], None]) -> Callable[[str], None]:
    """Have a function called with the name of every own checkpoint that goes; a decorator."""
    _FORGETTERS.append(function)
    return function


def forget(name: str) -> None:
    """Free whatever is kept of an own checkpoint."""
    if own := _OWN.pop(name, None):
        for function in _FORGETTERS:
            function(name)
        shutil.rmtree(own[1].parent, ignore_errors=True)


def leave(visit: str) -> None:
    """End a visit: free everything that belongs to it."""
    for name in [name for name, (owner, _) in _OWN.items() if owner == visit]:
        forget(name)
    for function in _LEAVERS:
        function(visit)


def leave_all() -> None:
    """Free what belongs to any visit, as the app ends."""
    for name in list(_OWN):
        forget(name)
