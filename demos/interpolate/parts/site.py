"""What Interpolate takes along to a page without a server: its decoders, and what it opens with."""

from collections.abc import Iterator
from typing import Any

from demos.interpolate import FIRST_PATH, handlers
from demos.server.decoder import Decoder
from demos.server.models import FAST_CLASSIFIER, Model
from demos.server.services import Services
from demos.ui.examples import example_questions

# 15 MB for two decoders much like a third, faces of which each takes a browser a second, and small ones beside better
LEFT_OUT = ("vad-exponential", "vad-uniform", "vae-faces-256", "vae-faces-32")
NEEDS = {
    "path": "A path through this decoder, or to a picture of your own that needs a fitted code,",
    "sweep": "Showing what attributes would change in these faces",
    "animate": "Saving an animation",
    "python_lines": "Writing the lines of Python",
    "read_face": "Finding a face in a photo",
    "load_portrait": "Cutting out the portrait",
    "draw_face": "Drawing a face at random",
    "read_upload": "Reading a photo of your own",
}


def models(services: Services) -> list[str]:
    """What the browser computes with."""
    return [decoder.name for decoder in _decoders(services)] + [FAST_CLASSIFIER]


def added(services: Services) -> list[Model]:
    """The models of folders that the tab offers: the browser computes with them too."""
    return [model for model in services.models.look() if handlers.opens(model) and not model.fits]


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead."""
    yield "load_sample", {}
    yield from example_questions()
    yield "path", FIRST_PATH
    yield from (("load_faces", {"checkpoint": one.name}) for one in _decoders(services) if one.kind == "faces")


def _decoders(services: Services) -> list[Decoder]:
    names = [name for name in handlers.decoder_names(services.models) if name not in LEFT_OUT]
    return [services.models[name] for name in names]
