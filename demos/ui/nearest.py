"""The shipped test images most like a picture, by pixels or by a classifier's features."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.reduction.neighbors import nearest_neighbors
from demos.server.classifier import Classifier
from demos.server.models import fashion_sample

NEAREST = 6  # images shown
LAYER = "fc1"  # of the classifier, whose features are compared


@dataclass(frozen=True)
class ImageSpace:
    """The shipped test images as vectors, and how far each lies from the nearest other one."""

    points: np.ndarray  # (N, F)
    typical: np.ndarray  # (N,) ascending


def pixel_space() -> Iterator[ImageSpace]:
    """The shipped test images by their pixels; for a JobPool."""
    yield _space(as_points(fashion_sample().images[:, 0].numpy()))


def feature_space(classifier: Classifier) -> Iterator[ImageSpace]:
    """The shipped test images by the features of a classifier's LAYER; for a JobPool."""
    yield _space(classifier.features_of(fashion_sample().images[:, 0].numpy(), (LAYER,))[LAYER])


def as_points(images: np.ndarray) -> np.ndarray:
    """Images, uint8 (B, 28, 28), as points whose distance is the root mean squared difference of pixels in [0, 1]."""
    return images.reshape(len(images), -1).astype(np.float32) / (255 * np.sqrt(images[0].size))


def nearest(space: ImageSpace, point: np.ndarray, image: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The test images most like a picture: their indices in the sample, their distances, and how near that is.

    The last is the share of the test images whose nearest other one is closer. A picture that is one of the test images
    itself is not compared with itself.
    """
    distances = np.linalg.norm(space.points - point, axis=1)
    distances[(fashion_sample().images[:, 0].numpy() == image).all(axis=(1, 2))] = np.inf
    order = np.argsort(distances)[:NEAREST]
    return order, distances[order], float((space.typical < distances[order[0]]).mean())


def describe_nearest(space: ImageSpace, point: np.ndarray, image: np.ndarray) -> dict:
    """The same as the page gets it."""
    order, distances, closer = nearest(space, point, image)
    return {"indices": order.tolist(), "distances": distances.round(4).tolist(), "closer": round(closer, 3)}


def _space(points: np.ndarray) -> ImageSpace:
    _, squared = nearest_neighbors(points, 1)
    return ImageSpace(points, np.sort(np.sqrt(squared[:, 0])))
