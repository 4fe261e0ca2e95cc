"""Auto-decoder: codes without an encoder; stretch them, draw them, fit one to your picture and watch the descent."""

import asyncio
from typing import Any

import gradio as gr
import numpy as np

from core.data.fashion_mnist import FASHION_CLASSES
from core.data.images import encode, grid
from demos.autodecoder.compute import (
    ALPHAS,
    DRAWS,
    FITS,
    LAYOUTS,
    MAGNITUDES,
    MODELS,
    NEIGHBOURS,
    PICTURES,
    STARTS,
    VARIATIONAL,
    Faded,
    Layout,
    Learned,
    between,
    decoded,
    fade,
    fit,
    layout,
    learned,
    simple_codes,
    training_images,
)
from demos.server.models import codes, fashion_sample, known
from demos.ui.handlers import answered, endpoint, number, whole
from demos.ui.images import data_uri, from_base64, load_sample, photo_pixels, read_upload, to_base64
from demos.ui.widget import CLASS_COLORS, explanation, plotly_address, tab_page, widget

TITLE = "Auto-decoder"
ORDER = 5

STEPS = (20, 200)  # of a fit
SEEDS = 10_000
LARGEST = 4.0  # magnitude that is decoded for API callers
_HANDFUL = 4  # steps of a fit in an answer, unless they are the last


async def magnify(checkpoint: str = "ad", image: int = 0, magnitude: float = 1.0) -> np.ndarray:
    """The API endpoint: the picture of a test image's code multiplied by a magnitude, uint8 (28, 28).

    Args:
        checkpoint: "ad", "vad-gaussian", "vad-exponential" or "vad-uniform".
        image: Place in the shipped sample, 0 to 999.
        magnitude: 0 to 4; 1 is the code as it was fitted.

    Raises:
        ValueError: If there is no such model or image, or the magnitude is out of range.
    """
    checkpoint, image = _model(checkpoint), _place("image", image)
    z = (await asyncio.to_thread(codes, checkpoint))[image] * number("magnitude", magnitude, 0, LARGEST)
    return (await asyncio.to_thread(decoded, checkpoint, z[None]))[0]


async def fit_code(image: str | None, checkpoint: str = "ad", steps: int = 100) -> tuple[np.ndarray, dict]:
    """The API endpoint: a code fitted to a picture file, from the code of zeros.

    Args:
        image: Path of a picture, read as /classify reads it.
        checkpoint: "ad", "vad-gaussian", "vad-exponential" or "vad-uniform".
        steps: Of Adam, 20 to 200.

    Returns:
        The fitted picture, uint8 (28, 28), and the mean squared error at the start and after every step.

    Raises:
        ImageError: If there is no picture or it cannot be read.
        ValueError: If there is no such model, or the steps are out of range.
    """
    checkpoint, steps = _model(checkpoint), whole("steps", steps, *STEPS)
    pixels = (await photo_pixels(image)).tobytes()
    run = await FITS.wait(fit, checkpoint, pixels, steps, "nothing", beyond=steps)
    return run.items[-1].picture, {"checkpoint": checkpoint, "steps": steps, "mse": [step.mse for step in run.items]}


@answered
async def load_magnitudes(request: dict) -> dict:
    """A test image's code by every model at every magnitude, one model a row, and how close and how sharp each is."""
    faded: Faded = await PICTURES.result(fade, _place("image", request.get("image")))
    return {
        "sprite": await _sprite(faded.tiles),
        "columns": len(MAGNITUDES),
        "errors": faded.errors.round(5).tolist(),
        "edges": faded.edges.round(5).tolist(),
        "lengths": faded.lengths,
    }


@answered
async def load_draws(request: dict) -> dict:
    """Zeros, ones and random codes by every model, one model a row, and what the classifier calls each picture."""
    tiles, probs = await PICTURES.result(simple_codes, whole("seed", request.get("seed"), 0, SEEDS - 1))
    return {"sprite": await _sprite(tiles), "columns": tiles.shape[1], "probs": probs.round(4).tolist()}


@answered
async def load_training(request: dict) -> dict:
    """The training images whose learned distributions are shipped."""
    images, labels = await asyncio.to_thread(training_images)
    return {"sprite": await _sprite(images[None], lossless=True), "columns": len(images), "labels": labels}


@answered
async def load_learned(request: dict) -> dict:
    """What every variational model learned of a training image's code, and draws from it, one model a row."""
    _, labels = await asyncio.to_thread(training_images)
    image = whole("image", request.get("image"), 0, len(labels) - 1)
    seed = whole("seed", request.get("seed"), 0, SEEDS - 1)
    found: list[Learned] = [await PICTURES.result(learned, name, image, seed) for name in VARIATIONAL]
    return {
        "sprite": await _sprite(np.stack([one.tiles for one in found])),
        "columns": 1 + DRAWS,
        "mean": [one.mean.round(4).tolist() for one in found],
        "std": [one.std.round(4).tolist() for one in found],
        "nats": [one.nats.round(4).tolist() for one in found],
    }


@answered
async def load_path(request: dict) -> dict:
    """The way from one test image's code to another's, one model a row, and what the classifier calls each place."""
    tiles, probs = await PICTURES.result(between, _place("a", request.get("a")), _place("b", request.get("b")))
    return {"sprite": await _sprite(tiles), "columns": tiles.shape[1], "probs": probs.round(4).tolist()}


@answered
async def load_layout(request: dict) -> dict:
    """t-SNE of a model's codes, and how well the classes part."""
    flat: Layout = await LAYOUTS.result(layout, _model(request.get("checkpoint")))
    return {"points": flat.points.round(3).ravel().tolist(), "own": flat.own, "shown": flat.shown, "ch": flat.ch}


@answered
async def follow_fit(request: dict) -> dict:
    """The steps of a fit from number `since` on, as soon as there is a handful."""
    steps = whole("steps", request.get("steps"), *STEPS)
    since = whole("since", request.get("since"), 0, steps)
    start = request.get("start")
    if start not in STARTS:
        raise ValueError(f"start must be one of {', '.join(STARTS)}, got {start!r}")
    pixels = from_base64(request.get("pixels"), (28, 28)).tobytes()
    some = min(since + _HANDFUL, steps + 1) - 1
    run = await FITS.wait(fit, _model(request.get("checkpoint")), pixels, steps, start, beyond=some)
    new = run.items[since:]
    return {"frames": to_base64(np.array([step.picture for step in new])), "mse": [step.mse for step in new]}


def build() -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "autodecoder", load_magnitudes, load_draws, load_training, load_learned, load_path, load_layout, follow_fit,
            read_upload, load_sample, classes=FASHION_CLASSES, colors=CLASS_COLORS, plotly=plotly_address(),
            models=MODELS, magnitudes=len(MAGNITUDES), alphas=len(ALPHAS), draws=DRAWS, neighbours=NEIGHBOURS,
            steps=STEPS, starts=STARTS, seeds=SEEDS,
        )  # fmt: skip
        explanation("autodecoder")
        hidden: dict[str, Any] = {"visible": False, "allow_custom_value": True}
        name = gr.Dropdown(list(MODELS), value="ad", label="model", **hidden)
        image = gr.Number(0, label="test image", visible=False)
        magnitude = gr.Number(1, label="magnitude", visible=False)
        endpoint(magnify, [name, image, magnitude], _picture("decoded picture"), "magnitude")
        photo, steps = gr.File(label="image", visible=False), gr.Number(100, label="steps", visible=False)
        curve = gr.JSON(visible=False, label="mean squared error")
        endpoint(fit_code, [photo, name, steps], [_picture("fitted picture"), curve], "fit_code")
    return tab


def _picture(label: str) -> gr.Image:
    return gr.Image(visible=False, format="png", label=label)


async def _sprite(rows: np.ndarray, **options: Any) -> str:
    """Address of tiles (rows, columns, 28, 28) as one picture."""
    sheet = grid(rows.reshape(-1, *rows.shape[-2:]), rows.shape[1])
    options = options or {"quality": 90, "method": 1}
    return data_uri(await asyncio.to_thread(lambda: encode(sheet, "WEBP", **options)), "webp")


def _model(name: object) -> str:
    return known(name, MODELS, "auto-decoder")


def _place(name: str, value: object) -> int:
    return whole(name, value, 0, len(fashion_sample()) - 1)
