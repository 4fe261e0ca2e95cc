"""A dataset held in memory: one tensor, sliced into batches (a DataLoader is slower than the models here)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

HELD_OUT = 1 / 6  # share of the training images that choices are made by: 10,000 of Fashion-MNIST's 60,000


class DataError(RuntimeError):
    """A dataset is missing or damaged; the message names the path and the command that mends it."""


@dataclass(frozen=True)
class Batch:
    """A few examples: float images in [0, 1], their classes, and their indices in the whole dataset."""

    image: Tensor  # (B, C, H, W) float32
    label: Tensor  # (B,) int64
    index: Tensor  # (B,) int64


@dataclass(frozen=True)
class ImageSet:
    """A labelled dataset held whole in memory as bytes."""

    images: Tensor  # (N, C, H, W) uint8
    labels: Tensor  # (N,) int64
    index: Tensor  # (N,) int64, of each example in the file it came from
    classes: tuple[str, ...]
    source: dict[str, str]
    attributes: Tensor | None = None  # (N, A) probabilities, of faces
    classifier: str = ""  # checkpoint in whose features generated images are compared with these; none: they are not

    def __len__(self) -> int:
        return len(self.images)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W) of every image."""
        return tuple(self.images.shape[1:])

    def subset(self, index: Tensor) -> "ImageSet":
        """The examples at the given indices, shape (n,), in that order."""
        attributes = None if self.attributes is None else self.attributes[index]
        original = self.index[index]
        return replace(
            self, images=self.images[index], labels=self.labels[index], index=original, attributes=attributes
        )

    def take(self, limit: int) -> "ImageSet":
        """The first `limit` examples; 0 means all of them."""
        return self.subset(torch.arange(min(limit or len(self), len(self))))

    def split(self, fraction: float, seed: int = 0) -> tuple["ImageSet", "ImageSet"]:
        """Two parts drawn at random: the larger one, and a `fraction` of the examples, at least one, for validation."""
        order = torch.randperm(len(self), generator=torch.Generator().manual_seed(seed))
        held = max(1, round(fraction * len(self)))
        return self.subset(order[held:]), self.subset(order[:held])

    def hold_out(self) -> tuple["ImageSet", "ImageSet"]:
        """The images to learn from, in random order, and those to choose by: always the same ones.

        Held out is a sixth of each class, at least one image of every class that has two. Where labels tell people
        and not classes, it is all photographs of a sixth of the people.
        """
        order = torch.randperm(len(self), generator=torch.Generator().manual_seed(0))
        labels = self.labels[order]
        groups = labels.unique()
        if not self.classes and len(groups) > 1:
            people = groups[torch.randperm(len(groups), generator=torch.Generator().manual_seed(0))]
            is_held = torch.isin(labels, people[: max(1, round(HELD_OUT * len(groups)))])
        else:
            is_held = torch.zeros(len(self), dtype=torch.bool)
            for label in groups:
                places = torch.nonzero(labels == label).flatten()
                is_held[places[: min(max(1, round(HELD_OUT * len(places))), len(places) - 1)]] = True
        return self.subset(order[~is_held]), self.subset(order[is_held])

    def batch(self, index: Tensor, device: torch.device | str = "cpu") -> Batch:
        """The examples at the given indices, shape (B,), as floats on a device."""
        image = self.images[index].to(device).float().div_(255)
        return Batch(image, self.labels[index].to(device), self.index[index].to(device))

    def batches(self, batch_size: int, device: torch.device | str = "cpu") -> Iterator[Batch]:
        """Every example once, in order."""
        for index in torch.arange(len(self)).split(batch_size):
            yield self.batch(index, device)
