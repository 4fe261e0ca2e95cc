"""What Classify answers: probabilities, feature maps, attributions, and the steps of a photo to the network."""

import asyncio
from collections.abc import Callable
from dataclasses import fields
from typing import Annotated

import numpy as np
import torch
from pydantic import Field, field_validator
from torch import Tensor

from core.data.photos import CLOTHES_STAGES, ClothesPhoto, ClothesSteps, read_clothes
from core.training.learning_curves import LearningCurve, load_learning_curves
from demos.classify.compute import METHODS, Scatter, attribution, scatter
from demos.server.classifier import Classifier
from demos.server.models import CLASSIFIER, Model, Models
from demos.server.services import Services
from demos.ui.fields import Between, Box, Given, ListOf, Marks, Named, OneOf, Pixels, Request, Upload, Wanted
from demos.ui.images import file_content, is_fashion, picture_in_file, picture_uri, read_picture, to_base64

MOST = 3  # networks compared at a time
STAGE_SIDE = 112  # pixels a side, at most, of a picture of a photo's stages
BAG_PHOTO = "t-shirt/1.webp"  # of the example photos: a T-shirt that is taken for a bag until it is cut out
MARKS = 128  # cells a side of the grid over a photo that strokes are sent on
STEPS = tuple(field.name for field in fields(ClothesSteps))


def networks(models: Models) -> list[str]:
    """The shipped classifiers in the order in which the page shows them."""
    return sorted(models.classifiers, key=lambda name: name != CLASSIFIER)


def opens(model: Model) -> bool:
    """Whether the tab opens a model that is not shipped."""
    return isinstance(model, Classifier)


AnyClassifier = Annotated[Classifier, Named(lambda services, name: services.models.classifier(name))]


def _picture_shape(given: Given) -> tuple[int, ...]:
    """Of the pictures that the networks take, which are of one dataset."""
    return given["networks"][0].picture_shape if given["networks"] else (28, 28)


def _class_count(given: Given) -> int:
    return len(given["classifier"].dataset.classes)


class NetworksRequest(Request):
    """The networks that are compared: the shipped ones, unless others of one dataset are named."""

    networks: Annotated[tuple[AnyClassifier, ...], ListOf(range(1, MOST + 1), "names")] | None = None

    @field_validator("networks")
    @classmethod
    def _are_alike(cls, networks: tuple[Classifier, ...] | None) -> tuple[Classifier, ...] | None:
        titles = {network.dataset.name: network.dataset.title for network in networks or ()}
        if len(titles) > 1:
            raise ValueError(f"networks must be of one dataset, not of {' and '.join(titles.values())}")
        return networks


class PictureRequest(NetworksRequest):
    """A picture on the pad."""

    pixels: Annotated[np.ndarray, Pixels(_picture_shape)]


class ExplainRequest(PictureRequest):
    """The same, and how to explain the decision."""

    method: Annotated[str, OneOf(METHODS)]


class LayersRequest(Request):
    """A picture, and the network whose layers are shown."""

    classifier: AnyClassifier = Field(CLASSIFIER, alias="checkpoint")
    pixels: Annotated[np.ndarray, Pixels(lambda given: given["classifier"].picture_shape)]


class ScatterRequest(Request):
    """A network, and the classes whose images are shown; None: all."""

    classifier: AnyClassifier = Field(CLASSIFIER, alias="checkpoint")
    classes: (
        Annotated[
            tuple[Annotated[int, Between(0, lambda given: _class_count(given) - 1)], ...],
            ListOf(lambda given: range(1, _class_count(given) + 1), "class numbers"),
        ]
        | None
    ) = None


Switches = Annotated[dict[Annotated[str, OneOf(STEPS)], bool], Wanted(f"an object of {', '.join(STEPS)}")]
Strokes = Annotated[np.ndarray, Marks((MARKS, MARKS), (0, 1, 2))]
Stages = Annotated[tuple[Annotated[str, OneOf(CLOTHES_STAGES)], ...], ListOf(range(len(CLOTHES_STAGES) + 1), "stages")]


class StagesRequest(Request):
    """A photo, the steps that make it what the networks know, and how its cut-out is mended by hand."""

    file: Upload
    steps: Switches | None = None
    box: Box | None = None  # left, top, right and bottom, as shares of the upright picture
    strokes: Strokes | None = None  # over the upright picture: 1 where the piece is, 2 where it is not


async def classify_photo(
    services: Services,
    image: str | None,
    checkpoint: AnyClassifier = CLASSIFIER,
    steps: Switches | None = None,
    box: Box | None = None,
    strokes: Strokes | None = None,
    stages: Stages | None = None,
) -> dict:
    """The API endpoint: a picture file to its class, the probability of each, and how far to trust them.

    Args:
        image: Path of a PNG, JPEG, WebP, HEIC, AVIF, GIF, BMP or TIFF file. Grey 28x28 pictures on black are taken as
            they are; others are made alike: cut out, negative grey, trimmed, on black. For a classifier of another
            dataset than Fashion-MNIST the middle square is taken instead, and there are no stages.
        checkpoint: A classifier.
        steps: Switches of the stages, such as {"cut_out": False}.
        box: Left, top, right and bottom of a box around the piece, as shares of the picture.
        strokes: Bytes of a grid of 128 x 128 over the picture in base64: 1 where the piece is, 2 where it is not.
        stages: Which of upright, cut_out, negative, trimmed, on_black and pixels to give as pictures.

    Raises:
        ImageError: If there is no picture or it cannot be read.
    """
    if is_fashion(checkpoint):
        photo = await _read(services, file_content(image), steps, box, strokes)
        pixels, note, pictures = photo.pixels, photo.note, photo.stages
    else:  # the stages are those of clothes
        pixels, note, pictures = await picture_in_file(services, image, checkpoint), "", {}
    prediction = await checkpoint.predict(pixels)
    probs = dict(zip(checkpoint.dataset.class_names, prediction.probs, strict=True))
    ranked = sorted(probs, key=probs.__getitem__, reverse=True)
    return {
        "label": ranked[0],
        "confidences": [{"label": name, "confidence": probs[name]} for name in ranked],
        "unlike": prediction.warning,
        "note": note,
        "stages": {name: picture_uri(pictures[name]) for name in stages or () if name in pictures},
    }


async def classify(services: Services, request: PictureRequest) -> dict:
    """Probabilities of the pad's pixels by every network, asked at every stroke; and which find them unlike clothes."""
    compared = _compared(services, request)
    predictions = await asyncio.gather(*(network.predict(request.pixels) for network in compared))
    return {"probs": [one.probs for one in predictions], "unlike": [one.warning for one in predictions]}


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
    classes = frozenset(request.classes or range(len(request.classifier.dataset.classes)))
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
    """A photo as the networks see it, and every stage before that."""
    photo = await _read(services, request.file.content, request.steps, request.box, request.strokes)
    sides = {"upright": None}  # whole, so that it can be sent instead of the file when the photo is read again
    return {
        "pixels": to_base64(photo.pixels),
        "stages": {name: picture_uri(stage, sides.get(name, STAGE_SIDE)) for name, stage in photo.stages.items()},
        "negated": photo.negated,
        "found": photo.found,
        "note": photo.note,
    }


async def _read(
    services: Services,
    content: Callable[[], bytes],
    steps: dict[str, bool] | None,
    box: tuple[float, ...] | None,
    strokes: np.ndarray | None,
) -> ClothesPhoto:
    return await read_picture(
        services, lambda: read_clothes(content(), ClothesSteps(**(steps or {})), box or None, strokes)
    )


def _compared(services: Services, request: NetworksRequest) -> list[Classifier]:
    return list(request.networks or map(services.models.classifier, networks(services.models)))


def _card(network: Classifier) -> dict:
    card = network.card
    history = {key: [epoch.get(key) for epoch in card.history] for key in card.history[0]} if card.history else {}
    known = {"confusion": card.confusion, "history": history, "metrics": card.metrics, "report": card.report,
             "run": card.note}  # fmt: skip
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
