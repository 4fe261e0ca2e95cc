"""What recipes measure: each takes a model in eval mode and batches of a whole dataset, and gives named figures."""

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

from core.checkpoint import load_model
from core.data import Batch, ImageSet
from core.metrics import frechet_distance, precision_recall

Figures = dict[str, float]
Measure = Callable[[nn.Module, Iterable[Batch]], Figures]

BATCH_SIZE = 500  # images measured at a time
SAMPLES = 10_000  # drawn to judge a generator
HIGHER_IS_BETTER = ("accuracy", "psnr", "ssim", "precision", "recall")


def higher_is_better(name: str) -> bool:
    """Whether more of a figure is better: `test_accuracy` yes, `test_mse` no."""
    return any(word in name for word in HIGHER_IS_BETTER)


def figures(measure: Measure, model: nn.Module, data: ImageSet, prefix: str, progress: bool = False) -> Figures:
    """What a recipe measures, on one dataset and in eval mode, named `<prefix>_<measure>`."""
    device = next(model.parameters()).device
    batches = data.batches(BATCH_SIZE, device)
    if progress:
        batches = tqdm(batches, total=-(-len(data) // BATCH_SIZE), leave=False, unit="batch")
    training = model.training
    with torch.inference_mode():
        measured = measure(model.eval(), batches)
    model.train(training)
    return {f"{prefix}_{name}": value for name, value in measured.items()}


def classification(model: nn.Module, batches: Iterable[Batch]) -> Figures:
    """Share of right answers, and cross-entropy in nats."""
    right = nats = count = 0
    for batch in batches:
        logits = model(batch.image)
        right += (logits.argmax(1) == batch.label).sum().item()
        nats += F.cross_entropy(logits, batch.label, reduction="sum").item()
        count += len(batch.label)
    return {"accuracy": right / count, "cross_entropy": nats / count}


def reconstruction(model: nn.Module, batches: Iterable[Batch]) -> Figures:
    """Mean squared error of the reconstructions, over all pixels in [0, 1]."""
    total = count = 0
    for batch in batches:
        total += F.mse_loss(model(batch.image), batch.image, reduction="sum").item()
        count += batch.image.numel()
    return {"mse": total / count}


def generation(model: nn.Module, batches: Iterable[Batch]) -> Figures:
    """How close 10,000 samples come to the images in the features of `classifier-resnet`, and the shares of the rarest
    and the commonest class among them, as it calls them.
    """
    generator = torch.Generator().manual_seed(0)
    taps = [_judge().activations(model.sample(BATCH_SIZE, generator)) for _ in range(SAMPLES // BATCH_SIZE)]
    fake = torch.cat([tap["fc1"] for tap in taps]).numpy()
    shares = torch.cat([tap["output"].argmax(1) for tap in taps]).bincount(minlength=10) / SAMPLES
    extremes = {"rarest_class": shares.min().item(), "commonest_class": shares.max().item()}
    return distances(batches, fake) | extremes


def distances(batches: Iterable[Batch], fake: np.ndarray) -> Figures:
    """Fréchet distance, precision and recall of features (m, 128) against those of the images."""
    real = judged_features(batches)
    precision, recall = precision_recall(real, fake)
    return {"frechet": frechet_distance(real, fake), "precision": precision, "recall": recall}


@torch.inference_mode()
def judged_features(batches: Iterable[Batch]) -> np.ndarray:
    """The last hidden layer of `classifier-resnet`, (n, 128)."""
    return torch.cat([_judge().activations(batch.image)["fc1"] for batch in batches]).numpy()


@cache
def _judge() -> nn.Module:
    """The network in whose features generated images are compared with real ones."""
    return load_model("classifier-resnet").to(memory_format=torch.channels_last)
