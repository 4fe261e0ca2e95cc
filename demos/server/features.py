"""Points and their maps, computed in the background: what a model makes of images, their pixels, or known truth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.data.images import to_tensor
from core.data.known_truth import KNOWN_TRUTHS, generate
from core.metrics import calinski_harabasz, linear_variance, neighbor_agreement
from core.reduction import PCA, TSNE, compact, procrustes
from core.reduction.affinities import joint_affinities
from core.reduction.neighbors import nearest_neighbors
from core.reduction.placement import place
from core.serving.cache import cached
from demos.server.classifier import Classifier
from demos.server.decoder import Decoder, fit_code
from demos.server.models import Model, fashion_sample

LAYERS = ("conv1", "fc1", "output")  # the first, a middle and the last of every classifier
PIXELS, CODES = "pixels", "codes"  # the images themselves, and where a model with a latent space puts them
IMAGES = "images"  # the test images that come with the model
DATA = (IMAGES, *KNOWN_TRUTHS)
STARTS = ("random", "PCA")  # of t-SNE
ITERATIONS, EVERY = 300, 3  # of t-SNE, and between two frames
FRAMES = ITERATIONS // EVERY
NEIGHBOURS = 6  # shown of each image
AGREEING = 10  # nearest others whose classes are compared with an image's own; fewer where a class has no more
FEWEST = NEIGHBOURS + 2  # images on a map
COLUMNS = 3  # of the points at least, as many as a map may have dimensions

_BLOCK = 10  # images a class that go through the network together: more images add blocks and repeat none


def layers_of(model: Model) -> tuple[str, ...]:
    """What a map can be of: layers of a classifier or codes, and the pixels where the images are a visitor's own."""
    seen = LAYERS if isinstance(model, Classifier) else (CODES,)
    return seen if model.is_shipped else (PIXELS, *seen)


@dataclass(frozen=True)
class Source:
    """Points: what a layer of a model makes of images, or a set whose structure is known."""

    model: Model
    layer: str  # one of layers_of(model)
    n: int  # images of each class, where it has so many; a known set has 10 n points in all
    data: str = IMAGES  # one of DATA
    is_shuffled: bool = False  # whether the classes are dealt out anew, at random

    @property
    def X(self) -> np.ndarray:
        """The points, shape (N, F), F at least COLUMNS."""
        if self.data == IMAGES:
            return widened(features(self.model, self.layer, self.n))
        return generate(self.data, 10 * self.n)[0]

    @property
    def indices(self) -> np.ndarray:
        """The place of each in the sample of images, or among the points of the set, shape (N,)."""
        return sample_indices(self.n, self.model) if self.data == IMAGES else np.arange(10 * self.n)

    @property
    def labels(self) -> np.ndarray:
        """The class of each, shape (N,)."""
        if self.data == IMAGES:
            labels = self.model.sample.labels.numpy()[self.indices]
        else:
            labels = generate(self.data, 10 * self.n)[1]
        return np.random.default_rng(0).permutation(labels) if self.is_shuffled else labels

    @property
    def compared(self) -> int:
        """Nearest others whose classes are compared with a point's own: no more than the smallest class has."""
        counts = np.bincount(self.labels)
        return max(1, min(AGREEING, int(counts[counts > 0].min()) - 1))

    @property
    def is_labelled(self) -> bool:
        """Whether there are classes to tell apart."""
        return len(np.unique(self.labels)) > 1

    def agreement(self, Y: np.ndarray) -> float | None:
        """Share of the nearest others among those points that are of the same class, from 0 to 1."""
        return neighbor_agreement(Y, self.labels, self.compared) if self.is_labelled else None

    def separation(self, Y: np.ndarray) -> float | None:
        """The Calinski-Harabasz index of those points."""
        return calinski_harabasz(Y, self.labels) if self.is_labelled else None


@dataclass(frozen=True, eq=False)
class FeaturePlane:
    """PCA of points, and what does not depend on a map."""

    points: np.ndarray  # (N, 3) scores on the first three components
    ratio: np.ndarray  # (3,) their shares of the variance
    features_ch: float | None  # Calinski-Harabasz index of the features themselves; None without classes
    map_ch: tuple[float | None, float | None]  # of the map in two and in three dimensions
    features_agreement: float | None  # share of the nearest others in the features that are of the same class
    map_agreement: tuple[float | None, float | None]  # on the map in two and in three dimensions
    neighbours: np.ndarray  # (N, NEIGHBOURS) nearest in the feature space, nearest first
    distances: np.ndarray  # (N, NEIGHBOURS)
    predicted: np.ndarray  # (N,) class the network gives each image; empty where it gives none


@dataclass(frozen=True, eq=False)
class Frame:
    """A t-SNE map on its way."""

    iteration: int
    points: np.ndarray  # (N, d), turned to face like the PCA map
    kl: float  # nats
    agreement: float | None  # share of the nearest others on the map that are of the same class
    linear_variance: float  # share of the features' variance that is linear in the map


@dataclass(frozen=True)
class Landing:
    """A new picture on a finished map."""

    point: np.ndarray  # (d,)
    neighbours: np.ndarray  # (NEIGHBOURS,) nearest in the feature space, nearest first
    distances: np.ndarray  # (NEIGHBOURS,)
    predicted: int | None  # class the network gives it


def sample_indices(n: int, model: Model | None = None) -> np.ndarray:
    """Places of the first n images of every class in a model's sample, class by class; of the shipped one without."""
    labels = (fashion_sample() if model is None else model.sample).labels.numpy()
    return np.concatenate([np.flatnonzero(labels == k)[:n] for k in range(labels.max() + 1)])


def most_of_a_class(model: Model) -> int:
    """Images of the largest class in a model's sample."""
    return int(np.bincount(model.sample.labels.numpy()).max())


def widened(X: np.ndarray) -> np.ndarray:
    """Points with at least COLUMNS columns, the new ones of zeros: codes of two numbers have a map in three."""
    return np.pad(X, ((0, 0), (0, max(0, COLUMNS - X.shape[1]))))


@cached(limit=24)
def features(model: Model, layer: str, n: int) -> np.ndarray:
    """What a layer gives for those images, shape (N, F), with F reduced to the dimensions they span."""
    X = _whole_features(model, layer, n)
    return compact(X) if layer != "output" else X


def plane(source: Source) -> Iterator[FeaturePlane]:
    """PCA of the points, for a JobPool."""
    X = source.X
    pca = PCA(3).fit(X)
    points = pca.transform(X)
    neighbours, squared = nearest_neighbors(X, NEIGHBOURS)
    yield FeaturePlane(
        points=points.astype(np.float32),
        ratio=pca.explained_variance_ratio_,
        features_ch=source.separation(X),
        map_ch=(source.separation(points[:, :2]), source.separation(points)),
        features_agreement=source.agreement(X),
        map_agreement=(source.agreement(points[:, :2]), source.agreement(points)),
        neighbours=neighbours,
        distances=np.sqrt(squared),
        predicted=_predicted(source),
    )


def _predicted(source: Source) -> np.ndarray:
    if source.data != IMAGES or not isinstance(source.model, Classifier):
        return np.empty(0, int)
    return features(source.model, "output", source.n).argmax(1)


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
        pixels: Bytes of a picture like the model's own.
        points: The map: PCA, or the last frame of t-SNE.
        dimensions: Of the map.
        perplexity: Of t-SNE; None for PCA.
    """
    model = source.model
    picture = np.frombuffer(pixels, np.uint8).reshape(1, *model.picture_shape)
    seen = _seen(model, picture, (source.layer, "output") if isinstance(model, Classifier) else (source.layer,))
    whole = np.concatenate([_whole_features(model, source.layer, source.n), seen[source.layer]])
    *_, new = X = widened(compact(whole))  # together, which keeps every distance
    neighbours, squared = nearest_neighbors(X[:-1], NEIGHBOURS, new[None])
    Y = points.points[:, :dimensions]
    at = _on_pca(X, Y) if perplexity is None else place(X[:-1], Y, new[None], perplexity)[0]
    predicted = int(seen["output"][0].argmax()) if "output" in seen else None
    yield Landing(at, neighbours[0], np.sqrt(squared[0]), predicted)


def _on_pca(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Where the last of X, (n + 1, F), lies on the PCA map Y, (n, d), of the others, whose axes may be mirrored."""
    pca = PCA(Y.shape[1]).fit(X[:-1])
    facing = np.sign(np.einsum("nd,nd->d", pca.transform(X[:-1]), Y))
    return pca.transform(X[-1:])[0] * facing


def _whole_features(model: Model, layer: str, n: int) -> np.ndarray:
    """What a layer gives for the first n images of every class, shape (N, F)."""
    rows = sample_indices(n, model)
    if layer == CODES:
        return model.codes.numpy()[rows]
    if layer == PIXELS:
        return _seen(model, model.pictures[rows], (PIXELS,))[PIXELS]
    blocks = [_block(model, start) for start in range(0, min(n, most_of_a_class(model)), _BLOCK)]
    at = np.zeros(len(model.sample), int)  # of each image of the sample, its row in the blocks
    found = np.concatenate([block for block, _ in blocks])
    at[found] = np.arange(len(found))
    return np.concatenate([whole[layer] for _, whole in blocks])[at[rows]]


@cached()
def _block(classifier: Classifier, start: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Places of the images start to start + _BLOCK of every class, and what the layers give for them, each (N, F)."""
    rows = np.setdiff1d(sample_indices(start + _BLOCK, classifier), sample_indices(start, classifier))
    return rows, _seen(classifier, classifier.pictures[rows], LAYERS)


def _seen(model: Model, pictures: np.ndarray, layers: tuple[str, ...]) -> dict[str, np.ndarray]:
    """What the layers of a model give for pictures (N, H, W), or (N, H, W, 3) in colour, each (N, F)."""
    seen = {}
    if PIXELS in layers:
        seen[PIXELS] = pictures.reshape(len(pictures), -1).astype(np.float32) / 255
    if CODES in layers:
        seen[CODES] = np.concatenate([_codes(model, picture) for picture in pictures])
    if wanted := tuple(layer for layer in layers if layer in LAYERS):
        seen |= model.features_of(pictures, wanted)
    return seen


def _codes(decoder: Decoder, picture: np.ndarray) -> np.ndarray:
    """The code of one picture, shape (1, D)."""
    if decoder.fits:
        *_, code = fit_code(decoder, picture.tobytes())
        return code.numpy()[None]
    x = to_tensor(picture)
    return np.concatenate(decoder.run_in_parts(lambda sets: [decoder.module.encode(x).numpy() for x in sets], x))
