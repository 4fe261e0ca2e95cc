"""Latent map: the test images where an autoencoder puts them; click anywhere to decode that place."""

import asyncio
from functools import cache
from threading import Lock

import gradio as gr
import numpy as np
import torch

from core.data.fashion_mnist import FASHION_CLASSES
from core.data.images import encode, grid, to_bytes
from core.latent import MAPS, LatentAxes, LatentMap
from core.reduction import PCA
from core.registry import get_architecture
from core.serving.batcher import Forward
from demos.server.models import (
    CALLER,
    COMPUTE,
    card,
    cards,
    classify_pixels,
    codes,
    decoding,
    fashion_sample,
    kept,
    known,
    model,
)
from demos.ui.handlers import answered, endpoint, number, whole
from demos.ui.images import data_uri, from_base64, load_sample, to_base64
from demos.ui.widget import CLASS_COLORS, explanation, plotly_address, tab_page, widget

TITLE = "Latent map"
ORDER = 3

CHECKPOINT = "cae-27"
GRID = (48, 36)  # columns and rows of the picture decoded ahead
STEPS = 41  # pictures decoded ahead for each slider
REACH = 3.0  # places up to so many widths of the map beyond its edge are decoded
DECIMALS = 3  # of the numbers of a code that links hold; what is shown of one is shown of just these
FARTHEST = 1e4  # largest number of a code that is decoded


@cache
def spaces() -> dict[str, int]:
    """The shipped models with a latent space of clothes, smallest first, and how many numbers their codes have."""
    found = {
        each.name: each.config["latent_dim"]
        for each in cards()
        if get_architecture(each.model).family in ("autoencoder", "vae") and each.dataset["name"] == "Fashion-MNIST"
    }
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


async def decode_point(x: float, y: float, map: str = "PCA", checkpoint: str = CHECKPOINT) -> np.ndarray:
    """The API endpoint: the picture that a decoder paints at a place of the map, uint8 (28, 28).

    Args:
        x: Horizontal place, in the units of the map's axis.
        y: Vertical place.
        map: "PCA" or "t-SNE".
        checkpoint: A model with a latent space, such as "cae-27", "cae-4" or "vae-fashion".

    Raises:
        ValueError: If a coordinate is no number or far off the map, or if there is no such map or model.
    """
    checkpoint = _space(checkpoint)
    return await _decode_code(checkpoint, await _code_at(checkpoint, map, x, y))


@answered
async def load_map(request: dict) -> dict:
    """The points of a map, the decodes of a grid of places under it as one picture, and the sliders' ranges."""
    checkpoint, kind = _space(request.get("checkpoint", CHECKPOINT)), str(request.get("map", "PCA"))
    space = await asyncio.to_thread(latent_map, checkpoint, kind)
    axes = _axes(checkpoint)
    return {
        "map": kind,
        "checkpoint": checkpoint,
        "dimensions": _dimensions(checkpoint),
        "x": space.points[:, 0].round(4).tolist(),
        "y": space.points[:, 1].round(4).tolist(),
        "bounds": space.bounds,
        "columns": GRID[0],
        "rows": GRID[1],
        "grid": await asyncio.to_thread(decode_grid, checkpoint, kind),
        "axes": [
            {"name": name, "low": float(low), "high": float(high)}
            for name, low, high in zip(axes.names, axes.low, axes.high, strict=True)
        ],
    }


@answered
async def decode(request: dict) -> dict:
    """The exact picture of a clicked place, its code, and what the classifier calls it."""
    checkpoint, kind = _space(request.get("checkpoint", CHECKPOINT)), str(request.get("map", "PCA"))
    return await _picture(checkpoint, kind, await _code_at(checkpoint, kind, request.get("x"), request.get("y")))


@answered
async def reconstruct(request: dict) -> dict:
    """A test image of the sample through the autoencoder and back, and how well PCA of the same size does."""
    checkpoint, sample = _space(request.get("checkpoint", CHECKPOINT)), fashion_sample()
    i = whole("i", request.get("i"), 0, len(sample) - 1)
    original = sample.images[i, 0].numpy()
    answer = await _picture(checkpoint, str(request.get("map", "PCA")), _codes(checkpoint)[i])
    picture = from_base64(answer["pixels"], original.shape)
    by_pca = await asyncio.to_thread(_by_pca, _dimensions(checkpoint))
    return answer | {
        "mse": _mse(original, picture),
        "pca": to_base64(by_pca[i]),
        "pca_mse": _mse(original, by_pca[i]),
    }


@answered
async def decode_code(request: dict) -> dict:
    """The picture of a code that a link holds."""
    checkpoint = _space(request.get("checkpoint", CHECKPOINT))
    return await _picture(checkpoint, str(request.get("map", "PCA")), _checked_code(request.get("code"), checkpoint))


@answered
async def draw(request: dict) -> dict:
    """A code drawn from N(0, I) for a VAE, else from the normal distribution fitted to the sample's codes."""
    checkpoint = _space(request.get("checkpoint", CHECKPOINT))
    rng, shipped = np.random.default_rng(), _codes(checkpoint)
    if get_architecture(card(checkpoint).model).family == "vae":
        code = rng.standard_normal(shipped.shape[1])
    else:
        code = rng.multivariate_normal(shipped.mean(axis=0), np.atleast_2d(np.cov(shipped.T)))
    return await _picture(checkpoint, str(request.get("map", "PCA")), code.astype(np.float32).round(DECIMALS))


@answered
async def move(request: dict) -> dict:
    """The picture of a code moved along one slider to a value."""
    checkpoint = _space(request.get("checkpoint", CHECKPOINT))
    axes = _axes(checkpoint)
    axis = whole("axis", request.get("axis"), 0, len(axes.names) - 1)
    value = number("value", request.get("value"), -FARTHEST, FARTHEST)
    code = axes.moved(_checked_code(request.get("code"), checkpoint), axis, np.array([value]))[0]
    return await _picture(checkpoint, str(request.get("map", "PCA")), code.astype(np.float32).round(DECIMALS))


@answered
async def sweep(request: dict) -> dict:
    """What every slider would show around a code: STEPS pictures a row, one row a slider."""
    checkpoint = _space(request.get("checkpoint", CHECKPOINT))
    axes, code = _axes(checkpoint), _checked_code(request.get("code"), checkpoint)
    tiles = (await COMPUTE.run(decoding(checkpoint), torch.from_numpy(axes.sweep(code, STEPS)).flatten(0, 1)))[:, 0]
    sprite = await asyncio.to_thread(lambda: encode(grid(tiles, STEPS), "WEBP", quality=90, method=1))
    return {
        "sprite": data_uri(sprite, "webp"),
        "columns": STEPS,
        "values": axes.coordinates(code).round(4).tolist(),
    }


def latent_map(checkpoint: str, kind: str) -> LatentMap:
    """The sample's codes laid out; computed once, at first use, whoever asks."""
    if kind not in MAPS:
        raise ValueError(f"map must be one of {', '.join(MAPS)}, got {kind!r}")
    with _LAYING_OUT:
        return _latent_map(checkpoint, kind)


@kept
def decode_grid(checkpoint: str, kind: str) -> str:
    """Address of a picture of GRID decoded places, 28 pixels each."""
    space = latent_map(checkpoint, kind)
    tiles = COMPUTE.submit(decoding(checkpoint), torch.from_numpy(space.codes_at(space.grid(*GRID)))).result()[:, 0]
    return data_uri(encode(grid(tiles, GRID[0]), "WEBP", quality=80, method=2), "webp")


def build() -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "latent_map", load_map, decode, reconstruct, decode_code, draw, move, sweep, load_sample,
            classes=FASHION_CLASSES, colors=CLASS_COLORS, scripts=[plotly_address()], maps=MAPS, spaces=spaces(),
            checkpoint=CHECKPOINT, steps=STEPS,
        )  # fmt: skip
        explanation("latent_map")
        x, y = gr.Number(label="x", visible=False), gr.Number(label="y", visible=False)
        kind = gr.Dropdown(list(MAPS), value="PCA", label="map", visible=False, allow_custom_value=True)
        name = gr.Dropdown(list(spaces()), value=CHECKPOINT, label="model", visible=False, allow_custom_value=True)
        picture = gr.Image(visible=False, format="png", label="decoded picture")
        endpoint(decode_point, [x, y, kind, name], picture, "decode_point")
    return tab


_LAYING_OUT = Lock()  # thirty visitors at once wait for one layout instead of computing thirty


@kept
def _latent_map(checkpoint: str, kind: str) -> LatentMap:
    return LatentMap(_codes(checkpoint), kind)


@kept
def _axes(checkpoint: str) -> LatentAxes:
    return LatentAxes(_codes(checkpoint))


@kept
def _codes(checkpoint: str) -> np.ndarray:
    return codes(checkpoint).numpy()


@cache
def _by_pca(components: int) -> np.ndarray:
    """The sample's images as PCA with so many components, fitted to them, gives them back; uint8 (n, 28, 28)."""
    images = fashion_sample().images.flatten(1).numpy() / 255
    pca = PCA(components).fit(images)
    back = pca.inverse_transform(pca.transform(images))
    return np.round(255 * back.clip(0, 1)).astype(np.uint8).reshape(-1, 28, 28)


def _dimensions(checkpoint: str) -> int:
    return card(checkpoint).config["latent_dim"]


async def _code_at(checkpoint: str, kind: str, x: object, y: object) -> np.ndarray:
    space = await asyncio.to_thread(latent_map, checkpoint, kind)
    left, right, bottom, top = space.bounds
    x = number("x", x, left - REACH * (right - left), right + REACH * (right - left))
    y = number("y", y, bottom - REACH * (top - bottom), top + REACH * (top - bottom))
    return space.codes_at(np.array([[x, y]], np.float32))[0]


async def _picture(checkpoint: str, kind: str, code: np.ndarray) -> dict:
    """A code's picture, what the classifier calls it, and where a PCA map has it."""
    picture = await _decode_code(checkpoint, code)
    place = (await asyncio.to_thread(latent_map, checkpoint, kind)).positions_of(code[None])
    return {
        "pixels": to_base64(picture),
        "code": code.round(DECIMALS).tolist(),
        "place": None if place is None else place[0].round(4).tolist(),
        "probs": await classify_pixels(picture, CALLER),
    }


async def _decode_code(checkpoint: str, code: np.ndarray) -> np.ndarray:
    return await COMPUTE.run(_decoded(checkpoint), torch.from_numpy(code))


@kept  # the service runs together what asks for the very same function
def _decoded(checkpoint: str) -> Forward:
    return lambda codes: to_bytes(model(checkpoint).decode(codes))[:, 0]


def _mse(a: np.ndarray, b: np.ndarray) -> float:
    """Mean squared error of two pictures of bytes, in pixels from 0 to 1."""
    return float(np.square((a.astype(np.float32) - b) / 255).mean())


def _space(name: object) -> str:
    return known(name, spaces(), "latent space", "encode")


def _checked_code(code: object, checkpoint: str) -> np.ndarray:
    if not isinstance(code, list) or len(code) != _dimensions(checkpoint):
        raise ValueError(f"code must be a list of {_dimensions(checkpoint)} numbers, got {str(code)[:60]}")
    return np.array([number("each number of a code", value, -FARTHEST, FARTHEST) for value in code], np.float32)
