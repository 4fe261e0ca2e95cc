"""What every recipe does around its step: data, loop, validation, and the card of what came out."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from core.checkpoint import (
    Card,
    MismatchedCheckpoint,
    load_model,
    round_to_storage,
    save_checkpoint,
    save_codes,
    write_atomically,
)
from core.data.fashion_mnist import load_fashion_mnist, load_fashion_sample
from core.data.image_set import Batch, ImageSet
from core.data.model_dataset import save_dataset
from core.metrics import confusion_matrix, higher_is_better
from core.registry import architecture_of, get_architecture
from core.training.config import GeneratorConfig, TrainConfig, run_recipe
from core.training.devices import (
    autocast,
    average_buffers,
    broadcast_weights,
    join_processes,
    leave_processes,
    pick_device,
)
from core.training.loop import History, Step, fit
from core.training.optim import moving_average
from core.training.state import Row, Stateful
from train.common.codes import codes_of, encoder
from train.common.datasets import check_classes, is_measured, note_on_left_out, read_dataset
from train.common.metrics import MetricFn, Metrics, batches, compute_metrics
from train.common.sample_sheet import sample_sheet


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
    bank: Callable[[ImageSet], ImageSet] = lambda test: load_fashion_sample()  # images whose codes come with the model
    load: Callable[..., ImageSet] = lambda checkpoint, split, root: fashion(split, root)  # split: train or test

    def run(self) -> None:
        """Train as the command line asks, measure on the test set, save."""
        run_recipe(partial(make, self), self.config)

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
        """The images to train on, and those held out to choose the best epoch."""
        return self.images(config, "train").take(config.limit).split(config.validation)

    def gallery(self, config: TrainConfig, test: ImageSet) -> ImageSet:
        """The images whose codes come with the model."""
        return self.bank(test) if config.on_default_dataset else read_dataset(config.dataset).sample(config.data_root)

    def config_of(self, card: Card, data_root: str | None) -> TrainConfig:
        """The options that a weight was trained with, as far as the recipe still has them."""
        options = {f.name: card.recipe[f.name] for f in fields(self.config) if f.name in card.recipe}
        return self.config(**{"checkpoint": card.name} | options | {"data_root": data_root or ""})

    def test(self, model: nn.Module, test: ImageSet, training: ImageSet | None) -> Metrics:
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


def make(recipe: Recipe, config: TrainConfig) -> None:
    """Train on one part, validate on the other, measure on the test set, write the checkpoint."""
    join_processes()
    training, validation = recipe.parts(config)
    if card := make_of(recipe, config, training, validation, recipe.images(config, "test")):
        metrics = ", ".join(f"{name} {value:.5f}" for name, value in card.metrics.items())
        print(f"{config.folder / card.name}.json: {metrics}")
        if left_out := note_on_left_out(config, training):
            print(left_out)
    leave_processes()


def make_of(
    recipe: Recipe, config: TrainConfig, training: ImageSet, validation: ImageSet, test: ImageSet, **options: object
) -> Card | None:
    """The same of images that are at hand; the card, or None in a process that writes none.

    Args:
        options: For learn().
    """
    model, history = learn(recipe, config, training, validation, **options)
    if join_processes()[0] > 0:
        return None
    metrics = recipe.test(round_to_storage(model).eval(), test, training)
    card = describe(recipe, config, model, history, test, metrics)
    path = save_checkpoint(model, card, config.folder)
    gallery = recipe.gallery(config, test).take(config.limit)
    if encoder(model):
        save_codes(path, codes_of(model, gallery))
    if not config.on_default_dataset:
        save_dataset(path, read_dataset(config.dataset), gallery)
    if picture := sample_sheet(model, test):
        write_atomically(path.with_suffix(".png"), picture)
    return card


def learn(
    recipe: Recipe,
    config: TrainConfig,
    training: ImageSet,
    validation: ImageSet,
    after_epoch: Callable[[int, Row], bool | None] | None = None,
    quiet: bool = False,
    **options: object,
) -> tuple[nn.Module, History]:
    """The model of the epoch that is kept, and how it came about.

    Args:
        after_epoch: Called with the epoch, from 0, and its row of the log; may raise to end the run, or
            return True to end it with what it has.
        quiet: Show no progress: the caller does.
        options: Of the architecture, in place of the checkpoint's.
    """
    trainer = Trainer(recipe, config, training, validation, **options)
    state, average = trainer.state, trainer.average
    history = fit(
        trainer.step, training, config, model=average, validate=trainer.validate,
        monitor=f"validation_{recipe.monitor}" if is_measured(recipe.monitor, validation) else None,
        higher_is_better=higher_is_better(recipe.monitor),
        keep={"trained": state.model, "optimizer": state.optimizer} | state.keep, after_epoch=after_epoch, quiet=quiet,
    )  # fmt: skip
    if state.finish and join_processes()[0] == 0:
        state.finish(average.module, config.folder)
    return average.module, history


class Trainer:
    """Trains a model by its recipe's step, keeps the moving average of its weights and validates that.

    Args:
        config: Read anew at every step, so that its fields may change during training.
        options: Of the architecture, in place of the checkpoint's.
    """

    def __init__(
        self, recipe: Recipe, config: TrainConfig, training: ImageSet, validation: ImageSet, **options: object
    ) -> None:
        torch.manual_seed(config.seed)
        self.recipe, self.config, self.validation = recipe, config, validation
        self.state, self.average = ready(recipe, config, training, **options)
        self.state.model.train()

    def step(self, batch: Batch, progress: float) -> dict[str, Tensor]:
        """The recipe's step, and what the average takes from it."""
        losses = self.state.step(batch, progress)
        self.average.update_parameters(self.state.model)
        return losses

    def validate(self) -> Row:
        """What the recipe measures of the average, on the images held out."""
        average_buffers(self.average)
        return self.evaluate(self.validation, "validation")

    def evaluate(self, data: ImageSet, prefix: str) -> Row:
        """The same on other images, named `<prefix>_<metric>`."""
        with autocast(pick_device(), self.config.precision):
            return compute_metrics(self.recipe.metrics, self.average.module, data, prefix)


def ready(
    recipe: Recipe, config: TrainConfig, training: ImageSet, **options: object
) -> tuple[TrainState, AveragedModel]:
    """The state on its device, with the same first weights in every process, and the average of its weights to come."""
    state = recipe.prepare(config, training, **options)
    if config.start:
        _start(state.model, config.start)
    state.model.to(pick_device(), memory_format=torch.channels_last)  # in place: the optimiser holds its parameters
    broadcast_weights(state.model)
    return state, moving_average(state.model, config.average)


def _start(model: nn.Module, checkpoint: str) -> None:
    """Take a checkpoint's weights; layers it lacks keep their first ones, so that a net can be made deeper."""
    try:
        model.load_state_dict(model.state_dict() | load_model(checkpoint).state_dict())
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise MismatchedCheckpoint(f"--start {checkpoint} is of another architecture: {reason}") from error


def describe(
    recipe: Recipe, config: TrainConfig, model: nn.Module, history: History, data: ImageSet, metrics: Metrics
) -> Card:
    """The card of a trained model, with what was measured of it, on which images."""
    architecture = architecture_of(model)
    known = {"note": note_on_left_out(config, data)}
    if config.on_default_dataset:
        known = recipe.known_of(config.checkpoint)
    is_renamed = config.weight_name != config.checkpoint
    options = {name: value for name, value in config.identity.items() if name != "checkpoint" or is_renamed}
    return Card(
        name=config.weight_name,
        model=architecture.name,
        config=asdict(model.config),
        recipe={"command": f"python -m train.{architecture.family} {_flags(config)}"}
        | options
        | {"kept_epoch": history.kept_epoch + 1},
        dataset=data.source,
        metrics=metrics,
        seed=config.seed,
        minutes=round(history.minutes, 2),
        parameters=sum(p.numel() for p in model.parameters()),
        history=[{name: float(f"{value:.6g}") for name, value in row.items()} for row in history.rows],
        class_names=list(data.classes),
        confusion=_confusion(model, data) if "test_accuracy" in metrics else [],
        **known,
    )


def _flags(config: TrainConfig) -> str:
    """The checkpoint's name and every option that is not its default, as the command line takes them."""
    words = ["--checkpoint", config.checkpoint]
    for option in fields(config):
        value = config.identity.get(option.name)
        if option.name in config.identity and option.name != "checkpoint" and value != option.default:
            words += [f"--{option.name.replace('_', '-')}"] + ([] if value is True else [str(value)])
    return " ".join(words)


@torch.inference_mode()
def _confusion(model: nn.Module, test: ImageSet) -> list[list[int]]:
    guesses = [model(batch.image).argmax(1).cpu() for batch in batches(model, test)]
    return confusion_matrix(test.labels.numpy(), torch.cat(guesses).numpy(), len(test.classes)).tolist()
