"""Train a classifier.

python -m train.classifier                                   # classifier-resnet
python -m train.classifier --checkpoint classifier-fashionnet --teacher classifier-resnet
torchrun --nproc_per_node=2 -m train.classifier              # the same on two processes
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from core.data.image_set import Batch, ImageSet
from core.registry import create_model
from core.training.augment import random_erase, random_flip, random_shift
from core.training.config import TrainConfig, nonnegative, option, share
from core.training.devices import autocast, pick_device
from core.training.optim import decay_groups, descend, one_cycle, set_learning_rate
from train.common.datasets import require_classes
from train.common.metrics import classification, mirrored_classification
from train.common.recipe import Recipe, TrainState
from train.common.teacher import load_teacher, taught_labels

if TYPE_CHECKING:
    from optuna import Trial

ARCHITECTURES = {"classifier-resnet": "resnet-classifier", "classifier-fashionnet": "fashionnet"}
REPORT = {"classifier-resnet": {"test_accuracy": 0.9272}, "classifier-fashionnet": {"test_accuracy": 0.92}}
GOAL = {  # either of one look at an image, or averaged over the image and its mirror image
    "classifier-resnet": {"test_accuracy": 0.95, "test_mirrored_accuracy": 0.95},
    "classifier-fashionnet": {"test_accuracy": 0.94, "test_mirrored_accuracy": 0.94},
}
_MIRRORED = (
    "The mirrored accuracy is of the mean prediction for an image and its mirror image; the tabs show the plain one."
)
NOTES = dict.fromkeys(ARCHITECTURES, _MIRRORED)
STAGES: dict[str, tuple[dict[str, Any], ...]] = {
    "classifier-resnet": (
        {},
        {"epochs": 25, "finish": 1.0, "finish_lr": 0.04, "train_on_all": True},
    ),
    "classifier-fashionnet": (
        {
            "epochs": 130, "batch_size": 256, "learning_rate": 0.15, "label_smoothing": 0.0, "erase": 0.3,
            "teacher": "classifier-resnet", "train_on_all": True,
        },
    ),
}  # fmt: skip
SMALL = 14  # pixels a side, of smaller images to begin with


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.classifier`."""

    checkpoints: ClassVar = tuple(ARCHITECTURES)
    checkpoint: str = option("classifier-resnet", "name of the weight to make")
    epochs: int = option(50, "passes over the training part")
    learning_rate: float = nonnegative(0.1, "peak of the first cycle (SGD with Nesterov momentum 0.9)")
    finish: float = share(0.4, "share of the epochs, at the end, in a second cycle without erasing")
    finish_lr: float = nonnegative(0.03, "peak of the second cycle")
    weight_decay: float = nonnegative(5e-4, "L2 penalty of kernels and matrices")
    label_smoothing: float = share(0.05, "share of each label spread over all classes")
    shift: int = nonnegative(2, "random shift in pixels")
    flip: float = share(0.5, "share of images that are mirrored")
    erase: float = share(0.5, "share of images in which a random rectangle is erased")
    small: float = share(0.0, "share of the epochs, at the start, on images of half the size (faster: ResNet)")
    teacher: str = option("", "classifier whose predictions join the labels (empty: labels alone)")
    teacher_share: float = share(0.9, "share of the target that is the teacher's prediction")


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """SGD in two cycles: on shifted, mirrored and partly erased pictures, then on whole ones."""
    sizes = {"image_shape": training.image_shape, "num_classes": require_classes(training)}
    model = create_model(ARCHITECTURES[config.checkpoint], **sizes | options)
    groups = decay_groups(model, config.weight_decay)
    optimizer = torch.optim.SGD(groups, lr=config.learning_rate, momentum=0.9, nesterov=True)
    teacher = load_teacher(config, training) if config.teacher else None

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        turn = 1 - config.finish  # erasing keeps from overfitting; without it at the end, whole pictures are fitted
        image = random_shift(random_flip(batch.image, config.flip), config.shift)
        if progress < turn:
            set_learning_rate(optimizer, config.learning_rate * one_cycle(progress / turn))
            image = random_erase(image, config.erase)
        else:
            set_learning_rate(optimizer, config.finish_lr * one_cycle((progress - turn) / config.finish))
        if progress < config.small:
            image = F.interpolate(image, (SMALL, SMALL), mode="area")
        image = image.contiguous(memory_format=torch.channels_last)
        with autocast(pick_device(), config.precision):
            label = taught_labels(teacher, image, batch.label, config.teacher_share) if teacher else batch.label
            losses = model.loss(Batch(image, label, batch.index), config.label_smoothing)
        descend(losses, model, optimizer)
        return losses

    return TrainState(model, optimizer, step)


def search_space(trial: "Trial") -> tuple[dict[str, Any], dict[str, Any]]:
    """Learning rate, and everything that keeps from overfitting."""
    fields = {
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.5, log=True),
        "weight_decay": trial.suggest_float("weight_decay", 5e-5, 5e-3, log=True),
        "label_smoothing": trial.suggest_float("label_smoothing", 0.0, 0.15),
        "shift": trial.suggest_int("shift", 0, 3),
        "erase": trial.suggest_float("erase", 0.0, 0.8),
    }
    return fields, {"dropout": trial.suggest_float("dropout", 0.1, 0.6)}


RECIPE = Recipe(
    Config, prepare, metrics=classification, monitor="accuracy", report=REPORT, goal=GOAL, notes=NOTES,
    final_metrics=mirrored_classification, stages=STAGES,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
