"""Services with small models on other datasets than Fashion-MNIST: grey, in colour, and without classes."""

import base64
from collections.abc import Collection
from pathlib import Path

import numpy as np

from demos.server.services import Services
from tests.helpers.checkpoints import make_dataset, write_checkpoint

DATASETS = {
    "grey": make_dataset("Rings"),
    "colour": make_dataset("Birds", ("jay", "crow"), (3, 32, 32)),
    "unlabelled": make_dataset("Plain", (), (1, 32, 32), count=12),
}


KINDS = {  # architectures, by the last part of a model's name
    "autoencoder": "autoencoder", "vae": "vae", "denoising-autoencoder": "denoising-autoencoder", "dcgan": "dcgan",
    "ad": "auto-decoder", "flow": "flow", "fashionnet": "fashionnet",
}  # fmt: skip


def make_services(folder: Path, kinds: Collection[str] = KINDS, names: Collection[str] = DATASETS) -> Services:
    """With a model of each kind on each dataset, called DATASET-KIND, in that folder.

    Args:
        names: Of the datasets that have an auto-decoder, whose codes take seconds to fit.
    """
    for name, (dataset, sample) in DATASETS.items():
        for kind in kinds:
            if (kind != "fashionnet" or dataset.classes) and (kind != "ad" or name in names):
                write_checkpoint(folder, f"{name}-{kind}", KINDS[kind], dataset, sample)
    services = Services(weights=[folder])
    services.models.look()
    return services


def pictures(name: str) -> np.ndarray:
    """The sample as the page has it: (N, H, W) or (N, H, W, 3)."""
    images = DATASETS[name][1].images.permute(0, 2, 3, 1).numpy()
    return images[..., 0] if images.shape[-1] == 1 else images


def to_text(pixels: np.ndarray) -> str:
    """The bytes of a picture, as a page sends them."""
    return base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode()


def from_text(text: str, shape: tuple[int, ...]) -> np.ndarray:
    """A picture of the bytes that a page gets."""
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(shape)
