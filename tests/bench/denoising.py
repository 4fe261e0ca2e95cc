"""The shipped denoisers against classical filters, each tuned for every row of the table on training images.

python -m tests.bench.denoising [--images 200] [--tuning-images 40] [--rows box both]

Filters and models see the same noise on the same test images. Figures are PSNR in dB, the mean over images.
"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from bm3d import BM3DProfile, bm3d
from skimage.filters import median
from skimage.morphology import disk, footprint_rectangle
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle

from core.checkpoint import list_checkpoints, load_model
from core.data.fashion_mnist import load_fashion_mnist
from core.data.image_set import ImageSet
from core.metrics import psnr
from train.denoiser import MARGIN, TRAINED, UNSEEN, noise_generator

Filter = Callable[[np.ndarray], np.ndarray]  # one image (H, W)
MODELS = ("cae-27", "denoiser-cae", "denoiser-unet")
ROWS = TRAINED | UNSEEN


def bm3d_filter(image: np.ndarray, sigma: float) -> np.ndarray:
    """BM3D for white noise of the given standard deviation."""
    profile = BM3DProfile()
    profile.num_threads = 1  # an image is too small to share
    profile.nf = 16  # detail of its variance tables, 32 by default: a quarter of the time, and within 0.03 dB
    return bm3d(image, sigma, profile=profile)


def candidates() -> dict[str, dict[str, Filter]]:
    """Every setting of every filter, by what the table calls them."""
    footprints = {"1": disk(0), "plus 3": disk(1), "square 3": footprint_rectangle((3, 3)), "disk 5": disk(2)}
    footprints |= {"square 5": footprint_rectangle((5, 5)), "disk 7": disk(3)}
    nlm = product((0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.9), (3, 5), (0.0, 0.1, 0.2, 0.4))
    return {
        "median": {name: partial(median, footprint=footprint) for name, footprint in footprints.items()},
        "non-local means": {
            f"h {h}, patch {patch}, sigma {sigma}": partial(
                denoise_nl_means, patch_size=patch, patch_distance=11, h=h, sigma=sigma, fast_mode=False
            )
            for h, patch, sigma in nlm
        },
        "total variation": {
            f"weight {weight}": partial(denoise_tv_chambolle, weight=weight)
            for weight in (0.01, 0.02, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3)
        },
        "BM3D": {
            f"sigma {sigma}": partial(bm3d_filter, sigma=sigma)
            for sigma in (0.02, 0.05, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7)
        },
    }


def score(denoise: Filter, clean: np.ndarray, noisy: np.ndarray) -> float:
    """PSNR in dB of a filter, the mean over images (B, H, W)."""
    return float(psnr(clean, np.stack([denoise(image) for image in noisy]).clip(0, 1)).mean())


def tuned(clean: np.ndarray, noisy: np.ndarray) -> dict[str, str]:
    """The best setting of each filter: found on a quarter of the images, then decided among three on all of them."""
    best = {}
    for name, settings in candidates().items():
        few = sorted(settings, key=lambda s: -score(settings[s], clean[::4], noisy[::4]))[:3]
        best[name] = max(few, key=lambda s: score(settings[s], clean, noisy))
    return best


def noisy_pairs(data: ImageSet, row: str) -> tuple[np.ndarray, np.ndarray]:
    """Clean and noisy images, each (B, 1, H, W), with the noise every measure of that row uses."""
    clean = data.batch(torch.arange(len(data))).image
    return clean.numpy(), ROWS[row](clean, noise_generator(row)).numpy()


@torch.inference_mode()
def model_scores(names: list[str], clean: np.ndarray, noisy: np.ndarray) -> Iterator[tuple[str, float]]:
    """Every model's name and its PSNR in dB, the mean over images (B, 1, H, W)."""
    for name in names:
        yield Path(name).stem, float(psnr(clean, load_model(name)(torch.from_numpy(noisy)).numpy()).mean())


def compare(row: str, models: list[str], tuning: ImageSet, test: ImageSet) -> dict[str, Any]:
    """One row: every classical filter at its best setting, and every model."""
    clean, noisy = (images[:, 0] for images in noisy_pairs(tuning, row))
    settings = tuned(clean, noisy)
    clean, noisy = noisy_pairs(test, row)
    filters = candidates()
    classical = {name: score(filters[name][s], clean[:, 0], noisy[:, 0]) for name, s in settings.items()}
    winner = max(classical, key=classical.__getitem__)
    return {
        "row": row, "noisy": float(psnr(clean, noisy).mean()), "classical": classical, "winner": winner,
        "setting": settings[winner], "best": classical[winner], "models": dict(model_scores(models, clean, noisy)),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=200, help="test images")
    parser.add_argument("--tuning-images", type=int, default=40, help="training images the filters are tuned on")
    parser.add_argument("--data-root", help="folder of Fashion-MNIST (else LOOM_DATA, else the usual places)")
    parser.add_argument("--rows", nargs="+", choices=list(ROWS), default=list(ROWS), metavar="ROW", help="default: all")
    args = parser.parse_args()
    models = [name for name in MODELS if name in list_checkpoints()]
    tuning = load_fashion_mnist("train", args.data_root).take(args.tuning_images)
    test = load_fashion_mnist("test", args.data_root).take(args.images)
    names = list(candidates())
    print(f"{'row':<22} {'noisy':>6} " + " ".join(f"{n:>15}" for n in names) + " "
          + " ".join(f"{m:>14}" for m in models)
          + "   gain  goal")  # fmt: skip
    for row in args.rows:
        found = compare(row, models, tuning, test)
        cells = " ".join(f"{found['classical'][n]:15.2f}" for n in names) + " "
        cells += " ".join(f"{found['models'][m]:14.2f}" for m in models)
        gain = found["models"].get("denoiser-unet", np.nan) - found["best"]
        verdict = "met" if gain >= MARGIN[row] else "missed"
        print(
            f"{row:<22} {found['noisy']:6.2f} {cells} {gain:+6.2f} {MARGIN[row]:+5.1f} {verdict}"
            f"   best: {found['winner']}, {found['setting']}",
            flush=True,
        )


if __name__ == "__main__":
    main()
