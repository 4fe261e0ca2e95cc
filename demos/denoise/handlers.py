"""Denoise: a picture made noisy, level by level, and what three networks and a classical filter make of it."""

import asyncio
from dataclasses import asdict
from functools import cache

import gradio as gr
import numpy as np
from torch import Tensor

from core.data.fashion_mnist import FASHION_CLASSES
from core.data.images import encode, grid, to_tensor
from core.metrics import psnr, ssim
from core.noise.filters import median_filter
from core.noise.grid import DENOISERS, MEDIAN, NOISY, load_denoising_grid
from core.noise.kinds import KINDS, SEEDS, Levels, corrupt, sweep
from core.serving.batcher import Forward
from demos.server.models import COMPUTE, known, model
from demos.ui.handlers import answered, endpoint, number, whole
from demos.ui.images import data_uri, from_base64, load_sample, photo_pixels, read_upload
from demos.ui.widget import CLASS_COLORS, explanation, tab_page, widget

TITLE = "Denoise"
ORDER = 6

DENOISER = "denoiser-unet"
NOISE = "gaussian"


async def denoise_photo(
    image: str | None,
    noise: str = NOISE,
    level: float | None = None,
    seed: int = 0,
    model: str = DENOISER,
    second_level: float | None = None,
) -> tuple[np.ndarray, np.ndarray, dict]:
    """The API endpoint: a picture file made noisy and clean again.

    Args:
        image: Path of a PNG, JPEG, WebP, GIF, BMP or TIFF file, made 28x28 as for `/classify`.
        noise: A key of KINDS: "none", "salt_and_pepper", "gaussian", "both", "speckle", "poisson" or "box".
        level: Share of the pixels hit or covered, standard deviation, or photons of a white pixel; of "both" the
            standard deviation. None: where the page's slider starts.
        seed: Of the draw, 0 to 2**32 - 1.
        model: "denoiser-unet", "denoiser-cae", "cae-27" or "median".
        second_level: Of "both" alone, the share of the pixels hit.

    Returns:
        The noisy picture and the denoised one, uint8 (28, 28), and the PSNR (dB; None is infinity) and SSIM of both.

    Raises:
        ImageError: If there is no picture or it cannot be read.
        ValueError: If there is no such noise or model, or a number is out of range.
    """
    model = _denoiser(model)
    levels = _levels(noise, [level, second_level])
    seed = whole("seed", seed, 0, SEEDS - 1)
    clean = to_tensor(await photo_pixels(image))
    noisy = await asyncio.to_thread(corrupt, clean, noise, levels, seed)
    denoised = await COMPUTE.run(_denoised(model), noisy)
    both = np.stack([noisy[0].numpy(), denoised[0].numpy()])
    figures = _figures(clean.numpy(), both)
    named = {name: dict(zip((NOISY, "denoised"), values, strict=True)) for name, values in figures.items()}
    picture, result = np.round(255 * both[:, 0]).astype(np.uint8)
    return picture, result, {"noise": noise, "levels": list(levels), "seed": seed, "model": model} | named


@answered
async def load_strip(request: dict) -> dict:
    """Everything a drag can show: at each value of each slider the noisy picture and what every denoiser makes of it.

    One picture, a row for each slider and each of ROWS in turn, and the PSNR (null is infinity) and SSIM of each tile.
    """
    clean = to_tensor(from_base64(request.get("pixels"), (28, 28)))
    kind = str(request.get("noise"))
    levels = _levels(kind, request.get("levels"))
    seed = whole("seed", request.get("seed"), 0, SEEDS - 1)
    noisy = await asyncio.to_thread(sweep, clean, kind, levels, seed)  # (parameters, STEPS, 1, 28, 28)
    restored = await asyncio.gather(*(COMPUTE.run(_denoised(name), strip) for strip in noisy for name in DENOISERS))
    return await asyncio.to_thread(_strip, clean, noisy, restored)


@answered
async def load_grid(request: dict) -> dict:
    """The denoising grid, measured beforehand."""
    return asdict(await asyncio.to_thread(load_denoising_grid))


def build() -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "denoise", load_strip, load_grid, read_upload, load_sample,
            classes=FASHION_CLASSES, colors=CLASS_COLORS, kinds=kinds(), noise=NOISE, denoisers=DENOISERS,
            denoiser=DENOISER, seeds=SEEDS,
        )  # fmt: skip
        explanation("denoise")
        inputs = [
            gr.File(label="image", visible=False),
            gr.Dropdown(list(KINDS), value=NOISE, label="noise", visible=False, allow_custom_value=True),
            gr.Number(None, label="level", visible=False),
            gr.Number(0, label="seed", visible=False),
            gr.Dropdown(list(DENOISERS), value=DENOISER, label="model", visible=False, allow_custom_value=True),
            gr.Number(None, label="second level, of both", visible=False),
        ]
        pictures = [gr.Image(visible=False, format="png", label=f"{name} picture") for name in (NOISY, "denoised")]
        endpoint(denoise_photo, inputs, [*pictures, gr.JSON(visible=False, label="figures")], "denoise")
    return tab


def kinds() -> dict[str, dict]:
    """What the page must know of each kind of noise."""
    return {
        name: {"title": kind.title, "trained": kind.trained, "dials": [asdict(each) for each in kind.parameters]}
        for name, kind in KINDS.items()
    }


@cache  # the service runs together what asks for the very same function
def _denoised(name: str) -> Forward:
    """Sets of images (B, n, C, H, W) to the same, denoised."""

    def forward(sets: Tensor) -> Tensor:
        denoise = median_filter if name == MEDIAN else model(name)
        return denoise(sets.flatten(0, 1)).unflatten(0, sets.shape[:2])

    return forward


def _strip(clean: Tensor, noisy: Tensor, restored: list[Tensor]) -> dict:
    """The answer of load_strip(), of noisy (parameters, STEPS, C, H, W) and the restored (STEPS, C, H, W) images."""
    blocks = [[strip, *restored[i * len(DENOISERS) : (i + 1) * len(DENOISERS)]] for i, strip in enumerate(noisy)]
    rows = np.stack([row.numpy() for block in blocks for row in block])  # (parameters * ROWS, STEPS, C, H, W)
    figures = _figures(clean.numpy(), rows.reshape(-1, *rows.shape[2:]))
    columns = rows.shape[1]
    tiles = np.round(255 * rows).astype(np.uint8).reshape(-1, *rows.shape[-2:])
    sprite = encode(grid(tiles, columns), "PNG", compress_level=1)  # as small as WebP here, in a tenth of the time
    split = {
        name: [values[i : i + columns] for i in range(0, len(values), columns)] for name, values in figures.items()
    }
    return {"sprite": data_uri(sprite, "png"), "columns": columns} | split


def _figures(clean: np.ndarray, images: np.ndarray) -> dict[str, list[float | None]]:
    """PSNR (None is infinity, which JSON lacks) and SSIM of images (n, C, H, W) against a clean one (1, C, H, W)."""
    same = np.broadcast_to(clean, images.shape)
    decibels = [round(value, 3) if np.isfinite(value) else None for value in psnr(same, images).tolist()]
    return {"psnr": decibels, "ssim": ssim(same, images).round(4).tolist()}


def _levels(kind: object, values: object) -> Levels:
    """A level for each of the kind's parameters: what is given, else where it starts. Further numbers are left out."""
    if str(kind) not in KINDS:  # what is no text may not be looked up
        raise ValueError(f"noise must be one of {', '.join(KINDS)}, got {kind!r}")
    given = [*values, None, None] if isinstance(values, list) else [None, None]
    return tuple(
        each.start if value is None else number(f"level ({each.name})", value, min(each.values), max(each.values))
        for each, value in zip(KINDS[str(kind)].parameters, given, strict=False)
    )


def _denoiser(name: object) -> str:
    return known(name, DENOISERS, "denoiser")
