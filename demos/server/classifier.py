"""A classifier as the tabs use it: probabilities, features and activations of pictures."""

import numpy as np
from torch import Tensor

from core.data.images import to_tensor
from demos.server.models import Model


class Classifier(Model):
    """A network that gives a picture of clothes its class; pictures are uint8, (28, 28) each."""

    async def probabilities(self, pixels: np.ndarray) -> list[float]:
        """Ten class probabilities of a picture."""
        return await self.run(self._probabilities, to_tensor(pixels)[0])

    async def probabilities_of(self, pictures: np.ndarray, gives_way: bool = False) -> np.ndarray:
        """The same of pictures (n, 28, 28) that go together: shape (n, 10)."""
        return await self.run(self._probability_sets, to_tensor(pictures), gives_way)

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
        """The same of some layers for pictures (n, 28, 28), each (n, F). For threads in the background."""
        parts = self.run_in_parts(self._features, to_tensor(pictures))
        return {layer: np.concatenate([part[layer] for part in parts]) for layer in layers}

    def _probabilities(self, x: Tensor) -> list[list[float]]:
        return self.module(x).softmax(1).tolist()

    def _probability_sets(self, sets: Tensor) -> list[np.ndarray]:
        return [self.module(x).softmax(1).numpy() for x in sets]

    def _activations(self, x: Tensor) -> list[dict[str, Tensor]]:
        taps = self.module.activations(x)
        return [{name: tap[i] for name, tap in taps.items()} for i in range(len(x))]

    def _features(self, sets: Tensor) -> list[dict[str, np.ndarray]]:
        return [{layer: values.numpy() for layer, values in self.module.features(x).items()} for x in sets]
