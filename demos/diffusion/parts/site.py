"""What Diffusion takes along to a page without a server: the flow, and the paths that it opens with."""

from collections.abc import Iterator
from typing import Any

from demos.diffusion import FIRST_PATHS
from demos.diffusion.compute import CHECKPOINT, PATHS, SIDE, TOGETHER
from demos.diffusion.handlers import opens
from demos.server.models import CLASSIFIER, Model
from demos.server.services import Services
from demos.ui.examples import example_questions

NEEDS = {
    "load_others": "Drawing from the other models with another seed",
    "python_lines": "Writing the lines of Python",
    "read_upload": "Reading a photo of your own",
}


def models(services: Services) -> list[str]:
    """What the browser computes with."""
    return [CHECKPOINT, CLASSIFIER]


def added(services: Services) -> list[Model]:
    """The models of folders that the tab offers: the browser computes with them too."""
    return [model for model in services.models.look() if opens(model)]


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead."""
    yield "load_sample", {}
    yield "load_others", {"seed": 0}
    yield from example_questions()
    yield "load_training", {}
    yield from _first_paths()
    for flow in added(services):
        if flow.has_film:
            yield "load_training", {"checkpoint": flow.name}
        yield from ((name, {"checkpoint": flow.name} | request) for name, request in _first_paths())


def _first_paths() -> Iterator[tuple[str, dict[str, Any]]]:
    """Those that the tab opens with, and the first row of them one by one."""
    yield from (("load_paths", FIRST_PATHS | {"part": part}) for part in range(PATHS // TOGETHER))
    for tile in range(SIDE):
        yield "trace", FIRST_PATHS | {"tile": tile}
        yield "compare_end", FIRST_PATHS | {"tile": tile}
