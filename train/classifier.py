"""Train the clothes classifier.

python -m train.classifier                                   # classifier-resnet
torchrun --nproc_per_node=2 -m train.classifier              # the same on two processes
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.augment import random_erase, random_flip, random_shift
from core.data import Batch, load_fashion_mnist
from core.devices import (
    autocast,
    average_buffers,
    broadcast_weights,
    join_processes,
    pick_device,
)
from core.optim import decay_groups, descend, moving_average, one_cycle, set_learning_rate
from core.registry import create_model
from core.training import TrainConfig, fit, option, run_recipe
from train._measured import figures, finish

REPORT = {"test_accuracy": 0.9272}
GOAL = {"test_accuracy": 0.95}


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.classifier`."""

    checkpoint: str = option("classifier-resnet", "name of the weight to make")
    epochs: int = option(50, "passes over the training part")
    learning_rate: float = option(0.1, "peak of the first cycle (SGD with Nesterov momentum 0.9)")
    finish: float = option(0.4, "share of the epochs, at the end, in a second cycle without erasing")
    finish_rate: float = option(0.03, "peak of the second cycle")
    weight_decay: float = option(5e-4, "L2 penalty of kernels and matrices")
    label_smoothing: float = option(0.05, "share of each label spread over all classes")
    shift: int = option(2, "random shift in pixels")
    erase: float = option(0.5, "share of images in which a random rectangle is erased")
    average: float = option(0.999, "decay a step of the moving average of the weights, which is what is kept")


def measure(model: nn.Module, batches: Iterable[Batch]) -> dict[str, float]:
    """Share of right answers, and cross-entropy in nats."""
    right = nats = count = 0
    for batch in batches:
        logits = model(batch.image)
        right += (logits.argmax(1) == batch.label).sum().item()
        nats += F.cross_entropy(logits, batch.label, reduction="sum").item()
        count += len(batch.label)
    return {"accuracy": right / count, "cross_entropy": nats / count}


def main(config: Config) -> None:
    """Train, keep the epoch of the best validation accuracy, measure on the test set, save."""
    join_processes()
    torch.manual_seed(config.seed)
    device = pick_device()
    training, validation = load_fashion_mnist("train", config.data_root).take(config.limit).split(config.validation)
    test = load_fashion_mnist("test", config.data_root)

    model = create_model("resnet-classifier").to(device, memory_format=torch.channels_last)
    broadcast_weights(model)
    average = moving_average(model, config.average)
    groups = decay_groups(model, config.weight_decay)
    optimizer = torch.optim.SGD(groups, lr=config.learning_rate, momentum=0.9, nesterov=True)

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        turn = 1 - config.finish  # erasing keeps from overfitting; without it at the end, whole pictures are fitted
        image = random_shift(random_flip(batch.image), config.shift)
        if progress < turn:
            set_learning_rate(optimizer, config.learning_rate * one_cycle(progress / turn))
            image = random_erase(image, config.erase)
        else:
            set_learning_rate(optimizer, config.finish_rate * one_cycle((progress - turn) / config.finish))
        image = image.contiguous(memory_format=torch.channels_last)
        with autocast(device, config.precision):
            losses = model.loss(Batch(image, batch.label, batch.index), config.label_smoothing)
        descend(losses, model, optimizer)
        average.update_parameters(model)
        return losses

    def validate() -> dict[str, float]:
        average_buffers(average)
        with autocast(device, config.precision):
            return figures(measure, average.module, validation, "validation")

    model.train()
    history = fit(
        step, training, config, model=average, validate=validate,
        monitor="validation_accuracy", higher_is_better=True, keep={"trained": model, "optimizer": optimizer},
    )  # fmt: skip
    finish(average.module, "resnet-classifier", config, history, test, measure=measure, report=REPORT, goal=GOAL)


if __name__ == "__main__":
    run_recipe(main, Config)
