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

from core.checkpoint import load_model
from core.confidence import calibration_error, familiarity, fit_temperature
from core.data.clothes_photos import (
    KINDS,
    PULLOVER_OR_SHIRT,
    SOURCE,
    STRANGE,
    TAUGHT,
    load_photos,
    load_taught_photos,
)
from core.data.image_set import Batch, DataError, ImageSet
from core.models.photo_classifier import PhotoClassifier
from core.registry import create_model
from core.training.augment import random_flip, random_shift, random_warp
from core.training.config import TrainConfig, nonnegative, option, share
from core.training.devices import autocast, pick_device
from core.training.optim import decay_groups, descend, one_cycle, set_learning_rate
from train.common.metrics import Metrics, batches, classification
from train.common.recipe import Recipe, TrainState, fashion
from train.common.teacher import load_teacher, taught_labels

GOAL = {"classifier-photos": {"test_accuracy": 0.94, "validation_photo_accuracy": 0.88}}
NOTES = {
    "classifier-photos": "Taught photos of clothing-dataset-small beside Fashion-MNIST. What is held out are 264 "
    "phone photos of six kinds: the accuracy is the mean over the kinds, of which a long sleeve may be called Pullover "
    "or Shirt, and the options, the temperature and the threshold were chosen on them too."
}
STAGES = {"classifier-photos": ({"seed": 1},)}
FAMILIAR = 0.95  # share of the photos of clothes held out that must pass for familiar


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.photo_classifier`."""

    checkpoints: ClassVar = tuple(GOAL)
    checkpoint: str = option("classifier-photos", "name of the weight to make")
    epochs: int = option(5, "passes over the training part")
    keep_last: bool = option(True, "keep the last epoch, not the best: few held-out images cannot tell them apart")
    start: str = option("classifier-resnet", "name or path of a checkpoint whose weights to start from (empty: random)")
    start_share: float = share(0.25, "share of those weights in the average that is saved: keeps what they knew")
    frozen: int = nonnegative(1, "blocks that stay as they start, from the first convolution on: faster")
    average: float = share(0.998, "decay a step of the moving average of the weights, which is what is saved")
    clothes: int = nonnegative(0, "images of Fashion-MNIST an epoch (0: all)")
    versions: int = nonnegative(1500, "cut-outs of photos of each kind, which are many of each photo")
    strange: int = nonnegative(1500, "cut-outs of photos of no class; bare grounds and noise are half as many")
    repeats: int = option(3, "times that an epoch shows each cut-out, always changed another way", at_least=1)
    learning_rate: float = nonnegative(0.02, "peak of the cycle (SGD with Nesterov momentum 0.9)")
    weight_decay: float = nonnegative(5e-4, "L2 penalty of kernels and matrices")
    label_smoothing: float = share(0.05, "share of each label spread over all classes")
    teacher: str = option("classifier-resnet", "classifier whose predictions join the labels of Fashion-MNIST")
    teacher_share: float = share(0.9, "share of the target that is the teacher's prediction")
    strange_weight: float = nonnegative(
        0.1, "weight of the familiarity of strange pictures above, and others' below, its margin"
    )
    low: float = option(2.0, "familiarity in nats that strange pictures should not exceed")
    high: float = option(6.0, "familiarity in nats that clothes should reach")
    shift: int = nonnegative(2, "random shift in pixels")
    warp: float = nonnegative(1.6, "strength of random turns, stretches and lights of photos")


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """SGD in one cycle, on changed pictures; clothes are learnt from a teacher, strange pictures by their energy."""
    model = create_model("photo-classifier", **options)
    for part in [model.conv1, *model.blocks][: config.frozen and config.frozen + 1]:
        part.requires_grad_(False)
    optimizer = torch.optim.SGD(
        decay_groups(model, config.weight_decay), lr=config.learning_rate, momentum=0.9, nesterov=True
    )
    teacher = load_teacher(config, training) if config.teacher else None

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress, warmup=0.1))
        is_photo = batch.index < 0
        image = batch.image.clone()
        if is_photo.any():
            image[is_photo] = random_warp(image[is_photo], config.warp)
        image = random_shift(random_flip(image), config.shift).contiguous(memory_format=torch.channels_last)
        with autocast(pick_device(), config.precision):
            logits = model(image).float()
            target = F.one_hot(likelier_label(logits, batch.label).clamp(min=0), logits.shape[1]).float()
            clothes = ~is_photo
            if teacher and clothes.any():
                target[clothes] = taught_labels(teacher, image[clothes], batch.label[clothes], config.teacher_share)
        losses = _losses(logits, target, batch.label == STRANGE, config)
        descend(losses, model, optimizer)
        return losses

    return TrainState(model, optimizer, step, finish=partial(_finish, config))


def likelier_label(logits: Tensor, label: Tensor) -> Tensor:
    """Labels (B,), with the likelier of two where both are right."""
    either = torch.where(logits[:, 2] > logits[:, 6], 2, 6)
    return torch.where(label == PULLOVER_OR_SHIRT, either, label)


def _losses(logits: Tensor, target: Tensor, strange: Tensor, config: Config) -> dict[str, Tensor]:
    """Cross-entropy of what has a class, and a hinge on the energy of all.

    Source: Energy-based Out-of-distribution Detection, 2020, arXiv:2010.03759, equation 8.
    """
    nats = familiarity(logits)
    cross_entropy = F.cross_entropy(logits, target, label_smoothing=config.label_smoothing, reduction="none")
    over = torch.where(strange, nats - config.low, config.high - nats).relu().square()
    return {
        "cross_entropy": _mean(cross_entropy, ~strange),
        "energy": config.strange_weight * (_mean(over, strange) + _mean(over, ~strange)),
    }


def _mean(values: Tensor, chosen: Tensor) -> Tensor:
    """Of the chosen ones; 0 if there are none."""
    return (values * chosen).sum() / chosen.sum().clamp(min=1)


def _finish(config: Config, model: PhotoClassifier, _: Path) -> None:
    """What is done once the last epoch, or the best, is chosen."""
    if config.start and config.start_share:
        _average_with(load_model(config.find_weight(config.start)), model, config.start_share)
    _fit_confidence(config, model)


@torch.no_grad()
def _average_with(start: torch.nn.Module, model: PhotoClassifier, weight: float) -> None:
    """Draw a model's weights and running statistics towards those that it started from.

    Source: Robust fine-tuning of zero-shot models, 2022, arXiv:2109.01903.
    """
    known = start.to(pick_device()).state_dict()
    for name, values in model.state_dict().items():
        if name in known and values.is_floating_point():
            values.lerp_(known[name].to(values), weight)


def _fit_confidence(config: Config, model: PhotoClassifier) -> None:
    """Fit temperature and threshold to the photos held out."""
    photos = validation_photos(config.data_root)
    logits = logits_of(model.eval(), photos)
    model.temperature.fill_(fit_temperature(logits, _taught_labels(logits, photos)))
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
    return {"accuracy": accuracy, "cross_entropy": F.cross_entropy(logits, _taught_labels(logits, photos)).item()}


def classify_either(model: torch.nn.Module, data: ImageSet) -> Metrics:
    """classification() of Fashion-MNIST, photo_classification() of photos."""
    return photo_classification(model, data) if data.classes == tuple(KINDS) else classification(model, data)


def _taught_labels(logits: Tensor, photos: ImageSet) -> Tensor:
    return likelier_label(logits, torch.tensor(list(TAUGHT.values()))[photos.labels])


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
    both = {key: f"{clothes.source[key]}; {SOURCE[key]}" for key in ("source", "licence")}  # the name is the first's
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
        limit, data_root = config.limit, config.data_root or None
        images = self.images(config, "train")
        clothes = (images if config.train_on_all else images.hold_out()[0]).take(config.clothes).take(limit)
        fewer = [min(limit or count, count) for count in (config.versions, config.strange)]
        photos = load_taught_photos(data_root, *fewer)
        repeated = torch.arange(len(photos)).repeat(config.repeats)
        both = replace(
            clothes,
            images=torch.cat([clothes.images, photos.images[repeated]]),
            labels=torch.cat([clothes.labels, photos.labels[repeated]]),
            index=torch.cat([clothes.index, -1 - repeated]),  # below zero: a photo
        )
        order = torch.randperm(len(both), generator=torch.Generator().manual_seed(0))
        return both.subset(order).take(limit), validation_photos(config.data_root)

    def all_metrics(self, model: torch.nn.Module, test: ImageSet, training: ImageSet | None) -> Metrics:
        """What every classifier measures, and how well it does on photos."""
        measured = super().all_metrics(model, test, training)
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
    stages=STAGES,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
