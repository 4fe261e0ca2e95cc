"""What Features takes along to a page without a server: the maps of its examples and lessons, frame by frame.

A browser computes neither the features of all images nor their maps: other settings need the app.
"""

from collections.abc import Iterator
from typing import Any

from demos.server.features import FRAMES, IMAGES, LAYERS, STARTS
from demos.server.models import CLASSIFIER, FAST_CLASSIFIER
from demos.server.services import Services

RANDOM, PCA = STARTS
# network, data, whether classes are dealt out anew, images a class, dimensions, and of each run of t-SNE perplexity,
# seed and start
MAPS = (
    (CLASSIFIER, IMAGES, False, 30, 2, ((30, 0, RANDOM), (30, 1, RANDOM), (5, 0, RANDOM), (100, 0, RANDOM))),
    (CLASSIFIER, IMAGES, False, 15, 2, ((30, 0, RANDOM),)),
    (CLASSIFIER, IMAGES, False, 5, 2, ((5, 0, RANDOM), (49, 0, RANDOM))),
    (CLASSIFIER, IMAGES, False, 30, 3, ((30, 0, RANDOM),)),
    (CLASSIFIER, IMAGES, True, 30, 2, ((30, 0, RANDOM),)),
    (FAST_CLASSIFIER, IMAGES, False, 30, 2, ((30, 0, RANDOM),)),
    (CLASSIFIER, "noise", False, 30, 2, ((2, 0, RANDOM), (30, 0, RANDOM))),
    (CLASSIFIER, "two", False, 30, 2, ((30, 0, RANDOM),)),
    (CLASSIFIER, "line", False, 30, 2, ((5, 0, RANDOM), (5, 0, PCA), (100, 0, PCA))),
    (CLASSIFIER, "trefoil", False, 30, 2, ((30, 0, RANDOM), (100, 0, RANDOM))),
    (CLASSIFIER, "nested", False, 30, 2, ((10, 0, RANDOM), (10, 1, RANDOM), (50, 0, RANDOM), (50, 1, RANDOM))),
)
OF_TRUTHS = ("fc1",)  # the layer that stands for data that no network has seen
PLAIN = (CLASSIFIER, False, 2, 30, 0)  # maps of which other layers are shown as well, not their scores alone
NEEDS = {
    "load_plane": "Laying out other points than those of the examples",
    "follow": "Another run of t-SNE than those of the examples",
    "load_affinities": "Another run of t-SNE than those of the examples",
    "place_picture": "Placing a picture of your own on a map",
    "make_page": "Saving the map as a page",
    "python_lines": "Writing the lines of Python",
    "read_upload": "Reading a photo",
}


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead."""
    yield "load_sample", {}
    for checkpoint, data, is_shuffled, n, dimensions, runs in MAPS:
        for layer in LAYERS if data == IMAGES else OF_TRUTHS:
            source = {"checkpoint": checkpoint, "layer": layer, "n": n, "data": data, "shuffled": is_shuffled}
            yield "load_plane", source
            for perplexity, seed, start in runs:
                near = source | {"perplexity": perplexity}
                run = near | {"dimensions": dimensions, "seed": seed, "start": start}
                yield "follow", run | {"since": FRAMES - 1}  # the last frame first: then all of them are there
                if layer in OF_TRUTHS or (checkpoint, is_shuffled, dimensions, perplexity, seed) == PLAIN:
                    yield "follow", run | {"since": 0}
                yield "load_affinities", near
