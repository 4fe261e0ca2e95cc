"""Classify: a test image, your own drawing or a photo, to class probabilities and to what each layer sees."""

import gradio as gr

from core.attribution import PATCH, STRIDE
from core.confidence import WARNING
from demos.classify import handlers, maps
from demos.classify.compute import DAB, METHODS
from demos.classify.parts.python_lines import python_lines
from demos.server.models import CLASSIFIER
from demos.server.services import Services
from demos.ui.datasets import fashion_dataset, load_models
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.images import load_sample, read_upload
from demos.ui.summary import load_summary
from demos.ui.widget import explanation, tab_page, widget

TITLE = "Classify"
ORDER = 1

TITLES = {  # as the page calls them
    "classifier-resnet": "ResNet",
    "classifier-fashionnet": "FashionNet",
    "classifier-photos": "PhotoNet",
}


def build(services: Services) -> gr.Blocks:
    """The tab."""
    names = handlers.networks(services.models)
    services.models.tabs["classify"] = handlers.opens
    with tab_page(TITLE) as tab:
        widget(
            "classify",
            *rpc_handlers(
                services, handlers.classify, handlers.feature_maps, handlers.explain, handlers.load_scatter,
                handlers.load_cards, handlers.read_stages, maps.open_map, maps.load_exciting, python_lines,
                load_summary, load_sample, load_models, read_upload,
            ),
            first_step="Draw something, or choose a picture: the networks say at once what they see.",
            first={"load_sample": {}},
            dataset=fashion_dataset(), lists=services.models.has_folders,
            methods=METHODS, patch=PATCH, stride=STRIDE, dab=DAB,
            marks=handlers.MARKS, example=handlers.BAG_PHOTO, warning=WARNING,
            networks=[{"name": name, "title": TITLES.get(name, name)} for name in names],
        )  # fmt: skip
        explanation("classify")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    inputs = [
        gr.File(label="image", visible=False),
        gr.Dropdown(
            services.models.classifiers, value=CLASSIFIER, label="checkpoint", visible=False,
            allow_custom_value=True,
        ),
    ]  # fmt: skip
    inputs += [gr.JSON(label="steps", visible=False), gr.JSON(label="box", visible=False)]
    inputs += [gr.Textbox(label="strokes", value=None, visible=False), gr.JSON(label="stages", visible=False)]
    endpoint(services, handlers.classify_photo, inputs, gr.JSON(label="verdict", visible=False), "classify")
