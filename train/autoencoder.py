"""Train a convolutional autoencoder.

python -m train.autoencoder                                  # cae-27
torchrun --nproc_per_node=2 -m train.autoencoder             # the same on two processes
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from core.data import Batch, ImageSet
from core.devices import autocast, broadcast_weights, pick_device
from core.models.autoencoder import AutoencoderConfig
from core.optim import descend, moving_average, one_cycle, set_learning_rate
from core.registry import create_model
from core.training import TrainConfig, option
from train._measures import generation_from_codes, reconstruction
from train._recipe import Recipe, Trainee

ARCHITECTURES = {"cae-27": AutoencoderConfig()} | {
    f"cae-{size}": AutoencoderConfig(channels=(8, 17, 32), hidden_dim=69, latent_dim=size) for size in (2, 4, 6)
}
REPORT = {  # cae-4: the printed figure; the others: PCA with as many components, none being printed
    "cae-27": {"test_mse": 0.0164},
    "cae-2": {"test_mse": 0.0461},
    "cae-4": {"test_mse": 0.02},
    "cae-6": {"test_mse": 0.0303},
}
GOAL = {
    "cae-27": {"test_mse": 0.0086},
    "cae-2": {"test_mse": 0.0250},
    "cae-4": {"test_mse": 0.0176},
    "cae-6": {"test_mse": 0.0150},
}


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.autoencoder`."""

    checkpoints: ClassVar = tuple(ARCHITECTURES)
    checkpoint: str = option("cae-27", f"name of the weight to make: {', '.join(ARCHITECTURES)}")
    epochs: int = option(100, "passes over the training part")
    batch_size: int = option(64, "images a step, over all processes")
    learning_rate: float = option(0.01, "peak of the one-cycle schedule (Adam)")
    weight_decay: float = option(0.0, "L2 penalty of the weights")
    code_penalty: float = option(0.0, "weight of the mean square of the codes, which keeps small codes in one scale")
    average: float = option(0.999, "decay a step of the moving average of the weights, which is what is kept")


def prepare(config: Config, training: ImageSet, **options: Any) -> Trainee:
    """Adam with a one-cycle schedule on the mean squared error."""
    device = pick_device()
    model = create_model("autoencoder", **asdict(ARCHITECTURES[config.checkpoint]) | options)
    model = model.to(device, memory_format=torch.channels_last)
    broadcast_weights(model)
    average = moving_average(model, config.average)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress, warmup=0.05))
        with autocast(device, config.precision):
            losses = model.loss(batch, config.code_penalty)
        descend(losses, model, optimizer)
        average.update_parameters(model)
        return losses

    return Trainee(model, average, optimizer, step)


RECIPE = Recipe(
    Config, prepare, measure=reconstruction, monitor="mse", report=REPORT, goal=GOAL,
    measure_samples=generation_from_codes,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
