"""The options of a recipe: a frozen dataclass whose fields are its flags."""

import argparse
import re
import sys
import typing
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

PLACES = ("data_root", "from_runs", "output", "resume")  # options that say where a run reads and writes


def short_name(dataset: str) -> str:
    """What files of a dataset are named by: its name, or that of its folder, in small letters, digits and hyphens."""
    name, _, path = dataset.partition(":")
    title = Path(path).expanduser().resolve().name if path else name
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "pictures"


def option(default: Any, help: str, at_least: float | None = None, at_most: float | None = None) -> Any:
    """A field of a recipe's Config: its default, the sentence its flag shows, and its range, ends included."""
    limits = {"limits": (at_least, at_most)} if at_least is not None else {}
    return field(default=default, metadata={"help": help} | limits)


def nonnegative(default: float, help: str) -> Any:
    """An option from 0 on."""
    return option(default, help, at_least=0)


def share(default: float, help: str) -> Any:
    """An option from 0 to 1."""
    return option(default, help, at_least=0, at_most=1)


@dataclass(frozen=True)
class TrainConfig:
    """Options every recipe has."""

    checkpoints: ClassVar[tuple[str, ...]] = ()  # what the recipe can make; none: anything

    checkpoint: str = option("", "name of the weight to make")
    dataset: str = option("fashion-mnist", "images to train on: a name, or folder:PATH for pictures of your own")
    name: str = option("", "name for the weight (default: the checkpoint's, after the dataset's if that is another)")
    epochs: int = option(30, "passes over the training part", at_least=1)
    batch_size: int = option(128, "images a step, over all processes", at_least=1)
    limit: int = option(0, "train on the first N images only (0: all)", at_least=0)
    validation: float = option(
        0.0, "share of the training images held out to choose by, at random (0: a sixth of each class, always the same)"
    )
    train_on_all: bool = option(False, "learn from the held-out images too, the choice being made; keep the last epoch")
    keep_last: bool = option(False, "keep the last epoch, not the best: few held-out images cannot tell them apart")
    patience: int = option(0, "stop after N epochs without a better validation (0: never)", at_least=0)
    seed: int = option(0, "of initial weights, data order, dropout and augmentation")
    average: float = share(0.999, "decay a step of the moving average of the weights, which is what is saved")
    precision: str = option("auto", "auto, bfloat16 or float32")
    start: str = option("", "name or path of a checkpoint whose weights to start from (else: random ones)")
    data_root: str = option("", "folder of the dataset (else LOOM_DATA, else the usual places)")
    from_runs: str = option("", "folder of runs whose weights, by name, come before the shipped ones to build upon")
    output: str = option("", "folder for weights, log and resume state (default: runs/NAME)")
    resume: bool = option(False, "go on from the state in the output folder")

    def __post_init__(self) -> None:
        if self.checkpoints and self.checkpoint not in self.checkpoints:
            known = ", ".join(self.checkpoints)
            raise ValueError(f"--checkpoint {self.checkpoint} is unknown; there are: {known}")
        if self.precision not in ("auto", "bfloat16", "float32"):
            raise ValueError(_out_of_range(self, "precision"))
        if self.name and not re.fullmatch(r"\w[\w.-]*", self.name):
            raise ValueError(f"--name {self.name} cannot name a file: use letters, digits, dots and hyphens")
        if not 0 <= self.validation < 1:  # some images must be left to learn from
            raise ValueError(_out_of_range(self, "validation"))
        for name in self.__dataclass_fields__:
            low, high = _limits(type(self), name)
            value = getattr(self, name)
            if (low is not None and not value >= low) or (high is not None and not value <= high):
                raise ValueError(_out_of_range(self, name))

    @property
    def on_default_dataset(self) -> bool:
        """Whether the images are those that the checkpoints are made of."""
        return self.dataset == type(self).__dataclass_fields__["dataset"].default

    @property
    def weight_name(self) -> str:
        """What the weight is called: the checkpoint's name on its own images, "digits-cae-27" on a folder of digits."""
        if self.name or self.on_default_dataset:
            return self.name or self.checkpoint
        return f"{short_name(self.dataset)}-{self.checkpoint}"

    @property
    def folder(self) -> Path:
        """Where the run writes."""
        return Path(self.output) if self.output else Path("runs") / self.weight_name

    @property
    def identity(self) -> dict[str, Any]:
        """The options that make a run what it is: where it reads and writes may change on resuming."""
        return {name: value for name, value in asdict(self).items() if name not in PLACES}

    def find_weight(self, checkpoint: str) -> str | Path:
        """Where to find a weight that this one builds upon: among `from_runs`, else by its own name."""
        path = Path(self.from_runs) / checkpoint / f"{checkpoint}.json"
        return path if self.from_runs and path.is_file() else checkpoint


@dataclass(frozen=True)
class GeneratorConfig(TrainConfig):
    """Options of recipes whose samples are compared with real images."""

    features: str = option(
        "", "name or path of a classifier in whose features samples are compared with real images (else the dataset's)"
    )


def parse_config(config_class: type, argv: list[str] | None = None) -> Any:
    """A recipe's Config from the command line: one flag a field, `--learning-rate` for `learning_rate`."""
    return config_class(**parse_options(config_class, argv))


def parse_options(
    config_class: type, argv: list[str] | None = None, check: Callable[..., Any] | None = None
) -> dict[str, Any]:
    """The fields of a recipe's Config that the command line names, and nothing of the others.

    Args:
        check: Called with them as keywords; its ValueError becomes the command's error.
    """
    doc = sys.modules[config_class.__module__].__doc__
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter, argument_default=argparse.SUPPRESS
    )
    types = typing.get_type_hints(config_class)
    for f in fields(config_class):
        flag = f"--{f.name.replace('_', '-')}"
        text = f"{f.metadata.get('help', '')} (default: {f.default})"
        if f.name == "checkpoint" and config_class.checkpoints:
            text += f": {', '.join(config_class.checkpoints)}"
        if f.default is MISSING or types[f.name] is bool:
            parser.add_argument(flag, action="store_true", default=argparse.SUPPRESS, help=f.metadata.get("help", ""))
        else:
            parser.add_argument(flag, type=types[f.name], help=text)
    options = vars(parser.parse_args(argv))
    try:
        (check or config_class)(**options)
    except ValueError as error:
        parser.error(str(error))
    return options


def _limits(config_class: type, name: str) -> tuple[float | None, float | None]:
    """The range of an option, which a recipe that only changes its default need not repeat."""
    for base in config_class.__mro__:
        option_field = vars(base).get("__dataclass_fields__", {}).get(name)
        if option_field and "limits" in option_field.metadata:
            return option_field.metadata["limits"]
    return None, None


def _out_of_range(config: TrainConfig, name: str) -> str:
    low, high = _limits(type(config), name)
    bounds = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
    text = config.__dataclass_fields__[name].metadata["help"]
    return f"--{name.replace('_', '-')} {getattr(config, name)} is out of range: {', '.join([text, *bounds])}"
