"""What every recipe does around its step: data, loop and validation."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from core.checkpoint import Card, MismatchedCheckpoint, load_card, load_model
from core.data.fashion_mnist import load_fashion_mnist
from core.data.image_set import Batch, ImageSet
from core.metrics import higher_is_better
from core.registry import get_architecture
from core.training.config import GeneratorConfig, TrainConfig
from core.training.devices import autocast, average_buffers, broadcast_weights, join_processes, pick_device
from core.training.loop import History, Step, fit
from core.training.optim import moving_average
from core.training.state import Row, Stateful
from train.common.datasets import check_classes, check_held_out, is_measured, read_dataset
from train.common.metrics import MetricFn, Metrics, compute_metrics


@dataclass(frozen=True)
class TrainState:
    """A model ready to train, with what its training changes."""

    model: nn.Module
    optimizer: Optimizer
    step: Step  # changes the model by its optimiser
    keep: dict[str, Stateful] = field(default_factory=dict)  # what else must survive a stop
    finish: Callable[[nn.Module, Path], None] | None = None  # of the best model and the run's folder


@lru_cache(maxsize=2)  # one object for all checkpoints: what is computed from it is cached by its identity
def fashion(split: str, data_root: str | None) -> ImageSet:
    """Fashion-MNIST, read once for each part."""
    return load_fashion_mnist(split, data_root)


@dataclass(frozen=True)
class Recipe:
    """How one family of models is trained and evaluated."""

    config: type[TrainConfig]  # its fields are the flags
    prepare: Callable[..., TrainState]  # (config, training images, **architecture options); its step reads config
    metrics: MetricFn  # on the validation part after every epoch, and on the test set
    monitor: str  # the metric that chooses the best epoch
    report: dict[str, Metrics]  # of each checkpoint: metrics from the course report
    goal: dict[str, Metrics]  # of each checkpoint: ours
    baseline: dict[str, Metrics] = field(default_factory=dict)  # of each checkpoint: PCA with a code of the same size
    notes: dict[str, str] = field(default_factory=dict)  # of each checkpoint: a sentence or two for its card
    final_metrics: MetricFn | None = None  # on the test set only: what chooses nothing
    training_metrics: MetricFn | None = None  # on the images trained on, for a model that fits codes to images
    bank: Callable[[ImageSet], ImageSet] | None = None  # test images whose codes come with the model (else: a sample)
    choose_by: int = 0  # held-out images that choose the epoch (0: all), where measuring one takes long
    stages: dict[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)  # of each checkpoint: options, in order
    load: Callable[..., ImageSet] = lambda checkpoint, split, root: fashion(split, root)  # split: train or test

    def run(self) -> None:
        """Train as the command line asks, stage by stage, measure on the test set, save."""
        from train.common.stages import run  # it trains recipes: imported above, it would import itself

        run(self)

    def images(self, config: TrainConfig, split: str) -> ImageSet:
        """The images that the options name: "train" or "test".

        Raises:
            DataError: If there are none.
            MismatchedCheckpoint: If the classifier to compare generated images by knows other classes.
        """
        if config.on_default_dataset:
            data = self.load(config.checkpoint, split, config.data_root)
        else:
            data = read_dataset(config.dataset).load(split, config.data_root or None)
        if isinstance(config, GeneratorConfig) and config.features:
            check_classes(config.features, "--features", data)
            data = replace(data, classifier=config.features)
        return data

    def parts(self, config: TrainConfig) -> tuple[ImageSet, ImageSet]:
        """The images to train on, and those held out to choose the best epoch.

        Raises:
            DataError: If a classifier would be chosen without an image of some class.
        """
        data = self.images(config, "train")
        if config.validation:
            training, held_out = data.take(config.limit).split(config.validation)
        else:
            training, held_out = data.hold_out()
        if self.monitor == "accuracy":
            check_held_out(data, held_out)
        if config.train_on_all:
            training = data
        return training.take(config.limit), held_out.take(config.limit).take(self.choose_by)

    def builds_upon(self, config: TrainConfig) -> list[str]:
        """Names or paths of the checkpoints that this one is made of: what it starts from, what teaches it."""
        return list(filter(None, dict.fromkeys([config.start, getattr(config, "teacher", "")])))

    def config_of(self, card: Card, data_root: str | None) -> TrainConfig:
        """The options that a weight was trained with, as far as the recipe still has them."""
        options = {f.name: card.recipe[f.name] for f in fields(self.config) if f.name in card.recipe}
        return self.config(**{"checkpoint": card.name} | options | {"data_root": data_root or ""})

    def all_metrics(self, model: nn.Module, test: ImageSet, training: ImageSet | None) -> Metrics:
        """Every figure of a finished model."""
        measured = compute_metrics(self.metrics, model, test, "test")
        if self.final_metrics:
            measured |= compute_metrics(self.final_metrics, model, test, "test")
        if self.training_metrics:
            measured |= compute_metrics(self.training_metrics, model, training, "train")
        return measured

    def known_of(self, checkpoint: str) -> dict[str, Metrics | str]:
        """What a card takes from here and not from a run: the report's metrics, goal, baseline and note."""
        return {
            "report": self.report.get(checkpoint, {}),
            "goal": self.goal.get(checkpoint, {}),
            "baseline": self.baseline.get(checkpoint, {}),
            "note": self.notes.get(checkpoint, ""),
        }


def recipe_of(architecture: str) -> Recipe:
    """The recipe of an architecture: it stands in train/ under the name of the file in core/models/."""
    return import_module(f"train.{get_architecture(architecture).family}").RECIPE


def learn(
    recipe: Recipe,
    config: TrainConfig,
    training: ImageSet,
    validation: ImageSet,
    after_epoch: Callable[[int, Row], bool | None] | None = None,
    quiet: bool = False,
    origin: Path | None = None,
    **options: object,
) -> tuple[nn.Module, History]:
    """The model of the epoch that is kept, and how it came about.

    Args:
        after_epoch: Called with the epoch, from 0, and its row of the log; may raise to end the run, or
            return True to end it with what it has.
        quiet: Show no progress: the caller does.
        origin: Card of the stage before, whose weights to start from.
        options: Of the architecture, in place of the checkpoint's.
    """
    trainer = Trainer(recipe, config, training, validation, origin, **options)
    state, average = trainer.state, trainer.average
    chooses = is_measured(recipe.monitor, validation) and not config.train_on_all
    history = fit(
        trainer.step, training, config, model=average, validate=trainer.validate,
        monitor=f"validation_{recipe.monitor}" if chooses else None, higher_is_better=higher_is_better(recipe.monitor),
        keep={"trained": state.model, "optimizer": state.optimizer} | state.keep, after_epoch=after_epoch, quiet=quiet,
        origin=load_card(origin).sha256 if origin else "",
    )  # fmt: skip
    if state.finish and join_processes()[0] == 0:
        state.finish(average.module, config.folder)
    return average.module, history


class Trainer:
    """Trains a model by its recipe's step, keeps the moving average of its weights and validates that.

    Args:
        config: Read anew at every step, so that its fields may change during training.
        origin: Card of the stage before.
        options: Of the architecture, in place of the checkpoint's.
    """

    def __init__(
        self, recipe: Recipe, config: TrainConfig, training: ImageSet, validation: ImageSet,
        origin: Path | None = None, **options: object,
    ) -> None:  # fmt: skip
        torch.manual_seed(config.seed)
        self.recipe, self.config, self.validation = recipe, config, validation
        self.state, self.average = ready(recipe, config, training, origin, **options)
        self.state.model.train()

    def step(self, batch: Batch, progress: float) -> dict[str, Tensor]:
        """The recipe's step, and what the average takes from it."""
        losses = self.state.step(batch, progress)
        self.average.update_parameters(self.state.model)
        return losses

    def validate(self) -> Row:
        """What the recipe measures of the average, on the images held out."""
        average_buffers(self.average)
        if self.config.train_on_all:  # none are held out
            return {}
        return self.evaluate(self.validation, "validation")

    def evaluate(self, data: ImageSet, prefix: str) -> Row:
        """The same on other images, named `<prefix>_<metric>`."""
        with autocast(pick_device(), self.config.precision):
            return compute_metrics(self.recipe.metrics, self.average.module, data, prefix)


def ready(
    recipe: Recipe, config: TrainConfig, training: ImageSet, origin: Path | None = None, **options: object
) -> tuple[TrainState, AveragedModel]:
    """The state on its device, with the same first weights in every process, and the average of its weights to come."""
    state = recipe.prepare(config, training, **options)
    if origin:
        _start(state.model, origin, f"the stage before, {origin},")
    elif config.start:
        _start(state.model, config.find_weight(config.start), f"--start {config.start}")
    state.model.to(pick_device(), memory_format=torch.channels_last)  # in place: the optimiser holds its parameters
    broadcast_weights(state.model)
    return state, moving_average(state.model, config.average)


def _start(model: nn.Module, checkpoint: str | Path, name: str) -> None:
    """Take a checkpoint's weights; layers it lacks keep their first ones, so that a net can be made deeper."""
    try:
        model.load_state_dict(model.state_dict() | load_model(checkpoint).state_dict())
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise MismatchedCheckpoint(f"{name} is of another architecture: {reason}") from error
