"""The options of a recipe: a frozen dataclass whose fields are its flags."""

import argparse
import sys
import typing
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

from core.checkpoint import CheckpointError
from core.data.image_set import DataError


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
    """Run a recipe from the command line; what a person can mend is said in a line, without a traceback."""
    try:
        main(parse_config(config_class))
    except (CheckpointError, DataError) as error:
        sys.exit(f"error: {error}")


def _help(config: TrainConfig, name: str) -> str:
    return next(f.metadata["help"] for f in fields(config) if f.name == name)
