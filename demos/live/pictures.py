"""A visitor's own pictures: what a page sends of them, in ZIP files, and what it gets back to collect."""

import base64

from core.data.folder_options import Fit
from core.data.picture_zip import FoundPictures, collect_pictures, zip_dataset
from core.data.registry import Dataset
from core.serving.limits import SET_NAMED
from demos.server.services import Services
from demos.ui.fields import Upload
from demos.ui.images import UploadRequest, read_picture


class PicturesRequest(UploadRequest):
    """A ZIP of pictures, and how they become squares unless its `dataset.toml` says it."""

    fit: Fit = "crop"


async def read_pictures(services: Services, request: PicturesRequest) -> dict:
    """The pictures of a ZIP as small squares, their classes, and sentences about those that could not be used."""
    found = await read_picture(services, lambda: collect_pictures(request.file.content(), request.fit))
    return {
        "title": found.title,
        "classes": found.classes,
        "labels": [label for label, _ in found.pictures],
        "pictures": [base64.b64encode(png).decode() for _, png in found.pictures],
        "skipped": _shortened(found),
    }


async def read_set(services: Services, upload: Upload | None) -> Dataset | None:
    """The set that a run is to learn from; None for the shipped clothes.

    Raises:
        DataError: If it cannot be used.
    """
    if upload is None:
        return None
    return await read_picture(services, lambda: zip_dataset(upload.content()))


def describe_set(dataset: Dataset | None) -> dict | None:
    """What the page says of the set that a run learns from; None for the shipped clothes."""
    if dataset is None:
        return None
    return {
        "title": dataset.title,
        "training": len(dataset.train()),
        "held_out": len(dataset.test()),
        "notes": list(dataset.notes[:SET_NAMED]),
        "classes": list(dataset.class_names),
        "colors": [each.color for each in dataset.classes],
    }


def _shortened(found: FoundPictures) -> list[str]:
    """The sentences about what was left out, the first few of many."""
    more = len(found.skipped) - SET_NAMED
    return found.skipped[:SET_NAMED] + ([f"{more:,} more files were left out."] if more > 0 else [])
