"""Train the generative adversarial network.

python -m train.dcgan
python -m train.dcgan --r1-weight 0 --average 0.999 --learning-rate 0.05 --epochs 1 \\
    --output runs/dcgan-collapse                             # diverges, for its snapshots
python -m train.dcgan --r1-weight 0 --average 0.999 --learning-rate 0.001 --width 16 --epochs 3 --slow-from 0.5 \\
    --output runs/dcgan-mode-collapse                        # 8 minutes on a CPU core; collapses half-way
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from core.data.image_set import Batch, ImageSet
from core.losses import gradient_penalty
from core.registry import create_model
from core.training.config import GeneratorConfig, nonnegative, option, share
from core.training.devices import autocast, pick_device
from core.training.optim import descend, set_learning_rate
from train.common.metrics import Metrics, generation
from train.common.recipe import Recipe, TrainState
from train.common.snapshots import TILES, Snapshots

REPORT: dict[str, Metrics] = {}  # it prints pictures only
# a quarter of the distance of the best VAE, and no class rare or dominant
GOAL = {"dcgan": {"test_frechet": 6.0, "test_rarest_class": 0.05, "test_commonest_class": 0.16}}

NOTES = {
    "dcgan": "Its 64 samples are crisp clothes of every class, some striped or printed; a few cannot be named.",
}
STAGES = {"dcgan": ({"epochs": 45, "average": 0.9995, "r1_weight": 1.0},)}
PENALISED = 16  # one step in so many, and that many times as hard: the slope costs as much as the step


@dataclass(frozen=True)
class Config(GeneratorConfig):
    """Options of `python -m train.dcgan`."""

    checkpoints: ClassVar = ("dcgan",)
    checkpoint: str = option("dcgan", "name of the weight to make")
    epochs: int = option(6, "passes over the training part")
    batch_size: int = option(64, "images a step, over all processes")
    learning_rate: float = nonnegative(2e-4, "of both networks (Adam, betas 0.5 and 0.999); falls from a third on")
    critic_lr_share: float = nonnegative(1.0, "learning rate of the discriminator, as a share of the generator's")
    slow_from: float = share(1.0, "share of the training from which on the discriminator learns more slowly")
    slow_critic: float = share(0.02, "factor of its learning rate from then on")
    r1_weight: float = nonnegative(0.0, "weight of the discriminator's squared slope at real images (R1)")
    smoothing: float = share(0.1, "by how much the discriminator's target for real images lies below 1")
    width: int = option(64, "maps of both networks at 16 pixels; at 8 and at 4 pixels three and six times as many", 1)


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """Two Adams in turn: the discriminator learns from real and fake images, then the generator from its score."""
    channels = (6 * config.width, 3 * config.width, config.width)
    model = create_model("dcgan", **{"image_shape": training.image_shape, "channels": channels} | options)
    critic = torch.optim.Adam(model.discriminator.parameters(), betas=(0.5, 0.999))
    optimizer = torch.optim.Adam(model.generator.parameters(), betas=(0.5, 0.999))
    snapshots = Snapshots(model, model.noise(TILES, torch.Generator().manual_seed(config.seed)))

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        slower = config.slow_critic if progress >= config.slow_from else 1.0
        for each, factor in ((critic, slower * config.critic_lr_share), (optimizer, 1.0)):
            set_learning_rate(each, factor * config.learning_rate * min(1.0, 1.5 * (1 - progress)))
        with autocast(pick_device(), config.precision):
            fake = model.sample(len(batch.image))
            discriminator_loss = model.discriminator_loss(batch.image, fake, config.smoothing)
        terms = {"discriminator": discriminator_loss}
        if config.r1_weight and snapshots.done % PENALISED == 0:
            real = batch.image.requires_grad_()
            terms["r1"] = 0.5 * PENALISED * config.r1_weight * gradient_penalty(model.score(real), real)
        descend(terms, model.discriminator, critic)
        with autocast(pick_device(), config.precision):
            generator_loss = model.generator_loss(fake)
        descend({"generator": generator_loss}, model.generator, optimizer)
        snapshots(progress, discriminator_loss, generator_loss)
        return {"discriminator": discriminator_loss, "generator": generator_loss}

    return TrainState(
        model, optimizer, step, keep={"critic": critic, "snapshots": snapshots},
        finish=lambda _, folder: snapshots.save(folder / f"{config.weight_name}.snapshots.safetensors", training),
    )  # fmt: skip


RECIPE = Recipe(
    Config, prepare, metrics=generation, monitor="frechet", report=REPORT, goal=GOAL, notes=NOTES, stages=STAGES,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
