"""GAN: watch a generator learn, walk through its codes, ask its discriminator, and look for copies."""

import gradio as gr

from demos.gan import handlers
from demos.gan.compute import CHECKPOINT, FRAMES, SCORED, SEEDS, STOPS, TILES
from demos.gan.parts.features import load_features
from demos.gan.python_lines import python_lines
from demos.server.models import CLASSIFIER
from demos.server.services import Services
from demos.ui.datasets import fashion_dataset, load_models
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.images import load_sample, read_upload
from demos.ui.nearest import LAYER
from demos.ui.summary import machine
from demos.ui.widget import explanation, tab_page, widget

TITLE = "GAN"
ORDER = 7


def build(services: Services) -> gr.Blocks:
    """The tab."""
    services.models.tabs["gan"] = handlers.opens
    with tab_page(TITLE) as tab:
        widget(
            "gan",
            *rpc_handlers(
                services, handlers.load_film, handlers.walk, handlers.classify_walk, handlers.load_scores,
                handlers.describe_picture, handlers.compare, load_features, python_lines, read_upload, load_sample,
                load_models,
            ),
            first_step="Press Play: a generator learns to turn 64 random codes into pictures.",
            first={"load_sample": {}, "load_film": {"run": next(iter(handlers.runs()))}},
            dataset=fashion_dataset(), lists=services.models.has_folders,
            runs=handlers.runs(), frames=FRAMES, stops=STOPS,
            tiles=TILES, scored=SCORED, seeds=SEEDS, checkpoint=CHECKPOINT, classifier=CLASSIFIER, layer=LAYER,
        )  # fmt: skip
        machine(services, "gan", [CHECKPOINT])
        explanation("gan")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    generators = handlers.generator_names(services.models)
    first = CHECKPOINT if CHECKPOINT in generators else next(iter(generators), None)
    inputs = [
        gr.Dropdown(generators, value=first, label="checkpoint", visible=False, allow_custom_value=True),
        gr.Number(16, label="images", visible=False),
        gr.Number(0, label="seed", visible=False),
    ]
    samples = gr.Image(visible=False, format="png", label="samples")
    endpoint(services, handlers.sample, inputs, samples, "sample")
