"""Synthetic clothes: rectangles whose position gives their class, for tests and trials without a dataset."""

import torch

from core.data.fashion_mnist import CLASSIFIER, FASHION_CLASSES
from core.data.image_set import ImageSet


def synthetic(count: int = 64, image_shape: tuple[int, int, int] = (1, 28, 28), seed: int = 0) -> ImageSet:
    """Bright rectangles whose class is their place: learnable, needs no file, made for tests."""
    channels, height, width = image_shape
    labels = torch.arange(count) % 10
    rng = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 60, (count, channels, height, width), generator=rng, dtype=torch.uint8)
    for image, label in zip(images, labels.tolist(), strict=True):
        top, left = (label // 5) * height // 2, (label % 5) * width // 5
        image[:, top : top + height // 2, left : left + width // 5] += 180
    source = {"name": "synthetic rectangles"}
    return ImageSet(images, labels, torch.arange(count), FASHION_CLASSES, source, classifier=CLASSIFIER)
