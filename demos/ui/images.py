"""Pictures between the page and the networks: the user's, the shipped sample, bytes in base64."""

import asyncio
import base64
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from PIL import Image, ImageOps
from pydantic import Field

from core.data.image_set import ImageSet
from core.data.images import encode, grid
from core.data.photos import ImageError, read_clothes
from core.data.picture_files import NAMES, read_photo
from core.serving.cache import cached
from demos.server.models import FASHION, Model, fashion_sample
from demos.server.services import Services
from demos.ui.datasets import describe_dataset, fashion_dataset
from demos.ui.fields import Named, Request, Upload

SAMPLE_COLUMNS = 40  # tiles in a row of the sample's sprite


def _find_any(services: Services, name: Any) -> Model | None:
    return None if name is None else services.models.any(name)


class SampleRequest(Request):
    """A model, whose dataset is meant; without one, Fashion-MNIST."""

    model: Annotated[Model | None, Named(_find_any)] = Field(None, alias="checkpoint")


class UploadRequest(SampleRequest):
    """A dropped, pasted or chosen picture file, for a model of some dataset."""

    file: Upload


async def load_sample(services: Services, request: SampleRequest) -> dict:
    """The images of a gallery as one sprite, with the label and test-set index of each, and their dataset."""
    return _sample() if is_fashion(request.model) else await asyncio.to_thread(_sample_of, request.model)


async def read_upload(services: Services, request: UploadRequest) -> dict:
    """A user's picture, as a network of clothes or of another dataset sees it, and what there is to say of it."""
    content, model = request.file.content, request.model
    if is_fashion(model):
        photo = await read_picture(services, lambda: read_clothes(content()))
        return {"pixels": to_base64(photo.pixels), "note": photo.note}
    return {"pixels": to_base64(await read_picture(services, lambda: fit_picture(content(), model))), "note": ""}


def is_fashion(model: Model | None) -> bool:
    """Whether a model is of the dataset that a photo is made alike to; so is None."""
    return model is None or model.dataset.name == FASHION


def fit_picture(content: bytes, model: Model) -> np.ndarray:
    """The middle square of a picture file, as large and as coloured as a model's pictures: uint8 (H, W) or (H, W, 3).

    Raises:
        ImageError: If it cannot be read.
    """
    photo = read_photo(content, colour=len(model.picture_shape) == 3)
    return np.asarray(ImageOps.fit(photo, model.picture_shape[1::-1], Image.Resampling.LANCZOS))


async def read_picture(services: Services, read: Callable[[], Any]) -> Any:
    """The result of a function that reads a user's picture; few run at once, since one may take 200 MB."""
    return await asyncio.get_running_loop().run_in_executor(services.picture_threads, read)


async def picture_in_file(services: Services, path: str | None, model: Model | None = None) -> np.ndarray:
    """A picture file that an API caller sent, as the networks see it: uint8, shape (28, 28), or a model's own.

    Raises:
        ImageError: If there is none or it cannot be read.
    """
    content = file_content(path)
    if not is_fashion(model):
        return await read_picture(services, lambda: fit_picture(content(), model))
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


def pack_floats(table: np.ndarray) -> dict:
    """An array as a page unpacks it: its shape, and its numbers as float32 in base64."""
    return {"shape": list(table.shape), "data": to_base64(table.astype(np.float32))}


def data_uri(content: bytes, kind: str) -> str:
    """A picture file as a data: address."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


@cache
def _sample() -> dict:
    return _describe(fashion_sample(), fashion_sample().images[:, 0].numpy(), fashion_dataset())


@cached()
def _sample_of(model: Model) -> dict:
    return _describe(model.sample, model.pictures, describe_dataset(model.dataset))


def _describe(sample: ImageSet, pictures: np.ndarray, dataset: dict[str, Any]) -> dict:
    sprite = encode(grid(pictures, SAMPLE_COLUMNS), "WEBP", lossless=True)
    return dataset | {
        "sprite": data_uri(sprite, "webp"),
        "columns": SAMPLE_COLUMNS,
        "labels": sample.labels.tolist(),
        "index": sample.index.tolist(),
    }
