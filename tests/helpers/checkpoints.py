"""Small checkpoints of any architecture and dataset, as a recipe would write them, without training."""

from dataclasses import asdict
from pathlib import Path

import torch

from core.checkpoint import Card, save_checkpoint, save_codes
from core.data.image_set import ImageSet
from core.data.model_dataset import save_dataset
from core.data.registry import Dataset, name_classes
from core.data.synthetic import synthetic
from core.registry import create_model
from train.common.codes import codes_of, encoder

SMALL = {  # options that make a network small, by architecture
    "autoencoder": {"channels": (4, 8, 8), "hidden_dim": 16, "latent_dim": 3},
    "vae": {"channels": (4, 8, 8), "hidden_dim": 16, "latent_dim": 3},
    "denoising-autoencoder": {"channels": (4, 8, 8), "hidden_dim": 16, "latent_dim": 3},
    "auto-decoder": {"latent_dim": 4, "channels": (8, 6, 4)},
    "fashionnet": {"channels": (4, 4, 4, 4), "hidden_dims": (8, 8)},
    "dcgan": {"latent_dim": 4, "channels": (8, 6, 4)},
    "flow": {"channels": (8, 8, 8), "num_blocks": (1, 1), "condition_dim": 16},
}


def make_dataset(
    title: str, classes: tuple[str, ...] = ("ring", "cross", "dot"), shape: tuple[int, int, int] = (1, 28, 28),
    count: int = 60,
) -> tuple[Dataset, ImageSet]:  # fmt: skip
    """A dataset of random pictures, and its sample, ordered by class."""
    images = synthetic(count, shape).images
    labels = torch.arange(count) * max(len(classes), 1) // count
    source = {"name": title, "source": "made by a test", "licence": "CC0"}
    sample = ImageSet(images, labels, torch.arange(count), classes, source)
    known = {"licence": "CC0", "source": "made by a test"}
    return Dataset(
        f"folder:/somewhere/{title}", title, name_classes(classes), shape, load=lambda *_: sample, **known
    ), sample


def write_checkpoint(
    folder: Path, name: str, architecture: str, dataset: Dataset, sample: ImageSet, **options: object
) -> Path:
    """A network with random weights, its card, its codes and its dataset; the path of the card."""
    labelled = {"num_classes": len(dataset.classes)} if "net" in architecture or architecture == "flow" else {}
    torch.manual_seed(0)
    config = SMALL.get(architecture, {}) | {"image_shape": dataset.image_shape} | labelled | options
    model = create_model(architecture, **config).eval()
    card = Card(
        name=name, model=architecture, config=asdict(model.config), recipe={"command": "a test's", "kl_weight": 1.0},
        dataset=sample.source, metrics={}, seed=0, minutes=0.0, parameters=0, class_names=list(sample.classes),
    )  # fmt: skip
    path = save_checkpoint(model, card, folder)
    if encoder(model):
        save_codes(path, codes_of(model, sample))
    save_dataset(path, dataset, sample)
    return path
