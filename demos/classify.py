"""Classify: a test image, your own drawing or a photo, to class probabilities and to what each layer sees."""

import asyncio

import gradio as gr
import numpy as np
import torch
from torch import Tensor

from core.data import FASHION_CLASSES
from demos._components import (
    CLASS_COLORS,
    answered,
    endpoint,
    explanation,
    from_base64,
    load_sample,
    photo_pixels,
    read_upload,
    tab_page,
    to_base64,
    widget,
)
from demos._compute import CLASSIFIER, classifiers, classify_pixels, layer_activations, sample_mistakes

TITLE = "Classify"
ORDER = 1

LAYERS = ("conv1", "block1", "block2", "fc1")  # shown as maps, from the picture to the decision


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
    """Probabilities of the pad's pixels, asked at every stroke."""
    return {"probs": await classify_pixels(from_base64(request.get("pixels"), (28, 28)))}


@answered
async def look(request: dict) -> dict:
    """What each layer sees, as bytes of its shape, relative to the layer's largest value."""
    pixels = from_base64(request.get("pixels"), (28, 28))
    taps = await layer_activations(pixels)
    return {"layers": [{"name": n, "shape": list(taps[n].shape), "data": to_base64(_scaled(taps[n]))} for n in LAYERS]}


@answered
async def mistakes(request: dict) -> dict:
    """The shipped test images that the classifier gets wrong, as their places in the sample."""
    return {"indices": await asyncio.to_thread(sample_mistakes)}


def build() -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "classify", classify, look, mistakes, read_upload, load_sample, classes=FASHION_CLASSES, colors=CLASS_COLORS
        )
        explanation("classify")
        picture = gr.File(label="image", visible=False)
        name = gr.Dropdown(classifiers(), value=CLASSIFIER, label="checkpoint", visible=False, allow_custom_value=True)
        endpoint(classify_photo, [picture, name], gr.Label(visible=False, label="probabilities"), "classify")
    return tab


def _scaled(tap: Tensor) -> np.ndarray:
    """Non-negative activations to bytes, the largest to 255; the square root shows weak ones too."""
    return ((tap.relu() / tap.max().clamp(min=1e-6)).sqrt() * 255).to(torch.uint8).numpy()
