"""What Denoise takes along to a page without a server: its networks, and how well each does on each noise."""

from collections.abc import Iterator
from typing import Any

from core.noise.grid import DENOISERS, MEDIAN, ONE_NOISE
from demos.denoise.handlers import first_strip, opens
from demos.server.models import Model
from demos.server.services import Services
from demos.ui.examples import example_questions

NEEDS = {
    "load_strip": "Making this picture noisy",
    "load_one_noise": "Making this picture noisy",
    "python_lines": "Writing the lines of Python",
    "read_upload": "Reading a photo of your own",
}


def models(services: Services) -> list[str]:
    """What the browser computes with."""
    return [name for name in dict.fromkeys([*DENOISERS, *ONE_NOISE]) if name != MEDIAN]


def added(services: Services) -> list[Model]:
    """The models of folders that the tab offers: the browser computes with them too, but in colour."""
    return [model for model in services.models.look() if opens(model) and len(model.picture_shape) == 2]


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead."""
    yield "load_sample", {}
    yield "load_grid", {}
    yield "load_strip", first_strip()
    yield from example_questions()
