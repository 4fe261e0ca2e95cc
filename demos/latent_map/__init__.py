"""Latent map: the test images where an autoencoder puts them; click anywhere to decode that place."""

import gradio as gr

from core.latent import MAPS
from core.losses import COLLAPSED
from demos.latent_map import handlers
from demos.latent_map.compute import STEPS
from demos.latent_map.handlers import CHECKPOINT, FIRST_IMAGE
from demos.latent_map.parts.geometry import load_geometry
from demos.server.services import Services
from demos.ui.datasets import fashion_dataset, load_models
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.images import load_sample, read_upload
from demos.ui.summary import machine
from demos.ui.widget import explanation, tab_page, widget

TITLE = "Latent map"
ORDER = 3
FIRST_SPACE = {"checkpoint": CHECKPOINT, "map": MAPS[0]}  # what the page starts with


def build(services: Services) -> gr.Blocks:
    """The tab."""
    spaces = handlers.spaces(services.models)
    services.models.tabs["latent_map"] = handlers.opens
    with tab_page(TITLE) as tab:
        widget(
            "latent_map",
            *rpc_handlers(
                services, handlers.load_map, handlers.decode, handlers.reconstruct, handlers.decode_code,
                handlers.draw, handlers.move, handlers.sweep, handlers.place_picture, handlers.make_page,
                handlers.python_lines, load_geometry, read_upload, load_sample, load_models,
            ),
            first_step="Point anywhere on the map: the decoder paints the picture that belongs there.",
            first={"load_sample": {}, "load_map": FIRST_SPACE, "reconstruct": FIRST_SPACE | {"i": FIRST_IMAGE}},
            dataset=fashion_dataset(), lists=services.models.has_folders, maps=MAPS, spaces=spaces,
            checkpoint=CHECKPOINT, image=FIRST_IMAGE, steps=STEPS, collapsed=COLLAPSED,
        )  # fmt: skip
        machine(services, "latent_map", spaces, CHECKPOINT)
        explanation("latent_map")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    inputs = [
        gr.Number(label="x", visible=False),
        gr.Number(label="y", visible=False),
        gr.Dropdown(list(MAPS), value="PCA", label="map", visible=False, allow_custom_value=True),
        gr.Dropdown(
            list(handlers.spaces(services.models)),
            value=CHECKPOINT,
            label="model",
            visible=False,
            allow_custom_value=True,
        ),
    ]
    picture = gr.Image(visible=False, format="png", label="decoded picture")
    endpoint(services, handlers.decode_point, inputs, picture, "decode_point")
