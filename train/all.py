"""Train a model of every kind on one dataset, within a number of minutes: for pictures of your own.

python -m train.all --dataset folder:PATH --minutes 20
python -m train.all --dataset mnist --minutes 30 --output runs/mnist

It makes a classifier (where there are classes), an autoencoder, a variational autoencoder, a denoiser and a generative
adversarial network. How many epochs each gets follows from how fast this machine is.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from core.checkpoint import CheckpointError, load_card, write_atomically
from core.data.image_set import DataError, ImageSet
from core.training.config import TrainConfig, short_name
from core.training.devices import join_processes
from core.training.loop import steps_an_epoch
from core.training.state import Row
from train.common.datasets import first, read_dataset
from train.common.recipe import Recipe, Trainer
from train.common.stages import make_of

SHORTEST = 50  # steps an epoch: a small dataset is gone through several times
FEWEST = 10  # epochs, for a large dataset of which there is only time for a part
WORK = 4  # times as long as a validation the steps of an epoch take at least
MEASURED = 2000  # images, at most, that a model is validated and measured on
TRIED = 2.0  # seconds of steps that tell how fast a model learns here
LEARNING = 0.85  # share of a model's minutes in which it learns; in the others it is measured
LATEST = 0.95  # share of a model's minutes after which it stops, should the machine have become slower
SHOWN = 6  # figures of a model; its card has all of them
VALIDATION = 0.1  # share of the training images


@dataclass(frozen=True)
class Plan:
    """One of the models."""

    kind: str  # what its weight is called, after the dataset
    recipe: str
    share: float  # of the minutes
    epochs: int  # of SHORTEST steps, at most: more would not help
    options: dict[str, Any] = field(default_factory=dict)  # of the recipe


PLANS = (  # the network that needs most time comes early: what others take too long is missing at the end
    Plan("classifier", "classifier", 0.15, 40, {"checkpoint": "classifier-fashionnet", "flip": 0.0, "batch_size": 64}),
    Plan("gan", "dcgan", 0.5, 400, {"batch_size": 32, "r1_weight": 1.0, "average": 0.995, "keep_last": True}),
    Plan("cae", "autoencoder", 0.1, 80, {"latent_dim": 8}),
    Plan("vae", "vae", 0.1, 80),
    Plan("denoiser", "denoiser", 0.15, 60, {"batch_size": 32}),
)


def train_all(dataset: str, minutes: float, folder: Path, data_root: str, seed: int, resume: bool) -> list[Path]:
    """Train every model that the dataset allows; the paths of their cards.

    Args:
        minutes: For all of them together.
        folder: For the weights.
        resume: Leave out those whose card is there.

    Raises:
        DataError: If there is no such dataset, or it cannot be used.
    """
    data = read_dataset(dataset)
    training = data.train(data_root or None)
    plans = [plan for plan in PLANS if plan.kind != "classifier" or len(data.classes) > 1]
    if len(plans) < len(PLANS):
        print(f"{data.title} has fewer than two classes: it gets no classifier, and samples are not measured.")
    deadline = time.monotonic() + 60 * minutes
    trained: list[Path] = []
    with tqdm(total=100, bar_format="{desc} {percentage:3.0f} %|{bar:20}| {postfix}") as bar:
        for k, plan in enumerate(plans):
            path = folder / f"{short_name(dataset)}-{plan.kind}.json"
            if not (resume and path.is_file()):
                seconds = (deadline - time.monotonic()) * plan.share / sum(each.share for each in plans[k:])
                features = trained[0] if trained and len(data.classes) > 1 else ""
                options = {"dataset": dataset, "data_root": data_root, "seed": seed, "name": path.stem}
                options["command"] = f"python -m train.all --dataset {dataset} --minutes {minutes:g} --seed {seed}"
                options |= {"output": str(folder), "validation": VALIDATION, "features": str(features)}
                name, ends = f"{k + 1} of {len(plans)}, {plan.kind}", time.monotonic() + LATEST * seconds
                _train(plan, options, training, seconds, _reporter(bar, name, ends, deadline, minutes))
            trained.append(path)
    return trained


def _train(
    plan: Plan, options: dict[str, Any], training: ImageSet, seconds: float,
    after_epoch: Callable[[int, Row], bool],
) -> None:  # fmt: skip
    """Train one of the models in about so many seconds, and say what it measured."""
    recipe = import_module(f"train.{plan.recipe}").RECIPE
    known = {name: value for name, value in options.items() if name in recipe.config.__dataclass_fields__}
    config = recipe.config(**known | plan.options)
    training = replace(training, classifier=options["features"]) if options["features"] else training
    learning, validation = training.split(config.validation)
    validation = first(validation, MEASURED)
    epochs, learning = fit_into(LEARNING * seconds, recipe, config, learning, validation, plan.epochs)
    card = make_of(
        recipe, replace(config, epochs=epochs), learning, validation, most=MEASURED, after_epoch=after_epoch, quiet=True
    )
    path = config.folder / f"{card.name}.json"
    card = replace(load_card(path), recipe=card.recipe | {"command": options["command"]})
    write_atomically(path, json.dumps(asdict(card), indent=1).encode())
    for name in ("state.safetensors", "log.csv"):  # the next model writes its own; the card has the history
        (config.folder / name).unlink(missing_ok=True)
    figures = ", ".join(f"{name} {value:.4f}" for name, value in list(card.metrics.items())[:SHOWN])
    tqdm.write(f"{card.name}: {figures or 'no figures'} ({card.minutes:.1f} minutes). {card.note}".rstrip())


def fit_into(
    seconds: float, recipe: Recipe, config: TrainConfig, learning: ImageSet, validation: ImageSet, most: int
) -> tuple[int, ImageSet]:
    """How many epochs fit into a time, and the images of an epoch: several times all of them, or some of them.

    Args:
        most: Epochs of SHORTEST steps that are of use.
    """
    a_step, a_validation = _pace(recipe, config, learning, validation)
    steps = max(1.0, min(seconds / a_step, most * max(SHORTEST, len(learning) / config.batch_size)))
    a_pass = max(SHORTEST, steps_an_epoch(len(learning), config))
    an_epoch = max(1, int(min(max(min(a_pass, steps / FEWEST), WORK * a_validation / a_step), steps)))
    epochs = max(1, int(min(steps / an_epoch, seconds / (an_epoch * a_step + a_validation))))
    return epochs, _resized(learning, an_epoch * config.batch_size)


def _pace(recipe: Recipe, config: TrainConfig, learning: ImageSet, validation: ImageSet) -> tuple[float, float]:
    """Seconds that a step and a validation take here."""
    trainer = Trainer(recipe, config, learning, validation)
    batch = torch.arange(config.batch_size) % len(learning)
    trainer.step(learning.batch(batch, next(trainer.state.model.parameters()).device), 0.5)  # the first one is slow
    started, steps = time.monotonic(), 0
    while steps < 2 or time.monotonic() < started + TRIED:
        trainer.step(learning.batch(batch, next(trainer.state.model.parameters()).device), 0.5)
        steps += 1
    a_step = (time.monotonic() - started) / steps
    started = time.monotonic()
    trainer.validate()
    return a_step, time.monotonic() - started


def _resized(data: ImageSet, count: int) -> ImageSet:
    """So many images: the first ones, or all of them again and again."""
    return data.subset(torch.arange(count) % len(data))


def _reporter(bar: tqdm, title: str, ends: float, deadline: float, minutes: float) -> Callable[[int, Row], bool]:
    """What shows after every epoch how far everything is, and says whether the model's time is over."""

    def report(epoch: int, row: Row) -> bool:
        metrics = {name.removeprefix("validation_"): value for name, value in row.items() if "validation_" in name}
        name, value = next(iter(metrics.items() or row.items()))
        bar.set_description(f"{title}, epoch {epoch + 1}, {name} {value:.4f}", False)
        done = 1 - (deadline - time.monotonic()) / (60 * minutes)
        bar.n = min(100.0, 100 * done)
        bar.set_postfix_str(f"{done * minutes:.1f} of {minutes:g} minutes")
        return time.monotonic() > ends

    return report


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", required=True, help="images to train on: a name, or folder:PATH")
    parser.add_argument("--minutes", type=float, default=20, help="for all models together (default: 20)")
    parser.add_argument("--output", default="", help="folder for the weights (default: runs/DATASET)")
    parser.add_argument("--data-root", default="", help="folder of the dataset (else LOOM_DATA, else the usual places)")
    parser.add_argument("--seed", type=int, default=0, help="of every training")
    parser.add_argument("--resume", action="store_true", help="leave out models that are finished")
    args = parser.parse_args(argv)
    if not 0 < args.minutes < float("inf"):
        parser.error(f"--minutes {args.minutes:g} is out of range: it must be more than 0")
    try:
        if join_processes()[1] > 1:
            raise DataError("train.all measures how fast one process learns: leave out torchrun")
        folder = Path(args.output) if args.output else Path("runs") / short_name(args.dataset)
        trained = train_all(args.dataset, args.minutes, folder, args.data_root, args.seed, args.resume)
    except (CheckpointError, DataError) as error:
        sys.exit(f"error: {error}")
    print(f"{len(trained)} models are in {folder}. Look at them: python app.py --weights {folder}")
    print(f"For a page without a server, and for visitors far away: python -m train.export {folder}")


if __name__ == "__main__":
    main()
