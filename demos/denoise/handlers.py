"""What Denoise answers: everything a drag can show, the measured grid, and one picture for API callers."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import PlainValidator, ValidationInfo

from core.data.images import to_pictures, to_tensor
from core.noise.functions import ONE_LEVEL
from core.noise.grid import DENOISERS, MEDIAN, NOISY, ONE_NOISE, load_denoising_grid
from core.noise.kinds import KINDS, Levels, corrupt, sweep
from demos.denoise.compute import Denoiser, crossing, median, metrics, strip
from demos.server.models import Model, fashion_sample
from demos.server.services import Services
from demos.ui.fields import Between, Given, ListOf, Named, OneOf, Pixels, Request, Seed, resolved
from demos.ui.images import picture_in_file, to_base64

DENOISER = "denoiser-unet"
NOISE = "gaussian"
FIRST_IMAGE = 902  # of the sample, that the page starts with
MOST = 6  # denoisers at a time


FAMILIES = ("denoiser", "autoencoder")  # whose models give a picture back: those that met noise, and others beside


def opens(model: Model) -> bool:
    """Whether the tab opens a model that is not shipped."""
    return model.architecture.family in FAMILIES


def find_denoiser(services: Services, name: Any) -> Denoiser:
    """One of DENOISERS, one that met a single kind of noise, or a model that does not ship."""
    if name == MEDIAN:
        return Denoiser(MEDIAN, median, services.batcher)
    model = services.models.find(name, (*DENOISERS, *ONE_NOISE), "denoiser", "forward")
    if not model.is_shipped and not opens(model):
        raise ValueError(f"{model.name} is not a denoiser: it gives no picture back")
    return Denoiser(model.name, model.apply, services.batcher, model)


def _level(parameter: int) -> Callable[[Any, ValidationInfo], float | None]:
    """Reads the level of a noise's parameter: what is given, else where it starts; None if it has no such one."""

    def read(value: Any, info: ValidationInfo) -> float | None:
        kind = KINDS[resolved(lambda given: given["noise"], info)]
        if parameter >= len(kind.parameters):
            return None
        wanted = kind.parameters[parameter]
        bounds = Between(min(wanted.values), max(wanted.values))
        return wanted.start if value is None else bounds.check(f"level ({wanted.name})", value)

    return read


def _levels(values: Any, info: ValidationInfo) -> Levels:
    """The same of all parameters; further numbers are left out."""
    given = [*values, None, None] if isinstance(values, list) else [None, None]
    levels = [_level(k)(value, info) for k, value in enumerate(given[:2])]
    return tuple(level for level in levels if level is not None)


Noise = Annotated[str, OneOf(KINDS)]
AnyDenoiser = Annotated[Denoiser, Named(find_denoiser)]


def _picture_shape(given: Given) -> tuple[int, ...]:
    """Of the pictures that the denoisers take, which are of one dataset."""
    return next((each.model.picture_shape for each in given["denoisers"] or () if each.model), (28, 28))


class OneNoiseRequest(Request):
    """A picture, and the draw of each noise."""

    pixels: Annotated[np.ndarray, Pixels()]
    seed: Seed


class StripRequest(Request):
    """A picture, and the noise whose levels are shown, by the shipped denoisers or by those that are named."""

    denoisers: Annotated[tuple[AnyDenoiser, ...], ListOf(range(1, MOST + 1), "names")] | None = None
    pixels: Annotated[np.ndarray, Pixels(_picture_shape)]
    noise: Noise
    levels: Annotated[Levels, PlainValidator(_levels)]
    seed: Seed


async def denoise_photo(
    services: Services,
    image: str | None,
    noise: Noise = NOISE,
    level: Annotated[float | None, PlainValidator(_level(0))] = None,
    seed: Seed = 0,
    model: AnyDenoiser = DENOISER,
    second_level: Annotated[float | None, PlainValidator(_level(1))] = None,
) -> tuple[np.ndarray, np.ndarray, dict]:
    """The API endpoint: a picture file made noisy and clean again.

    Args:
        image: Path of a PNG, JPEG, WebP, GIF, BMP or TIFF file, made 28x28 as for `/classify`.
        noise: A key of KINDS: "none", "salt_and_pepper", "gaussian", "both", "speckle", "poisson" or "box".
        level: Share of the pixels hit or covered, standard deviation, or photons of a white pixel; of "both" the
            standard deviation. None: where the page's slider starts.
        seed: Of the draw, 0 to 2**32 - 1.
        model: "denoiser-unet", "denoiser-cae", "cae-27" or "median", or one of those that met a single kind of noise:
            "denoiser-cae-salt-and-pepper", "denoiser-cae-gaussian" or "denoiser-cae-both".
        second_level: Of "both" alone, the share of the pixels hit.

    Returns:
        The noisy picture and the denoised one, uint8 (28, 28) or as large as the model's pictures, and the PSNR (dB;
        None is infinity) and SSIM of both.

    Raises:
        ImageError: If there is no picture or it cannot be read.
    """
    levels = tuple(each for each in (level, second_level) if each is not None)
    clean = to_tensor(await picture_in_file(services, image, model.model))
    noisy = await asyncio.to_thread(corrupt, clean, noise, levels, seed)
    denoised = await model.clean(noisy)
    both = np.stack([noisy[0].numpy(), denoised[0].numpy()])
    measured = metrics(clean.numpy(), both)
    named = {name: dict(zip((NOISY, "denoised"), values, strict=True)) for name, values in measured.items()}
    picture, result = to_pictures(np.round(255 * both).astype(np.uint8))
    return picture, result, {"noise": noise, "levels": list(levels), "seed": seed, "model": model.name} | named


async def load_strip(services: Services, request: StripRequest) -> dict:
    """Everything a drag can show: at each value of each slider the noisy picture and what every denoiser makes of it.

    One picture, a row for each slider and each of those in turn, and the PSNR (null is infinity) and SSIM of each tile.
    """
    clean = to_tensor(request.pixels)
    denoisers = request.denoisers or [find_denoiser(services, name) for name in DENOISERS]
    # (parameters, STEPS, C, H, W)
    noisy = await asyncio.to_thread(sweep, clean, request.noise, request.levels, request.seed)
    restored = await asyncio.gather(*(denoiser.clean(row) for row in noisy for denoiser in denoisers))
    return await asyncio.to_thread(strip, clean, noisy, restored)


def first_strip() -> dict[str, Any]:
    """The request for what the page starts with."""
    levels = [min(each.values, key=lambda value: abs(value - each.start)) for each in KINDS[NOISE].parameters]
    pixels = to_base64(fashion_sample().images[FIRST_IMAGE, 0].numpy())
    return {"pixels": pixels, "noise": NOISE, "levels": levels, "seed": 0}


async def load_one_noise(services: Services, request: OneNoiseRequest) -> dict:
    """Each of the networks that met one kind of noise on each of these kinds, at the level that it met.

    One picture, a row of the noisy pictures and one of each network's, a column for each kind; and the PSNR (null is
    infinity) and SSIM of each tile.
    """
    clean = to_tensor(request.pixels)
    levels = ONE_LEVEL.items()
    noisy = torch.cat([await asyncio.to_thread(corrupt, clean, kind, at, request.seed) for kind, at in levels])
    networks = [find_denoiser(services, name) for name in ONE_NOISE]
    restored = await asyncio.gather(*(network.clean(noisy) for network in networks))
    return await asyncio.to_thread(crossing, clean, torch.stack([noisy, *restored]))


async def load_grid(services: Services, request: Request) -> dict:
    """The denoising grid, measured beforehand."""
    return asdict(await asyncio.to_thread(load_denoising_grid))


def describe_kinds() -> dict[str, dict]:
    """What the page must know of each kind of noise."""
    return {
        name: {"title": kind.title, "trained": kind.trained, "parameters": [asdict(each) for each in kind.parameters]}
        for name, kind in KINDS.items()
    }
