"""What GAN takes along to a page without a server: its films, what both networks say of their pictures, and scores."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from demos.gan import compute
from demos.gan.compute import CHECKPOINT, TILES
from demos.gan.handlers import runs
from demos.server.models import CLASSIFIER
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


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead: of a film two pictures at every step, and all of them at the end."""
    yield "load_sample", {}
    yield "load_scores", {}
    yield "load_features", {}
    yield from example_questions()
    gan = services.models[CHECKPOINT]
    followed = {FIRST_TILE, int(compute.closest_tile(gan))}
    for run in runs():
        yield "load_film", {"run": run}
        last = len(compute.film(gan, run).images) - 1
        places = [*product(range(last), sorted(followed)), *product([last], range(TILES**2))]
        for snapshot, tile in places:
            picture = {"kind": "film", "run": run, "snapshot": snapshot, "tile": tile}
            yield "describe_picture", picture
            yield "compare", picture
