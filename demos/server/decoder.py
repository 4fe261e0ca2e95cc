"""The decoders that a path can lead through, and the codes of what a visitor chose as its ends."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.data.images import to_tensor
from core.registry import get_architecture
from core.serving.batcher import Forward
from core.serving.jobs import JobPool
from demos.server.models import COMPUTE, card, cards, codes, decoding, kept, known, model
from demos.server.session_models import on_forget
from demos.ui.handlers import whole
from demos.ui.images import from_base64

CLOTHES = (
    "cae-27", "cae-6", "cae-4", "cae-2", "vae-fashion", "ad", "vad-gaussian", "vad-exponential", "vad-uniform",
)  # fmt: skip
PHOTO = 128  # pixels a side of a visitor's photo of a face
FIT_STEPS = 60  # of gradient descent, where no encoder gives the code of a new picture
FARTHEST = 1e4  # largest number of a code that is decoded

_TOGETHER = 34  # codes decoded in one go, so that other visitors are served in between
_KEPT = 256  # codes of drawings and photos


@dataclass(frozen=True)
class Decoder:
    """What the tab has to know of a model with a latent space."""

    name: str
    kind: str  # "clothes" or "faces"
    side: int  # of its pictures, pixels
    size: int  # numbers in a code
    fits: bool  # no encoder: codes of new pictures are fitted
    attributes: tuple[str, ...] = ()  # of faces, with a direction each

    @property
    def asked_shape(self) -> tuple[int, ...]:
        """Of the pixels that the page sends as a new picture."""
        return (self.side, self.side) if self.kind == "clothes" else (PHOTO, PHOTO, 3)


@cache
def decoders() -> dict[str, Decoder]:
    """Those that ship, clothes before faces."""
    shipped = [each.name for each in cards()]
    faces = [each.name for each in cards() if get_architecture(each.model).family == "face_vae"]
    return {name: _describe(name) for name in (*(n for n in CLOTHES if n in shipped), *faces)}


def decoder(name: Any) -> Decoder:
    """One of them.

    Raises:
        ValueError: If there is no such decoder.
    """
    name = known(name, decoders(), "decoder", "encode")
    return decoders()[name] if name in decoders() else _describe(name)


async def code_of(space: Decoder, end: Any, name: str) -> Tensor:
    """The code of one end of a path, shape (D,).

    Args:
        end: {"i": place of a shipped image}, {"pixels": bytes in base64} of a drawing or photo, or {"code": text}.
        name: What the visitor calls it, for errors.

    Raises:
        ValueError: If it is anything else.
    """
    if isinstance(end, dict) and "i" in end:
        shipped = codes(space.name)
        return shipped[whole(name, end["i"], 0, len(shipped) - 1)]
    if isinstance(end, dict) and "code" in end:
        return code_from_text(end["code"], space.size)
    if isinstance(end, dict) and "pixels" in end:
        return await encoded(space, from_base64(end["pixels"], space.asked_shape))
    raise ValueError(f"{name} must be an image, a drawing, a photo or a code, got {str(end)[:40]}")


async def encoded(space: Decoder, pixels: np.ndarray) -> Tensor:
    """The code of a new picture, shape (D,); the newest few are kept, because fitting one takes seconds."""
    key = (space.name, pixels.tobytes())
    if key not in _NEW:
        fit = _FITS.result(_fit, *key) if space.fits else COMPUTE.run(_encode(space.name), _as_input(space, pixels))
        _NEW[key] = await fit
        while len(_NEW) > _KEPT:
            del _NEW[next(iter(_NEW))]
    return _NEW[key]


async def decoded(space: Decoder, z: Tensor) -> np.ndarray:
    """Pictures of codes (n, D): uint8, (n, H, W) of clothes, (n, H, W, 3) of faces."""
    x = np.concatenate([await COMPUTE.run(decoding(space.name), part) for part in z.split(_TOGETHER)])
    return x[:, 0] if space.kind == "clothes" else x.transpose(0, 2, 3, 1)


def code_to_text(code: Tensor) -> str:
    """A code in base64, exactly."""
    return base64.b64encode(code.numpy().astype("<f4").tobytes()).decode()


def code_from_text(text: Any, size: int) -> Tensor:
    """The code that code_to_text() wrote.

    Raises:
        ValueError: If it is not that many finite numbers of reasonable size.
    """
    try:
        code = from_base64(text, (4 * size,)).view("<f4").astype(np.float32)
    except ValueError:
        raise ValueError(
            f"expected a code of {size} numbers, 4 bytes each, in base64, got {str(text)[:40]!r}"
        ) from None
    if not (np.abs(code) <= FARTHEST).all():  # also false for nan
        raise ValueError(f"the numbers of a code must lie between {-FARTHEST:.0f} and {FARTHEST:.0f}")
    return torch.from_numpy(code)


_NEW: dict[tuple[str, bytes], Tensor] = {}
_FITS = JobPool(workers=1, waiting=24)


@on_forget
def _forget(name: str) -> None:
    for key in [key for key in _NEW if key[0] == name]:
        del _NEW[key]


def _describe(name: str) -> Decoder:
    family, config = get_architecture(card(name).model).family, card(name).config
    *_, side = config.get("image_shape", (28,))
    return Decoder(
        name, "faces" if family == "face_vae" else "clothes", side, config["latent_dim"],
        family == "autodecoder", tuple(config.get("attributes", ())),
    )  # fmt: skip


def _as_input(space: Decoder, pixels: np.ndarray) -> Tensor:
    if space.kind == "clothes":
        return to_tensor(pixels)[0]
    x = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255
    return F.interpolate(x, (space.side, space.side), mode="bilinear", antialias=True)[0]


def _fit(name: str, pixels: bytes) -> Iterator[Tensor]:
    """Codes ever closer to a drawing of 28 x 28 bytes, for JobPool: it takes a second."""
    x = to_tensor(np.frombuffer(pixels, np.uint8).reshape(28, 28))
    for codes_on_the_way, _ in model(name).fit_path(x, FIT_STEPS):
        yield codes_on_the_way[0]


@kept  # the service runs together what asks for the very same function
def _encode(name: str) -> Forward:
    return lambda x: model(name).encode(x)
