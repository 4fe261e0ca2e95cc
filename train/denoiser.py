"""Train a denoiser: one model for every kind and level of noise, which it is not told.

python -m train.denoiser                                                     # denoiser-unet
python -m train.denoiser --checkpoint denoiser-cae --epochs 35 --learning-rate 0.01
"""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Generator, Tensor, nn

from core.data import Batch, ImageSet
from core.devices import autocast, broadcast_weights, pick_device
from core.metrics import psnr
from core.noise import box, gaussian, poisson, salt_and_pepper, speckle
from core.optim import descend, moving_average, one_cycle, set_learning_rate
from core.registry import create_model
from core.training import TrainConfig, option
from train._measures import Figures
from train._recipe import Recipe, Trainee

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

ARCHITECTURES = {"denoiser-unet": "unet", "denoiser-cae": "denoising-autoencoder"}
REPORT: dict[str, Figures] = {}
GOAL: dict[str, Figures] = {}


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.denoiser`."""

    checkpoints: ClassVar = tuple(ARCHITECTURES)
    checkpoint: str = option("denoiser-unet", f"name of the weight to make: {', '.join(ARCHITECTURES)}")
    epochs: int = option(30, "passes over the training part")
    batch_size: int = option(64, "images a step, over all processes")
    validation: float = option(0.05, "share of the training images held out to choose the best epoch")
    learning_rate: float = option(0.0015, "peak of the one-cycle schedule (Adam)")
    average: float = option(0.999, "decay a step of the moving average of the weights, which is what is kept")


def prepare(config: Config, training: ImageSet, **options: Any) -> Trainee:
    """Adam with a one-cycle schedule on the error in decibels."""
    device = pick_device()
    model = create_model(ARCHITECTURES[config.checkpoint], **options).to(device, memory_format=torch.channels_last)
    broadcast_weights(model)
    average = moving_average(model, config.average)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress, warmup=0.05))
        with autocast(device, config.precision):
            losses = model.loss(batch)
        descend(losses, model, optimizer)
        average.update_parameters(model)
        return losses

    return Trainee(model, average, optimizer, step)


def noise_generator(name: str) -> Generator:
    """What the noise of a row is drawn from whenever it is measured."""
    return Generator().manual_seed(zlib.crc32(name.encode()))


def denoising(rows: dict[str, Noise], deal: bool, model: nn.Module, batches: Iterable[Batch]) -> Figures:
    """PSNR in dB, the mean over images, for each kind of noise, and `psnr`, the mean over the kinds trained on.

    Args:
        rows: The kinds. Each has a generator of its own, so measuring again meets the same noise.
        deal: Give each image one of the kinds in turn, instead of all of them: as many times faster.
    """
    generators = {name: noise_generator(name) for name in rows}
    values: dict[str, list[np.ndarray]] = {name: [] for name in rows}
    for batch in batches:
        for i, (name, noise) in enumerate(rows.items()):
            clean = batch.image[i :: len(rows)] if deal else batch.image
            noisy = noise(clean.cpu(), generators[name]).to(clean.device)  # on every device the same
            values[name].append(psnr(model(noisy).float().cpu().numpy(), clean.cpu().numpy()))
    means = {name: float(np.concatenate(found).mean()) for name, found in values.items()}
    mean = {"psnr": sum(means[name] for name in TRAINED) / len(TRAINED)}
    return mean if deal else {f"psnr_{name}": value for name, value in means.items()} | mean


RECIPE = Recipe(
    Config, prepare, measure=partial(denoising, TRAINED, True), monitor="psnr",
    measure_samples=partial(denoising, TRAINED | UNSEEN, False), report=REPORT, goal=GOAL,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
