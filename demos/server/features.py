"""The features of a classifier for part of the shipped sample, and their maps, computed in the background."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.data.images import to_tensor
from core.metrics import calinski_harabasz, linear_variance
from core.reduction import PCA, TSNE, compact, procrustes
from core.reduction.affinities import joint_affinities
from core.reduction.neighbors import nearest_neighbors
from core.serving.batcher import Forward
from core.serving.jobs import JobPool
from demos.server.models import COMPUTE, TOGETHER, fashion_sample, kept, model

LAYERS = ("conv1", "fc1", "output")  # the first, a middle and the last of every classifier
ITERATIONS, EVERY = 300, 3  # of t-SNE, and between two frames
FRAMES = ITERATIONS // EVERY
NEIGHBOURS = 6  # shown of each image
PLANES = JobPool(workers=1)  # features and PCA, wanted at once
DESCENTS = JobPool(workers=2, waiting=24)  # t-SNE

_BLOCK = 10  # images a class that go through the network together: more images add blocks and repeat none
_LOCK = threading.RLock()


@dataclass(frozen=True)
class Plane:
    """PCA of a layer's features, and what does not depend on a map."""

    points: np.ndarray  # (N, 3) scores on the first three components
    ratio: np.ndarray  # (3,) their shares of the variance
    own_ch: float  # Calinski-Harabasz index of the features themselves
    ch: tuple[float, float]  # of the map in two and in three dimensions
    neighbour: np.ndarray  # (N, NEIGHBOURS) nearest in the feature space, nearest first
    distance: np.ndarray  # (N, NEIGHBOURS)
    called: np.ndarray  # (N,) class the network gives each image


@dataclass(frozen=True)
class Frame:
    """A t-SNE map on its way."""

    iteration: int
    points: np.ndarray  # (N, d), turned to face like the PCA map
    kl: float  # nats
    ch: float
    kept: float  # share of the features' variance that is linear in the map


def places(n: int) -> np.ndarray:
    """Places in the shipped sample of the first n images of every class, class by class, shape (10n,)."""
    labels = fashion_sample().labels.numpy()
    return np.concatenate([np.flatnonzero(labels == k)[:n] for k in range(labels.max() + 1)])


def features(checkpoint: str, layer: str, n: int) -> np.ndarray:
    """What a layer gives for those images, shape (10n, F), with F reduced to the dimensions they span."""
    with _LOCK:
        return _features(checkpoint, layer, n)


def labels(n: int) -> np.ndarray:
    """The classes of those images, shape (10n,)."""
    return fashion_sample().labels.numpy()[places(n)]


def plane(checkpoint: str, layer: str, n: int) -> Iterator[Plane]:
    """PCA of the features, for JobPool."""
    X = features(checkpoint, layer, n)
    pca = PCA(3).fit(X)
    points = pca.transform(X)
    neighbour, squared = nearest_neighbors(X, NEIGHBOURS)
    yield Plane(
        points=points.astype(np.float32),
        ratio=pca.explained_variance_ratio_,
        own_ch=calinski_harabasz(X, labels(n)),
        ch=(calinski_harabasz(points[:, :2], labels(n)), calinski_harabasz(points, labels(n))),
        neighbour=neighbour,
        distance=np.sqrt(squared),
        called=features(checkpoint, "output", n).argmax(1),
    )


def descent(checkpoint: str, layer: str, n: int, dimensions: int, perplexity: float, seed: int) -> Iterator[Frame]:
    """t-SNE from a random start, frame by frame, for JobPool."""
    X, kind = features(checkpoint, layer, n), labels(n)
    facing = PCA(dimensions).fit_transform(X)
    tsne = TSNE(dimensions, perplexity=perplexity, n_iter=ITERATIONS, init="random", seed=seed)
    for iteration, Y, kl in tsne.iterate(X, every=EVERY):
        points = procrustes(Y, facing).astype(np.float32)
        yield Frame(iteration, points, kl, calinski_harabasz(Y, kind), linear_variance(X, Y))


def affinities(checkpoint: str, layer: str, n: int, perplexity: float) -> Iterator[np.ndarray]:
    """p_ij of t-SNE between each image and its nearest neighbours, shape (10n, NEIGHBOURS), for JobPool."""
    X = features(checkpoint, layer, n)
    P = joint_affinities(X, perplexity)
    edge, count = P.row * P.n + P.column, len(X)  # ascending
    wanted = np.arange(count)[:, None] * count + nearest_neighbors(X, NEIGHBOURS)[0]
    at = np.minimum(np.searchsorted(edge, wanted), len(edge) - 1)
    yield np.where(edge[at] == wanted, P.p[at], 0).astype(np.float32)


@lru_cache(maxsize=24)
def _features(checkpoint: str, layer: str, n: int) -> np.ndarray:
    blocks = [_block(checkpoint, start)[layer] for start in range(0, n, _BLOCK)]  # each (10, _BLOCK, F)
    X = np.concatenate(blocks, axis=1)[:, :n]
    return compact(X.reshape(-1, X.shape[-1])) if layer != "output" else X.reshape(-1, X.shape[-1])


@kept
def _block(checkpoint: str, start: int) -> dict[str, np.ndarray]:
    """The layers' features of images start to start + _BLOCK of every class, each (classes, _BLOCK, F)."""
    sample = fashion_sample()
    ours = np.setdiff1d(places(start + _BLOCK), places(start)) if start else places(_BLOCK)
    sets = to_tensor(sample.images[ours, 0].numpy()).split(TOGETHER)
    parts = [COMPUTE.submit(_taps(checkpoint), images).result() for images in sets]
    whole = {layer: np.concatenate([part[layer] for part in parts]) for layer in LAYERS}
    return {layer: X.reshape(-1, _BLOCK, X.shape[-1]) for layer, X in whole.items()}


@kept  # the service runs together what asks for the very same function
def _taps(checkpoint: str) -> Forward:
    def forward(sets: Tensor) -> list[dict[str, np.ndarray]]:
        return [_numpy(model(checkpoint).features(images)) for images in sets]

    return forward


def _numpy(taps: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    return {layer: taps[layer].numpy() for layer in LAYERS}
