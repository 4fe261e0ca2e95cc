"""What the auto-decoders make of codes: pictures decoded ahead, fits and maps, computed in the background."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from core.checkpoint import load_extra
from core.data.images import to_bytes, to_pictures, to_tensor
from core.latent import LatentMap, lerp
from core.metrics import knn_accuracy
from core.serving.cache import cached
from demos.server.classifier import Classifier, class_probabilities
from demos.server.decoder import Decoder

MODELS = ("ad", "vad-gaussian", "vad-exponential", "vad-uniform")
VARIATIONAL = MODELS[1:]
COMPARED = ("cae-4", "vae-fashion", "ad", "vad-gaussian")  # with and without an encoder, with and without a prior
PRIORS = COMPARED[1:]  # whose random codes are drawn from N(0, I)
MAGNITUDES = np.linspace(0, 2, 41)  # factors on a code
DRAWS = 8  # random codes, and draws from a learned distribution
ALPHAS = np.linspace(0, 1, 41)  # from one code to another
NEIGHBOURS = 10  # whose classes show how well the codes separate classes
STARTS = ("nothing", "guess")  # of a fit

SAME = 1e-6  # squared distance below which two codes are of the same picture

Decoders = tuple[Decoder, ...]  # of one dataset


@dataclass(frozen=True)
class MagnitudeSweep:
    """A code multiplied by MAGNITUDES and decoded."""

    tiles: np.ndarray  # (models, magnitudes, H, W), or with a last axis of 3 colours
    errors: np.ndarray  # (models, magnitudes) mean squared error, pixels from 0 to 1
    edges: np.ndarray  # (models, magnitudes) mean step between neighbouring pixels
    lengths: list[float]  # of each model's code as it was fitted


@dataclass(frozen=True)
class LearnedDistribution:
    """The distribution a variational auto-decoder learned of one training image's code."""

    mean: np.ndarray  # (D,)
    std: np.ndarray  # (D,)
    nats: np.ndarray  # (D,) divergence from the prior
    tiles: np.ndarray  # (1 + DRAWS, 28, 28) the mean decoded, then draws


@dataclass(frozen=True)
class Portrait:
    """What a model makes of one picture, and of a code of its own."""

    code: np.ndarray  # (D,)
    tiles: np.ndarray  # (2, 28, 28) the code decoded, and a code drawn at random
    mse: float
    nearest: int  # index in the sample of another image whose code is the nearest


@dataclass(frozen=True)
class Step:
    """Where a fit has come to."""

    picture: np.ndarray  # (H, W), or (H, W, 3) in colour
    mse: float


@dataclass(frozen=True)
class Layout:
    """The sample's codes on a plane."""

    points: np.ndarray  # (n, 2)
    codes_accuracy: float  # share of the codes whose nearest neighbours are mostly of the same class
    map_accuracy: float  # the same of the points on the map


@cache
def training_images() -> tuple[np.ndarray, list[int]]:
    """The training images whose learned distributions are shipped, (n, 28, 28), and their classes."""
    extra = load_extra(VARIATIONAL[0], "learned")
    return extra["images"][:, 0].numpy(), extra["labels"].tolist()


def magnitude_sweep(decoders: Decoders, image: int) -> Iterator[MagnitudeSweep]:
    """A sample image's code by every model at every magnitude, for a JobPool."""
    factors = torch.from_numpy(MAGNITUDES).float()[:, None]
    codes = [decoder.codes[image] for decoder in decoders]
    tiles = np.stack([decoder.decode_all(factors * z) for decoder, z in zip(decoders, codes, strict=True)])
    original = decoders[0].pictures[image] / 255
    x = tiles / 255
    errors = np.square(x - original).reshape(*x.shape[:2], -1).mean(-1)
    grey = x.mean(-1) if x.ndim == 5 else x  # (models, magnitudes, H, W)
    steps = np.abs(np.diff(grey, axis=-1)).mean((-1, -2)) + np.abs(np.diff(grey, axis=-2)).mean((-1, -2))
    yield MagnitudeSweep(tiles, errors, steps / 2, [float(z.norm()) for z in codes])


def simple_codes(
    decoders: Decoders, classifier: Classifier | None, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Zeros, ones, and DRAWS codes of one noise by every model: pictures, and their class probabilities.

    Each variational model turns the noise into draws from its own prior, at the same ranks. Shapes (models, 2 + DRAWS,
    H, W) and (models, 2 + DRAWS, classes), of no classes without a classifier, for a JobPool.
    """
    tiles = [each.decode_all(_simple_codes(each, seed)) for each in decoders]
    yield np.stack(tiles), np.stack([class_probabilities(classifier, row) for row in tiles])


def _simple_codes(decoder: Decoder, seed: int) -> Tensor:
    """Zeros, ones, and draws from the decoder's prior: the same noise for every decoder of codes of one size."""
    noise = torch.randn((DRAWS, decoder.size), generator=torch.Generator().manual_seed(seed))
    simple = torch.stack([torch.zeros_like(noise[0]), torch.ones_like(noise[0])])
    return torch.cat([simple, decoder.module.family.from_normal(noise)])


def learned_distribution(decoder: Decoder, image: int, seed: int) -> Iterator[LearnedDistribution]:
    """What a model learned of a training image's code, and draws from it, for a JobPool."""
    parameters, family = learned_parameters(decoder)[image].float(), decoder.module.family
    mean, std = family.mean(parameters[None]), family.std(parameters[None])
    drawn = family.draw(parameters.expand(DRAWS, -1, -1), torch.Generator().manual_seed(seed))
    nats = family.divergence(parameters[:, None])  # each dimension as if it were a code of its own
    tiles = decoder.decode_all(torch.cat([mean, drawn]))
    yield LearnedDistribution(mean[0].numpy(), std[0].numpy(), nats.numpy(), tiles)


def interpolation(
    decoders: Decoders, classifier: Classifier | None, a: int, b: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The straight path between two sample images' codes by every model, and the class probabilities on it.

    Shapes (models, ALPHAS, H, W) and (models, ALPHAS, classes), of no classes without a classifier, for a JobPool.
    """
    alphas = torch.from_numpy(ALPHAS).float()[:, None]
    tiles = [each.decode_all(lerp(each.codes[a][None], each.codes[b][None], alphas)) for each in decoders]
    yield np.stack(tiles), np.stack([class_probabilities(classifier, row) for row in tiles])


def portrait(decoder: Decoder, code: Tensor, picture: np.ndarray, seed: int) -> Portrait:
    """What a model makes of a picture, uint8 (28, 28), whose code, shape (D,), is known."""
    tiles = decoder.decode_all(torch.stack([code, random_code(decoder, seed)]))
    apart = (decoder.codes - code).square().sum(1)
    apart[apart < SAME] = torch.inf  # the picture itself
    mse = float(np.square((tiles[0].astype(np.float32) - picture) / 255).mean())
    return Portrait(code.numpy(), tiles, mse, int(apart.argmin()))


def random_code(decoder: Decoder, seed: int) -> Tensor:
    """A code, shape (D,), from the model's prior; without one from the normal distribution fitted to the codes."""
    generator = torch.Generator().manual_seed(seed)
    if decoder.fits:
        return decoder.module.family.draw_prior((decoder.size,), generator)
    noise = torch.randn(decoder.size, generator=generator)
    if decoder.architecture.family == "vae":
        return noise
    return decoder.codes.mean(0) + torch.linalg.cholesky(torch.cov(decoder.codes.T)) @ noise


def fit(decoder: Decoder, pixels: bytes, steps: int, start: str) -> Iterator[Step]:
    """The fit of a code to a picture's bytes, step by step, the start first, for a JobPool."""
    network = decoder.module
    x = to_tensor(np.frombuffer(pixels, np.uint8).reshape(decoder.input_shape))
    location = torch.zeros(1, decoder.size) if start == "nothing" else None
    for z, error in network.fit_path(x, steps, start=location):
        with torch.inference_mode():
            picture = to_pictures(to_bytes(network.decode(z)))[0]
        yield Step(picture, float(error))


def layout(decoder: Decoder) -> Iterator[Layout]:
    """t-SNE of the sample's codes, for a JobPool."""
    X, labels = decoder.codes.numpy(), decoder.sample.labels.numpy()
    points = LatentMap(X, "t-SNE").points
    accuracies = [knn_accuracy(space, labels, min(NEIGHBOURS, len(X) - 1)) for space in (X, points)]
    yield Layout(points, *accuracies)


@cached()
def learned_parameters(decoder: Decoder) -> Tensor:
    """Of the codes of the training images that ship, (images, D, P)."""
    return load_extra(decoder.name, "learned")["parameters"]
