"""Services with small models on other datasets than Fashion-MNIST: grey, in colour, and without classes."""

import base64
from pathlib import Path

import numpy as np

from demos.server.services import Services
from tests.helpers.checkpoints import make_dataset, write_checkpoint

DATASETS = {
    "grey": make_dataset("Rings"),
    "colour": make_dataset("Birds", ("jay", "crow"), (3, 32, 32)),
    "unlabelled": make_dataset("Plain", (), (1, 32, 32), count=12),
}


def make_services(folder: Path) -> Services:
    """With a model of each kind on each dataset, called DATASET-ARCHITECTURE, in that folder."""
    for name, (dataset, sample) in DATASETS.items():
        for architecture in ("autoencoder", "vae", "denoising-autoencoder"):
            write_checkpoint(folder, f"{name}-{architecture}", architecture, dataset, sample)
        write_checkpoint(folder, f"{name}-dcgan", "dcgan", dataset, sample)
        write_checkpoint(folder, f"{name}-ad", "auto-decoder", dataset, sample)
        write_checkpoint(folder, f"{name}-flow", "flow", dataset, sample)
        if dataset.classes:
            write_checkpoint(folder, f"{name}-fashionnet", "fashionnet", dataset, sample)
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
