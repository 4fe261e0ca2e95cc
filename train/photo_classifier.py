"""Teach the report's ResNet photos of clothes beside Fashion-MNIST, and pictures of no clothes to know it by.

python -m train.photo_classifier --data-root DATA            # classifier-photos, from classifier-resnet

DATA holds `clothes-photos/`; Fashion-MNIST is looked for there, then in its usual places.
"""

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from core.confidence import calibration_error, familiarity, fit_temperature
from core.data.clothes_photos import KINDS, SOURCE, STRANGE, TAUGHT, load_photos, load_taught_photos
from core.data.image_set import Batch, DataError, ImageSet
from core.models.photo_classifier import PhotoClassifier
from core.registry import create_model
from core.training.augment import random_flip, random_shift
from core.training.config import TrainConfig, option
from core.training.devices import autocast, pick_device
from core.training.optim import decay_groups, descend, one_cycle, set_learning_rate
from train.common.metrics import Metrics, batches, classification
from train.common.recipe import Recipe, TrainState, fashion

GOAL = {"classifier-photos": {"test_accuracy": 0.94, "validation_photo_accuracy": 0.88}}
NOTES = {
    "classifier-photos": "The photo accuracy is the mean over six kinds of 264 phone photos, on which the epoch, the "
    "temperature and the threshold were chosen too."
}
A_KIND = 6000  # versions of photos of each kind, and of strange ones
FAMILIAR = 0.95  # share of the photos of clothes held out that must pass for familiar


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.photo_classifier`."""

    checkpoints: ClassVar = tuple(GOAL)
    checkpoint: str = option("classifier-photos", "name of the weight to make")
    epochs: int = option(6, "passes over the training part")
    start: str = option("classifier-resnet", "name or path of a checkpoint whose weights to start from (empty: random)")
    learning_rate: float = option(0.03, "peak of the cycle (SGD with Nesterov momentum 0.9)")
    weight_decay: float = option(5e-4, "L2 penalty of kernels and matrices")
    label_smoothing: float = option(0.05, "share of each label spread over all classes")
    strange_weight: float = option(
        0.1, "weight of the familiarity of strange pictures above, and others' below, its margin"
    )
    low: float = option(2.0, "familiarity in nats that strange pictures should not exceed")
    high: float = option(6.0, "familiarity in nats that clothes should reach")
    shift: int = option(2, "random shift in pixels")


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """SGD in one cycle, on shifted and mirrored pictures; strange ones are taught by their energy alone."""
    model = create_model("photo-classifier", **options)
    optimizer = torch.optim.SGD(
        decay_groups(model, config.weight_decay), lr=config.learning_rate, momentum=0.9, nesterov=True
    )

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress, warmup=0.1))
        image = random_shift(random_flip(batch.image), config.shift).contiguous(memory_format=torch.channels_last)
        with autocast(pick_device(), config.precision):
            logits = model(image).float()
        losses = _losses(logits, batch.label, config)
        descend(losses, model, optimizer)
        return losses

    return TrainState(model, optimizer, step, finish=partial(_fit_confidence, config))


def _losses(logits: Tensor, label: Tensor, config: Config) -> dict[str, Tensor]:
    """Cross-entropy of what has a class, and a hinge on the energy of all.

    Source: Energy-based Out-of-distribution Detection, 2020, arXiv:2010.03759, equation 8.
    """
    strange, nats = label == STRANGE, familiarity(logits)
    cross_entropy = F.cross_entropy(logits, label, ignore_index=STRANGE, label_smoothing=config.label_smoothing)
    over = torch.where(strange, nats - config.low, config.high - nats).relu().square()
    return {
        "cross_entropy": cross_entropy.nan_to_num(),  # a batch of strange pictures alone has none
        "energy": config.strange_weight * (over * strange).sum() / strange.sum().clamp(min=1)
        + config.strange_weight * (over * ~strange).sum() / (~strange).sum().clamp(min=1),
    }


def _fit_confidence(config: Config, model: PhotoClassifier, _: Path) -> None:
    """Fit temperature and threshold to the photos held out."""
    photos = validation_photos(config.data_root)
    logits = logits_of(model.eval(), photos)
    model.temperature.fill_(fit_temperature(logits, _taught_labels(photos)))
    model.threshold.fill_(familiarity(logits).quantile(1 - FAMILIAR).item())


@torch.inference_mode()
def logits_of(model: torch.nn.Module, data: ImageSet) -> Tensor:
    """Logits (N, K) of a whole dataset."""
    return torch.cat([model(batch.image).float().cpu() for batch in batches(model, data)])


def right_answers(logits: Tensor, photos: ImageSet) -> Tensor:
    """Whether the predicted class is one that counts as right for a photo's kind, bool (N,)."""
    allowed = torch.zeros(len(KINDS), logits.shape[1], dtype=torch.bool)
    for k, classes in enumerate(KINDS.values()):
        allowed[k, list(classes)] = True
    return allowed[photos.labels, logits.argmax(1)]


def photo_classification(model: torch.nn.Module, photos: ImageSet) -> Metrics:
    """Accuracy, the mean over the kinds, and cross-entropy in nats, of photos labelled with their kinds."""
    logits = logits_of(model, photos)
    right = right_answers(logits, photos).float()
    kinds = photos.labels.unique()
    accuracy = torch.stack([right[photos.labels == kind].mean() for kind in kinds]).mean().item()
    return {"accuracy": accuracy, "cross_entropy": F.cross_entropy(logits, _taught_labels(photos)).item()}


def classify_either(model: torch.nn.Module, data: ImageSet) -> Metrics:
    """classification() of Fashion-MNIST, photo_classification() of photos."""
    return photo_classification(model, data) if data.classes == tuple(KINDS) else classification(model, data)


def _taught_labels(photos: ImageSet) -> Tensor:
    return torch.tensor(list(TAUGHT.values()))[photos.labels]


@lru_cache(maxsize=1)
def validation_photos(data_root: str) -> ImageSet:
    """The photos held out, labelled with their kinds."""
    return load_photos("validation", data_root or None)


@dataclass(frozen=True)
class ClothesAndPhotos(ImageSet):
    """Fashion-MNIST's test images, and the photos held out if they are there."""

    photos: ImageSet | None = None


def load(checkpoint: str, split: str, data_root: str) -> ImageSet:
    """Fashion-MNIST's part of that name, with its test part the photos held out."""
    clothes = fashion(split, _fashion_root(data_root))
    if split == "train":
        return clothes
    try:
        photos = validation_photos(data_root or "")
    except DataError:  # the photos do not ship: what is measured of them stays out of the table
        photos = None
    both = {key: f"{clothes.source[key]}; {SOURCE[key]}" for key in SOURCE}
    return ClothesAndPhotos(**vars(clothes) | {"source": clothes.source | both}, photos=photos)


def _fashion_root(data_root: str | None) -> str | None:
    """The folder itself if it holds Fashion-MNIST; else its usual places, since photos may lie apart from it."""
    root = Path(data_root or "").expanduser()
    inside = (root, root / "FashionMNIST" / "raw", root / "fashion-mnist")
    return data_root if data_root and any(any(folder.glob("*-idx?-ubyte*")) for folder in inside) else None


class PhotoRecipe(Recipe):
    """Trains on two datasets at once, and chooses the epoch by photos that their owner held out."""

    def parts(self, config: TrainConfig) -> tuple[ImageSet, ImageSet]:
        """Fashion-MNIST and the photos mixed, and the photos to choose the best epoch by.

        Raises:
            DataError: If the options name other images.
        """
        if not config.on_default_dataset:
            raise DataError(
                f"train.photo_classifier mixes photos of clothes with Fashion-MNIST, and {config.dataset} has other "
                "classes: for your own pictures take train.classifier"
            )
        limit, data_root = config.limit, config.data_root
        clothes = self.images(config, "train")
        photos = load_taught_photos(data_root or None, min(limit or A_KIND, A_KIND), min(limit or A_KIND, A_KIND))
        both = replace(
            clothes,
            images=torch.cat([clothes.images, photos.images]),
            labels=torch.cat([clothes.labels, photos.labels]),
            index=torch.arange(len(clothes) + len(photos)),
        )
        order = torch.randperm(len(both), generator=torch.Generator().manual_seed(0))
        return both.subset(order).take(limit), validation_photos(data_root or "")

    def test(self, model: torch.nn.Module, test: ImageSet, training: ImageSet | None) -> Metrics:
        """What every classifier measures, and how well it does on photos."""
        measured = super().test(model, test, training)
        return measured | (photo_metrics(model, test.photos) if test.photos else {})


def photo_metrics(model: torch.nn.Module, photos: ImageSet) -> Metrics:
    """Accuracy on photos, the mean over their kinds, and the error of the calibrated confidence."""
    logits = logits_of(model.eval(), photos)
    right = right_answers(logits, photos)
    confidence = (logits / model.temperature.cpu()).softmax(1).amax(1)
    return {
        "validation_photo_accuracy": photo_classification(model, photos)["accuracy"],
        "validation_photo_calibration_error": calibration_error(confidence.numpy(), right.numpy()),
    }


RECIPE = PhotoRecipe(
    Config, prepare, metrics=classify_either, monitor="accuracy", report={}, goal=GOAL, notes=NOTES, load=load,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
