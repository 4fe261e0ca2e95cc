"""What Latent map takes along to a page without a server: every map, and the tables that the browser computes with."""

from collections.abc import Iterator
from typing import Any

from core.latent import MAPS
from demos.latent_map.handlers import FIRST_IMAGE, opens, spaces
from demos.server.models import FAST_CLASSIFIER, Model
from demos.server.services import Services
from demos.ui.examples import example_questions

NEEDS = {
    "decode_code": "Placing a code on a map of t-SNE",
    "draw": "Drawing a code on a map of t-SNE",
    "move": "Moving a code on a map of t-SNE",
    "place_picture": "Placing a picture on a map of t-SNE",
    "make_page": "Saving the map as a page",
    "python_lines": "Writing the lines of Python",
    "read_upload": "Reading a photo of your own",
}


def models(services: Services) -> list[str]:
    """What the browser computes with."""
    return [*spaces(services.models), FAST_CLASSIFIER]


def added(services: Services) -> list[Model]:
    """The models of folders that the tab offers: the browser computes with them too."""
    return [model for model in services.models.look() if opens(model)]


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead."""
    yield "load_sample", {}
    yield from example_questions()
    for name in [*spaces(services.models), *(model.name for model in added(services))]:
        for kind in MAPS:
            space = {"checkpoint": name, "map": kind}
            yield "load_map", space
            yield "load_geometry", space
            if name in spaces(services.models):
                yield "reconstruct", space | {"i": FIRST_IMAGE}
