"""Datasets register themselves where they are written; everything else finds them here by name.

A name is one of list_datasets(), or `folder:PATH` for pictures of your own (core/data/folder.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import torch

from core.data.image_set import DataError, ImageSet

COLORS = (
    "#CC6677", "#4477CC", "#B8A33A", "#117733", "#66BBE0", "#882255", "#44AA99", "#8A8F2B", "#AA4499", "#8A8F98",
)  # fmt: skip
SHAPES = ("circle", "square", "triangle", "diamond", "cross", "star")  # of a class in a scatter plot
MAX_CLASSES = len(COLORS) * len(SHAPES)
SAMPLE = 1000  # images in a gallery, at most

Loader = Callable[..., ImageSet]  # (split, data_root=None); split: "train" or "test"


@dataclass(frozen=True)
class DatasetClass:
    """What the images of a class are called, and how a chart marks them."""

    name: str
    color: str  # "#rrggbb"
    shape: str  # one of SHAPES


@dataclass(frozen=True)
class Dataset:
    """Images that models can be trained on, and what is known of them without reading them."""

    name: str  # as --dataset takes it
    title: str
    classes: tuple[DatasetClass, ...]  # none: the images are not labelled
    image_shape: tuple[int, int, int]  # (C, H, W)
    licence: str
    source: str
    load: Loader
    load_sample: Callable[[], ImageSet] | None = None  # images that ship
    classifier: str = ""  # shipped checkpoint in whose features generated images are compared with real ones
    notes: tuple[str, ...] = ()  # sentences about what could not be used

    def __post_init__(self) -> None:
        channels, height, width = self.image_shape
        if channels not in (1, 3) or height != width or height % 4:
            raise ValueError(f"{self.name}: images must be grey or coloured squares, not {self.image_shape}")
        if len(self.classes) > MAX_CLASSES:
            raise DataError(
                f"{self.title} has {len(self.classes)} classes, and at most {MAX_CLASSES} can be told apart in a "
                "chart. Join some of them."
            )
        if len(set(self.class_names)) < len(self.classes):
            raise DataError(f"Two classes of {self.title} have the same name. Rename one of them.")

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, in the order of their labels."""
        return tuple(each.name for each in self.classes)

    def train(self, data_root: str | None = None) -> ImageSet:
        """The images to train on."""
        return self.load("train", data_root)

    def test(self, data_root: str | None = None) -> ImageSet:
        """The images to measure on."""
        return self.load("test", data_root)

    def sample(self, data_root: str | None = None) -> ImageSet:
        """At most 1,000 test images for a gallery: as many of each class as there are, ordered by class."""
        if self.load_sample is not None:
            return self.load_sample()
        test = self.test(data_root)
        each = SAMPLE // max(len(self.classes), 1)
        labels = range(max(len(self.classes), 1))
        chosen = [torch.nonzero(test.labels == label).flatten()[:each] for label in labels]
        return test.subset(torch.cat(chosen) if self.classes else torch.arange(min(each, len(test))))


_DATASETS: dict[str, Dataset] = {}
_COLLECTIONS: dict[str, Callable[[str], Dataset]] = {}


def name_classes(names: Sequence[str]) -> tuple[DatasetClass, ...]:
    """Classes with the colours and shapes of a chart: ten colours as circles, the same ten as squares, and so on."""
    marks = [(color, shape) for shape in SHAPES for color in COLORS]
    return tuple(DatasetClass(name, *marks[i % len(marks)]) for i, name in enumerate(names))


def register_dataset(name: str, *, classes: Sequence[str] = (), **known: Any) -> Callable[[Loader], Loader]:
    """Decorator of a function `load(split, data_root=None)`: make its images known as `name`.

    Args:
        classes: Names of the classes, in the order of their labels.
        known: The other fields of Dataset.

    Raises:
        ValueError: If the name is taken.
    """

    def register(load: Loader) -> Loader:
        if name in _DATASETS:
            raise ValueError(f"dataset {name!r} is already registered")
        _DATASETS[name] = Dataset(name, classes=name_classes(classes), load=load, **known)
        return load

    return register


def register_collection(kind: str) -> Callable[[Callable[[str], Dataset]], Callable[[str], Dataset]]:
    """Decorator of a function that makes a dataset of the text after `kind:` in its name."""

    def register(make: Callable[[str], Dataset]) -> Callable[[str], Dataset]:
        _COLLECTIONS[kind] = make
        return make

    return register


def list_datasets() -> list[str]:
    """Names of every dataset that is known by name, sorted."""
    _import_datasets()
    return sorted(_DATASETS)


def get_dataset(name: str) -> Dataset:
    """The dataset of that name.

    Args:
        name: One of list_datasets(), or `folder:PATH`.

    Raises:
        DataError: If there is none, or the folder holds no pictures that can be used.
    """
    if name not in _DATASETS:
        _import_datasets()
    kind, _, rest = name.partition(":")
    if rest and kind in _COLLECTIONS:
        return replace(_COLLECTIONS[kind](rest), name=name)
    if name not in _DATASETS:
        known = ", ".join([*list_datasets(), *(f"{kind}:PATH" for kind in sorted(_COLLECTIONS))])
        raise DataError(f"There is no dataset {name!r}. There are: {known}.")
    return _DATASETS[name]


def find_shipped(title: str) -> Dataset | None:
    """The dataset of that title whose sample ships; None if there is none."""
    for prepare in (lambda: None, _import_datasets):  # the second reads every module, which takes a while
        prepare()
        for dataset in _DATASETS.values():
            if dataset.title == title and dataset.load_sample is not None:
                return dataset
    return None


def _import_datasets() -> None:
    """Import every module beside this one, which registers every dataset."""
    package = import_module("core.data")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
