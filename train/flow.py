"""Train the flow: a network that carries noise to clothes.

python -m train.flow --compile                               # a GPU: 6 minutes
python -m train.flow --epochs 60 --batch-size 128 --average 0.999 --learning-rate 0.001  # a distance of 4.3, not 2.9
torchrun --nproc_per_node=2 -m train.flow                    # on two processes
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from core.data.image_set import Batch, ImageSet
from core.metrics import frechet_distance
from core.models.flow import Flow
from core.registry import create_model
from core.training.config import GeneratorConfig, option
from core.training.devices import autocast, pick_device
from core.training.optim import descend, one_cycle, set_learning_rate
from train.common.metrics import BATCH_SIZE, Metrics, can_compare, frechet_features, frechet_taps, sample_metrics
from train.common.recipe import Recipe, TrainState, fashion
from train.common.snapshots import TILES, Snapshots

if TYPE_CHECKING:
    from optuna import Trial

REPORT: dict[str, Metrics] = {}  # none has it
GOAL = {
    "flow": {
        "test_frechet": 5.0, "test_frechet_50_steps": 4.0, "test_frechet_4_steps": 20.0, "test_rarest_class": 0.07,
        "test_commonest_class": 0.13, "test_guided_accuracy": 0.97,
    }
}  # fmt: skip
NOTES = {
    "flow": "Samples take 20 steps of Euler where nothing else is said; the guided ones are asked for a class with "
    "guidance 2, and the classifier says which they show.",
}
STAGES = {"flow": ({"epochs": 250, "batch_size": 512, "average": 0.9995, "learning_rate": 0.002},)}
FINE, COARSE = 50, 4  # steps, beside the usual number
GUIDANCE = 2.0
GUIDED = 2000  # samples that are asked for a class


@dataclass(frozen=True)
class Config(GeneratorConfig):
    """Options of `python -m train.flow`."""

    checkpoints: ClassVar = ("flow",)
    checkpoint: str = option("flow", "name of the weight to make")
    epochs: int = option(60, "passes over the training part")
    batch_size: int = option(128, "images a step, over all processes")
    learning_rate: float = option(1e-3, "peak of the one-cycle schedule (Adam, betas 0.9 and 0.99)")
    label_dropout: float = option(0.3, "share of the images whose class the network is not told")
    compile: bool = option(False, "compile the network first (torch.compile): a minute that a GPU soon regains")


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """Adam with a one-cycle schedule on the error of the velocity, and snapshots of what the same noise becomes."""
    sizes = {"image_shape": training.image_shape, "num_classes": len(training.classes)}
    model = create_model("flow", **sizes | options)
    optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.99), fused=True)
    snapshots = Snapshots(model, model.noise(TILES, torch.Generator().manual_seed(config.seed)))
    if config.compile:
        model.network.compile(dynamic=False)  # else one size of batch slows the other

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress, warmup=0.05))
        with autocast(pick_device(), config.precision):
            losses = model.loss(batch, config.label_dropout)
        descend(losses, model, optimizer)
        snapshots(progress, *losses.values())
        return losses

    return TrainState(
        model, optimizer, step, keep={"snapshots": snapshots},
        finish=lambda _, folder: snapshots.save(folder / f"{config.weight_name}.snapshots.safetensors"),
    )  # fmt: skip


def load(checkpoint: str, split: str, data_root: str | None) -> ImageSet:
    """Fashion-MNIST, its images where the network will be: a GPU is faster than what feeds it."""
    data = fashion(split, data_root)
    return replace(data, images=data.images.to(pick_device()))


def velocity_error(model: Flow, data: ImageSet) -> Metrics:
    """Mean squared error of the velocity, half of the images without a class; noise and times are always the same."""
    generator, total = torch.Generator().manual_seed(0), 0.0
    for batch in data.batches(BATCH_SIZE, next(model.parameters()).device):
        z = model.noise(len(batch.image), generator).view_as(batch.image)
        t = torch.rand(len(z), generator=generator).to(z.device)
        shown = torch.rand(len(z), generator=generator).to(z.device) < 0.5
        picture = model.states(batch.image)
        state = torch.lerp(z, picture, t[:, None, None, None])
        label = batch.label.where(shown, torch.full_like(batch.label, model.config.num_classes))
        error = model.network(state, t, label) - (picture - z)
        total += error.square().flatten(1).mean(1).sum().item()
    return {"velocity_mse": total / len(data)}


def sampling(model: Flow, data: ImageSet) -> Metrics:
    """How close samples, as many as there are images, come to them in few and in many steps; do asked classes come?"""
    if not can_compare(data):
        return {}
    measured = sample_metrics(_sampler(model), data)
    real = frechet_features(data.images, data.classifier)
    for steps in (FINE, COARSE):
        sample = _sampler(model, steps=steps)
        samples = (sample(len(part)) for part in data.images.split(BATCH_SIZE))
        fake = torch.cat([frechet_taps(x, data.classifier)["fc1"] for x in samples]).numpy()
        measured[f"frechet_{steps}_steps"] = frechet_distance(real, fake)
    return measured | {"guided_accuracy": guided_accuracy(model, min(GUIDED, len(data)), data.classifier)}


def guided_accuracy(model: Flow, count: int, classifier: str) -> float:
    """Share of guided samples, every class asked in turn, that the classifier takes for the class that was asked."""
    asked = torch.arange(count) % model.config.num_classes
    generator, right = torch.Generator().manual_seed(0), 0
    for classes in asked.split(BATCH_SIZE):
        x = model.sample(len(classes), generator, guidance=GUIDANCE, classes=classes)
        right += (frechet_taps(x, classifier)["output"].argmax(1) == classes).sum().item()
    return right / count


def _sampler(model: Flow, **options: Any) -> Callable[[int], Tensor]:
    """A function that draws so many samples, always the same ones."""
    generator = torch.Generator().manual_seed(0)
    return lambda n: model.sample(n, generator, **options)


def search_space(trial: "Trial") -> tuple[dict[str, Any], dict[str, Any]]:
    """Learning rate, share of withheld classes, and where the network has its layers."""
    fields = {
        "learning_rate": trial.suggest_float("learning_rate", 1e-4, 4e-3, log=True),
        "label_dropout": trial.suggest_float("label_dropout", 0.1, 0.5),
    }
    options = {"num_blocks": (trial.suggest_int("outer_blocks", 1, 2), trial.suggest_int("inner_blocks", 1, 4))}
    return fields, options


RECIPE = Recipe(
    Config, prepare, metrics=velocity_error, monitor="velocity_mse", report=REPORT, goal=GOAL, notes=NOTES,
    final_metrics=sampling, load=load, stages=STAGES,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
