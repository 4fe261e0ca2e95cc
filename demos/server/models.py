"""What the tabs share off the page: models loaded once, and one service that runs them for every visitor."""

import logging
import re
from collections.abc import Callable, Collection, Hashable
from functools import cache, wraps
from reprlib import repr as shown
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from core import list_checkpoints, load_model
from core.checkpoint import Card, CheckpointError, check_files, load_card, load_codes
from core.data.fashion_mnist import load_fashion_sample
from core.data.image_set import ImageSet
from core.data.images import to_bytes, to_tensor
from core.registry import get_architecture
from core.serving.batcher import Batcher, Forward
from demos.server.session_models import is_own, located, on_forget

LOG = logging.getLogger("loom")
COMPUTE = Batcher()
CLASSIFIER = "classifier-resnet"
CALLER = "classifier-fashionnet"  # a tenth of the time of the more exact one: says what made pictures look like
TOGETHER = 20  # examples in a forward pass of the background
Result = TypeVar("Result")


def kept(function: Callable[..., Result]) -> Callable[..., Result]:
    """functools.cache for a function whose first argument is a checkpoint: forgets what belongs to one that goes."""
    results: dict[Hashable, Result] = {}

    @wraps(function)
    def look_up(checkpoint: str, *args: Hashable) -> Result:
        key = (checkpoint, *args)
        if key not in results:
            results[key] = function(checkpoint, *args)
        return results[key]

    def forget(checkpoint: str) -> None:
        for key in [key for key in results if key[0] == checkpoint]:
            results.pop(key, None)

    look_up.cache_clear = results.clear
    on_forget(forget)
    return look_up


@cache
def fashion_sample() -> ImageSet:
    """The 1,000 shipped test images."""
    return load_fashion_sample()


@kept
def model(checkpoint: str) -> nn.Module:
    """A trained model, a shipped one or a visitor's own, loaded at first use."""
    with torch.inference_mode(False):  # else nothing could be differentiated through it, ever
        return load_model(located(checkpoint)).to(memory_format=torch.channels_last)  # faces decode 1.7 times as fast


@kept
def card(checkpoint: str) -> Card:
    """The card of such a model."""
    return load_card(located(checkpoint))


@cache
def cards() -> list[Card]:
    """Cards of the shipped checkpoints; one that cannot be read is left out, and whoever asks for it is told why."""
    found = []
    for name in list_checkpoints():
        try:
            one = load_card(name)
            get_architecture(one.model)
        except (CheckpointError, ValueError) as error:
            LOG.warning("%s is left out: %s", name, error)
        else:
            found.append(one)
    return found


def known(name: Any, names: Collection[str], kind: str, verb: str = "") -> str:
    """A checkpoint that a visitor names, if it is one of some.

    Args:
        verb: What a model that was trained in the visit must be able to do to be one of them too; none: it never is.

    Raises:
        CheckpointError: If it would be, were its files whole.
        ValueError: If it is not.
    """
    if isinstance(name, str) and name in names:
        return name
    if verb and is_own(name) and hasattr(get_architecture(card(name).model).model, verb):
        return name
    if isinstance(name, str) and re.fullmatch(r"[a-z0-9-]{1,40}", name):
        check_files(name)
    raise ValueError(f"no {kind} {shown(name)}; there are: {', '.join(names)}")


def classifiers() -> list[str]:
    """Names of the shipped classifiers of pictures."""
    return [card.name for card in cards() if card.name.startswith("classifier-")]


def known_classifier(name: Any) -> str:
    """A shipped classifier that a visitor names, or one that was trained in the visit.

    Raises:
        CheckpointError: If it would be one, were its files whole.
        ValueError: If it is none.
    """
    return known(name, classifiers(), "classifier", "activations")


async def classify_pixels(pixels: np.ndarray, checkpoint: str = CLASSIFIER) -> list[float]:
    """Ten class probabilities of a picture, uint8, shape (28, 28).

    Raises:
        ValueError: If there is no such classifier.
    """
    return await COMPUTE.run(_probabilities(known_classifier(checkpoint)), to_tensor(pixels)[0])


def classify_all(pixels: np.ndarray, checkpoint: str = CLASSIFIER) -> np.ndarray:
    """The same for pictures (n, 28, 28): shape (n, 10). For threads in the background."""
    return in_parts(_probability_sets(checkpoint), to_tensor(pixels))


def decode_all(checkpoint: str, z: Tensor) -> np.ndarray:
    """Pictures, uint8 (n, C, H, W), of codes (n, D). For threads in the background."""
    return in_parts(decoding(checkpoint), z)


def in_parts(forward: Forward, x: Tensor) -> np.ndarray:
    """What a function of sets of examples gives for all of them, in order. For threads in the background.

    A few go together, so that visitors who draw meanwhile are served in between.
    """
    return np.concatenate([COMPUTE.submit(forward, part).result() for part in x.split(TOGETHER)])


@kept
def codes(checkpoint: str) -> Tensor:
    """The codes that come with a model: of the shipped sample, or of faces that no training saw, (n, D)."""
    return load_codes(located(checkpoint))


@kept  # the service runs together what asks for the very same function
def decoding(checkpoint: str) -> Forward:
    """Sets of codes (B, n, D) to B sets of pictures, uint8 (n, C, H, W)."""
    return lambda sets: [to_bytes(model(checkpoint).decode(z)) for z in sets]


async def layer_activations(pixels: np.ndarray, checkpoint: str = CLASSIFIER) -> dict[str, Tensor]:
    """What every layer of a classifier gives for a picture, uint8, shape (28, 28): maps (C, H, W) or vectors (F,)."""
    return await COMPUTE.run(_activations(checkpoint), to_tensor(pixels)[0])


@kept  # the service runs together what asks for the very same function
def _probabilities(checkpoint: str) -> Forward:
    return lambda x: model(checkpoint)(x).softmax(1).tolist()


@kept
def _probability_sets(checkpoint: str) -> Forward:
    return lambda sets: [model(checkpoint)(x).softmax(1).numpy() for x in sets]


@kept
def _activations(checkpoint: str) -> Forward:
    def forward(x: Tensor) -> list[dict[str, Tensor]]:
        taps = model(checkpoint).activations(x)
        return [{name: tap[i] for name, tap in taps.items()} for i in range(len(x))]

    return forward
