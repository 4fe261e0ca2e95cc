"""Classify: a test image, your own drawing or a photo, to class probabilities and to what each layer sees."""

import asyncio
from dataclasses import fields
from typing import Any

import gradio as gr
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.attribution import PATCH, STRIDE
from core.data.fashion_mnist import FASHION_CLASSES
from core.data.images import encode
from core.data.photos import Steps, clothes_stages, read_photo
from demos.classify.compute import DAB, METHODS, Crowd, attribution, crowd
from demos.server.features import PLANES
from demos.server.models import CLASSIFIER, card, classifiers, classify_pixels, known_classifier, layer_activations
from demos.ui.handlers import answered, endpoint, whole
from demos.ui.images import data_uri, file_content, from_base64, in_picture_thread, load_sample, photo_pixels, to_base64
from demos.ui.widget import CLASS_COLORS, explanation, tab_page, widget

TITLE = "Classify"
ORDER = 1

NAMES = {"classifier-resnet": "ResNet", "classifier-fashionnet": "FashionNet"}  # as the page calls them
MOST = 3  # networks compared at a time
STAGE_SIDE = 96  # pixels a side, at most, of a picture of an upload's way


def networks() -> list[str]:
    """The shipped classifiers in the order in which the page shows them."""
    return sorted(classifiers(), key=lambda name: name != CLASSIFIER)


async def classify_photo(image: str | None, checkpoint: str = CLASSIFIER) -> dict[str, float]:
    """The API endpoint: a picture file to the probability of each class.

    Args:
        image: Path of a PNG, JPEG, WebP, GIF, BMP or TIFF file. Grey 28x28 pictures on black are taken as they are;
            others are made alike: grey, inverted if their border is light, trimmed, centred.

    Raises:
        ImageError: If there is no picture or it cannot be read.
        ValueError: If there is no such classifier.
    """
    pixels = await photo_pixels(image)
    return dict(zip(FASHION_CLASSES, await classify_pixels(pixels, checkpoint), strict=True))


@answered
async def classify(request: dict) -> dict:
    """Probabilities of the pad's pixels by every network, asked at every stroke."""
    pixels = from_base64(request.get("pixels"), (28, 28))
    return {"probs": await asyncio.gather(*(classify_pixels(pixels, name) for name in _networks(request)))}


@answered
async def look(request: dict) -> dict:
    """What each layer of a network sees, as bytes of its shape, relative to the layer's largest value."""
    pixels, checkpoint = from_base64(request.get("pixels"), (28, 28)), _checkpoint(request)
    taps = await layer_activations(pixels, checkpoint)
    del taps["output"]
    layers = [{"name": name, "shape": list(tap.shape), "data": to_base64(_scaled(tap))} for name, tap in taps.items()]
    return {"checkpoint": checkpoint, "layers": layers}


@answered
async def explain(request: dict) -> dict:
    """What speaks for and against each class, by every network: int16 of `scale` nats."""
    pixels, method = from_base64(request.get("pixels"), (28, 28)), request.get("method")
    maps = await asyncio.gather(*(attribution(pixels, name, method) for name in _networks(request)))
    return {"method": method, "maps": [_packed(one) for one in maps]}


@answered
async def load_crowd(request: dict) -> dict:
    """What a network calls the shipped test images of some classes, and where they lie among its features."""
    seen: Crowd = await PLANES.result(crowd, _checkpoint(request), _classes(request.get("classes")))
    points = to_base64(np.frombuffer(seen.points.tobytes(), np.uint8))  # float32, x and y in turn
    return {
        "where": seen.where.tolist(), "called": seen.called.tolist(), "points": points, "ratio": seen.ratio.tolist(),
    }  # fmt: skip


@answered
async def load_cards(request: dict) -> dict:
    """Of every network, what its card tells of the full test set and of its training."""
    return {"cards": [_told(name) for name in _networks(request)]}


@answered
async def read_stages(request: dict) -> dict:
    """An uploaded photo as the networks see it, and every step on the way there."""
    steps = _steps(request.get("steps"))
    stages = await in_picture_thread(lambda: clothes_stages(read_photo(file_content(request)), steps, shown=STAGE_SIDE))
    pictures = {name: data_uri(encode(_thumbnail(stage), "PNG"), "png") for name, stage in stages.items()}
    inverted = not np.array_equal(stages["grey"], stages["inverted"])
    return {"pixels": to_base64(stages["small"]), "stages": pictures, "inverted": inverted}


def build() -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "classify", classify, look, explain, load_crowd, load_cards, read_stages, load_sample,
            classes=FASHION_CLASSES, colors=CLASS_COLORS, methods=METHODS, patch=PATCH, stride=STRIDE, dab=DAB,
            networks=[{"name": name, "title": NAMES.get(name, name)} for name in networks()],
        )  # fmt: skip
        explanation("classify")
        picture = gr.File(label="image", visible=False)
        name = gr.Dropdown(classifiers(), value=CLASSIFIER, label="checkpoint", visible=False, allow_custom_value=True)
        endpoint(classify_photo, [picture, name], gr.Label(visible=False, label="probabilities"), "classify")
    return tab


def _checkpoint(request: dict) -> str:
    return known_classifier(request.get("checkpoint", CLASSIFIER))


def _networks(request: dict) -> list[str]:
    """The networks that are compared: the shipped ones, unless the page has one of the visitor's own beside them."""
    given = request.get("networks", networks())
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        raise ValueError(f"networks must be a list of 1 to {MOST} names, got {str(given)[:60]}")
    return [known_classifier(name) for name in given]


def _classes(given: Any) -> frozenset[int]:
    every = range(len(FASHION_CLASSES))
    if given is None:
        return frozenset(every)
    if not isinstance(given, list) or not given or len(given) > len(every):
        raise ValueError(f"classes must be a list of class numbers, got {str(given)[:60]}")
    return frozenset(whole("class", k, 0, every[-1]) for k in given)


def _steps(given: Any) -> Steps:
    known = [field.name for field in fields(Steps)]
    if given is None:
        return Steps()
    if not isinstance(given, dict) or not set(given) <= set(known):
        raise ValueError(f"steps must be an object of {', '.join(known)}, got {str(given)[:60]}")
    return Steps(**{name: bool(value) for name, value in given.items()})


def _told(name: str) -> dict:
    known = card(name)
    history = {key: [epoch.get(key) for epoch in known.history] for key in known.history[0]} if known.history else {}
    return {"confusion": known.confusion, "history": history, "metrics": known.metrics, "report": known.report}


def _scaled(tap: Tensor) -> np.ndarray:
    """Non-negative activations to bytes, the largest to 255; the square root shows weak ones too."""
    return ((tap.relu() / tap.max().clamp(min=1e-6)).sqrt() * 255).to(torch.uint8).numpy()


def _packed(maps: np.ndarray) -> dict:
    scale = float(np.abs(maps).max()) / 32767 or 1.0
    steps = np.round(maps / scale).astype(np.int16)
    return {"data": to_base64(np.frombuffer(steps.tobytes(), np.uint8)), "scale": scale, "side": maps.shape[-1]}


def _thumbnail(stage: np.ndarray) -> np.ndarray:
    picture = Image.fromarray(stage)
    picture.thumbnail((STAGE_SIDE, STAGE_SIDE))
    return np.asarray(picture)
