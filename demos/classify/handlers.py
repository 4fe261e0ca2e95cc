"""What Classify answers: probabilities, feature maps, attributions, and the steps of a photo to the network."""

import asyncio
from dataclasses import fields
from typing import Annotated

import numpy as np
import torch
from PIL import Image
from pydantic import Field
from torch import Tensor

from core.data.fashion_mnist import FASHION_CLASSES
from core.data.images import encode
from core.data.photos import Steps, clothes_stages, read_photo
from core.training.learning_curves import LearningCurve, load_learning_curves
from demos.classify.compute import METHODS, Scatter, attribution, scatter
from demos.server.classifier import Classifier
from demos.server.models import CLASSIFIER, Models
from demos.server.services import Services
from demos.ui.fields import Between, ListOf, Named, OneOf, Pixels, Request, Upload, Wanted
from demos.ui.images import clothes_in_file, data_uri, read_picture, to_base64

MOST = 3  # networks compared at a time
STAGE_SIDE = 96  # pixels a side, at most, of a picture of an upload's steps
STEPS = tuple(field.name for field in fields(Steps))


def networks(models: Models) -> list[str]:
    """The shipped classifiers in the order in which the page shows them."""
    return sorted(models.classifiers, key=lambda name: name != CLASSIFIER)


AnyClassifier = Annotated[Classifier, Named(lambda services, name: services.models.classifier(name))]
Class = Annotated[int, Between(0, len(FASHION_CLASSES) - 1)]


class NetworksRequest(Request):
    """The networks that are compared: the shipped ones, plus this session's model if the page has one."""

    networks: Annotated[tuple[AnyClassifier, ...], ListOf(range(1, MOST + 1), "names")] | None = None


class PictureRequest(NetworksRequest):
    """A picture on the pad."""

    pixels: Annotated[np.ndarray, Pixels()]


class ExplainRequest(PictureRequest):
    """The same, and how to explain the decision."""

    method: Annotated[str, OneOf(METHODS)]


class LayersRequest(Request):
    """A picture, and the network whose layers are shown."""

    pixels: Annotated[np.ndarray, Pixels()]
    classifier: AnyClassifier = Field(CLASSIFIER, alias="checkpoint")


class ScatterRequest(Request):
    """A network, and the classes whose images are shown; None: all."""

    classifier: AnyClassifier = Field(CLASSIFIER, alias="checkpoint")
    classes: Annotated[tuple[Class, ...], ListOf(range(1, len(FASHION_CLASSES) + 1), "class numbers")] | None = None


class StagesRequest(Request):
    """A photo, and the steps that make it what the networks know."""

    file: Upload
    steps: Annotated[dict[Annotated[str, OneOf(STEPS)], bool], Wanted(f"an object of {', '.join(STEPS)}")] | None = None


async def classify_photo(
    services: Services, image: str | None, checkpoint: AnyClassifier = CLASSIFIER
) -> dict[str, float]:
    """The API endpoint: a picture file to the probability of each class.

    Args:
        image: Path of a PNG, JPEG, WebP, GIF, BMP or TIFF file. Grey 28x28 pictures on black are taken as they are;
            others are made alike: grey, inverted if their border is light, trimmed, centred.
        checkpoint: A classifier.

    Raises:
        ImageError: If there is no picture or it cannot be read.
    """
    probabilities = await checkpoint.probabilities(await clothes_in_file(services, image))
    return dict(zip(FASHION_CLASSES, probabilities, strict=True))


async def classify(services: Services, request: PictureRequest) -> dict:
    """Probabilities of the pad's pixels by every network, asked at every stroke."""
    compared = _compared(services, request)
    return {"probs": await asyncio.gather(*(network.probabilities(request.pixels) for network in compared))}


async def feature_maps(services: Services, request: LayersRequest) -> dict:
    """What each layer of a network sees, as bytes of its shape, relative to the layer's largest value."""
    taps = await request.classifier.activations(request.pixels)
    del taps["output"]
    layers = [{"name": name, "shape": list(tap.shape), "data": to_base64(_scaled(tap))} for name, tap in taps.items()]
    return {"checkpoint": request.classifier.name, "layers": layers}


async def explain(services: Services, request: ExplainRequest) -> dict:
    """What speaks for and against each class, by every network: int16 of `scale` nats."""
    compared = _compared(services, request)
    maps = await asyncio.gather(*(attribution(request.pixels, network, request.method) for network in compared))
    return {"method": request.method, "maps": [_packed(one) for one in maps]}


async def load_scatter(services: Services, request: ScatterRequest) -> dict:
    """A network's predictions for the shipped test images of some classes, and where they lie among its features."""
    classes = frozenset(request.classes or range(len(FASHION_CLASSES)))
    seen: Scatter = await services.feature_jobs.result(scatter, request.classifier, classes)
    return {
        "indices": seen.indices.tolist(),
        "predicted": seen.predicted.tolist(),
        "points": to_base64(seen.points),  # float32, x and y in turn
        "ratio": seen.ratio.tolist(),
    }


async def load_cards(services: Services, request: NetworksRequest) -> dict:
    """For every network, the metrics on its card: on the full test set and from training."""
    return {"cards": [_card(network) for network in _compared(services, request)]}


async def read_stages(services: Services, request: StagesRequest) -> dict:
    """An uploaded photo as the networks see it, and every step before that."""
    steps = Steps(**(request.steps or {}))
    stages = await read_picture(
        services, lambda: clothes_stages(read_photo(request.file.content()), steps, shown=STAGE_SIDE)
    )
    pictures = {name: data_uri(encode(_thumbnail(stage), "PNG"), "png") for name, stage in stages.items()}
    inverted = not np.array_equal(stages["grey"], stages["inverted"])
    return {"pixels": to_base64(stages["small"]), "stages": pictures, "inverted": inverted}


def _compared(services: Services, request: NetworksRequest) -> list[Classifier]:
    return list(request.networks or map(services.models.classifier, networks(services.models)))


def _card(network: Classifier) -> dict:
    card = network.card
    history = {key: [epoch.get(key) for epoch in card.history] for key in card.history[0]} if card.history else {}
    known = {"confusion": card.confusion, "history": history, "metrics": card.metrics, "report": card.report, "run": ""}
    curve = load_learning_curves().get(network.name)
    return known | ({"history": curve.history, "run": _describe(curve)} if curve else {})


def _describe(curve: LearningCurve) -> str:
    """What the learning curves show."""
    return (
        f"A run from scratch for these curves alone, by the report's plain recipe, on {curve.images:,} images. After "
        f"each epoch {curve.measured:,} of them and as many held out were measured in the same way. The held-out loss "
        f"was lowest after epoch {curve.best_epoch}; from then on the network learned its images by heart. The shipped "
        "weights learned from shifted and partly erased pictures, which keeps from that."
    )


def _scaled(tap: Tensor) -> np.ndarray:
    """Non-negative activations to bytes, the largest to 255; the square root shows weak ones too."""
    return ((tap.relu() / tap.max().clamp(min=1e-6)).sqrt() * 255).to(torch.uint8).numpy()


def _packed(maps: np.ndarray) -> dict:
    scale = float(np.abs(maps).max()) / 32767 or 1.0
    return {"data": to_base64(np.round(maps / scale).astype(np.int16)), "scale": scale, "side": maps.shape[-1]}


def _thumbnail(stage: np.ndarray) -> np.ndarray:
    picture = Image.fromarray(stage)
    picture.thumbnail((STAGE_SIDE, STAGE_SIDE))
    return np.asarray(picture)
