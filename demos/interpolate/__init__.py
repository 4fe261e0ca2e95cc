"""Interpolate: the path from one picture to another through a latent space, decoded ahead, scrubbed in the browser."""

import gradio as gr

from demos.interpolate import handlers
from demos.interpolate.compute import ATTRIBUTE_FRAMES, ATTRIBUTE_RANGE, BEYOND, COARSE, FRAMES, METHODS
from demos.server.decoder import FIT_STEPS, PHOTO, TOGETHER
from demos.server.models import FAST_CLASSIFIER
from demos.server.services import Services
from demos.ui.datasets import fashion_dataset, load_models
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.images import load_sample, read_upload
from demos.ui.summary import machine
from demos.ui.widget import explanation, tab_page, widget

TITLE = "Interpolate"
ORDER = 4
# what the page starts with: the first example
FIRST_PATH = {
    "checkpoint": "vad-gaussian", "a": {"i": 112}, "b": {"i": 634}, "method": "linear", "beyond": False,
    "attributes": [], "frames": sorted({*range(0, FRAMES + 1, COARSE), 55}),
}  # fmt: skip


def build(services: Services) -> gr.Blocks:
    """The tab."""
    services.models.tabs["interpolate"] = handlers.opens
    with tab_page(TITLE) as tab:
        widget(
            "interpolate",
            *rpc_handlers(
                services, handlers.path, handlers.sweep, handlers.animate, handlers.python_lines, handlers.load_faces,
                handlers.read_face, handlers.load_portrait, handlers.draw_face, read_upload, load_sample, load_models,
            ),
            first_step="Drag the slider: picture A turns into picture B.",
            first={"load_sample": {}, "path": FIRST_PATH},
            dataset=fashion_dataset(), lists=services.models.has_folders,
            methods=list(METHODS), classifier=FAST_CLASSIFIER, frames=FRAMES, reach=BEYOND,
            coarse=COARSE, together=TOGETHER,
            decoders=handlers.describe_decoders(services.models), attribute_range=ATTRIBUTE_RANGE,
            attribute_frames=ATTRIBUTE_FRAMES, fit_steps=FIT_STEPS, photo=PHOTO,
        )  # fmt: skip
        machine(services, "interpolate", handlers.decoder_names(services.models), "cae-27")
        explanation("interpolate")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    inputs = [
        gr.Dropdown(
            handlers.decoder_names(services.models), value="cae-27", label="model", visible=False,
            allow_custom_value=True,
        ),
        gr.JSON(label="A", visible=False),
        gr.JSON(label="B", visible=False),
        gr.Number(0.5, label="alpha", visible=False),
        gr.Textbox("linear", visible=False, label="method"),
    ]  # fmt: skip
    picture = gr.Image(visible=False, format="png", label="picture between A and B")
    endpoint(services, handlers.interpolate, inputs, picture, "interpolate")
