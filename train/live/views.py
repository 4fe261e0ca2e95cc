"""What a live run shows at a moment: pictures of fixed images or codes, an aligned map of codes, first filters."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Generator, Tensor, nn

from core.data.image_set import ImageSet
from core.data.images import to_bytes, to_tensor
from core.noise import training_noise
from core.reduction import PCA, procrustes
from train.common.recipe import Trainer

COLUMNS = 10  # pictures in a row, one of each class where they are images
ON_MAP = 30  # images of each class on the map
SAMPLE_ROWS = 8  # of a model that only samples
CLASSIFIED_ROWS = 5  # of a classifier
FILTERS = 32  # shown at most


@dataclass(frozen=True)
class View:
    """What is shown of one run.

    Every function takes the model as it is saved, in eval mode.
    """

    fixed: dict[str, np.ndarray]  # rows of pictures that never change, (n, 28, 28) bytes, by name
    rows: Callable[[nn.Module], dict[str, np.ndarray]]  # rows that do
    codes: Callable[[nn.Module], Tensor] | None = None  # of the images on the map, (n, D)
    labels: list[int] = field(default_factory=list)  # their classes
    predicted: Callable[[nn.Module], list[int]] | None = None  # the classes it gives the fixed rows


def view_of(name: str, trainer: Trainer, training: ImageSet, test: ImageSet) -> View:
    """The view of a model of core.training.live while it learns."""
    shown, mapped = _each_class(test, 2), _each_class(test, ON_MAP)
    x, points = to_tensor(shown.images[:, 0].numpy()), to_tensor(mapped.images[:, 0].numpy())
    pair = {f"test images{end}": _bytes(x[k : k + COLUMNS]) for end, k in (("", 0), (" ", COLUMNS))}
    labels = mapped.labels.tolist()

    def reconstructed(model: nn.Module) -> dict[str, np.ndarray]:
        x_hat = _bytes(model(x))
        return {"reconstructed": x_hat[:COLUMNS], "reconstructed ": x_hat[COLUMNS:]}

    def sampled(model: nn.Module, rows: int = 2) -> np.ndarray:
        return _bytes(model.sample(rows * COLUMNS, Generator().manual_seed(0)))

    if name == "cae":
        return View(pair, reconstructed, lambda model: model.encode(points), labels)
    if name == "vae":
        first = {"test images": pair["test images"]}
        return View(
            first, lambda model: {"reconstructed": _bytes(model(x[:COLUMNS])), "samples": sampled(model)},
            lambda model: model.encode(points), labels,
        )  # fmt: skip
    if name == "denoiser":
        return View(
            {"clean": pair["test images"]}, lambda model: _denoised(model, x[:COLUMNS], trainer.config.noise),
            lambda model: model.encode(points), labels,
        )  # fmt: skip
    if name == "classifier":
        classified = _each_class(test, CLASSIFIED_ROWS)
        pictures = to_tensor(classified.images[:, 0].numpy())
        return View(
            {"test images": _bytes(pictures)}, lambda model: {}, lambda model: model.features(points)["fc2"], labels,
            lambda model: model(pictures).argmax(1).tolist(),
        )  # fmt: skip
    if name == "autodecoder":
        return _of_codes(trainer, training, sampled)
    return View({}, lambda model: {"samples": sampled(model, SAMPLE_ROWS)})


def _of_codes(trainer: Trainer, training: ImageSet, sampled: Callable[[nn.Module], np.ndarray]) -> View:
    """The auto-decoder has no encoder: what is shown are images it learns from, and the codes it learns of them."""
    table, size = trainer.state.keep["codes"], trainer.state.model.config.latent_dim
    shown, mapped = _each_class(training, 1), _each_class(training, ON_MAP)

    def learned(model: nn.Module, index: Tensor) -> Tensor:
        return model.family.mean(table(index).view(len(index), size, -1))

    def rows(model: nn.Module) -> dict[str, np.ndarray]:
        return {"decoded": _bytes(model.decode(learned(model, shown.index))), "samples": sampled(model)}

    fixed = {"training images": shown.images[:, 0].numpy()}
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
    kernels = first.weight.detach()[:FILTERS, 0].float()
    scale = kernels.abs().amax((1, 2), keepdim=True).clamp_min(1e-9)
    return np.nan_to_num(128 + 127 * (kernels / scale).numpy()).round().astype(np.uint8)


def _each_class(data: ImageSet, count: int) -> ImageSet:
    """The first images of every class, class by class again and again, as far as there are so many."""
    of_class = [torch.nonzero(data.labels == k)[:count, 0] for k in range(len(data.classes))]
    turns = [[indices[turn] for indices in of_class if turn < len(indices)] for turn in range(count)]
    return data.subset(torch.stack([index for turn in turns for index in turn]))


def _bytes(x: Tensor) -> np.ndarray:
    return to_bytes(x.float().nan_to_num())[:, 0]
