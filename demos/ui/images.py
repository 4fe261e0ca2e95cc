"""Pictures between the page and the networks: a visitor's, the shipped sample, bytes in base64."""

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from reprlib import repr as shown
from typing import Any

import numpy as np

from core.data.images import encode, grid
from core.data.photos import ImageError, as_clothes, read_photo
from core.serving.limits import MAX_BYTES, PICTURES_AT_ONCE
from demos.server.models import fashion_sample
from demos.ui.handlers import answered

SAMPLE_COLUMNS = 40  # tiles in a row of the sample's sprite
_PICTURES = ThreadPoolExecutor(PICTURES_AT_ONCE, thread_name_prefix="pictures")


@answered
async def load_sample(request: dict) -> dict:
    """The 1,000 shipped test images as one sprite, with the label and test-set index of each."""
    return _sample()


@answered
async def read_upload(request: dict) -> dict:
    """A dropped, pasted or chosen picture file, as a network of clothes sees it."""
    return {"pixels": to_base64(await in_picture_thread(lambda: as_clothes(read_photo(file_content(request)))))}


async def in_picture_thread(read: Callable[[], Any]) -> Any:
    """What a function gives that reads a visitor's picture; few run at once, since one may take 200 MB."""
    return await asyncio.get_running_loop().run_in_executor(_PICTURES, read)


def file_content(request: dict) -> bytes:
    """The file that the page sent in base64.

    Raises:
        ImageError: If there is none, or it is too large or not whole.
    """
    text = request.get("file")
    if not isinstance(text, str) or len(text) > MAX_BYTES * 4 / 3 + 4:
        raise ImageError(f"Send one picture of at most {MAX_BYTES / 1e6:.0f} MB.")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ImageError("The picture did not arrive whole. Try again.") from None


async def photo_pixels(path: str | None) -> np.ndarray:
    """A picture file that an API caller sent, as the networks see it: uint8, shape (28, 28).

    Raises:
        ImageError: If there is none or it cannot be read.
    """
    if not path:
        raise ImageError("No picture was given. Send a PNG, JPEG, WebP, GIF, BMP or TIFF file.")
    return await in_picture_thread(lambda: as_clothes(read_photo(Path(path).read_bytes())))


def to_base64(values: np.ndarray) -> str:
    """Bytes of a uint8 array, in base64."""
    return base64.b64encode(np.ascontiguousarray(values, np.uint8).tobytes()).decode()


def from_base64(text: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The uint8 array that the page sent.

    Raises:
        ValueError: If it is not base64 of exactly that many bytes.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise ValueError(f"expected the pixels in base64, got {shown(text)}") from error
    if len(raw) != int(np.prod(shape)):
        raise ValueError(f"expected {int(np.prod(shape))} pixels ({' x '.join(map(str, shape))}), got {len(raw)}")
    return np.frombuffer(raw, np.uint8).reshape(shape)


def data_uri(content: bytes, kind: str) -> str:
    """A picture file as a data: address."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


@cache
def _sample() -> dict:
    sample = fashion_sample()
    sprite = grid(sample.images[:, 0].numpy(), SAMPLE_COLUMNS)
    return {
        "sprite": data_uri(encode(sprite, "WEBP", lossless=True), "webp"),
        "columns": SAMPLE_COLUMNS,
        "labels": sample.labels.tolist(),
        "index": sample.index.tolist(),
        "classes": sample.classes,
    }
