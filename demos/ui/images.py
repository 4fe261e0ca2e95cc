"""Pictures between the page and the networks: the user's, the shipped sample, bytes in base64."""

import asyncio
import base64
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.data.images import encode, grid
from core.data.photos import ImageError, as_clothes, as_face, read_photo
from demos.server.decoder import PHOTO
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
    """A user's picture, as a network of clothes sees it."""
    return {"pixels": to_base64(await read_picture(services, lambda: as_clothes(read_photo(request.file.content()))))}


async def read_picture(services: Services, read: Callable[[], Any]) -> Any:
    """The result of a function that reads a user's picture; few run at once, since one may take 200 MB."""
    return await asyncio.get_running_loop().run_in_executor(services.picture_threads, read)


async def clothes_in_file(services: Services, path: str | None) -> np.ndarray:
    """A picture file that an API caller sent, as the networks see it: uint8, shape (28, 28).

    Raises:
        ImageError: If there is none or it cannot be read.
    """
    if not path:
        raise ImageError("No picture was given. Send a PNG, JPEG, WebP, GIF, BMP or TIFF file.")
    return await read_picture(services, lambda: as_clothes(read_photo(Path(path).read_bytes())))


async def face_in_file(services: Services, content: Callable[[], bytes]) -> np.ndarray:
    """The middle square of a photo as the face models get it: uint8, shape (PHOTO, PHOTO, 3).

    Args:
        content: Gives the file; called in a thread.

    Raises:
        ImageError: If it cannot be read.
    """
    return await read_picture(services, lambda: as_face(read_photo(content(), colour=True), PHOTO))


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
