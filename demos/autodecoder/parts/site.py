"""What Auto-decoder takes along to a page without a server: its models, what they learned, and maps of their codes."""

from collections.abc import Iterator
from typing import Any

from demos.autodecoder.compute import COMPARED, MODELS
from demos.autodecoder.handlers import ENCODER, opens
from demos.server.models import CLASSIFIER, Model
from demos.server.services import Services
from demos.ui.examples import example_questions

ON_REQUEST = True  # its models are as large as those of all other tabs together
NEEDS = {
    "follow_fit": "Fitting a code",
    "encode_picture": "Fitting a code",
    "compare_models": "Fitting codes to a picture of your own",
    "make_page": "Saving the map as a page",
    "python_lines": "Writing the lines of Python",
    "read_upload": "Reading a photo of your own",
}


def models(services: Services) -> list[str]:
    """What the browser computes with."""
    return list(dict.fromkeys([*MODELS, *COMPARED, ENCODER, CLASSIFIER]))


def added(services: Services) -> list[Model]:
    """The models of folders that the tab offers: the browser computes with them too."""
    return [model for model in services.models.look() if opens(model)]


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead."""
    yield "load_sample", {}
    yield "load_draws", {"seed": 0}
    yield "load_training", {}
    yield "load_parameters", {}
    names = [*MODELS, *(model.name for model in added(services))]
    yield from (("load_layout", {"checkpoint": name}) for name in names)
    yield from example_questions()
