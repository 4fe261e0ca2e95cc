"""What Classify takes along to a page without a server: its networks, and what is known of them."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from core.data.fashion_mnist import FASHION_CLASSES
from demos.classify.handlers import networks
from demos.server.services import Services

NEEDS = {
    "classify": "Asking the networks elsewhere",
    "feature_maps": "Asking the networks elsewhere",
    "explain": "Showing what moved the decision",
    "open_map": "Opening a feature map",
    "load_exciting": "Finding the pictures that excite a map",
    "python_lines": "Writing the lines of Python",
    "read_stages": "Reading a photo",
    "read_upload": "Reading a photo",
}


def models(services: Services) -> list[str]:
    """What the browser computes with."""
    return networks(services.models)


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead."""
    yield "load_sample", {}
    for name in networks(services.models):
        yield "load_cards", {"networks": [name]}
        yield "load_summary", {"checkpoint": name}
        yield "load_scatter", {"checkpoint": name, "classes": None}
        for pair in product(range(len(FASHION_CLASSES)), repeat=2):  # the cells of the confusion matrix
            yield "load_scatter", {"checkpoint": name, "classes": list(pair)}
