"""The images of a live run: the shipped clothes, or a visitor's own set."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import torch

from core.data.dataset_message import from_message
from core.data.fashion_mnist import load_fashion_sample, load_fashion_training
from core.data.image_set import Batch, ImageSet
from core.data.registry import Dataset
from core.training.augment import random_shift
from core.training.live import HELD_OUT, LiveModel

PASS = 4000  # pictures in a pass over a set of fewer: each comes again and again, shifted
SHIFT = 2  # pixels, at most, by which pictures of a set are moved at random


@dataclass(frozen=True)
class LiveData:
    """What a run learns from and is measured on."""

    training: ImageSet
    distinct: ImageSet  # of those, each once
    validation: ImageSet  # held out
    sample: ImageSet  # whose codes come with the model
    dataset: Dataset | None = None  # a visitor's set

    def augmented(self, batch: Batch) -> Batch:
        """The batch as the model meets it: pictures of a visitor's set are moved a little, each time anew."""
        return batch if self.dataset is None else replace(batch, image=random_shift(batch.image, SHIFT))


def read_data(message: dict[str, Any] | None, live: LiveModel, images: int) -> LiveData:
    """The images of a run.

    Args:
        message: A visitor's set, as core.data.dataset_message has it; None for the shipped clothes.
        images: To learn from, of the shipped ones.
    """
    if message is None:
        training, held = load_training().split(HELD_OUT)
        training = training.take(images)
        return LiveData(training, training, held.take(live.eval_images), load_sample())
    dataset = from_message(message)
    distinct = dataset.train()
    again = torch.arange(max(PASS, len(distinct))) % len(distinct)
    return LiveData(distinct.subset(again), distinct, dataset.test().take(live.eval_images), dataset.sample(), dataset)


@cache
def load_sample() -> ImageSet:
    """The shipped test images, read before the first fork and shared by every run."""
    return load_fashion_sample()


@cache
def load_training() -> ImageSet:
    """The shipped training images, read as early."""
    return load_fashion_training()
