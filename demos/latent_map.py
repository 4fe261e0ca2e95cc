"""Latent map: the test images where an autoencoder puts them; click anywhere to decode that place."""

import asyncio
import math
from functools import cache
from threading import Lock

import gradio as gr
import numpy as np
import torch
from torch import Tensor

from core.data import FASHION_CLASSES
from core.images import encode, grid, to_bytes, to_tensor
from core.latent import MAPS, LatentMap
from demos._components import (
    CLASS_COLORS,
    answered,
    data_uri,
    endpoint,
    explanation,
    load_sample,
    plotly_address,
    to_base64,
    widget,
)
from demos._compute import COMPUTE, classify_pixels, fashion_sample, model

TITLE = "Latent map"
ORDER = 3

CHECKPOINT = "cae-27"
GRID = (48, 36)  # columns and rows of the picture decoded ahead
REACH = 3.0  # places up to so many widths of the map beyond its edge are decoded


async def decode_place(x: float, y: float, kind: str = "PCA") -> tuple[np.ndarray, np.ndarray]:
    """The picture at a place of the map, uint8 (28, 28), and its code, shape (27,).

    Raises:
        ValueError: If a coordinate is no number or far off the map, or if there is no such map.
    """
    space = await asyncio.to_thread(latent_map, kind)
    left, right, bottom, top = space.bounds
    x = _checked("x", x, left - REACH * (right - left), right + REACH * (right - left))
    y = _checked("y", y, bottom - REACH * (top - bottom), top + REACH * (top - bottom))
    code = space.codes_at(np.array([[x, y]], np.float32))[0]
    return await COMPUTE.run(_decoded, torch.from_numpy(code)), code


async def decode_point(x: float, y: float, map: str = "PCA") -> np.ndarray:
    """The API endpoint: the picture that the decoder paints at a place of the map.

    Args:
        x: Horizontal place, in the units of the map's axis.
        y: Vertical place.
        map: "PCA" or "t-SNE".
    """
    picture, _ = await decode_place(x, y, map)
    return picture


@answered
async def load_map(request: dict) -> dict:
    """The points of a map, and the decodes of a grid of places under it as one picture."""
    kind = str(request.get("map"))
    space = await asyncio.to_thread(latent_map, kind)
    return {
        "map": kind,
        "x": space.points[:, 0].round(4).tolist(),
        "y": space.points[:, 1].round(4).tolist(),
        "bounds": space.bounds,
        "columns": GRID[0],
        "rows": GRID[1],
        "grid": await asyncio.to_thread(decode_grid, kind),
    }


@answered
async def decode(request: dict) -> dict:
    """The exact picture of a clicked place, its code, and what the classifier calls it."""
    picture, code = await decode_place(request.get("x"), request.get("y"), str(request.get("map")))
    return {"pixels": to_base64(picture), "code": code.round(3).tolist(), "probs": await classify_pixels(picture)}


@answered
async def reconstruct(request: dict) -> dict:
    """A test image of the sample through the autoencoder and back."""
    i, sample = request.get("i"), fashion_sample()
    if not isinstance(i, int) or not 0 <= i < len(sample):
        raise ValueError(f"i must be a whole number from 0 to {len(sample) - 1}, got {i!r}")
    original = sample.images[i, 0].numpy()
    code = _codes()[i]
    picture = await COMPUTE.run(_decoded, torch.from_numpy(code))
    mse = float(np.square((original.astype(np.float32) - picture) / 255).mean())
    probs = await classify_pixels(picture)
    return {"pixels": to_base64(picture), "code": code.round(3).tolist(), "mse": mse, "probs": probs}


def latent_map(kind: str) -> LatentMap:
    """The sample's codes laid out; computed once, at first use, whoever asks."""
    if kind not in MAPS:
        raise ValueError(f"map must be one of {', '.join(MAPS)}, got {kind!r}")
    with _LAYING_OUT:
        return _latent_map(kind)


@cache
def decode_grid(kind: str) -> str:
    """Address of a picture of GRID decoded places, 28 pixels each."""
    codes = torch.from_numpy(latent_map(kind).codes_at(latent_map(kind).grid(*GRID)))
    tiles = COMPUTE.submit(_decoded_sets, codes).result()
    return data_uri(encode(grid(tiles, GRID[0]), "WEBP", quality=80, method=2), "webp")


def build() -> gr.Blocks:
    """The tab."""
    with gr.Blocks(title=TITLE) as tab:
        widget(
            "latent_map", load_map, decode, reconstruct, load_sample,
            classes=FASHION_CLASSES, colors=CLASS_COLORS, plotly=plotly_address(), maps=MAPS,
        )  # fmt: skip
        explanation("latent_map")
        x, y = gr.Number(label="x", visible=False), gr.Number(label="y", visible=False)
        kind = gr.Dropdown(list(MAPS), value="PCA", label="map", visible=False, allow_custom_value=True)
        picture = gr.Image(visible=False, format="png", label="decoded picture")
        endpoint(decode_point, [x, y, kind], picture, "decode_point")
    return tab


_LAYING_OUT = Lock()  # thirty visitors at once wait for one layout instead of computing thirty


@cache
def _latent_map(kind: str) -> LatentMap:
    return LatentMap(_codes(), kind)


@cache
def _codes() -> np.ndarray:
    images = to_tensor(fashion_sample().images[:, 0].numpy())
    return COMPUTE.submit(_encoded_sets, images).result()


def _decoded(codes: Tensor) -> np.ndarray:
    return to_bytes(model(CHECKPOINT).decode(codes))[:, 0]


def _decoded_sets(sets: Tensor) -> list[np.ndarray]:
    return [_decoded(codes) for codes in sets]


def _encoded_sets(sets: Tensor) -> list[np.ndarray]:
    return [model(CHECKPOINT).encode(images).numpy() for images in sets]


def _checked(name: str, value: object, low: float, high: float) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {low:.1f} to {high:.1f} on this map, got {value!r}")
    return float(value)
