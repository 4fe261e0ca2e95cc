"""Models trained in a session, under names nobody can guess, freed when the session ends."""

import secrets
import shutil
from pathlib import Path

from core.checkpoint_files import read_files
from core.serving.limits import SESSION_MODELS
from demos.server.models import Model, Models
from demos.server.temp_files import make_folder

PREFIX = "own-"


class SessionModels:
    """Adds models to those that the tabs know, for as long as a session lasts.

    Args:
        models: Those that the tabs know.
    """

    def __init__(self, models: Models) -> None:
        self.models = models
        self._owners: dict[str, tuple[str, Path]] = {}  # name -> session, folder

    def register(self, session: str, card: Path) -> Model:
        """A copy of a checkpoint, known to the tabs until the session ends; a session's oldest goes for a new one.

        Args:
            card: Its path; what lies beside it under the same name comes along.
        """
        names = [name for name, (owner, _) in self._owners.items() if owner == session]
        for name in names[: max(0, len(names) + 1 - SESSION_MODELS)]:
            self.evict(name)
        files = read_files(card)
        folder = make_folder("model")
        for file, content in files.items():
            (folder / file).write_bytes(content)
        name = PREFIX + secrets.token_urlsafe(16)
        self._owners[name] = (session, folder)
        return self.models.add(name, folder / card.name, session)

    def __contains__(self, name: str) -> bool:
        return name in self._owners

    def evict(self, name: str) -> None:
        """Free a model and all that was computed of it."""
        if owner := self._owners.pop(name, None):
            self.models.evict(name)
            shutil.rmtree(owner[1], ignore_errors=True)

    def end_session(self, session: str) -> None:
        """Free every model of a session."""
        for name in [name for name, (owner, _) in self._owners.items() if owner == session]:
            self.evict(name)

    def close(self) -> None:
        """Free every model, as the app ends."""
        for name in list(self._owners):
            self.evict(name)
