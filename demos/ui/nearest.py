"""The images of a gallery most like a picture, by pixels or by a classifier's features."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.reduction.neighbors import nearest_neighbors
from demos.server.classifier import Classifier
from demos.server.models import Model, fashion_sample

NEAREST = 6  # images shown
LAYER = "fc1"  # of the classifier, whose features are compared


@dataclass(frozen=True)
class ImageSpace:
    """The images of a gallery as vectors, and how far each lies from the nearest other one."""

    pictures: np.ndarray  # (N, H, W), or (N, H, W, 3) in colour
    points: np.ndarray  # (N, F)
    typical: np.ndarray  # (N,) ascending


def pixel_space(model: Model | None = None) -> Iterator[ImageSpace]:
    """The images of a model's dataset by their pixels, the shipped ones without a model; for a JobPool."""
    pictures = model.pictures if model else fashion_sample().images[:, 0].numpy()
    yield _space(pictures, as_points(pictures))


def feature_space(classifier: Classifier) -> Iterator[ImageSpace]:
    """The images of a classifier's dataset by the features of its LAYER; for a JobPool."""
    yield _space(classifier.pictures, classifier.features_of(classifier.pictures, (LAYER,))[LAYER])


def as_points(images: np.ndarray) -> np.ndarray:
    """Images, uint8 (B, H, W) or (B, H, W, 3), as points.

    The distance of two is the root mean squared difference of their pixels in [0, 1].
    """
    return images.reshape(len(images), -1).astype(np.float32) / (255 * np.sqrt(images[0].size))


def nearest(space: ImageSpace, point: np.ndarray, image: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The images most like a picture: their indices in the sample, their distances, and how near that is.

    The last is the share of the images whose nearest other one is closer. A picture that is one of the images itself is
    not compared with itself.
    """
    distances = np.linalg.norm(space.points - point, axis=1)
    same = (space.pictures == image).reshape(len(space.pictures), -1).all(axis=1)
    distances[same] = np.inf
    order = np.argsort(distances)[: min(NEAREST, int((~same).sum()))]
    return order, distances[order], float((space.typical < distances[order[0]]).mean())


def describe_nearest(space: ImageSpace, point: np.ndarray, image: np.ndarray) -> dict:
    """The same as the page gets it."""
    order, distances, closer = nearest(space, point, image)
    return {"indices": order.tolist(), "distances": distances.round(4).tolist(), "closer": round(closer, 3)}


def _space(pictures: np.ndarray, points: np.ndarray) -> ImageSpace:
    _, squared = nearest_neighbors(points, 1)
    return ImageSpace(pictures, points, np.sort(np.sqrt(squared[:, 0])))
