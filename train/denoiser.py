"""Train a denoiser: one model for every kind and level of noise, neither of which it gets.

python -m train.denoiser                                                     # denoiser-unet
python -m train.denoiser --checkpoint denoiser-cae
python -m train.denoiser --checkpoint denoiser-cae-gaussian                  # met nothing else
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Generator, Tensor, nn

from core.data.image_set import Batch, ImageSet
from core.metrics import psnr
from core.noise import box, gaussian, poisson, salt_and_pepper, speckle
from core.noise.grid import ONE_NOISE
from core.registry import create_model
from core.training.config import TrainConfig, nonnegative, option
from core.training.devices import autocast, pick_device
from core.training.optim import descend, one_cycle, set_learning_rate
from train.common.metrics import Metrics, batches
from train.common.recipe import Recipe, TrainState

Noise = Callable[[Tensor, Generator], Tensor]


def both(x: Tensor, generator: Generator) -> Tensor:
    """A tenth of the pixels black or white, after Gaussian noise of standard deviation 0.2."""
    return salt_and_pepper(gaussian(x, 0.2, generator), 0.1, generator)


def _at(noise: Callable[[Tensor, float, Generator], Tensor], level: float) -> Noise:
    return lambda x, generator: noise(x, level, generator)


TRAINED: dict[str, Noise] = (
    {f"gaussian_{std}": _at(gaussian, std) for std in (0.1, 0.3, 0.5)}
    | {f"salt_and_pepper_{amount}": _at(salt_and_pepper, amount) for amount in (0.05, 0.2, 0.4)}
    | {"both": both}
)
UNSEEN: dict[str, Noise] = {"speckle": _at(speckle, 0.5), "poisson": _at(poisson, 10), "box": _at(box, 0.1)}

MARGIN = dict.fromkeys(TRAINED, 5.0) | {"gaussian_0.1": 3.0} | dict.fromkeys(UNSEEN, 2.0)  # dB, our goal

ARCHITECTURES = {"denoiser-unet": "unet"} | dict.fromkeys(("denoiser-cae", *ONE_NOISE), "denoising-autoencoder")
ROW = {"salt_and_pepper": "salt_and_pepper_0.2", "gaussian": "gaussian_0.3", "both": "both"}  # of each kind's one level
# the best classical filter of each row, tuned: `python -m tests.bench.denoising --images 60 --tuning-images 16`, dB
CLASSICAL = {
    "gaussian_0.1": 25.00, "gaussian_0.3": 17.17, "gaussian_0.5": 14.58, "salt_and_pepper_0.05": 24.62,
    "salt_and_pepper_0.2": 18.76, "salt_and_pepper_0.4": 15.31, "both": 17.55, "speckle": 19.41, "poisson": 21.29,
    "box": 14.39,
}  # fmt: skip
REPORT: dict[str, Metrics] = {}  # it prints pictures only
GOAL = {
    "denoiser-unet": {f"test_psnr_{row}": round(CLASSICAL[row] + MARGIN[row], 2) for row in TRAINED | UNSEEN},
    # what cae-27, which has never met noise, reaches
    "denoiser-cae": {"test_psnr_gaussian_0.3": 14.88, "test_psnr_salt_and_pepper_0.2": 15.30, "test_psnr_both": 14.90},
    # what denoiser-cae, which met all kinds at all levels, reaches on that one
    "denoiser-cae-salt-and-pepper": {"test_psnr_salt_and_pepper_0.2": 19.21},
    "denoiser-cae-gaussian": {"test_psnr_gaussian_0.3": 19.29},
    "denoiser-cae-both": {"test_psnr_both": 19.25},
}
# denoiser-unet's first two runs had three residual blocks, and the first met no noise in the shape of other images
STAGES: dict[str, tuple[dict[str, Any], ...]] = {
    "denoiser-unet": (
        {},
        {"epochs": 6, "learning_rate": 0.0008},
        {"epochs": 20, "learning_rate": 0.001},
        {"epochs": 30, "learning_rate": 0.001},
        {"epochs": 85, "batch_size": 128, "learning_rate": 0.001},
        {"epochs": 75, "batch_size": 128, "learning_rate": 0.001},
    ),
    "denoiser-cae": ({"epochs": 35, "learning_rate": 0.01},),
} | dict.fromkeys(ONE_NOISE, ({"epochs": 18, "learning_rate": 0.01},))


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.denoiser`."""

    checkpoints: ClassVar = tuple(ARCHITECTURES)
    checkpoint: str = option("denoiser-unet", "name of the weight to make")
    epochs: int = option(30, "passes over the training part")
    batch_size: int = option(64, "images a step, over all processes")
    learning_rate: float = nonnegative(0.0015, "peak of the one-cycle schedule (Adam)")
    noise: float = nonnegative(1.0, "factor of every level of the noise trained on")


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """Adam with a one-cycle schedule on the error in decibels."""
    kind = {"noise": ONE_NOISE[config.checkpoint]} if config.checkpoint in ONE_NOISE else {}
    options = {"image_shape": training.image_shape} | kind | options
    model = create_model(ARCHITECTURES[config.checkpoint], **options)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress, warmup=0.05))
        with autocast(pick_device(), config.precision):
            losses = model.loss(batch, config.noise)
        descend(losses, model, optimizer)
        return losses

    return TrainState(model, optimizer, step)


def noise_generator(name: str) -> Generator:
    """What the noise of a row is drawn from whenever it is measured."""
    return Generator().manual_seed(zlib.crc32(name.encode()))


def rows_trained_on(model: nn.Module) -> tuple[str, ...]:
    """The rows of TRAINED whose noise a denoiser met."""
    kind = getattr(getattr(model, "config", None), "noise", "")
    return (ROW[kind],) if kind else tuple(TRAINED)


def denoising(rows: dict[str, Noise], deal: bool, model: nn.Module, data: ImageSet) -> Metrics:
    """PSNR in dB, the mean over images, for each kind of noise, and `psnr`, the mean over the kinds trained on.

    Args:
        rows: The kinds. Each has a generator of its own, so measuring again meets the same noise.
        deal: Give each image one of the kinds that the model met, in turn, instead of all of them: as many times
            faster. Of fewer images than kinds each gets all.
    """
    met = rows_trained_on(model)
    rows = {name: rows[name] for name in met} if deal else rows
    dealt = deal and len(data) >= len(rows)
    generators = {name: noise_generator(name) for name in rows}
    values: dict[str, list[np.ndarray]] = {name: [] for name in rows}
    for batch in batches(model, data):
        for i, (name, noise) in enumerate(rows.items()):
            clean = batch.image[i :: len(rows)] if dealt else batch.image
            if not len(clean):
                continue  # the last batch may have fewer images than there are kinds
            noisy = noise(clean.cpu(), generators[name]).to(clean.device)  # on every device the same
            values[name].append(psnr(model(noisy).float().cpu().numpy(), clean.cpu().numpy()))
    means = {name: float(np.concatenate(found).mean()) for name, found in values.items()}
    mean = {"psnr": sum(means[name] for name in met) / len(met)}
    return mean if deal else {f"psnr_{name}": value for name, value in means.items()} | mean


RECIPE = Recipe(
    Config, prepare, metrics=partial(denoising, TRAINED, True), monitor="psnr",
    final_metrics=partial(denoising, TRAINED | UNSEEN, False), report=REPORT, goal=GOAL,
    stages=STAGES,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
