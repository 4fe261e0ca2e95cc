"""What moved a classifier's decision, and where the shipped images lie among its features."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from core.attribution import STRIDE, covered, gradient_maps, occlusion_maps
from core.data.images import to_tensor
from core.reduction import PCA
from core.serving.batcher import Forward
from demos.server.features import features, labels, places
from demos.server.models import COMPUTE, in_parts, kept, model

METHODS = ("occlusion", "gradient")
DAB = 3  # pixels a side of what the gradient is summed over: single pixels are noise
LAYER, PER_CLASS = "fc1", 100  # the features that the map of the sample shows


@dataclass(frozen=True)
class Crowd:
    """Some of the shipped images as a classifier sees them."""

    where: np.ndarray  # (n,) their places in the sample
    called: np.ndarray  # (n,) classes it gives
    points: np.ndarray  # (n, 2) scores on the first two principal components of their features
    ratio: np.ndarray  # (2,) shares of the variance


async def attribution(pixels: np.ndarray, checkpoint: str, method: str) -> np.ndarray:
    """What speaks for each class, and what against it, in nats of its log-odds.

    Args:
        pixels: uint8, shape (28, 28).
        method: "occlusion", by covering a square around each cell of STRIDE x STRIDE pixels, or "gradient", by what
            brightening DAB x DAB pixels from black to white would add, were the network linear.

    Returns:
        Shape (classes, 14, 14) or (classes, 28, 28).

    Raises:
        ValueError: If there is no such method.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    x = to_tensor(pixels)[0]
    if method == "gradient":
        maps = await COMPUTE.run(_gradients(checkpoint), x)
        return (F.avg_pool2d(maps[:, None], DAB, 1, DAB // 2)[:, 0] * DAB**2).numpy()
    logits = await asyncio.to_thread(in_parts, _logits(checkpoint), torch.cat([x[None], covered(x)]))
    shape = (x.shape[1] // STRIDE, x.shape[2] // STRIDE)
    return occlusion_maps(torch.from_numpy(logits[0]), torch.from_numpy(logits[1:]), shape).numpy()


def crowd(checkpoint: str, classes: frozenset[int]) -> Iterator[Crowd]:
    """The shipped images of some classes among a classifier's features, on their own plane, for JobPool."""
    chosen = np.isin(labels(PER_CLASS), list(classes))
    X = features(checkpoint, LAYER, PER_CLASS)[chosen]
    called = features(checkpoint, "output", PER_CLASS)[chosen].argmax(1)
    pca = PCA(2).fit(X)
    points = pca.transform(X).astype(np.float32)
    yield Crowd(places(PER_CLASS)[chosen], called, points, pca.explained_variance_ratio_)


@kept  # the service runs together what asks for the very same function
def _logits(checkpoint: str) -> Forward:
    return lambda sets: [model(checkpoint)(x).numpy() for x in sets]


@kept
def _gradients(checkpoint: str) -> Forward:
    return lambda images: [gradient_maps(model(checkpoint), x) for x in images]
