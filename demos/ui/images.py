"""Pictures between the page and the networks: the user's, the shipped sample, bytes in base64."""

import asyncio
import base64
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.data.images import encode, grid
from core.data.photos import ImageError, read_clothes
from core.data.picture_files import NAMES
from demos.server.models import fashion_sample
from demos.server.services import Services
from demos.ui.fields import Request, Upload

SAMPLE_COLUMNS = 40  # tiles in a row of the sample's sprite


class UploadRequest(Request):
    """A dropped, pasted or chosen picture file."""

    file: Upload


async def load_sample(services: Services, request: Request) -> dict:
    """The 1,000 shipped test images as one sprite, with the label and test-set index of each."""
    return _sample()


async def read_upload(services: Services, request: UploadRequest) -> dict:
    """A user's picture, as a network of clothes sees it, and what there is to say of it."""
    photo = await read_picture(services, lambda: read_clothes(request.file.content()))
    return {"pixels": to_base64(photo.pixels), "note": photo.note}


async def read_picture(services: Services, read: Callable[[], Any]) -> Any:
    """The result of a function that reads a user's picture; few run at once, since one may take 200 MB."""
    return await asyncio.get_running_loop().run_in_executor(services.picture_threads, read)


async def clothes_in_file(services: Services, path: str | None) -> np.ndarray:
    """A picture file that an API caller sent, as the networks see it: uint8, shape (28, 28).

    Raises:
        ImageError: If there is none or it cannot be read.
    """
    content = file_content(path)
    return (await read_picture(services, lambda: read_clothes(content()))).pixels


def file_content(path: str | None) -> Callable[[], bytes]:
    """What reads a picture file that an API caller sent, in a thread.

    Raises:
        ImageError: If there is none.
    """
    if not path:
        raise ImageError(f"No picture was given. Send a file: {NAMES}.")
    return Path(path).read_bytes


def picture_uri(pixels: np.ndarray, side: int | None = None) -> str:
    """A uint8 picture as a data: address, exactly, or made smaller until no side is longer."""
    if side is not None and max(pixels.shape[:2]) > side:
        picture = Image.fromarray(pixels)
        picture.thumbnail((side, side))
        pixels = np.asarray(picture)
    return data_uri(encode(pixels, "PNG"), "png")


def to_base64(values: np.ndarray) -> str:
    """The bytes of an array, in base64."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


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
