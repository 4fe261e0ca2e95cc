"""The loop every recipe shares: options, batches in a reproducible order, clock, log, best weights, resume. No maths.

A run is a function of its options: data order, dropout and augmentation follow from (seed, epoch), so a run that was
stopped and resumed ends with the very weights of one that was not.
"""

import argparse
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from tqdm import tqdm

from core.checkpoint import CheckpointError
from core.data import Batch, DataError, ImageSet
from core.devices import any_process, join_processes, pick_device
from core.run import Best, History, Interrupt, Row, Run, Stateful

Step = Callable[[Batch, float], dict[str, Tensor]]  # (batch, share of the training done, 0 to 1) -> named scalars


def option(default: Any, help: str) -> Any:
    """A field of a recipe's Config: its default and the sentence its flag shows."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class TrainConfig:
    """Options every recipe has."""

    checkpoints: ClassVar[tuple[str, ...]] = ()  # what the recipe can make; none: anything

    checkpoint: str = option("", "name of the weight to make")
    epochs: int = option(30, "passes over the training part")
    batch_size: int = option(128, "images a step, over all processes")
    limit: int = option(0, "train on the first N images only (0: all)")
    validation: float = option(0.2, "share of the training images held out to choose the best epoch")
    keep_last: bool = option(False, "keep the last epoch, not the best: few held-out images cannot tell them apart")
    patience: int = option(0, "stop after N epochs without a better validation (0: never)")
    seed: int = option(0, "of initial weights, data order, dropout and augmentation")
    average: float = option(0.999, "decay a step of the moving average of the weights, which is what is kept")
    precision: str = option("auto", "auto, bfloat16 or float32")
    start: str = option("", "name or path of a checkpoint whose weights to start from (else: random ones)")
    data_root: str = option("", "folder of the dataset (else LOOM_DATA, else the usual places)")
    output: str = option("", "folder for weights, log and resume state (default: runs/CHECKPOINT)")
    resume: bool = option(False, "go on from the state in the output folder")

    def __post_init__(self) -> None:
        wanted = {
            "epochs": self.epochs >= 1,
            "batch_size": self.batch_size >= 1,
            "limit": self.limit >= 0,
            "validation": 0 < self.validation < 1,
            "patience": self.patience >= 0,
            "precision": self.precision in ("auto", "bfloat16", "float32"),
        }
        if self.checkpoints and self.checkpoint not in self.checkpoints:
            known = ", ".join(self.checkpoints)
            raise ValueError(f"--checkpoint {self.checkpoint} is unknown; there are: {known}")
        for name, good in wanted.items():
            if not good:
                raise ValueError(
                    f"--{name.replace('_', '-')} {getattr(self, name)} is out of range: {_help(self, name)}"
                )

    @property
    def folder(self) -> Path:
        """Where the run writes."""
        return Path(self.output) if self.output else Path("runs") / self.checkpoint

    @property
    def identity(self) -> dict[str, Any]:
        """The options that make a run what it is: where it reads and writes may change on resuming."""
        return {name: value for name, value in asdict(self).items() if name not in ("output", "resume", "data_root")}


def parse_config(config_class: type, argv: list[str] | None = None) -> Any:
    """A recipe's Config from the command line: one flag a field, `--learning-rate` for `learning_rate`."""
    doc = sys.modules[config_class.__module__].__doc__
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    types = typing.get_type_hints(config_class)
    for f in fields(config_class):
        flag = f"--{f.name.replace('_', '-')}"
        text = f"{f.metadata.get('help', '')} (default: {f.default})"
        if f.name == "checkpoint" and config_class.checkpoints:
            text += f": {', '.join(config_class.checkpoints)}"
        if f.default is MISSING or types[f.name] is bool:
            parser.add_argument(flag, action="store_true", help=f.metadata.get("help", ""))
        else:
            parser.add_argument(flag, type=types[f.name], default=f.default, help=text)
    try:
        return config_class(**vars(parser.parse_args(argv)))
    except ValueError as error:
        parser.error(str(error))


def run_recipe(main: Callable[[Any], None], config_class: type) -> None:
    """Run a recipe from the command line; what a person can mend is told in a line, without a traceback."""
    try:
        main(parse_config(config_class))
    except (CheckpointError, DataError) as error:
        sys.exit(f"error: {error}")


def fit(
    step: Step,
    data: ImageSet,
    config: TrainConfig,
    *,
    model: nn.Module,
    validate: Callable[[], Row],
    monitor: str,
    higher_is_better: bool = False,
    keep: dict[str, Stateful],
    after_epoch: Callable[[int, Row], None] | None = None,
) -> History:
    """Run `step` over shuffled batches for the epochs asked, and leave `model` with the weights to keep.

    Args:
        step: Called with a batch and the share of the training done so far; takes its optimiser step itself and
            returns named scalars to log.
        data: The training part.
        model: The module that is validated and kept: the trained one, or the moving average of its weights.
        validate: Measures `model` on the validation part, once an epoch.
        monitor: The validation figure that chooses the best epoch.
        keep: Everything else that must survive a stop: trained model, optimisers.
        after_epoch: Called with the epoch, from 0, and its row of the log; may raise to end the run.

    Raises:
        SystemExit: With the command that goes on, after Ctrl-C or SIGTERM: the state is saved first.
        DamagedCheckpoint: If the state to resume from is not one.
        MismatchedCheckpoint: If it is that of a run with other options.
    """
    rank, _ = join_processes()
    best = Best(monitor, higher_is_better)
    run = Run(config.folder, config.identity, keep | {"model": model, "best": best}, rank)
    if config.resume:
        run.load()
    steps = steps_an_epoch(len(data), config)
    bar = tqdm(
        total=config.epochs * steps, initial=run.epoch * steps + run.step, unit="step", disable=rank > 0,
        leave=after_epoch is None,  # who watches every epoch tells of the run too
    )  # fmt: skip
    with bar, Interrupt() as interrupt:
        while run.epoch < config.epochs and not out_of_patience(config, run.epoch, best):
            if run.step == 0:
                run.sums, run.images = {}, 0
            for losses in epoch_steps(step, data, config, run.epoch, run.step):
                run.add(losses, min(config.batch_size, len(data)))
                bar.update()
                if any_process(interrupt.asked):
                    run.save()
                    _stop(config, run.epoch)
            row = {name: float(total) / steps for name, total in run.sums.items()} | validate()
            best.update(run.epoch, row, model)
            run.finish_epoch(row)
            bar.set_postfix({name: f"{value:.4g}" for name, value in row.items()})
            if after_epoch:
                after_epoch(run.epoch - 1, row)
    if config.keep_last:
        return History(run.rows, run.seconds / 60, run.epoch - 1)
    model.load_state_dict(best.weights)
    return History(run.rows, run.seconds / 60, best.epoch)


def epoch_steps(
    step: Step, data: ImageSet, config: TrainConfig, epoch: int, first: int = 0
) -> Iterator[dict[str, Tensor]]:
    """Take the steps of one epoch, and give what each returned; randomness follows from the seed and the epoch.

    Args:
        step: As for fit().
        epoch: From 0.
        first: Where to go on in an epoch that was stopped, its random state having been restored.
    """
    rank, world = join_processes()
    steps = steps_an_epoch(len(data), config)
    if first == 0:
        torch.manual_seed(_mix(config.seed, epoch, rank))
    for k, index in enumerate(_order(len(data), config, epoch, steps)[first:], first):
        part = index[rank::world]
        yield step(data.batch(part, pick_device()), min(1.0, (epoch + k / steps) / config.epochs))


def steps_an_epoch(images: int, config: TrainConfig) -> int:
    """Optimiser steps in a pass over so many images; the odd ones at its end wait for the next shuffle."""
    return max(1, images // config.batch_size)


def out_of_patience(config: TrainConfig, epoch: int, best: Best) -> bool:
    """Whether the last epoch, before this one, was as far from the best as patience goes."""
    return 0 < config.patience <= epoch - 1 - best.epoch


def _stop(config: TrainConfig, epoch: int) -> None:
    words = [word for word in sys.argv[1:] if word != "--resume"]
    module = sys.modules["__main__"].__spec__
    command = " ".join(["python -m", module.name if module else sys.argv[0], *words, "--resume"])
    raise SystemExit(
        f"Stopped in epoch {epoch + 1} of {config.epochs}; saved to {config.folder}. Go on with: {command}"
    )


def _order(count: int, config: TrainConfig, epoch: int, steps: int) -> list[Tensor]:
    rng = torch.Generator().manual_seed(_mix(config.seed, epoch, -1))
    order = torch.randperm(count, generator=rng)
    return list(order[: steps * config.batch_size].split(config.batch_size))


def _mix(seed: int, epoch: int, rank: int) -> int:
    return (seed * 1_000_003 + epoch * 1009 + rank + 1) % 2**63


def _help(config: TrainConfig, name: str) -> str:
    return next(f.metadata["help"] for f in fields(config) if f.name == name)
