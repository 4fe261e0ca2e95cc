"""Measure every denoiser on every kind and level of noise, trained on or not, and write weights/denoising-grid.json.

python -m train.denoising_grid                  # all 1,000 shipped test images; a minute or two on one CPU core
python -m train.denoising_grid --images 200 --output grid.json
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from core.checkpoint import CheckpointError, load_model, write_atomically
from core.data.image_set import DataError
from core.metrics import psnr, ssim
from core.noise.filters import median_filter
from core.noise.functions import ONE_LEVEL
from core.noise.grid import COLUMNS, DENOISERS, GRID, MEDIAN, NOISY, ONE_NOISE, DenoisingGrid, shipped_weights
from core.noise.kinds import Levels, corrupt
from train.denoiser import CLASSICAL
from train.evaluate import shipped_test_images

BATCH_SIZE = 100  # images measured at a time
# the columns that `python -m tests.bench.denoising` measures as well, and what it calls them
BENCHED = {
    **{("salt_and_pepper", (amount,)): f"salt_and_pepper_{amount}" for amount in (0.05, 0.2, 0.4)},
    **{("gaussian", (std,)): f"gaussian_{std}" for std in (0.1, 0.3, 0.5)},
    ("both", (0.2, 0.1)): "both",
    ("speckle", (0.5,)): "speckle",
    ("poisson", (10.0,)): "poisson",
    ("box", (0.1,)): "box",
}

Denoiser = Callable[[Tensor], Tensor]


def denoisers() -> dict[str, Denoiser]:
    """Everything that is compared, by name; "noisy" does nothing."""
    models = {name: median_filter if name == MEDIAN else load_model(name) for name in DENOISERS}
    return {NOISY: lambda x: x} | models


@torch.inference_mode()
def grid_column(
    x: Tensor, kind: str, levels: Levels, seed: int, rows: dict[str, Denoiser]
) -> dict[str, tuple[float, float]]:
    """Mean PSNR in dB and mean SSIM of every denoiser on one kind and level of noise.

    Args:
        x: Clean images in [0, 1], shape (B, 1, H, W).
        seed: Of the first batch's noise; each batch has the next.
    """
    found: dict[str, list[np.ndarray]] = {name: [] for name in rows}
    for i, clean in enumerate(x.split(BATCH_SIZE)):
        noisy = corrupt(clean, kind, levels, seed + i)
        for name, denoise in rows.items():
            x_hat = denoise(noisy).numpy()
            found[name].append(np.stack([psnr(clean, x_hat), ssim(clean, x_hat)]))
    return {name: tuple(np.concatenate(parts, axis=1).mean(axis=1).tolist()) for name, parts in found.items()}


def denoising_grid(images: int, seed: int) -> DenoisingGrid:
    """The whole grid, over so many of the shipped test images, evenly from all classes."""
    sample, rows = shipped_test_images(), denoisers()
    index = torch.linspace(0, len(sample) - 1, min(images, len(sample))).round().long()
    x = sample.batch(index).image
    columns = [grid_column(x, kind, levels, seed, rows) for kind, levels in tqdm(COLUMNS, unit="column")]

    def row(name: str, which: int, digits: int) -> list[float | None]:
        values = [column[name][which] for column in columns]
        return [round(value, digits) if np.isfinite(value) else None for value in values]

    return DenoisingGrid(
        images=len(x),
        seed=seed,
        columns=[{"kind": kind, "levels": list(levels)} for kind, levels in COLUMNS],
        psnr={name: row(name, 0, 3) for name in rows},
        ssim={name: row(name, 1, 4) for name in rows},
        classical=[CLASSICAL.get(BENCHED.get(column, "")) for column in COLUMNS],
        one_noise=one_noise(x, seed),
        weights=shipped_weights(),
    )


def one_noise(x: Tensor, seed: int) -> dict[str, dict[str, float]]:
    """Mean PSNR in dB, by kind, of the networks that met one kind alone and of the noisy images x (B, 1, H, W)."""
    rows = {NOISY: lambda x: x} | {name: load_model(name) for name in ONE_NOISE}
    columns = {kind: grid_column(x, kind, levels, seed, rows) for kind, levels in ONE_LEVEL.items()}
    return {name: {kind: round(column[name][0], 3) for kind, column in columns.items()} for name in rows}


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=1000, help="shipped test images to measure on, 1 to 1000")
    parser.add_argument("--seed", type=int, default=0, help="of the noise")
    parser.add_argument("--output", type=Path, default=GRID, help="file to write (default: %(default)s)")
    args = parser.parse_args(argv)
    if not 1 <= args.images <= 1000 or args.seed < 0:
        parser.error(f"--images must be from 1 to 1000 and --seed 0 or more, got {args.images} and {args.seed}")
    try:
        grid = denoising_grid(args.images, args.seed)
        write_atomically(args.output, json.dumps(asdict(grid), indent=1).encode())
    except (CheckpointError, DataError) as error:
        sys.exit(f"error: {error}")
    print(f"{args.output}: {len(grid.psnr)} rows, {len(grid.columns)} columns, {grid.images} images each")


if __name__ == "__main__":
    main()
