"""Pictures made noisy and clean again, laid out for the page, and how close they come."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.data.images import encode, grid, to_pictures
from core.metrics import psnr, ssim
from core.noise.filters import median_filter
from core.serving.batcher import Batcher, Forward
from demos.server.models import Model
from demos.ui.images import data_uri


@dataclass(frozen=True)
class Denoiser:
    """A network or a classical filter that takes noise away."""

    name: str
    forward: Forward  # sets of images (B, n, C, H, W) to the same, denoised
    batcher: Batcher
    model: Model | None = None  # of a network

    async def clean(self, noisy: Tensor) -> Tensor:
        """Images (n, C, H, W) without their noise."""
        return await self.batcher.run(self.forward, noisy)


def median(sets: Tensor) -> Tensor:
    """The classical filter as a Denoiser's forward function."""
    return median_filter(sets.flatten(0, 1)).unflatten(0, sets.shape[:2])


def strip(clean: Tensor, noisy: Tensor, restored: list[Tensor]) -> dict:
    """A sprite and metrics of noisy (parameters, STEPS, C, H, W) and restored (STEPS, C, H, W) images.

    A row for each parameter and each of the noisy pictures and the denoisers in turn.
    """
    count = len(restored) // len(noisy)  # of denoisers
    blocks = [[row, *restored[i * count : (i + 1) * count]] for i, row in enumerate(noisy)]
    return crossing(clean, torch.stack([row for block in blocks for row in block]))


def crossing(clean: Tensor, images: Tensor) -> dict:
    """A sprite and metrics of images (rows, columns, C, H, W) that should be the clean one (1, C, H, W)."""
    rows = images.numpy()
    columns = rows.shape[1]
    tiles = to_pictures(np.round(255 * rows).astype(np.uint8).reshape(-1, *rows.shape[2:]))
    sprite = encode(grid(tiles, columns), "PNG", compress_level=1)  # as small as WebP here, in a tenth of the time
    split = {
        name: [values[i : i + columns] for i in range(0, len(values), columns)]
        for name, values in metrics(clean.numpy(), rows.reshape(-1, *rows.shape[2:])).items()
    }
    return {"sprite": data_uri(sprite, "png"), "columns": columns} | split


def metrics(clean: np.ndarray, images: np.ndarray) -> dict[str, list[float | None]]:
    """PSNR (None is infinity, which JSON lacks) and SSIM of images (n, C, H, W) against a clean one (1, C, H, W)."""
    same = np.broadcast_to(clean, images.shape)
    decibels = [round(value, 3) if np.isfinite(value) else None for value in psnr(same, images).tolist()]
    return {"psnr": decibels, "ssim": ssim(same, images).round(4).tolist()}
