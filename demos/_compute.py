"""What the tabs share off the page: models loaded once, and one service that runs them for every visitor."""

import logging
import re
from collections.abc import Collection
from functools import cache
from reprlib import repr as shown
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core import list_checkpoints, load_model
from core.checkpoint import Card, CheckpointError, check_files, load_card, load_codes
from core.data import ImageSet, load_fashion_sample
from core.images import to_bytes, to_tensor
from core.registry import get_architecture
from core.service import ComputeService, Forward

LOG = logging.getLogger("loom")
COMPUTE = ComputeService()
CLASSIFIER = "classifier-resnet"
TOGETHER = 20  # examples in a forward pass of the background


@cache
def fashion_sample() -> ImageSet:
    """The 1,000 shipped test images."""
    return load_fashion_sample()


@cache
def model(checkpoint: str) -> nn.Module:
    """A trained model, loaded at first use."""
    with torch.inference_mode(False):  # else nothing could be differentiated through it, ever
        return load_model(checkpoint)


@cache
def cards() -> list[Card]:
    """Cards of the shipped checkpoints; one that cannot be read is left out, and whoever asks for it is told why."""
    found = []
    for name in list_checkpoints():
        try:
            card = load_card(name)
            get_architecture(card.model)
        except (CheckpointError, ValueError) as error:
            LOG.warning("%s is left out: %s", name, error)
        else:
            found.append(card)
    return found


def known(name: Any, names: Collection[str], kind: str) -> str:
    """A checkpoint that a visitor names, if it is one of some.

    Raises:
        CheckpointError: If it would be, were its files whole.
        ValueError: If it is not.
    """
    if isinstance(name, str) and name in names:
        return name
    if isinstance(name, str) and re.fullmatch(r"[a-z0-9-]{1,40}", name):
        check_files(name)
    raise ValueError(f"no {kind} {shown(name)}; there are: {', '.join(names)}")


def classifiers() -> list[str]:
    """Names of the shipped classifiers of pictures."""
    return [card.name for card in cards() if card.name.startswith("classifier-")]


async def classify_pixels(pixels: np.ndarray, checkpoint: str = CLASSIFIER) -> list[float]:
    """Ten class probabilities of a picture, uint8, shape (28, 28).

    Raises:
        ValueError: If there is no such classifier.
    """
    return await COMPUTE.run(_probabilities(known(checkpoint, classifiers(), "classifier")), to_tensor(pixels)[0])


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


@cache
def codes(checkpoint: str) -> Tensor:
    """The codes that come with a model: of the shipped sample, or of faces that no training saw, (n, D)."""
    return load_codes(checkpoint)


@cache  # the service runs together what asks for the very same function
def decoding(checkpoint: str) -> Forward:
    """Sets of codes (B, n, D) to B sets of pictures, uint8 (n, C, H, W)."""
    return lambda sets: [to_bytes(model(checkpoint).decode(z)) for z in sets]


async def layer_activations(pixels: np.ndarray, checkpoint: str = CLASSIFIER) -> dict[str, Tensor]:
    """What every layer of a classifier gives for a picture, uint8, shape (28, 28): maps (C, H, W) or vectors (F,)."""
    return await COMPUTE.run(_activations(checkpoint), to_tensor(pixels)[0])


@cache  # the service runs together what asks for the very same function
def _probabilities(checkpoint: str) -> Forward:
    return lambda x: model(checkpoint)(x).softmax(1).tolist()


@cache
def _probability_sets(checkpoint: str) -> Forward:
    return lambda sets: [model(checkpoint)(x).softmax(1).numpy() for x in sets]


@cache
def _activations(checkpoint: str) -> Forward:
    def forward(x: Tensor) -> list[dict[str, Tensor]]:
        taps = model(checkpoint).activations(x)
        return [{name: tap[i] for name, tap in taps.items()} for i in range(len(x))]

    return forward
