"""What moved a classifier's decision, where the shipped images lie among its features, and which excite a map most."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.attribution import GREY, STRIDE, covered, gradient_maps, occlusion_maps
from core.data.images import to_tensor
from core.reduction import PCA
from core.serving.cache import cached
from demos.server.classifier import Classifier
from demos.server.features import features, sample_indices
from demos.server.models import FASHION

METHODS = ("occlusion", "gradient")
DAB = 3  # pixels a side of what the gradient is summed over: single pixels are noise
LAYER, PER_CLASS = "fc1", 100  # the features that the map of the sample shows
MOST_EXCITING = 9  # images shown of each map


@dataclass(frozen=True)
class Scatter:
    """Some of the shipped images as a classifier sees them."""

    indices: np.ndarray  # (n,) in the sample
    predicted: np.ndarray  # (n,) classes
    points: np.ndarray  # (n, 2) scores on the first two principal components of their features
    ratio: np.ndarray  # (2,) shares of the variance


@dataclass(frozen=True)
class Exciting:
    """The images of the gallery that each map of a layer answers most strongly to, strongest first."""

    indices: np.ndarray  # (maps, MOST_EXCITING) in the gallery
    values: np.ndarray  # (maps, MOST_EXCITING) the largest activation in each
    places: np.ndarray  # (maps, MOST_EXCITING, 2) row and column where that is


async def attribution(pixels: np.ndarray, classifier: Classifier, method: str) -> np.ndarray:
    """What speaks for each class, and what against it, in nats of its log-odds.

    Args:
        pixels: uint8, shape (H, W), or (H, W, 3) in colour.
        method: "occlusion", by covering a square around each cell of STRIDE x STRIDE pixels, or "gradient", by what
            brightening DAB x DAB pixels from black to white would add, were the network linear.

    Returns:
        Shape (classes, H / STRIDE, W / STRIDE) or (classes, H, W).
    """
    x = to_tensor(pixels)[0]
    if method == "gradient":
        maps = await classifier.run(_gradients(classifier), x)
        return (F.avg_pool2d(maps[:, None], DAB, 1, DAB // 2)[:, 0] * DAB**2).numpy()
    copies = torch.cat([x[None], covered(x, grey=_grey(classifier))])
    parts = await asyncio.to_thread(classifier.run_in_parts, _logits(classifier), copies)
    logits, shape = torch.cat(parts), (x.shape[1] // STRIDE, x.shape[2] // STRIDE)
    return occlusion_maps(logits[0], logits[1:], shape).numpy()


def scatter(classifier: Classifier, classes: frozenset[int]) -> Iterator[Scatter]:
    """The images of a dataset's gallery among a classifier's features, those of some classes, for a JobPool.

    They lie on a plane of their own.
    """
    indices, X, outputs = _seen(classifier)
    chosen = np.isin(classifier.sample.labels.numpy()[indices], list(classes))
    pca = PCA(2).fit(X[chosen])
    points = pca.transform(X[chosen]).astype(np.float32)
    yield Scatter(indices[chosen], outputs[chosen].argmax(1), points, pca.explained_variance_ratio_)


def _seen(classifier: Classifier) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices in the gallery, features (n, F), and outputs (n, classes)."""
    if classifier.dataset.name == FASHION:  # shared with Features
        parts = [features(classifier, layer, PER_CLASS) for layer in (LAYER, "output")]
        return sample_indices(PER_CLASS), parts[0], parts[1]
    parts = _features(classifier)
    return np.arange(len(classifier.pictures)), parts[LAYER], parts["output"]


@cached()
def _features(classifier: Classifier) -> dict[str, np.ndarray]:
    return classifier.features_of(classifier.pictures, (LAYER, "output"))


@cached()
def _grey(classifier: Classifier) -> float:
    """What covers a part of a picture: the mean of the dataset's pixels."""
    return GREY if classifier.dataset.name == FASHION else float(classifier.pictures.mean() / 255)


def exciting_images(classifier: Classifier) -> Iterator[dict[str, Exciting]]:
    """What excites the maps of every layer most in the dataset's gallery, for a JobPool; visitors who draw go first."""
    parts = classifier.run_in_parts(_peaks(classifier), to_tensor(classifier.pictures))
    yield {layer: _most_exciting([part[layer] for part in parts]) for layer in parts[0]}


def _most_exciting(parts: list[tuple[Tensor, Tensor, int]]) -> Exciting:
    values, places = (torch.cat([part[i] for part in parts]) for i in (0, 1))  # (images, maps) each
    order = values.argsort(dim=0, descending=True, stable=True)[:MOST_EXCITING]
    width = parts[0][2]
    at = places.gather(0, order).T
    return Exciting(
        order.T.numpy(), values.gather(0, order).T.numpy(), torch.stack([at // width, at % width], 2).numpy()
    )


@cached()
def _peaks(classifier: Classifier) -> Callable[[Tensor], list[dict[str, tuple[Tensor, Tensor, int]]]]:
    """By layer, the largest activation of each image and map, where it is, and the width of a map."""

    def peaks(x: Tensor) -> dict[str, tuple[Tensor, Tensor, int]]:
        taps = classifier.module.activations(x)
        return {name: (*taps[name].flatten(2).max(2), taps[name].shape[-1]) for name in classifier.module.map_layers()}

    return lambda sets: [peaks(x) for x in sets]


@cached()  # the batcher runs together what asks for the very same function
def _logits(classifier: Classifier) -> Callable[[Tensor], list[Tensor]]:
    return lambda sets: [classifier.module(x) for x in sets]


@cached()
def _gradients(classifier: Classifier) -> Callable[[Tensor], list[Tensor]]:
    return lambda images: [gradient_maps(classifier.module, x) for x in images]
