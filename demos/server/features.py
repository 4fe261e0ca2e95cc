"""The features of a classifier for part of the shipped sample, and their maps, computed in the background."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.metrics import calinski_harabasz, linear_variance, neighbor_agreement
from core.reduction import PCA, TSNE, compact, procrustes
from core.reduction.affinities import joint_affinities
from core.reduction.neighbors import nearest_neighbors
from core.serving.cache import cached
from demos.server.classifier import Classifier
from demos.server.models import fashion_sample

LAYERS = ("conv1", "fc1", "output")  # the first, a middle and the last of every classifier
ITERATIONS, EVERY = 300, 3  # of t-SNE, and between two frames
FRAMES = ITERATIONS // EVERY
NEIGHBOURS = 6  # shown of each image
AGREEING = 10  # nearest others whose classes are compared with an image's own; fewer where a class has no more

_BLOCK = 10  # images a class that go through the network together: more images add blocks and repeat none


@dataclass(frozen=True)
class FeaturePlane:
    """PCA of a layer's features, and what does not depend on a map."""

    points: np.ndarray  # (N, 3) scores on the first three components
    ratio: np.ndarray  # (3,) their shares of the variance
    features_ch: float  # Calinski-Harabasz index of the features themselves
    map_ch: tuple[float, float]  # of the map in two and in three dimensions
    features_agreement: float  # share of the nearest others in the features that are of the same class
    map_agreement: tuple[float, float]  # on the map in two and in three dimensions
    neighbours: np.ndarray  # (N, NEIGHBOURS) nearest in the feature space, nearest first
    distances: np.ndarray  # (N, NEIGHBOURS)
    predicted: np.ndarray  # (N,) class the network gives each image


@dataclass(frozen=True)
class Frame:
    """A t-SNE map on its way."""

    iteration: int
    points: np.ndarray  # (N, d), turned to face like the PCA map
    kl: float  # nats
    agreement: float  # share of the nearest others on the map that are of the same class
    linear_variance: float  # share of the features' variance that is linear in the map


def agreement(Y: np.ndarray, n: int) -> float:
    """Share of the nearest others among those images, n of each class, that are of the same class, from 0 to 1."""
    return neighbor_agreement(Y, sample_labels(n), min(AGREEING, n - 1))


def sample_indices(n: int) -> np.ndarray:
    """Indices in the shipped sample of the first n images of every class, class by class, shape (10n,)."""
    labels = fashion_sample().labels.numpy()
    return np.concatenate([np.flatnonzero(labels == k)[:n] for k in range(labels.max() + 1)])


def sample_labels(n: int) -> np.ndarray:
    """The classes of those images, shape (10n,)."""
    return fashion_sample().labels.numpy()[sample_indices(n)]


@cached(limit=24)
def features(classifier: Classifier, layer: str, n: int) -> np.ndarray:
    """What a layer gives for those images, shape (10n, F), with F reduced to the dimensions they span."""
    blocks = [_block(classifier, start)[layer] for start in range(0, n, _BLOCK)]  # each (10, _BLOCK, F)
    X = np.concatenate(blocks, axis=1)[:, :n]
    return compact(X.reshape(-1, X.shape[-1])) if layer != "output" else X.reshape(-1, X.shape[-1])


def plane(classifier: Classifier, layer: str, n: int) -> Iterator[FeaturePlane]:
    """PCA of the features, for a JobPool."""
    X, labels = features(classifier, layer, n), sample_labels(n)
    pca = PCA(3).fit(X)
    points = pca.transform(X)
    neighbours, squared = nearest_neighbors(X, NEIGHBOURS)
    yield FeaturePlane(
        points=points.astype(np.float32),
        ratio=pca.explained_variance_ratio_,
        features_ch=calinski_harabasz(X, labels),
        map_ch=(calinski_harabasz(points[:, :2], labels), calinski_harabasz(points, labels)),
        features_agreement=agreement(X, n),
        map_agreement=(agreement(points[:, :2], n), agreement(points, n)),
        neighbours=neighbours,
        distances=np.sqrt(squared),
        predicted=features(classifier, "output", n).argmax(1),
    )


def descent(
    classifier: Classifier, layer: str, n: int, dimensions: int, perplexity: float, seed: int
) -> Iterator[Frame]:
    """t-SNE from a random start, frame by frame, for a JobPool."""
    X = features(classifier, layer, n)
    facing = PCA(dimensions).fit_transform(X)
    tsne = TSNE(dimensions, perplexity=perplexity, n_iter=ITERATIONS, init="random", seed=seed)
    for iteration, Y, kl in tsne.iterate(X, every=EVERY):
        points = procrustes(Y, facing).astype(np.float32)
        yield Frame(iteration, points, kl, agreement(Y, n), linear_variance(X, Y))


def affinities(classifier: Classifier, layer: str, n: int, perplexity: float) -> Iterator[np.ndarray]:
    """p_ij of t-SNE between each image and its nearest neighbours, shape (10n, NEIGHBOURS), for a JobPool."""
    X = features(classifier, layer, n)
    P = joint_affinities(X, perplexity)
    edge, count = P.row * P.n + P.column, len(X)  # ascending
    wanted = np.arange(count)[:, None] * count + nearest_neighbors(X, NEIGHBOURS)[0]
    at = np.minimum(np.searchsorted(edge, wanted), len(edge) - 1)
    yield np.where(edge[at] == wanted, P.p[at], 0).astype(np.float32)


@cached()
def _block(classifier: Classifier, start: int) -> dict[str, np.ndarray]:
    """The layers' features of images start to start + _BLOCK of every class, each (classes, _BLOCK, F)."""
    rows = sample_indices(start + _BLOCK).reshape(-1, start + _BLOCK)[:, start:].ravel()
    whole = classifier.features_of(fashion_sample().images[rows, 0].numpy(), LAYERS)
    return {layer: X.reshape(-1, _BLOCK, X.shape[-1]) for layer, X in whole.items()}
