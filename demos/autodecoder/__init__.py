"""Auto-decoder: codes without an encoder; stretch them, draw them, fit one to your picture and watch the descent."""

import gradio as gr

from demos.autodecoder import handlers, pages
from demos.autodecoder.compute import ALPHAS, COMPARED, DRAWS, MAGNITUDES, MODELS, NEIGHBOURS, PRIORS, STARTS
from demos.autodecoder.handlers import ENCODER, SEEDS, STEPS
from demos.autodecoder.parts.parameters import distributions, load_parameters
from demos.autodecoder.python_lines import python_lines
from demos.server.models import CLASSIFIER
from demos.server.services import Services
from demos.ui.datasets import fashion_dataset, load_models
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.images import load_sample, read_upload
from demos.ui.summary import machine
from demos.ui.widget import explanation, tab_page, widget

TITLE = "Auto-decoder"
ORDER = 5


def build(services: Services) -> gr.Blocks:
    """The tab."""
    services.models.tabs["autodecoder"] = handlers.opens
    with tab_page(TITLE) as tab:
        widget(
            "autodecoder",
            *rpc_handlers(
                services, handlers.load_magnitudes, handlers.load_draws, handlers.compare_models,
                handlers.load_training, handlers.load_learned, handlers.load_path, handlers.load_layout,
                load_parameters, handlers.follow_fit, handlers.encode_picture, pages.make_page, python_lines,
                read_upload, load_sample, load_models,
            ),
            first_step="Point at the pictures: every column is one code, every row a model that decodes it.",
            first={"load_sample": {}, "load_draws": {"seed": 0}},
            dataset=fashion_dataset(), lists=services.models.has_folders, models=MODELS,
            magnitudes=len(MAGNITUDES), alphas=len(ALPHAS), draws=DRAWS, neighbours=NEIGHBOURS, steps=STEPS,
            distances=handlers.frechet_distances(services.models), compared=COMPARED, starts=STARTS, seeds=SEEDS,
            priors=PRIORS, families=distributions(services.models), classifier=CLASSIFIER, encoder=ENCODER,
        )  # fmt: skip
        machine(services, "autodecoder", MODELS)
        explanation("autodecoder")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    name = gr.Dropdown(list(MODELS), value="ad", label="model", visible=False, allow_custom_value=True)
    image = gr.Number(0, label="test image", visible=False)
    magnitude = gr.Number(1, label="magnitude", visible=False)
    endpoint(services, handlers.magnify, [name, image, magnitude], _picture("decoded picture"), "magnitude")
    photo, steps = gr.File(label="image", visible=False), gr.Number(100, label="steps", visible=False)
    outputs = [_picture("fitted picture"), gr.JSON(visible=False, label="mean squared error")]
    endpoint(services, handlers.fit_code, [photo, name, steps], outputs, "fit_code")


def _picture(label: str) -> gr.Image:
    return gr.Image(visible=False, format="png", label=label)
