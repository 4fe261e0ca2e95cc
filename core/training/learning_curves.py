"""How both classifiers learn from scratch by their reports' plain recipe, measured beforehand for the page."""

import json
from dataclasses import dataclass

from core.checkpoint import WEIGHTS, DamagedCheckpoint

LEARNING_CURVES = WEIGHTS / "learning-curves.json"
COMMAND = "python -m train.learning_curves"


@dataclass(frozen=True)
class LearningCurve:
    """One run; after each epoch, training and held-out images were measured in the same way."""

    images: int  # trained on
    measured: int  # of those, and as many held out
    seed: int
    history: dict[str, list[float]]  # accuracy and cross_entropy (nats), and the same as validation_*; one an epoch

    @property
    def epochs(self) -> int:
        """How many there were."""
        return len(self.history["accuracy"])

    @property
    def best_epoch(self) -> int:
        """When the held-out loss was lowest, from 1."""
        losses = self.history["validation_cross_entropy"]
        return losses.index(min(losses)) + 1


def load_learning_curves() -> dict[str, LearningCurve]:
    """The shipped curves by the classifier's name; none if the file is missing.

    Raises:
        DamagedCheckpoint: If the file holds no such curves.
    """
    if not LEARNING_CURVES.is_file():
        return {}
    try:
        values = json.loads(LEARNING_CURVES.read_text("utf-8"))
        return {name: LearningCurve(**curve) for name, curve in values.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise DamagedCheckpoint(f"{LEARNING_CURVES} is damaged ({error}). Make it again with `{COMMAND}`.") from error
