"""What recipes measure: each takes a model in eval mode and batches of a whole dataset, and gives named figures."""

from collections.abc import Callable, Iterable

import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

from core.data import Batch, ImageSet
from core.metrics import higher_is_better as higher_is_better  # recipes find it here

Figures = dict[str, float]
Measure = Callable[[nn.Module, Iterable[Batch]], Figures]

BATCH_SIZE = 500  # images measured at a time


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
