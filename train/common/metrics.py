"""What recipes measure: each takes a model in eval mode and a whole dataset, and gives named metrics."""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.checkpoint import load_model
from core.data.image_set import Batch, ImageSet
from core.metrics import course_error, frechet_distance, precision_recall
from core.training.devices import autocast

Metrics = dict[str, float]
MetricFn = Callable[[nn.Module, ImageSet], Metrics]

BATCH_SIZE = 500  # images measured at a time
FITTED = 1000  # images that codes are fitted to
GENERATION = ("frechet", "precision", "recall", "rarest_class", "commonest_class")  # what needs a classifier
COMPARED = 4  # images, at least, that samples are compared with: precision and recall look at the third neighbour


def compute_metrics(metric_fn: MetricFn, model: nn.Module, data: ImageSet, prefix: str) -> Metrics:
    """What a recipe measures, on one dataset and in eval mode, named `<prefix>_<metric>`."""
    training = model.training
    with torch.inference_mode():
        measured = metric_fn(model.eval(), data)
    model.train(training)
    return {f"{prefix}_{name}": value for name, value in measured.items()}


def batches(model: nn.Module, data: ImageSet) -> Iterator[Batch]:
    """The whole dataset in order, where the model is."""
    return data.batches(BATCH_SIZE, next(model.parameters()).device)


def classification(model: nn.Module, data: ImageSet) -> Metrics:
    """Share of right answers, and cross-entropy in nats."""
    right = nats = count = 0
    for batch in batches(model, data):
        logits = model(batch.image)
        right += (logits.argmax(1) == batch.label).sum().item()
        nats += F.cross_entropy(logits, batch.label, reduction="sum").item()
        count += len(batch.label)
    return {"accuracy": right / count, "cross_entropy": nats / count}


def mirrored_probabilities(model: nn.Module, image: Tensor) -> Tensor:
    """Class probabilities (B, K) from the mean log-probabilities for images (B, C, H, W) and their mirror images."""
    views = [model(view).float().log_softmax(1) for view in (image, image.flip(3))]
    return (sum(views) / 2).softmax(1)


def mirrored_classification(model: nn.Module, data: ImageSet) -> Metrics:
    """Share of right answers of the mean prediction for an image and its mirror image."""
    right = count = 0
    for batch in batches(model, data):
        right += (mirrored_probabilities(model, batch.image).argmax(1) == batch.label).sum().item()
        count += len(batch.label)
    return {"mirrored_accuracy": right / count}


def reconstruction(model: nn.Module, data: ImageSet) -> Metrics:
    """Mean squared error of the reconstructions, over all pixels in [0, 1]."""
    total = count = 0
    for batch in batches(model, data):
        total += F.mse_loss(model(batch.image), batch.image, reduction="sum").item()
        count += batch.image.numel()
    return {"mse": total / count}


def fitting(model: nn.Module, data: ImageSet) -> Metrics:
    """How close codes fitted to the first 1,000 images come: mean squared error, and the course's measure."""
    part = data.take(FITTED)
    with autocast(next(model.parameters()).device, "auto"):
        codes = torch.cat([model.fit_codes(batch.image) for batch in batches(model, part)])
    x_hat = torch.cat([model.decode(z).cpu() for z in codes.split(BATCH_SIZE)]).flatten(1).float()
    x = part.images.flatten(1).float() / 255
    return {"mse": F.mse_loss(x_hat, x).item(), "course_error": course_error(x.numpy(), x_hat.numpy())}


def generation(model: nn.Module, data: ImageSet) -> Metrics:
    """How close samples, as many as there are images, come to them, and how they share out over the classes.

    Returns:
        GENERATION; nothing if can_compare() says no.
    """
    generator = torch.Generator().manual_seed(0)
    return sample_metrics(lambda n: model.sample(n, generator), data) if can_compare(data) else {}


def generation_from_codes(model: nn.Module, data: ImageSet) -> Metrics:
    """The same of a decoder without a prior: its codes are drawn from the normal distribution fitted to the images'."""
    if not can_compare(data):
        return {}
    codes = torch.cat([model.encode(batch.image) for batch in batches(model, data)]).double().cpu()
    rng, mean, cov = np.random.default_rng(0), codes.mean(0).numpy(), np.atleast_2d(codes.T.cov().numpy())

    def sample(n: int) -> Tensor:
        return model.decode(torch.from_numpy(rng.multivariate_normal(mean, cov, n)).float())

    return sample_metrics(sample, data)


def can_compare(data: ImageSet) -> bool:
    """Whether samples can be compared with these images: a classifier must know them, and there must be a few."""
    return bool(data.classifier) and len(data) >= COMPARED


def sample_metrics(sample: Callable[[int], Tensor], data: ImageSet) -> Metrics:
    """Distances between classifier features, and the shares of the rarest and the commonest class among samples."""
    taps = [frechet_taps(sample(n), data.classifier) for n in _parts(len(data))]
    fake = torch.cat([tap["fc1"] for tap in taps]).numpy()
    logits = torch.cat([tap["output"] for tap in taps])
    shares = logits.argmax(1).bincount(minlength=logits.shape[1]) / len(data)
    extremes = {"rarest_class": shares.min().item(), "commonest_class": shares.max().item()}
    return distances(frechet_features(data.images, data.classifier), fake) | extremes


def _parts(count: int) -> Iterator[int]:
    """Sizes of the batches that many samples are drawn in."""
    return (min(BATCH_SIZE, count - start) for start in range(0, count, BATCH_SIZE))


def distances(real: np.ndarray, fake: np.ndarray) -> Metrics:
    """Fréchet distance, precision and recall of features (m, F) against those of real images (n, F)."""
    precision, recall = precision_recall(real, fake)
    return {"frechet": frechet_distance(real, fake), "precision": precision, "recall": recall}


@lru_cache(maxsize=2)  # every generator is compared with the same test images
@torch.inference_mode()
def frechet_features(images: Tensor, classifier: str) -> np.ndarray:
    """The layer `fc1` of a classifier, (n, F), of images as bytes, (n, C, H, W)."""
    taps = [frechet_taps(part.float() / 255, classifier)["fc1"] for part in images.split(BATCH_SIZE)]
    return torch.cat(taps).numpy()


def frechet_taps(x: Tensor, classifier: str) -> dict[str, Tensor]:
    """Hidden layer `fc1` (B, F) and logits `output` (B, K) of a classifier, for images: float32, on the CPU."""
    with torch.autocast(x.device.type, enabled=False):
        taps = _frechet_classifier(classifier, str(x.device)).activations(x.float())
    return {name: taps[name].float().cpu() for name in ("fc1", "output")}


@cache
def _frechet_classifier(checkpoint: str, device: str) -> nn.Module:
    """The network in whose features generated images are compared with real ones."""
    return load_model(checkpoint).to(device, memory_format=torch.channels_last)
