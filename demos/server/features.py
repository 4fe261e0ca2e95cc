"""Points of known classes and their maps, computed in the background: a classifier's features, or known truth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.data.known_truth import KNOWN_TRUTHS, generate
from core.metrics import calinski_harabasz, linear_variance, neighbor_agreement
from core.reduction import PCA, TSNE, compact, procrustes
from core.reduction.affinities import joint_affinities
from core.reduction.neighbors import nearest_neighbors
from core.reduction.placement import place
from core.serving.cache import cached
from demos.server.classifier import Classifier
from demos.server.models import fashion_sample

LAYERS = ("conv1", "fc1", "output")  # the first, a middle and the last of every classifier
IMAGES = "images"  # the shipped test images
DATA = (IMAGES, *KNOWN_TRUTHS)
STARTS = ("random", "PCA")  # of t-SNE
ITERATIONS, EVERY = 300, 3  # of t-SNE, and between two frames
FRAMES = ITERATIONS // EVERY
NEIGHBOURS = 6  # shown of each image
AGREEING = 10  # nearest others whose classes are compared with an image's own; fewer where a class has no more

_BLOCK = 10  # images a class that go through the network together: more images add blocks and repeat none


@dataclass(frozen=True)
class Source:
    """Points of known classes: what a layer of a classifier makes of images, or a set whose structure is known."""

    classifier: Classifier
    layer: str
    n: int  # images of each of the ten classes; a known set has 10 n points in all
    data: str = IMAGES  # one of DATA
    is_shuffled: bool = False  # whether the classes are dealt out anew, at random

    @property
    def X(self) -> np.ndarray:
        """The points, shape (10n, F)."""
        if self.data == IMAGES:
            return features(self.classifier, self.layer, self.n)
        return generate(self.data, 10 * self.n)[0]

    @property
    def labels(self) -> np.ndarray:
        """The class of each, shape (10n,)."""
        labels = sample_labels(self.n) if self.data == IMAGES else generate(self.data, 10 * self.n)[1]
        return np.random.default_rng(0).permutation(labels) if self.is_shuffled else labels

    @property
    def compared(self) -> int:
        """Nearest others whose classes are compared with a point's own: no more than the smallest class has."""
        return min(AGREEING, int(np.bincount(self.labels).min()) - 1)

    def agreement(self, Y: np.ndarray) -> float:
        """Share of the nearest others among those points that are of the same class, from 0 to 1."""
        return neighbor_agreement(Y, self.labels, self.compared)


@dataclass(frozen=True, eq=False)
class FeaturePlane:
    """PCA of points, and what does not depend on a map."""

    points: np.ndarray  # (N, 3) scores on the first three components
    ratio: np.ndarray  # (3,) their shares of the variance
    features_ch: float  # Calinski-Harabasz index of the features themselves
    map_ch: tuple[float, float]  # of the map in two and in three dimensions
    features_agreement: float  # share of the nearest others in the features that are of the same class
    map_agreement: tuple[float, float]  # on the map in two and in three dimensions
    neighbours: np.ndarray  # (N, NEIGHBOURS) nearest in the feature space, nearest first
    distances: np.ndarray  # (N, NEIGHBOURS)
    predicted: np.ndarray  # (N,) class the network gives each image; empty for what are no images


@dataclass(frozen=True, eq=False)
class Frame:
    """A t-SNE map on its way."""

    iteration: int
    points: np.ndarray  # (N, d), turned to face like the PCA map
    kl: float  # nats
    agreement: float  # share of the nearest others on the map that are of the same class
    linear_variance: float  # share of the features' variance that is linear in the map


@dataclass(frozen=True)
class Landing:
    """A new picture on a finished map."""

    point: np.ndarray  # (d,)
    neighbours: np.ndarray  # (NEIGHBOURS,) nearest in the feature space, nearest first
    distances: np.ndarray  # (NEIGHBOURS,)
    predicted: int  # class the network gives it


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
    X = _whole_features(classifier, layer, n)
    return compact(X) if layer != "output" else X


def plane(source: Source) -> Iterator[FeaturePlane]:
    """PCA of the points, for a JobPool."""
    X, labels, is_image = source.X, source.labels, source.data == IMAGES
    pca = PCA(3).fit(X)
    points = pca.transform(X)
    neighbours, squared = nearest_neighbors(X, NEIGHBOURS)
    yield FeaturePlane(
        points=points.astype(np.float32),
        ratio=pca.explained_variance_ratio_,
        features_ch=calinski_harabasz(X, labels),
        map_ch=(calinski_harabasz(points[:, :2], labels), calinski_harabasz(points, labels)),
        features_agreement=source.agreement(X),
        map_agreement=(source.agreement(points[:, :2]), source.agreement(points)),
        neighbours=neighbours,
        distances=np.sqrt(squared),
        predicted=features(source.classifier, "output", source.n).argmax(1) if is_image else np.empty(0, int),
    )


def descent(source: Source, dimensions: int, perplexity: float, seed: int, start: str = "random") -> Iterator[Frame]:
    """t-SNE from one of STARTS, frame by frame, for a JobPool."""
    X = source.X
    facing = PCA(dimensions).fit_transform(X)
    tsne = TSNE(dimensions, perplexity=perplexity, n_iter=ITERATIONS, init=start.lower(), seed=seed)
    for iteration, Y, kl in tsne.iterate(X, every=EVERY):
        points = procrustes(Y, facing).astype(np.float32)
        yield Frame(iteration, points, kl, source.agreement(Y), linear_variance(X, Y))


def affinities(source: Source, perplexity: float) -> Iterator[np.ndarray]:
    """p_ij of t-SNE between each point and its nearest neighbours, shape (10n, NEIGHBOURS), for a JobPool."""
    X = source.X
    P = joint_affinities(X, perplexity)
    edge, count = P.row * P.n + P.column, len(X)  # ascending
    wanted = np.arange(count)[:, None] * count + nearest_neighbors(X, NEIGHBOURS)[0]
    at = np.minimum(np.searchsorted(edge, wanted), len(edge) - 1)
    yield np.where(edge[at] == wanted, P.p[at], 0).astype(np.float32)


def landing(
    source: Source, pixels: bytes, points: FeaturePlane | Frame, dimensions: int, perplexity: float | None
) -> Iterator[Landing]:
    """A new picture on a finished map of images, which stays as it is; for a JobPool.

    Args:
        pixels: 28 x 28 bytes.
        points: The map: PCA, or the last frame of t-SNE.
        dimensions: Of the map.
        perplexity: Of t-SNE; None for PCA.
    """
    picture = np.frombuffer(pixels, np.uint8).reshape(1, 28, 28)
    seen = source.classifier.features_of(picture, (source.layer, "output"))
    whole = np.concatenate([_whole_features(source.classifier, source.layer, source.n), seen[source.layer]])
    *_, new = X = compact(whole)  # together, which keeps every distance
    neighbours, squared = nearest_neighbors(X[:-1], NEIGHBOURS, new[None])
    Y = points.points[:, :dimensions]
    at = _on_pca(X, Y) if perplexity is None else place(X[:-1], Y, new[None], perplexity)[0]
    yield Landing(at, neighbours[0], np.sqrt(squared[0]), int(seen["output"][0].argmax()))


def _on_pca(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Where the last of X, (n + 1, F), lies on the PCA map Y, (n, d), of the others, whose axes may be mirrored."""
    pca = PCA(Y.shape[1]).fit(X[:-1])
    facing = np.sign(np.einsum("nd,nd->d", pca.transform(X[:-1]), Y))
    return pca.transform(X[-1:])[0] * facing


def _whole_features(classifier: Classifier, layer: str, n: int) -> np.ndarray:
    """What a layer gives for the first n images of every class, shape (10n, F)."""
    blocks = [_block(classifier, start)[layer] for start in range(0, n, _BLOCK)]  # each (10, _BLOCK, F)
    X = np.concatenate(blocks, axis=1)[:, :n]
    return X.reshape(-1, X.shape[-1])


@cached()
def _block(classifier: Classifier, start: int) -> dict[str, np.ndarray]:
    """The layers' features of images start to start + _BLOCK of every class, each (classes, _BLOCK, F)."""
    rows = sample_indices(start + _BLOCK).reshape(-1, start + _BLOCK)[:, start:].ravel()
    whole = classifier.features_of(fashion_sample().images[rows, 0].numpy(), LAYERS)
    return {layer: X.reshape(-1, _BLOCK, X.shape[-1]) for layer, X in whole.items()}
