"""A classifier as the tabs use it: probabilities, features and activations of pictures."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from core.confidence import classify, is_calibrated
from core.data.images import to_tensor
from demos.server.models import Model


@dataclass(frozen=True)
class Prediction:
    """What a network says of a picture."""

    probs: list[float]  # of the classes
    warning: str  # a sentence if the picture is unlike all that the network was taught; else, or if it cannot tell, ""


class Classifier(Model):
    """A network that gives a picture its class; pictures are uint8, (H, W) each, or (H, W, 3) in colour.

    Probabilities are calibrated where the network is.
    """

    async def predict(self, pixels: np.ndarray) -> Prediction:
        """The classes of a picture, and whether it is unlike the training data."""
        return await self.run(self._predictions, to_tensor(pixels)[0])

    async def probabilities(self, pixels: np.ndarray) -> list[float]:
        """Class probabilities of a picture."""
        return (await self.predict(pixels)).probs

    async def probabilities_of(self, pictures: np.ndarray, is_ahead: bool = False) -> np.ndarray:
        """The same of pictures (n, H, W) that go together: shape (n, classes)."""
        return await self.run(self._probability_sets, to_tensor(pictures), is_ahead)

    def classify_all(self, pictures: np.ndarray) -> np.ndarray:
        """The same for threads in the background."""
        return np.concatenate(self.run_in_parts(self._probability_sets, to_tensor(pictures)))

    async def activations(self, pixels: np.ndarray) -> dict[str, Tensor]:
        """What every layer gives for a picture: maps (C, H, W) or vectors (F,)."""
        return await self.run(self._activations, to_tensor(pixels)[0])

    async def features(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        """What every layer gives for a picture as one vector, each (F,)."""
        return {layer: values[0] for layer, values in (await self.run(self._features, to_tensor(pixels))).items()}

    def features_of(self, pictures: np.ndarray, layers: tuple[str, ...]) -> dict[str, np.ndarray]:
        """The same of some layers for pictures (n, H, W), each (n, F). For threads in the background."""
        parts = self.run_in_parts(self._features, to_tensor(pictures))
        return {layer: np.concatenate([part[layer] for part in parts]) for layer in layers}

    def _predictions(self, x: Tensor) -> list[Prediction]:
        if not is_calibrated(self.module):
            return [Prediction(probs, "") for probs in self.module(x).softmax(1).tolist()]
        verdict = classify(self.module, x)
        return [Prediction(probs, verdict.describe(i)) for i, probs in enumerate(verdict.probs.tolist())]

    def _probability_sets(self, sets: Tensor) -> list[np.ndarray]:
        return [self._probs(x).numpy() for x in sets]

    def _probs(self, x: Tensor) -> Tensor:
        return classify(self.module, x).probs if is_calibrated(self.module) else self.module(x).softmax(1)

    def _activations(self, x: Tensor) -> list[dict[str, Tensor]]:
        taps = self.module.activations(x)
        return [{name: tap[i] for name, tap in taps.items()} for i in range(len(x))]

    def _features(self, sets: Tensor) -> list[dict[str, np.ndarray]]:
        return [{layer: values.numpy() for layer, values in self.module.features(x).items()} for x in sets]


def class_probabilities(classifier: Classifier | None, pictures: np.ndarray) -> np.ndarray:
    """Those of pictures (n, H, W), shape (n, classes): of no classes where nothing names them. For threads."""
    return classifier.classify_all(pictures) if classifier else np.empty((len(pictures), 0))
