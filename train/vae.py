"""Train a variational autoencoder.

python -m train.vae                                          # vae-fashion
torchrun --nproc_per_node=2 -m train.vae                     # the same on two processes
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from core.data.image_set import Batch, ImageSet
from core.models.vae import VAEConfig
from core.registry import create_model
from core.training.config import GeneratorConfig, nonnegative, option
from core.training.devices import autocast, pick_device
from core.training.optim import descend, one_cycle, set_learning_rate
from train.common.metrics import generation, reconstruction
from train.common.recipe import Recipe, TrainState

ARCHITECTURES = {"vae-fashion": VAEConfig()}
REPORT = {"vae-fashion": {"test_mse": 0.02}}
BASELINE = {"vae-fashion": {"test_mse": 0.0366}}  # of PCA fitted to all training images
# the Fréchet distance is that of cae-4, its codes drawn from the normal distribution fitted to them
GOAL = {"vae-fashion": {"test_mse": 0.0205, "test_frechet": 31.61}}
STAGES = {
    "vae-fashion": (
        {"precision": "float32"},
        {"epochs": 12, "learning_rate": 0.006, "ssim_weight": 0.03, "precision": "float32"},
        {"epochs": 25, "learning_rate": 0.006, "ssim_weight": 0.1, "precision": "float32"},
    )
}


@dataclass(frozen=True)
class Config(GeneratorConfig):
    """Options of `python -m train.vae`."""

    checkpoints: ClassVar = tuple(ARCHITECTURES)
    checkpoint: str = option("vae-fashion", "name of the weight to make")
    epochs: int = option(50, "passes over the training part")
    batch_size: int = option(64, "images a step, over all processes")
    latent_dim: int = nonnegative(0, "numbers in a code (0: as the checkpoint has)")
    learning_rate: float = nonnegative(0.01, "peak of the one-cycle schedule (Adam)")
    kl_weight: float = nonnegative(0.25, "beta: weight of a nat of KL divergence against the squared error of an image")
    ssim_weight: float = nonnegative(0.0, "weight of 1 - SSIM against the mean squared error: sharper samples")


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """Adam with a one-cycle schedule on squared error and KL divergence."""
    sizes = {"image_shape": training.image_shape} | ({"latent_dim": config.latent_dim} if config.latent_dim else {})
    model = create_model("vae", **asdict(ARCHITECTURES[config.checkpoint]) | sizes | options)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress, warmup=0.05))
        with autocast(pick_device(), config.precision):
            losses = model.loss(batch, config.kl_weight, config.ssim_weight)
        descend(losses, model, optimizer)
        return losses

    return TrainState(model, optimizer, step)


RECIPE = Recipe(
    Config, prepare, metrics=reconstruction, monitor="mse", report=REPORT, goal=GOAL, baseline=BASELINE,
    final_metrics=generation, stages=STAGES,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
