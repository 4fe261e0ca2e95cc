"""What the GAN tab shows: the film of a training, walks, the discriminator's verdicts, the nearest real images."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Generator, Tensor

from core.checkpoint import load_card, load_extra
from core.data.images import encode, grid, to_bytes, to_tensor
from core.latent import slerp
from core.reduction.neighbors import nearest_neighbors
from core.serving.batcher import Forward
from core.serving.jobs import JobPool
from demos.server.models import CLASSIFIER, classify_all, decode_all, fashion_sample, in_parts, model
from demos.ui.images import data_uri

CHECKPOINT = "dcgan"
RUNS = {"dcgan": "healthy run", "dcgan-collapse": "collapsed run"}
TILES = 8  # in a row and in a column of a moment
FILM_COLUMNS = 6  # moments in a row of the film's sprite
FILM_BYTES = 440_000  # of the sprite at most; base64 makes a third more of it
FRAMES = 96  # of a walk
STOPS = (3, 4, 6, 8)  # codes a walk may visit
WALK_COLUMNS = 12
JUDGED = 400  # test images, and as many made ones, that the discriminator judges
JUDGED_COLUMNS = 20
NEAREST = 6  # images shown
TRAINING_IMAGES = 60_000  # of Fashion-MNIST
WALKS = JobPool(workers=1, waiting=32)
TABLES = JobPool(workers=2)  # what is computed once for all visitors


@dataclass(frozen=True)
class Film:
    """What a generator made of the same codes at several moments of its training."""

    images: np.ndarray  # (M, TILES * TILES, 28, 28) bytes
    steps: np.ndarray  # (M,) optimiser steps done at each moment
    losses: np.ndarray  # (S, 2) of discriminator and generator, nats, evenly over the training


@dataclass(frozen=True)
class Space:
    """The shipped test images as vectors, and how far each lies from the nearest other one."""

    points: np.ndarray  # (N, F)
    typical: np.ndarray  # (N,) ascending


@cache
def film(run: str) -> Film:
    """The film of a run."""
    tensors = load_extra(run, "snapshots")
    return Film(tensors["images"][:, :, 0].numpy(), tensors["steps"].numpy(), tensors["losses"].numpy())


@cache
def film_sprite(run: str) -> str:
    """Address of a picture of all moments, TILES x TILES images each, as good as FILM_BYTES allow."""
    moments = np.stack([grid(images, TILES) for images in film(run).images])
    for quality in (90, 80, 65, 45, 20):
        content = encode(grid(moments, FILM_COLUMNS), "WEBP", quality=quality, method=4)
        if len(content) <= FILM_BYTES:
            break
    return data_uri(content, "webp")


def steps_an_epoch() -> int:
    """Optimiser steps that one pass over the training images took; both runs had the same."""
    recipe = load_card(CHECKPOINT).recipe
    images = (recipe.get("limit") or TRAINING_IMAGES) * (1 - recipe.get("validation", 0.05))
    return max(1, round(images) // recipe.get("batch_size", 64))


def walk_codes(seed: int, stops: int) -> Tensor:
    """FRAMES codes, shape (FRAMES, D), on arcs from each of a few random codes to the next, and back to the first."""
    z = model(CHECKPOINT).noise(stops, Generator().manual_seed(seed))
    alpha = (torch.arange(FRAMES // stops) / (FRAMES // stops)).unsqueeze(1)
    return torch.cat([slerp(z[k], z[(k + 1) % stops], alpha) for k in range(stops)])


def walk(seed: int, stops: int) -> Iterator[np.ndarray]:
    """Of that way's frames: the images, uint8 (FRAMES, 28, 28), D's log odds, and class probabilities; for JobPool."""
    images = decode_all(CHECKPOINT, walk_codes(seed, stops))[:, 0]
    yield images
    yield in_parts(_judged_sets, to_tensor(images))
    yield classify_all(images)


def real_places() -> np.ndarray:
    """Places in the shipped sample of JUDGED images, as many of each class."""
    labels = fashion_sample().labels.numpy()
    return np.concatenate([np.flatnonzero(labels == k)[: JUDGED // 10] for k in range(10)])


def verdicts() -> Iterator[np.ndarray]:
    """JUDGED generated images, uint8, always the same; D's log odds of them and of test images; for JobPool."""
    images = decode_all(CHECKPOINT, model(CHECKPOINT).noise(JUDGED, Generator().manual_seed(0)))[:, 0]
    yield images
    yield in_parts(_judged_sets, to_tensor(images))
    yield in_parts(_judged_sets, to_tensor(fashion_sample().images[real_places(), 0].numpy()))


def space(name: str) -> Iterator[Space]:
    """The shipped test images, by pixels or by the features of the classifier's layer fc1; for JobPool."""
    images = fashion_sample().images[:, 0].numpy()
    points = by_pixels(images) if name == "pixels" else in_parts(_featured_sets, to_tensor(images))
    _, squared = nearest_neighbors(points, 1)
    yield Space(points, np.sort(np.sqrt(squared[:, 0])))


def by_pixels(images: np.ndarray) -> np.ndarray:
    """Images, uint8 (B, 28, 28), as points whose distance is the root mean squared difference of pixels in [0, 1]."""
    return images.reshape(len(images), -1).astype(np.float32) / (255 * np.sqrt(images[0].size))


def nearest(here: Space, point: np.ndarray, image: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The test images most like a picture: their places in the sample, their distances, and how near that is.

    The last is the share of the test images whose nearest other one is closer. A picture that is one of the test images
    itself is not compared with itself.
    """
    distances = np.linalg.norm(here.points - point, axis=1)
    distances[(fashion_sample().images[:, 0].numpy() == image).all(axis=(1, 2))] = np.inf
    order = np.argsort(distances)[:NEAREST]
    return order, distances[order], float((here.typical < distances[order[0]]).mean())


@cache
def closest_tile() -> int:
    """Which image of the film's last moment comes closest to a test image, pixel by pixel."""
    made = by_pixels(film(CHECKPOINT).images[-1])
    real = by_pixels(fashion_sample().images[:, 0].numpy())
    squared = (made**2).sum(1)[:, None] + (real**2).sum(1) - 2 * made @ real.T
    return int(squared.min(axis=1).argmin())


def judged(images: Tensor) -> list[float]:
    """The discriminator's log odds that images (B, 1, 28, 28) are real."""
    return model(CHECKPOINT).score(images).tolist()


def featured(images: Tensor) -> np.ndarray:
    """What the classifier's layer fc1 gives for images, (B, F)."""
    return model(CLASSIFIER).features(images)["fc1"].numpy()


@cache
def sampled(checkpoint: str, n: int) -> Forward:
    """Seeds (B, 1) to B sets of n images (n, C, H, W), as bytes."""
    return lambda seeds: [
        to_bytes(model(checkpoint).sample(n, Generator().manual_seed(int(seed)))) for seed in seeds[:, 0]
    ]


def _judged_sets(sets: Tensor) -> list[np.ndarray]:
    return [model(CHECKPOINT).score(images).numpy() for images in sets]


def _featured_sets(sets: Tensor) -> list[np.ndarray]:
    return [featured(images) for images in sets]
