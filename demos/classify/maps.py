"""What Classify answers about one feature map: how it is computed, and which images excite it most."""

from dataclasses import asdict
from reprlib import repr as shown
from typing import Annotated

import numpy as np
from pydantic import Field, Strict
from torch import Tensor

from core.data.images import to_tensor
from core.feature_steps import MapSteps, Step, map_steps
from demos.classify.compute import Exciting, exciting_images
from demos.classify.handlers import AnyClassifier
from demos.server.models import CLASSIFIER
from demos.server.services import Services
from demos.ui.fields import Between, Pixels, Request, Wanted
from demos.ui.images import to_base64

MOST_MAPS = 9999  # a number of a map is never larger


class ExcitingRequest(Request):
    """A map of a layer of a network."""

    classifier: AnyClassifier = Field(CLASSIFIER, alias="checkpoint")
    layer: Annotated[str, Strict(), Wanted("the name of a layer")]
    map: Annotated[int, Between(0, MOST_MAPS)]


class MapRequest(ExcitingRequest):
    """The same, and the picture it is shown for."""

    pixels: Annotated[np.ndarray, Pixels(lambda given: given["classifier"].picture_shape)]


async def open_map(services: Services, request: MapRequest) -> dict:
    """How a map of a picture is computed: what its last convolution takes, its filter, and every step after that."""
    network, layer, index = request.classifier, request.layer, request.map
    seen: MapSteps = await network.run(
        lambda images: [map_steps(network.module, x, layer, index) for x in images], to_tensor(request.pixels)[0]
    )
    return {
        "checkpoint": network.name,
        "layer": layer,
        "map": index,
        "inputs": _floats(seen.inputs),
        "weights": _floats(seen.weights),
        "stride": seen.stride,
        "padding": seen.padding,
        "steps": [_described(step) for step in seen.steps],
        "field": asdict(seen.field) | {"of": seen.side},
    }


async def load_exciting(services: Services, request: ExcitingRequest) -> dict:
    """The shipped images that a map answers most strongly to, and where in them; computed once, in the background."""
    layers: dict[str, Exciting] = await services.feature_jobs.result(exciting_images, request.classifier)
    if request.layer not in layers or request.map >= len(layers[request.layer].indices):
        maps = ", ".join(f"{len(one.indices)} of {name}" for name, one in layers.items())
        raise ValueError(f"no map {request.map} of {shown(request.layer)}; there are: {maps}")
    seen = layers[request.layer]
    return {
        "indices": seen.indices[request.map].tolist(),
        "values": seen.values[request.map].tolist(),
        "places": seen.places[request.map].tolist(),
    }


def _floats(values: Tensor) -> dict:
    """Numbers for the page, exactly: float32 in base64, and their shape."""
    return {"shape": list(values.shape), "data": to_base64(values.float().numpy())}


def _described(step: Step) -> dict:
    added = {} if step.added is None else {"added": _floats(step.added)}
    return {"kind": step.kind, "constants": step.constants, "values": _floats(step.values)} | added
