"""Train a variational autoencoder of faces.

python -m train.face_vae                                     # vae-faces, on LFW
python -m train.face_vae --checkpoint vae-faces-32
"""

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from core.data.image_set import Batch, DataError, ImageSet
from core.data.lfw import ATTRIBUTES, load_course_faces, load_lfw
from core.metrics import ssim
from core.models.face_vae import FaceVAE, FaceVAEConfig
from core.registry import create_model
from core.training.augment import random_flip, random_shift
from core.training.config import TrainConfig, nonnegative, option
from core.training.devices import autocast, pick_device
from core.training.optim import descend, one_cycle, set_learning_rate
from train.common.metrics import Metrics, batches, reconstruction
from train.common.recipe import Recipe, TrainState

ARCHITECTURES = {
    "vae-faces": FaceVAEConfig(attributes=ATTRIBUTES),
    "vae-faces-32": FaceVAEConfig((3, 32, 32), channels=(16, 32), hidden_dim=256, latent_dim=120, normalise=False),
    "vae-faces-256": FaceVAEConfig((3, 256, 256), channels=(16, 32, 64, 64, 128)),
}
# PCA with as many components on the same images (`python -m tests.bench.faces`); the reports print no figure
PCA_256 = {"test_mse": 0.00267, "test_ssim": 0.7432, "test_sharpness": 0.0234}  # of vae-faces' images
BASELINE: dict[str, Metrics] = {
    "vae-faces": PCA_256,
    "vae-faces-32": {"test_mse": 0.00809},
    "vae-faces-256": {"test_mse": 0.00288},
}
GOAL: dict[str, Metrics] = {
    "vae-faces": PCA_256 | {"test_mse": 0.0043, "test_smiling_accuracy": 0.88, "test_eyeglasses_accuracy": 0.90},
    "vae-faces-32": {"test_mse": 0.0085},
}
_DRAWN = "Its 64 samples, from the normal distribution fitted to the training images' codes, are"
NOTES = {
    "vae-faces": f"{_DRAWN} faces of all ages in soft focus before blurred grounds; some are lopsided, glasses rare.",
    "vae-faces-32": f"{_DRAWN} small faces, blurred, before mottled grounds.",
    "vae-faces-256": f"{_DRAWN} heads and shoulders in very soft focus; eyes, hair and collars can be told.",
}
_SMALL = {"batch_size": 32, "kl_weight": 0.003, "shift": 2, "tint": 0.1}
_LARGE = {"batch_size": 16, "shift": 4, "tint": 0.1}
STAGES: dict[str, tuple[dict[str, Any], ...]] = {
    "vae-faces": (
        {"epochs": 16, "ssim_weight": 0.02},
        {"epochs": 18, "learning_rate": 0.0015, "kl_weight": 0.005, "ssim_weight": 0.02},
        {"epochs": 6, "learning_rate": 0.0012, "kl_weight": 0.003, "ssim_weight": 0.08},
        {"epochs": 12, "learning_rate": 0.0012, "kl_weight": 0.002, "ssim_weight": 0.2},
    ),
    "vae-faces-32": (_SMALL | {"epochs": 800}, _SMALL | {"epochs": 200, "learning_rate": 0.0005}),
    "vae-faces-256": (
        _LARGE | {"epochs": 30},
        _LARGE | {"epochs": 100, "learning_rate": 0.0015, "kl_weight": 0.005},
    ),
}
BANK = 64  # held-out faces whose codes come with the model


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.face_vae`."""

    checkpoints: ClassVar = tuple(ARCHITECTURES)
    checkpoint: str = option("vae-faces", "name of the weight to make")
    dataset: str = option("", "images to train on: a name or folder:PATH (default: the faces of the checkpoint)")
    epochs: int = option(25, "passes over the training part")
    batch_size: int = option(64, "images a step, over all processes")
    learning_rate: float = nonnegative(2e-3, "peak of the one-cycle schedule (Adam)")
    kl_weight: float = nonnegative(0.02, "beta: weight of a nat of KL divergence against the squared error of an image")
    ssim_weight: float = nonnegative(0.0, "weight of 1 - SSIM against the mean squared error")
    shift: int = nonnegative(0, "random shift in pixels")
    tint: float = nonnegative(0.0, "random change of brightness and contrast, each channel alike")


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """Adam with a one-cycle schedule, on mirrored images."""
    _, side, _ = training.image_shape
    if side % 2 ** len(ARCHITECTURES[config.checkpoint].channels):
        raise DataError(
            f"{config.checkpoint} halves images {len(ARCHITECTURES[config.checkpoint].channels)} times, and those of "
            f"{training.source['name']} have {side} pixels a side: take --checkpoint vae-faces-32"
        )
    sizes = {"image_shape": training.image_shape} | ({} if training.attributes is not None else {"attributes": ()})
    model = create_model("face-vae", **asdict(ARCHITECTURES[config.checkpoint]) | sizes | options)
    optimizer = torch.optim.Adam(model.parameters())

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress, warmup=0.1))
        image = _tinted(random_shift(random_flip(batch.image), config.shift), config.tint)
        image = image.contiguous(memory_format=torch.channels_last)
        with autocast(pick_device(), config.precision):
            losses = model.loss(Batch(image, batch.label, batch.index), config.kl_weight, config.ssim_weight)
        descend(losses, model, optimizer)
        return losses

    return TrainState(model, optimizer, step, finish=partial(_fit_codes, training))


def _tinted(x: Tensor, strength: float) -> Tensor:
    """Images whose contrast and brightness are changed by up to a share of their range."""
    contrast, brightness = strength * (2 * torch.rand(2, len(x), 1, 1, 1, device=x.device) - 1)
    return ((x - 0.5) * (1 + contrast) + 0.5 + 0.5 * brightness).clamp(0, 1)


@torch.inference_mode()
def _fit_codes(training: ImageSet, model: FaceVAE, _: Path) -> None:
    """Fit to the codes of the training images the normal distribution that samples are drawn from, and attributes."""
    model.eval()
    codes = torch.cat([model.encode(batch.image).cpu() for batch in batches(model, training)]).double()
    covariance = codes.T.cov() + 1e-6 * torch.eye(codes.shape[1], dtype=torch.double)
    model.mean.copy_(codes.mean(0))
    model.factor.copy_(torch.linalg.cholesky(covariance))
    if model.config.attributes:
        labelled = ~training.attributes[:, 0].isnan()
        codes, attributes = codes[labelled], training.attributes[labelled]
        model.directions.copy_(_directions(codes, attributes.double()))
        model.probe.copy_(_probes(codes.numpy(), (attributes > 0.5).numpy()))


def _directions(codes: Tensor, attributes: Tensor) -> Tensor:
    """How codes change with each attribute while the others stay: least squares on all together, (A, D)."""
    table = torch.cat([attributes, torch.ones(len(attributes), 1, dtype=torch.double)], 1)
    return torch.linalg.lstsq(table, codes).solution[:-1]


def _probes(codes: np.ndarray, present: np.ndarray) -> Tensor:
    """Logistic regressions that predict from a code whether each attribute is present, (A, D + 1)."""
    from sklearn.linear_model import LogisticRegression  # of the tools to train with, not of the app's

    mean, std = codes.mean(0), codes.std(0)
    rows = []
    for wanted in present.T:
        found = LogisticRegression(C=0.05, class_weight="balanced", max_iter=500).fit((codes - mean) / std, wanted)
        weights = found.coef_[0] / std
        rows.append(np.append(weights, found.intercept_[0] - weights @ mean))
    return torch.from_numpy(np.stack(rows))


def likeness(model: FaceVAE, data: ImageSet) -> Metrics:
    """SSIM and sharpness of reconstructions, and balanced accuracy of each attribute read off the code."""
    alike, sharp, right = [], [], []
    for batch in batches(model, data):
        z = model.encode(batch.image)
        x_hat = model.decode(z).float()
        alike.append(torch.from_numpy(ssim(batch.image.cpu().numpy(), x_hat.cpu().numpy())))
        sharp.append(sharpness(x_hat))
        right.append(model.attribute_logits(z) > 0)
    metrics = {"ssim": torch.cat(alike).mean().item(), "sharpness": torch.cat(sharp).mean().item()}
    if not model.config.attributes:
        return metrics
    labelled = ~data.attributes[:, 0].isnan()
    present, predicted = data.attributes[labelled] > 0.5, torch.cat(right).cpu()[labelled]
    for k, name in enumerate(model.config.attributes):
        yes, no = predicted[present[:, k], k], ~predicted[~present[:, k], k]
        metrics[f"{name.lower()}_accuracy"] = (yes.float().mean().item() + no.float().mean().item()) / 2
    return metrics


def sharpness(x: Tensor) -> Tensor:
    """Mean gradient magnitude of the grey image, a pixel, of each of (B, C, H, W)."""
    grey = x.mean(1)
    across, down = grey.diff(dim=2)[:, :-1], grey.diff(dim=1)[:, :, :-1]
    return (across.square() + down.square()).sqrt().flatten(1).mean(1)


def _load(checkpoint: str, split: str, data_root: str) -> ImageSet:
    _, side, _ = ARCHITECTURES[checkpoint].image_shape
    return load_lfw(split, data_root) if side == 128 else load_course_faces(split, side, data_root)


RECIPE = Recipe(
    Config, prepare, metrics=reconstruction, monitor="mse", report={}, goal=GOAL, baseline=BASELINE,
    final_metrics=likeness, load=_load, notes=NOTES, bank=lambda test: test.take(BANK),
    stages=STAGES,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
