"""What Classify takes along to a page without a server: its networks, what is known of them, and the example photos."""

import base64
from collections.abc import Iterator
from itertools import product
from typing import Any

from core.data.photos import ClothesSteps, read_clothes
from demos.classify.compute import METHODS
from demos.classify.handlers import BAG_PHOTO, networks, opens
from demos.server.models import Model, fashion_sample
from demos.server.services import Services
from demos.ui.examples import example_files
from demos.ui.images import picture_uri, to_base64

EXPLAINED = (600, 612, 803, 900)  # the picture that the tab opens with, and those of its examples and of a lesson
NEEDS = {
    "classify": "Asking the networks elsewhere",
    "feature_maps": "Asking the networks elsewhere",
    "explain": "Showing what moved the decision about this picture",
    "open_map": "Opening a feature map",
    "load_exciting": "Finding the pictures that excite a map",
    "python_lines": "Writing the lines of Python",
    "read_stages": "Reading a photo of your own, or reading one in another way,",
    "read_upload": "Reading a photo",
}


def models(services: Services) -> list[str]:
    """What the browser computes with."""
    return networks(services.models)


def added(services: Services) -> list[Model]:
    """The models of folders that the tab offers: the browser computes with them too."""
    return [model for model in services.models.look() if opens(model)]


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead."""
    names = networks(services.models)
    yield "load_sample", {}
    for network in [*(services.models[name] for name in names), *added(services)]:
        yield "load_cards", {"networks": [network.name]}
        yield "load_scatter", {"checkpoint": network.name, "classes": None}
        for pair in product(range(len(network.dataset.classes)), repeat=2):  # the cells of the confusion matrix
            yield "load_scatter", {"checkpoint": network.name, "classes": list(pair)}
    yield from (("load_summary", {"checkpoint": name}) for name in names)
    for image, method in product(EXPLAINED, METHODS):
        pixels = to_base64(fashion_sample().images[image, 0].numpy())
        yield "explain", {"pixels": pixels, "networks": names, "method": method}
    yield from _photos()


def _photos() -> Iterator[tuple[str, dict[str, Any]]]:
    """The example photos; the T-shirt that is taken for a bag also before it is cut out, and then again after."""
    files = example_files()
    yield from (("read_stages", {"file": content}) for content in files.values())
    yield "read_stages", {"file": files[BAG_PHOTO], "steps": {"cut_out": False}}
    upright = read_clothes(base64.b64decode(files[BAG_PHOTO]), ClothesSteps(cut_out=False)).stages["upright"]
    _, shown = picture_uri(upright).split(",")
    for is_cut_out in (True, False):
        yield "read_stages", {"file": shown, "steps": {"cut_out": is_cut_out}, "box": None, "strokes": None}
