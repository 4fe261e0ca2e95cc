"""Features: what three layers of a classifier make of the test images, laid out by PCA and t-SNE side by side."""

from typing import Any

import gradio as gr

from core.data.known_truth import KNOWN_TRUTHS, KnownTruth
from demos.features import handlers
from demos.features.handlers import METHODS, PER_CLASS
from demos.features.page import colors_of
from demos.server.features import CODES, FRAMES, LAYERS, PIXELS, STARTS
from demos.server.models import CLASSIFIER
from demos.server.services import Services
from demos.ui.datasets import fashion_dataset, load_models
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.images import load_sample, read_upload
from demos.ui.summary import machine
from demos.ui.widget import explanation, tab_page, widget

TITLE = "Features"
ORDER = 2
# what the page starts with
FIRST_PLANE = {"checkpoint": CLASSIFIER, "layer": "fc1", "n": 30, "data": "images", "shuffled": False}


def _described(known: KnownTruth) -> dict[str, Any]:
    return {"title": known.title, "truth": known.truth, "classes": known.classes}


def build(services: Services) -> gr.Blocks:
    """The tab."""
    classifiers = services.models.classifiers
    services.models.tabs["features"] = handlers.opens
    with tab_page(TITLE) as tab:
        widget(
            "features",
            *rpc_handlers(
                services, handlers.load_plane, handlers.follow, handlers.load_affinities, handlers.place_picture,
                handlers.make_page, handlers.python_lines, read_upload, load_sample, load_models,
            ),
            first_step="Point at a dot: the same picture lights up in every map.",
            first={"load_sample": {}, "load_plane": FIRST_PLANE},
            dataset=fashion_dataset(), lists=services.models.has_folders, layers=LAYERS,
            own_layers={"classifier": (PIXELS, *LAYERS), "decoder": (PIXELS, CODES)}, methods=METHODS, starts=STARTS,
            checkpoints=classifiers, checkpoint=CLASSIFIER, frames=FRAMES, per_class=PER_CLASS,
            truths={name: _described(known) | {"colors": colors_of(name)} for name, known in KNOWN_TRUTHS.items()},
        )  # fmt: skip
        machine(services, "features", classifiers, CLASSIFIER)
        explanation("features")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    hidden: dict[str, Any] = {"visible": False, "allow_custom_value": True}
    inputs = [
        gr.Dropdown(services.models.classifiers, value=CLASSIFIER, label="checkpoint", **hidden),
        gr.Dropdown(list(LAYERS), value="fc1", label="layer", **hidden),
        gr.Dropdown(list(METHODS), value="PCA", label="method", **hidden),
        gr.Number(2, label="dimensions", visible=False),
        gr.Number(30, label="images of each class", visible=False),
        gr.Number(30, label="perplexity", visible=False),
        gr.Number(0, label="seed", visible=False),
    ]
    endpoint(services, handlers.embed, inputs, gr.JSON(visible=False, label="map"), "embed")
