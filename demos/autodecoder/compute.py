"""What the auto-decoders make of codes: pictures decoded ahead, fits and maps, computed in the background."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from core.checkpoint import load_extra
from core.data.images import to_bytes, to_tensor
from core.distributions import Family
from core.latent import lerp
from core.metrics import calinski_harabasz, knn_accuracy
from core.reduction import TSNE
from core.serving.jobs import JobPool
from demos.server.models import classify_all, codes, decode_all, fashion_sample, model

MODELS = ("ad", "vad-gaussian", "vad-exponential", "vad-uniform")
VARIATIONAL = MODELS[1:]
MAGNITUDES = np.linspace(0, 2, 41)  # factors on a code
DRAWS = 8  # random codes, and draws from a learned distribution
ALPHAS = np.linspace(0, 1, 41)  # places between two codes
NEIGHBOURS = 10  # whose classes tell how well codes part them
STARTS = ("nothing", "guess")  # of a fit
PICTURES = JobPool(workers=1, waiting=48, cached=256)  # decoded ahead, some 100 kB each
FITS = JobPool(workers=1, waiting=24, cached=64)
LAYOUTS = JobPool(workers=1)


@dataclass(frozen=True)
class Faded:
    """A code multiplied by MAGNITUDES and decoded."""

    tiles: np.ndarray  # (models, magnitudes, 28, 28)
    errors: np.ndarray  # (models, magnitudes) mean squared error, pixels from 0 to 1
    edges: np.ndarray  # (models, magnitudes) mean step between neighbouring pixels
    lengths: list[float]  # of each model's code as it was fitted


@dataclass(frozen=True)
class Learned:
    """The distribution a variational auto-decoder learned of one training image's code."""

    mean: np.ndarray  # (D,)
    std: np.ndarray  # (D,)
    nats: np.ndarray  # (D,) divergence from the prior
    tiles: np.ndarray  # (1 + DRAWS, 28, 28) the mean decoded, then draws


@dataclass(frozen=True)
class Step:
    """Where a fit has come to."""

    picture: np.ndarray  # (28, 28)
    mse: float


@dataclass(frozen=True)
class Layout:
    """The sample's codes on a plane."""

    points: np.ndarray  # (n, 2)
    own: float  # share of the codes whose nearest neighbours are mostly of the same class
    shown: float  # the same of the places on the map
    ch: float  # Calinski-Harabasz index of the map


@cache
def training_images() -> tuple[np.ndarray, list[int]]:
    """The training images whose learned distributions are shipped, (n, 28, 28), and their classes."""
    extra = load_extra(VARIATIONAL[0], "learned")
    return extra["images"][:, 0].numpy(), extra["labels"].tolist()


def decoded(checkpoint: str, z: Tensor) -> np.ndarray:
    """Pictures (n, 28, 28) of codes (n, D), for threads in the background."""
    return decode_all(checkpoint, z)[:, 0]


def fade(image: int) -> Iterator[Faded]:
    """A sample image's code by every model at every magnitude, for JobPool."""
    factors = torch.from_numpy(MAGNITUDES).float()[:, None]
    tiles = np.stack([decoded(name, factors * codes(name)[image]) for name in MODELS])
    original = fashion_sample().images[image, 0].numpy() / 255
    x = tiles / 255
    steps = np.abs(np.diff(x, axis=-1)).mean((-1, -2)) + np.abs(np.diff(x, axis=-2)).mean((-1, -2))
    lengths = [float(codes(name)[image].norm()) for name in MODELS]
    yield Faded(tiles, np.square(x - original).mean((-1, -2)), steps / 2, lengths)


def simple_codes(seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Zeros, ones, and DRAWS codes of one noise by every model: pictures, and what the classifier calls them.

    Each variational model turns the noise into draws from its own prior, at the same ranks. Shapes (models, 2 + DRAWS,
    28, 28) and (models, 2 + DRAWS, classes), for JobPool.
    """
    noise = torch.randn((DRAWS, codes(MODELS[0]).shape[1]), generator=torch.Generator().manual_seed(seed))
    simple = torch.stack([torch.zeros_like(noise[0]), torch.ones_like(noise[0])])
    tiles = [decoded(name, torch.cat([simple, family(name).from_normal(noise)])) for name in MODELS]
    yield np.stack(tiles), np.stack([classify_all(row) for row in tiles])


def learned(checkpoint: str, image: int, seed: int) -> Iterator[Learned]:
    """What a model learned of a training image's code, and draws from it, for JobPool."""
    own, kind = _parameters(checkpoint)[image].float(), family(checkpoint)
    mean, std = kind.mean(own[None]), kind.std(own[None])
    generator = torch.Generator().manual_seed(seed)
    drawn = kind.draw(own.expand(DRAWS, -1, -1), generator)
    nats = kind.divergence(own[:, None])  # each dimension as if it were a code of its own
    yield Learned(mean[0].numpy(), std[0].numpy(), nats.numpy(), decoded(checkpoint, torch.cat([mean, drawn])))


def between(a: int, b: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The straight way between two sample images' codes by every model, and what the classifier calls each place.

    Shapes (models, places, 28, 28) and (models, places, classes), for JobPool.
    """
    alphas = torch.from_numpy(ALPHAS).float()[:, None]
    tiles = [decoded(name, lerp(codes(name)[a][None], codes(name)[b][None], alphas)) for name in MODELS]
    yield np.stack(tiles), np.stack([classify_all(row) for row in tiles])


def fit(checkpoint: str, pixels: bytes, steps: int, start: str) -> Iterator[Step]:
    """The fit of a code to a picture of 28 x 28 bytes, step by step, the start first, for JobPool."""
    fitted = model(checkpoint)
    x = to_tensor(np.frombuffer(pixels, np.uint8).reshape(28, 28))
    location = torch.zeros(1, fitted.config.latent_dim) if start == "nothing" else None
    for z, error in fitted.fit_path(x, steps, start=location):
        with torch.inference_mode():
            picture = to_bytes(fitted.decode(z))[0, 0]
        yield Step(picture, float(error))


def layout(checkpoint: str) -> Iterator[Layout]:
    """t-SNE of the sample's codes, for JobPool."""
    X, labels = codes(checkpoint).numpy(), fashion_sample().labels.numpy()
    points = TSNE(seed=0).fit_transform(X)
    own, shown = knn_accuracy(X, labels, NEIGHBOURS), knn_accuracy(points, labels, NEIGHBOURS)
    yield Layout(points, own, shown, calinski_harabasz(points, labels))


def family(checkpoint: str) -> Family:
    """What a model's codes are distributed as."""
    return model(checkpoint).family


@cache
def _parameters(checkpoint: str) -> Tensor:
    return load_extra(checkpoint, "learned")["parameters"]
