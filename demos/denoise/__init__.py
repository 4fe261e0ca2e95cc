"""Denoise: a picture made noisy, level by level, and what networks and a classical filter make of it."""

import gradio as gr

from core.noise.functions import ONE_LEVEL
from core.noise.grid import DENOISERS, MEDIAN, NOISY, ONE_NOISE
from core.noise.kinds import KINDS, SEEDS
from demos.denoise import handlers
from demos.denoise.handlers import DENOISER, FIRST_IMAGE, NOISE
from demos.denoise.python_lines import python_lines
from demos.server.services import Services
from demos.ui.datasets import fashion_dataset, load_models
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.images import load_sample, read_upload
from demos.ui.summary import machine
from demos.ui.widget import explanation, tab_page, widget

TITLE = "Denoise"
ORDER = 6
EVERY = [*DENOISERS, *ONE_NOISE]


def build(services: Services) -> gr.Blocks:
    """The tab."""
    services.models.tabs["denoise"] = handlers.opens
    with tab_page(TITLE) as tab:
        widget(
            "denoise",
            *rpc_handlers(
                services, handlers.load_strip, handlers.load_one_noise, handlers.load_grid, python_lines,
                read_upload, load_sample, load_models,
            ),
            first_step="Drag the line across the picture: noisy on its left, denoised on its right.",
            first={"load_sample": {}, "load_grid": {}, "load_strip": handlers.first_strip()},
            dataset=fashion_dataset(), lists=services.models.has_folders, image=FIRST_IMAGE,
            kinds=handlers.describe_kinds(), noise=NOISE, denoisers=DENOISERS, denoiser=DENOISER, one_noise=ONE_NOISE,
            one_level=ONE_LEVEL, filter=MEDIAN, seeds=SEEDS,
        )  # fmt: skip
        machine(services, "denoise", EVERY, DENOISER)
        explanation("denoise")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    inputs = [
        gr.File(label="image", visible=False),
        gr.Dropdown(list(KINDS), value=NOISE, label="noise", visible=False, allow_custom_value=True),
        gr.Number(None, label="level", visible=False),
        gr.Number(0, label="seed", visible=False),
        gr.Dropdown(EVERY, value=DENOISER, label="model", visible=False, allow_custom_value=True),
        gr.Number(None, label="second level, of both", visible=False),
    ]
    pictures = [gr.Image(visible=False, format="png", label=f"{name} picture") for name in (NOISY, "denoised")]
    outputs = [*pictures, gr.JSON(visible=False, label="figures")]
    endpoint(services, handlers.denoise_photo, inputs, outputs, "denoise")
