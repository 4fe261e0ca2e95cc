"""A small dataset as a message in JSON, for another process: a visitor's set on its way to a live run."""

import base64
from typing import Any

import torch
from torch import Tensor

from core.data.image_set import ImageSet
from core.data.registry import Dataset, name_classes

SPLITS = ("train", "test")
_KNOWN = ("name", "title", "licence", "source")


def to_message(dataset: Dataset) -> dict[str, Any]:
    """The dataset with all its images, as values for JSON."""
    known = {name: getattr(dataset, name) for name in _KNOWN}
    parts = {split: dataset.load(split) for split in SPLITS}
    return known | {
        "classes": list(dataset.class_names),
        "image_shape": list(dataset.image_shape),
        "images": {split: base64.b64encode(part.images.numpy().tobytes()).decode() for split, part in parts.items()},
        "labels": {split: part.labels.tolist() for split, part in parts.items()},
        "sources": {split: part.source for split, part in parts.items()},
    }


def from_message(message: dict[str, Any]) -> Dataset:
    """The dataset that to_message() was given; its sample holds every image, ordered by class."""
    names, shape = tuple(message["classes"]), tuple(message["image_shape"])
    parts: dict[str, ImageSet] = {}
    for split in SPLITS:
        labels = torch.tensor(message["labels"][split], dtype=torch.int64)
        images = _images(message["images"][split], (len(labels), *shape))
        parts[split] = ImageSet(images, labels, torch.arange(len(labels)), names, message["sources"][split])
    known = {name: message[name] for name in _KNOWN}
    return Dataset(
        classes=name_classes(names), image_shape=shape, load=lambda split, data_root=None: parts[split],
        load_sample=lambda: _all(parts), **known,
    )  # fmt: skip


def _images(text: str, shape: tuple[int, ...]) -> Tensor:
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.uint8).view(shape)


def _all(parts: dict[str, ImageSet]) -> ImageSet:
    """The images of both parts, ordered by class."""
    train, test = (parts[split] for split in SPLITS)
    images, labels = torch.cat([train.images, test.images]), torch.cat([train.labels, test.labels])
    source = train.source | {"split": f"all {len(labels)} pictures"}
    order = labels.argsort(stable=True)
    return ImageSet(images[order], labels[order], torch.arange(len(labels)), train.classes, source)
