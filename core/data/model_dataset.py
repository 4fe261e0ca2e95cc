"""The dataset of a trained model: what its card names, or what lies beside its weights.

Datasets that ship images are known by their name. Any other one goes with its models, so that its images need not be
where a model is used: NAME.dataset.safetensors holds a sample of them, their classes, and where they come from.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from core.checkpoint import Card, write_atomically
from core.data.image_set import DataError, ImageSet
from core.data.registry import SAMPLE, Dataset, find_shipped, name_classes

_KNOWN = ("title", "licence", "source")


def save_dataset(card: Path, dataset: Dataset, sample: ImageSet) -> Path:
    """Write NAME.dataset.safetensors beside a card: a sample of the images, their labels, and what is known of them.

    Args:
        card: Path of the card.
        dataset: The model's.
        sample: Images for a gallery, in the order of the codes that lie beside the card, at most 1,000.

    Raises:
        ValueError: If there are more images, or of another shape than the dataset's.
    """
    if len(sample) > SAMPLE or sample.image_shape != dataset.image_shape:
        raise ValueError(
            f"a sample must be at most {SAMPLE} images of shape {dataset.image_shape}, got {len(sample)} of "
            f"{sample.image_shape}"
        )
    known = {name: getattr(dataset, name) for name in _KNOWN} | {"classes": dataset.class_names}
    tensors = {"images": sample.images.contiguous(), "labels": sample.labels.contiguous()}
    path = card.with_suffix(".dataset.safetensors")
    write_atomically(path, save(tensors, metadata={"dataset": json.dumps(known)}))
    return path


def dataset_of(card: Card, path: Path) -> Dataset:
    """The dataset that a model was trained on: the one beside it, else a registered one whose sample ships.

    Its name is unique to its images and classes, so that models of one dataset can be told from those of another.

    Args:
        card: The model's.
        path: Of the card.

    Raises:
        DataError: If there is none, it is damaged, or the model was not made for such images or classes.
    """
    beside = path.with_suffix(".dataset.safetensors")
    dataset = _read(beside) if beside.is_file() else _shipped(card, path)
    shape = card.config.get("image_shape", [1, 28, 28])
    if list(shape) != list(dataset.image_shape):
        raise DataError(
            f"{path} takes images of shape {_words(shape)}, and those of {dataset.title} are "
            f"{_words(dataset.image_shape)}. Take the files of one model only."
        )
    if card.class_names and tuple(card.class_names) != dataset.class_names:
        raise DataError(
            f"{path} knows other classes than {dataset.title}, whose images lie beside it. Take the files of one model "
            "only."
        )
    return dataset


def _read(path: Path) -> Dataset:
    """The dataset in a file that save_dataset() wrote."""
    try:
        with safe_open(path, framework="pt") as file:
            images, labels = file.get_tensor("images"), file.get_tensor("labels")
            known = json.loads((file.metadata() or {})["dataset"])
        names = tuple(known["classes"])
        _check(images, labels, names)
        facts = {name: str(known[name]) for name in _KNOWN}
        shape = tuple(images.shape[1:])
        source = {"name": facts["title"], "source": facts["source"], "licence": facts["licence"]}
        sample = ImageSet(images, labels, torch.arange(len(images)), names, source)
        return Dataset(
            f"set-{_digest(images, labels, names)}", classes=name_classes(names), image_shape=shape,
            load=partial(_no_images, facts["title"]), load_sample=lambda: sample, **facts,
        )  # fmt: skip
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path} is damaged ({error}). Copy it again, or train the model again.") from error


def _check(images: Tensor, labels: Tensor, names: tuple[str, ...]) -> None:
    """Raise a ValueError with the reason if these are no images with their classes."""
    if not all(isinstance(name, str) and name for name in names):
        raise ValueError("its classes are not names")
    if images.dtype != torch.uint8 or images.ndim != 4 or not 0 < len(images) <= SAMPLE:
        raise ValueError(f"it must hold 1 to {SAMPLE} images in bytes")
    if labels.dtype != torch.int64 or labels.shape != (len(images),):
        raise ValueError("it must hold a label for each image")
    if labels.min() < 0 or labels.max() >= max(len(names), 1):
        raise ValueError(f"its labels must be 0 to {max(len(names), 1) - 1}")


def _shipped(card: Card, path: Path) -> Dataset:
    """The registered dataset that the card names, if its sample ships."""
    title = card.dataset.get("name")
    if not title:
        raise DataError(f"{path} does not say which images the model was trained on. Train it again.")
    if dataset := find_shipped(title):
        return dataset
    raise DataError(
        f"{path} was trained on {title}, and a sample of its images is missing: {path.stem}.dataset.safetensors "
        "must lie beside it. Copy that file too, or train the model again."
    )


def _digest(images: Tensor, labels: Tensor, names: tuple[str, ...]) -> str:
    content = hashlib.sha256(json.dumps(names).encode())
    for tensor in (images, labels):
        content.update(tensor.numpy().tobytes())
    return content.hexdigest()[:16]


def _no_images(title: str, split: str, data_root: str | None = None) -> ImageSet:
    raise DataError(f"Only a sample of {title} came with the model: name the dataset itself to train on it.")


def _words(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape))
