"""What the GAN tab shows: the film of a training, walks, the discriminator's scores, the nearest real images."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import numpy as np
import torch
from torch import Generator, Tensor

from core.checkpoint import load_extra
from core.data.image_set import HELD_OUT
from core.data.images import encode, grid, to_bytes, to_pictures, to_tensor
from core.latent import slerp
from core.serving.batcher import Forward
from core.serving.cache import cached
from demos.server.classifier import Classifier, class_probabilities
from demos.server.decoder import Decoder
from demos.server.models import Model
from demos.ui.images import data_uri
from demos.ui.nearest import as_points

CHECKPOINT = "dcgan"
RUNS = {"dcgan": "healthy run", "dcgan-mode-collapse": "mode collapse", "dcgan-collapse": "diverged run"}
TILES = 8  # in a row and in a column of a snapshot
FILM_COLUMNS = 6  # snapshots in a row of the film's sprite
FILM_BYTES = 440_000  # of the sprite at most; base64 makes a third more of it
FRAMES = 96  # of a walk
STOPS = (3, 4, 6, 8)  # codes a walk may visit
SEEDS = 10_000  # of walks, in the page
WALK_COLUMNS = 12
SCORED = 400  # test images, and as many generated ones, that the discriminator scores
SCORED_COLUMNS = 20
TRAINING_IMAGES = 60_000  # of Fashion-MNIST
FILM = "snapshots"  # kind of the file that holds one


@dataclass(frozen=True)
class Film:
    """What a generator produced from the same codes at several snapshots of its training."""

    images: np.ndarray  # (M, TILES * TILES, H, W) bytes, or (M, TILES * TILES, H, W, 3) in colour
    steps: np.ndarray  # (M,) optimiser steps done at each snapshot
    losses: np.ndarray  # (S, 2) of discriminator and generator, nats, evenly over the training
    classes: np.ndarray  # (M, K) images of each class, as a classifier finds them; K is 0 where none knows such images
    recall: np.ndarray  # (M,) share of real images that lie among those of a snapshot, or (0,)


def own_run(gan: Decoder) -> str:
    """The run that a generator came from, by the name of its files."""
    return gan.path.stem


@cached()
def film(gan: Decoder, run: str) -> Film:
    """The film of a run, which lies beside a generator."""
    tensors = load_extra(run, FILM, gan.path.parent)
    steps = tensors["steps"].numpy()
    classes, recall = tensors.get("classes", torch.zeros(len(steps), 0)), tensors.get("recall", torch.zeros(0))
    images, losses = to_pictures(tensors["images"].numpy()), tensors["losses"].numpy()
    return Film(images, steps, losses, classes.numpy(), recall.numpy())


@cached()
def film_sprite(gan: Decoder, run: str) -> str:
    """Address of a picture of all snapshots, TILES x TILES images each, as good as FILM_BYTES allow."""
    snapshots = np.stack([grid(images, TILES) for images in film(gan, run).images])
    for quality in (90, 80, 65, 45, 20):
        content = encode(grid(snapshots, FILM_COLUMNS), "WEBP", quality=quality, method=4)
        if len(content) <= FILM_BYTES:
            break
    return data_uri(content, "webp")


def steps_an_epoch(gan: Decoder, last: int) -> float:
    """Optimiser steps that one pass over the training images took, of `last` in all; the shipped runs had the same."""
    if not gan.is_shipped:
        return max(1.0, last / gan.card.recipe.get("epochs", 1))
    recipe = {"limit": 0, "validation": 0.05, "batch_size": 64, "train_on_all": False} | gan.card.recipe
    if recipe["validation"]:
        images = (recipe["limit"] or TRAINING_IMAGES) * (1 - recipe["validation"])
    else:
        images = TRAINING_IMAGES * (1 if recipe["train_on_all"] else 1 - HELD_OUT)
        images = min(recipe["limit"] or images, images)
    return max(1, round(images) // recipe["batch_size"])


def loss_levels(gan: Decoder) -> dict[str, float]:
    """Losses in nats of a run, whose discriminator has a target below 1 for real images.

    Returns:
        `discriminator` and `generator`: where the best discriminator cannot tell real from generated images.
        `floor`: below which the discriminator's loss cannot fall.
    """
    target = 1 - gan.card.recipe.get("smoothing", 0.0)
    best = target / 2  # what that discriminator says of every image
    return {
        "discriminator": -target * log(best) - (2 - target) * log(1 - best),
        "generator": -log(best),
        "floor": -sum(p * log(p) for p in (target, 1 - target) if p > 0),
    }


def training_scores(run: Film) -> np.ndarray:
    """What a run's own discriminator said of its generated pictures in training, at each snapshot, shape (M,).

    The generator's loss is the mean of -log D(G(z)), so exp(-loss) is the geometric mean of D's probability of real
    over the steps that the curve has one point for, from 0 to 1.
    """
    steps_a_point = max(1, int(run.steps[-1]) // len(run.losses))
    points = np.minimum(run.steps // steps_a_point, len(run.losses) - 1)
    return np.exp(-run.losses[points, 1])


def walk_codes(gan: Decoder, seed: int, stops: int) -> Tensor:
    """FRAMES codes, shape (FRAMES, D), on arcs from each of a few random codes to the next, and back to the first."""
    z = gan.module.noise(stops, Generator().manual_seed(seed))
    alpha = (torch.arange(FRAMES // stops) / (FRAMES // stops)).unsqueeze(1)
    return torch.cat([slerp(z[k], z[(k + 1) % stops], alpha) for k in range(stops)])


def walk(gan: Decoder, classifier: Classifier | None, seed: int, stops: int) -> Iterator[np.ndarray]:
    """Of a walk's frames: the images, uint8 (FRAMES, H, W), D's log odds, class probabilities; for a JobPool.

    Without a classifier there are no probabilities: shape (FRAMES, 0).
    """
    images = gan.decode_all(walk_codes(gan, seed, stops))
    yield images
    yield score_all(gan, images)
    yield class_probabilities(classifier, images)


def real_indices(gan: Decoder) -> np.ndarray:
    """Indices in the gallery of at most SCORED images, as many of each class where there are enough."""
    labels, count = gan.sample.labels.numpy(), max(len(gan.dataset.classes), 1)
    return np.concatenate([np.flatnonzero(labels == k)[: SCORED // count] for k in range(count)])


def score_samples(gan: Decoder) -> Iterator[np.ndarray]:
    """SCORED generated images, uint8, always the same; D's log odds of them and of test images; for a JobPool."""
    images = gan.decode_all(gan.module.noise(SCORED, Generator().manual_seed(0)))
    yield images
    yield score_all(gan, images)
    yield score_all(gan, gan.pictures[real_indices(gan)])


@cached()
def closest_tile(gan: Decoder) -> int:
    """Which image of the last snapshot of its own film comes closest to a test image, pixel by pixel."""
    generated = as_points(film(gan, own_run(gan)).images[-1])
    real = as_points(gan.pictures)
    squared = (generated**2).sum(1)[:, None] + (real**2).sum(1) - 2 * generated @ real.T
    return int(squared.min(axis=1).argmin())


async def score(gan: Decoder, image: np.ndarray) -> float:
    """The discriminator's log odds that a picture, uint8 (H, W), is real."""
    return float(await gan.run(_score(gan), to_tensor(image)[0]))


def score_all(gan: Decoder, images: np.ndarray) -> np.ndarray:
    """The same of pictures (n, H, W), shape (n,), for threads in the background."""
    return np.concatenate(gan.run_in_parts(_score_sets(gan), to_tensor(images)))


async def sample(generator: Model, n: int, seed: int) -> np.ndarray:
    """Images (n, C, H, W), uint8, that a model makes of codes drawn with a seed."""
    return await generator.run(_sampler(generator, n), torch.tensor([seed]))


@cached()  # the batcher runs together what asks for the very same function
def _score(gan: Decoder) -> Forward:
    return lambda images: gan.module.score(images).tolist()


@cached()
def _score_sets(gan: Decoder) -> Forward:
    return lambda sets: [gan.module.score(images).numpy() for images in sets]


@cached()
def _sampler(generator: Model, n: int) -> Forward:
    """Seeds (B, 1) to B sets of n images."""
    return lambda seeds: [
        to_bytes(generator.module.sample(n, Generator().manual_seed(int(seed)))) for seed in seeds[:, 0]
    ]
