"""What a live run shows at a moment: pictures of fixed images or codes, an aligned map of codes, first filters."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Generator, Tensor, nn

from core.data.image_set import ImageSet
from core.data.images import to_bytes
from core.losses import kl_of_numbers
from core.noise import training_noise
from core.reduction import PCA, procrustes
from train.common.recipe import Trainer
from train.live.data import LiveData

COLUMNS = 10  # pictures in a row, one of each class where they are clothes
MAPPED = 300  # images on the map
SAMPLE_ROWS = 8  # of a model that only samples
CLASSIFIED_ROWS = 5  # of a classifier
FILTERS = 32  # shown at most


@dataclass(frozen=True)
class View:
    """What is shown of one run.

    Every function takes the model as it is saved, in eval mode.
    """

    fixed: dict[str, np.ndarray]  # rows of pictures that never change, bytes (n, H, W) or (n, H, W, 3), by name
    rows: Callable[[nn.Module], dict[str, np.ndarray]]  # rows that do
    codes: Callable[[nn.Module], Tensor] | None = None  # of the images on the map, (n, D)
    labels: list[int] = field(default_factory=list)  # their classes
    nats: Callable[[nn.Module], Tensor] | None = None  # of a VAE: divergence of each number of their codes, (D,)
    predicted: Callable[[nn.Module], list[int]] | None = None  # the classes it gives the fixed rows
    truths: list[int] = field(default_factory=list)  # the classes of those


def view_of(name: str, trainer: Trainer, data: LiveData) -> View:
    """The view of a model of core.training.live while it learns."""
    shown = _shown(data)
    first, x = next(iter(shown)), {title: _floats(images) for title, images in shown.items()}
    mapped = _each_class(data.sample, _on_map(data.sample))
    points, labels = _floats(mapped), mapped.labels.tolist()
    fixed = {title: _tiles(images) for title, images in shown.items()}

    def reconstructed(model: nn.Module) -> dict[str, np.ndarray]:
        return {f"reconstructed{' ' * k}": _bytes(model(images)) for k, images in enumerate(x.values())}

    def sampled(model: nn.Module, rows: int = 2) -> np.ndarray:
        return _bytes(model.sample(rows * COLUMNS, Generator().manual_seed(0)))

    if name == "cae":
        return View(fixed, reconstructed, lambda model: model.encode(points), labels)
    if name == "vae":
        x = {first: x[first]}
        return View(
            {first: fixed[first]}, lambda model: reconstructed(model) | {"samples": sampled(model)},
            lambda model: model.encode(points), labels, lambda model: mean_divergences(model, points),
        )  # fmt: skip
    if name == "denoiser":
        return View(
            {"clean": fixed[first]}, lambda model: _denoised(model, x[first], trainer.config.noise),
            lambda model: model.encode(points), labels,
        )  # fmt: skip
    if name == "classifier":
        classified = _each_class(data.sample if data.dataset is None else data.validation, CLASSIFIED_ROWS)
        pictures = _floats(classified)
        return View(
            {first: _tiles(classified)}, lambda model: {}, lambda model: model.features(points)["fc2"], labels,
            predicted=lambda model: model(pictures).argmax(1).tolist(), truths=classified.labels.tolist(),
        )  # fmt: skip
    if name == "autodecoder":
        return _of_codes(trainer, data, sampled)
    return View({}, lambda model: {"samples": sampled(model, SAMPLE_ROWS)})


def _shown(data: LiveData) -> dict[str, ImageSet]:
    """Two rows of images by their titles: test images of every class; of a set, some held out and some learned from."""
    if data.dataset is None:
        test = _each_class(data.sample, 2)
        return {"test images": test.take(COLUMNS), "test images ": test.subset(torch.arange(COLUMNS, len(test)))}
    held, learned = (_each_class(part, COLUMNS).take(COLUMNS) for part in (data.validation, data.distinct))
    return {"held-out pictures": held, "training pictures": learned}


def _on_map(sample: ImageSet) -> int:
    """Images of each class on the map: as many in all, whatever the number of classes."""
    return MAPPED // max(len(sample.classes), 1)


def _of_codes(trainer: Trainer, data: LiveData, sampled: Callable[[nn.Module], np.ndarray]) -> View:
    """The auto-decoder has no encoder: what is shown are images it learns from, and the codes it learns of them."""
    table, size = trainer.state.keep["codes"], trainer.state.model.config.latent_dim
    shown = _each_class(data.distinct, 1 if data.dataset is None else COLUMNS).take(COLUMNS)
    mapped = _each_class(data.distinct, _on_map(data.distinct))

    def learned(model: nn.Module, index: Tensor) -> Tensor:
        return model.family.mean(table(index).view(len(index), size, -1))

    def rows(model: nn.Module) -> dict[str, np.ndarray]:
        return {"decoded": _bytes(model.decode(learned(model, shown.index))), "samples": sampled(model)}

    fixed = {"training images": _tiles(shown)}
    return View(fixed, rows, lambda model: learned(model, mapped.index), mapped.labels.tolist())


def _denoised(model: nn.Module, x: Tensor, strength: float) -> dict[str, np.ndarray]:
    """The same draw of noise at every moment, twice, so that only the model and the strength change."""
    rows: dict[str, np.ndarray] = {}
    with torch.random.fork_rng():
        for seed, end in ((0, ""), (1, " ")):
            torch.manual_seed(seed)
            noisy = training_noise(x, strength)
            rows |= {f"noisy{end}": _bytes(noisy), f"denoised{end}": _bytes(model(noisy))}
    return rows


def mean_divergences(vae: nn.Module, x: Tensor) -> Tensor:
    """How far each number of a VAE's codes of images is from the prior N(0, 1), the mean over images: nats, (D,)."""
    return kl_of_numbers(*vae.posterior(x)).mean(0)


class PriorMap:
    """Codes with the prior N(0, I) on a plane through its middle: the axes stay, and so does the prior.

    Codes of two numbers are their own place. Others are seen from the side from which most of them is to be seen, and
    turned to lie like the moment before; a prior of N(0, I) looks the same from every side.
    """

    REACH = 3.5  # standard deviations of the prior from the middle to the edge

    def __init__(self) -> None:
        self._last: np.ndarray | None = None

    def __call__(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions (n, 2), where the middle is 0 and the edge 1, and the length of either unit, (2,).

        Args:
            codes: Shape (n, D), D at least 2; where they are not finite the last map is given again.
        """
        if np.isfinite(codes).all():
            self._last = self._seen(codes.astype(np.float64))
        points = np.zeros((len(codes), 2)) if self._last is None else self._last
        return points / self.REACH, np.full(2, self.REACH)

    def _seen(self, codes: np.ndarray) -> np.ndarray:
        if codes.shape[1] == 2:
            return codes
        _, _, axes = np.linalg.svd(codes, full_matrices=False)
        points = codes @ axes[:2].T
        if self._last is None:
            return points
        U, _, Vt = np.linalg.svd(points.T @ self._last)  # as procrustes(), about the prior's middle
        return points @ (U @ Vt)


class AlignedMap:
    """Codes on a plane, moment after moment, without jumps.

    Codes of two numbers are their own place. Others are put on their first two principal components, and each map is
    turned or mirrored to lie like the one before, for components may swap and flip from one moment to the next.
    """

    def __init__(self) -> None:
        self._last: np.ndarray | None = None
        self._reach = np.zeros(2)

    def __call__(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions (n, 2), within [-1, 1] but for a few that lie far off, and the length of either unit, (2,).

        Args:
            codes: Shape (n, D), D at least 2; where they are not finite the last map is given again.
        """
        if not np.isfinite(codes).all():
            return (np.zeros((len(codes), 2)) if self._last is None else self._last / self._reach), self._reach
        flat = codes.shape[1] == 2
        points = codes.astype(np.float64) if flat else PCA(2).fit_transform(codes)
        if not flat and self._last is not None:
            points = procrustes(points, self._last)
        low, high = np.percentile(points, (1, 99), axis=0)  # a few codes may lie far off
        self._reach = np.maximum(0.55 * (high - low) + 1e-9, 0.9 * self._reach)  # the frame shrinks slowly
        self._last = points - (low + high) / 2
        return self._last / self._reach, self._reach


def filters(model: nn.Module) -> np.ndarray | None:
    """Kernels of the first convolution on images, (n, h, w) bytes: 128 is zero, the strongest is black or white."""
    first = next((m for m in model.modules() if isinstance(m, nn.Conv2d)), None)
    if first is None:
        return None
    kernels = first.weight.detach()[:FILTERS].float().mean(1)  # over the colours
    scale = kernels.abs().amax((1, 2), keepdim=True).clamp_min(1e-9)
    return np.nan_to_num(128 + 127 * (kernels / scale).numpy()).round().astype(np.uint8)


def _each_class(data: ImageSet, count: int) -> ImageSet:
    """The first images of every class, class by class again and again, as far as there are so many."""
    of_class = [torch.nonzero(data.labels == k)[:count, 0] for k in range(max(len(data.classes), 1))]
    rounds = [[indices[k] for indices in of_class if k < len(indices)] for k in range(count)]
    return data.subset(torch.stack([index for indices in rounds for index in indices]))


def _floats(data: ImageSet) -> Tensor:
    return data.images.float() / 255


def _tiles(data: ImageSet) -> np.ndarray:
    return _pictures(data.images.numpy())


def _bytes(x: Tensor) -> np.ndarray:
    return _pictures(to_bytes(x.float().nan_to_num()))


def _pictures(images: np.ndarray) -> np.ndarray:
    """Images (n, C, H, W) as pictures: (n, H, W), or (n, H, W, 3) in colour."""
    return images[:, 0] if images.shape[1] == 1 else np.moveaxis(images, 1, -1)
