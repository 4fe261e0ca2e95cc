"""What every recipe does around its step: data, loop, validation, and the card of what came out."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from core.checkpoint import Card, MismatchedCheckpoint, load_model, round_to_storage, save_checkpoint, save_codes
from core.data import ImageSet, load_fashion_mnist, load_fashion_sample
from core.devices import autocast, average_buffers, join_processes, leave_processes, pick_device
from core.metrics import confusion_matrix, higher_is_better
from core.registry import architecture_of
from core.run import Row
from core.training import History, Step, TrainConfig, fit, run_recipe
from train._measures import BATCH_SIZE, Figures, Measure, figures


@dataclass(frozen=True)
class Trainee:
    """A model made ready to learn."""

    model: nn.Module  # what the optimiser changes
    average: AveragedModel  # of its weights over the steps: what is validated, kept and shipped
    optimizer: Optimizer
    step: Step


@dataclass(frozen=True)
class Recipe:
    """How one family of models is trained and judged."""

    config: type[TrainConfig]  # its fields are the flags
    prepare: Callable[..., Trainee]  # (config, training images, **options of the architecture)
    measure: Measure  # on the validation part after every epoch, and on the test set
    monitor: str  # the measure that chooses the best epoch
    report: dict[str, Figures]  # of each checkpoint: the course report's figures
    goal: dict[str, Figures]  # of each checkpoint: ours
    measure_samples: Measure | None = None  # on the test set only: what takes too long for every epoch
    load: Callable[..., ImageSet] = field(default=load_fashion_mnist)  # ("train" or "test", data root)

    def run(self) -> None:
        """Train as the command line asks, measure on the test set, save."""
        run_recipe(partial(make, self), self.config)

    def test(self, model: nn.Module, data: ImageSet, progress: bool = False) -> Figures:
        """Every figure of a finished model."""
        measured = figures(self.measure, model, data, "test", progress)
        if self.measure_samples:
            measured |= figures(self.measure_samples, model, data, "test", progress)
        return measured


def make(recipe: Recipe, config: TrainConfig) -> None:
    """Train, keep the epoch of the best validation, measure on the test set, write the checkpoint."""
    rank, _ = join_processes()
    training, validation = recipe.load("train", config.data_root).take(config.limit).split(config.validation)
    test = recipe.load("test", config.data_root)
    model, history = learn(recipe, config, training, validation)
    if rank == 0:
        card = describe(recipe, config, round_to_storage(model).eval(), history, test)
        path = save_checkpoint(model, card, config.folder)
        if hasattr(model, "encode"):
            save_codes(path, _encode(model, load_fashion_sample()))
        print(f"{path}: " + ", ".join(f"{name} {value:.5f}" for name, value in card.metrics.items()))
    leave_processes()


def learn(
    recipe: Recipe,
    config: TrainConfig,
    training: ImageSet,
    validation: ImageSet,
    after_epoch: Callable[[int, Row], None] | None = None,
    **options: object,
) -> tuple[nn.Module, History]:
    """The model of the epoch that validated best, and how it came about.

    Args:
        after_epoch: Called with the epoch, from 0, and its row of the log; may raise to end the run.
        options: Of the architecture, in place of the checkpoint's.
    """
    torch.manual_seed(config.seed)
    trainee = recipe.prepare(config, training, **options)
    if config.start:
        _start(trainee, config.start)

    def validate() -> Row:
        average_buffers(trainee.average)
        with autocast(pick_device(), config.precision):
            return figures(recipe.measure, trainee.average.module, validation, "validation")

    trainee.model.train()
    history = fit(
        trainee.step, training, config, model=trainee.average, validate=validate,
        monitor=f"validation_{recipe.monitor}", higher_is_better=higher_is_better(recipe.monitor),
        keep={"trained": trainee.model, "optimizer": trainee.optimizer}, after_epoch=after_epoch,
    )  # fmt: skip
    return trainee.average.module, history


def _start(trainee: Trainee, checkpoint: str) -> None:
    weights = load_model(checkpoint).state_dict()
    try:
        trainee.model.load_state_dict(weights)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise MismatchedCheckpoint(f"--start {checkpoint} is of another architecture: {reason}") from error
    trainee.average.module.load_state_dict(weights)


def describe(recipe: Recipe, config: TrainConfig, model: nn.Module, history: History, test: ImageSet) -> Card:
    """The card of a trained model, with what it measures on the test set."""
    architecture = architecture_of(model)
    metrics = recipe.test(model, test)
    options = {name: value for name, value in config.identity.items() if name != "checkpoint"}
    return Card(
        name=config.checkpoint,
        model=architecture.name,
        config=asdict(model.config),
        recipe={"command": f"python -m train.{architecture.family} {_flags(config)}"}
        | options
        | {"kept_epoch": history.kept_epoch + 1},
        dataset=test.source,
        metrics=metrics,
        seed=config.seed,
        minutes=round(history.minutes, 2),
        parameters=sum(p.numel() for p in model.parameters()),
        report=recipe.report.get(config.checkpoint, {}),
        goal=recipe.goal.get(config.checkpoint, {}),
        history=[{name: float(f"{value:.6g}") for name, value in row.items()} for row in history.rows],
        class_names=list(test.classes),
        confusion=_confusion(model, test) if "test_accuracy" in metrics else [],
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
    device = next(model.parameters()).device
    guesses = [model(batch.image).argmax(1).cpu() for batch in test.batches(BATCH_SIZE, device)]
    return confusion_matrix(test.labels.numpy(), torch.cat(guesses).numpy(), len(test.classes)).tolist()


@torch.inference_mode()
def _encode(model: nn.Module, sample: ImageSet) -> Tensor:
    device = next(model.parameters()).device
    return torch.cat([model.encode(batch.image).cpu() for batch in sample.batches(BATCH_SIZE, device)])
