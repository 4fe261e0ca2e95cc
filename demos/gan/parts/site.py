"""What GAN takes along to a page without a server: its films, what both networks say of their pictures, and scores."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from demos.gan import compute
from demos.gan.compute import CHECKPOINT, TILES
from demos.gan.handlers import opens, runs
from demos.server.decoder import Decoder
from demos.server.models import CLASSIFIER, Model
from demos.server.services import Services
from demos.ui.examples import example_questions

FIRST_TILE = 0  # which the tab follows where nobody chose another
NEEDS = {
    "describe_picture": "Judging this picture of the film",
    "compare": "Comparing this picture of the film",
    "walk": "Walking with this model",
    "classify_walk": "Walking with this model",
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
    yield from example_questions()
    yield from _about(services.models[CHECKPOINT], {run: run for run in runs()})
    for gan in added(services):
        films = {gan.name: compute.own_run(gan)} if gan.has_film else {}
        yield from ((name, {"checkpoint": gan.name} | request) for name, request in _about(gan, films))


def _about(gan: Decoder, films: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same about one model: of a film two pictures at every step, and all of them at the end.

    Args:
        films: Names of their files, by that of the run.
    """
    yield "load_scores", {}
    yield "load_features", {}
    for run, file in films.items():
        yield "load_film", {"run": run}
        followed = {FIRST_TILE, int(compute.closest_tile(gan))}
        last = len(compute.film(gan, file).images) - 1
        places = [*product(range(last), sorted(followed)), *product([last], range(TILES**2))]
        for snapshot, tile in places:
            picture = {"kind": "film", "run": run, "snapshot": snapshot, "tile": tile}
            yield "describe_picture", picture
            yield "compare", picture
