"""The dataset that a recipe's options name, and classifiers that must know its classes."""

import sys
from dataclasses import replace
from functools import lru_cache

from core.checkpoint import MismatchedCheckpoint, load_card
from core.data.image_set import DataError, ImageSet
from core.data.registry import Dataset, get_dataset
from core.training.config import GeneratorConfig, TrainConfig
from core.training.devices import join_processes
from train.common.metrics import COMPARED, GENERATION, can_compare

SHOWN = 20  # notes
LEFT_OUT = (
    f"{', '.join(GENERATION)} are left out: they need a classifier that knows these images (--features), and "
    f"{COMPARED} images to measure on."
)


@lru_cache(maxsize=2)
def read_dataset(name: str) -> Dataset:
    """A dataset by its name; what could not be used of it is printed once.

    Raises:
        DataError: If there is none, or it cannot be used.
    """
    dataset = get_dataset(name)
    if join_processes()[0] == 0:
        for note in dataset.notes[:SHOWN]:
            print(f"note: {note}", file=sys.stderr)
        if len(dataset.notes) > SHOWN:
            print(f"note: {len(dataset.notes) - SHOWN} more of the same kind", file=sys.stderr)
    return dataset


def require_classes(data: ImageSet) -> int:
    """The number of classes, which a classifier needs at least two of.

    Raises:
        DataError: If there are fewer.
    """
    if len(data.classes) < 2:
        count = f"{len(data.classes) or 'no'} class{'es' if not data.classes else ''}"
        raise DataError(
            f"{data.source['name']} has {count}; a classifier needs two at least: put the pictures of each class into "
            "a folder of its own"
        )
    return len(data.classes)


def check_classes(checkpoint: str, option: str, data: ImageSet) -> None:
    """See that a classifier that an option names knows the classes of these images.

    Raises:
        MismatchedCheckpoint: If it knows others.
    """
    if load_card(checkpoint).class_names != list(data.classes):
        name = data.source["name"]
        raise MismatchedCheckpoint(
            f"{option} {checkpoint} knows other classes than {name}: name a classifier trained on it, or leave it empty"
        )


def check_held_out(data: ImageSet, held_out: ImageSet) -> None:
    """See that images of every class are held out, by which a classifier is chosen.

    Args:
        data: All training images.

    Raises:
        DataError: If one has none.
    """
    counts = data.labels.bincount(minlength=len(data.classes))
    missing = (counts > 0) & (held_out.labels.bincount(minlength=len(data.classes)) == 0)
    if missing.any():
        label = int(missing.nonzero()[0])
        raise DataError(
            f"No image of class {data.classes[label]!r} is held out to choose by: {len(held_out):,} of {len(data):,} "
            f"training images are, and it has {counts[label]}. Add images of it, or hold out more by --validation."
        )


def first(data: ImageSet, most: int) -> ImageSet:
    """At most so many images (0: all), and a source that says so if they are fewer."""
    if not 0 < most < len(data):
        return data
    return replace(data.take(most), source=data.source | {"split": f"{data.source['split']}, the first {most:,}"})


def is_measured(metric: str, data: ImageSet) -> bool:
    """Whether a metric can be measured on such images."""
    return metric not in GENERATION or can_compare(data)


def note_on_left_out(config: TrainConfig, data: ImageSet) -> str:
    """A sentence about what could not be measured; empty if everything could."""
    return LEFT_OUT if isinstance(config, GeneratorConfig) and not can_compare(data) else ""
