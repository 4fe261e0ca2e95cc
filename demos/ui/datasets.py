"""Datasets and the models on them as the page gets them: what is fixed comes with the page, the rest when asked for."""

import asyncio
from typing import Any

from core.checkpoint import CheckpointError
from core.data.image_set import DataError
from core.data.registry import Dataset, get_dataset, name_classes
from demos.server.decoder import Decoder
from demos.server.models import FASHION, Model, Models
from demos.server.services import Services
from demos.ui.fields import Request

UNLABELLED = name_classes(["picture"])  # stands for the classes of a dataset without any


def describe_dataset(dataset: Dataset) -> dict[str, Any]:
    """What the page must know of a dataset; its images come with load_sample()."""
    classes = dataset.classes or UNLABELLED
    return {
        "name": dataset.name,
        "title": dataset.title,
        "classes": [each.name for each in classes],
        "colors": [each.color for each in classes],
        "shapes": [each.shape for each in classes],
        "is_labelled": bool(dataset.classes),
        "image_shape": dataset.image_shape,
    }


def fashion_dataset() -> dict[str, Any]:
    """The same of the dataset that every tab starts with."""
    return describe_dataset(get_dataset(FASHION))


def describe_model(models: Models, model: Model, words: str = "") -> dict[str, Any]:
    """What the page must know of a model that is not shipped, and the tabs that open it.

    Args:
        words: What it is called in lists; its name without any.
    """
    is_decoder = isinstance(model, Decoder)
    return {
        "name": model.name,
        "words": words or model.name,
        "opens": models.opens_in(model),
        "family": model.architecture.family,
        "size": model.size if is_decoder else 0,
        "side": model.picture_shape[0],
        "has_film": model.has_film,
        "fits": is_decoder and model.fits,
        "distribution": model.card.config.get("distribution"),
        "classifier": _classifier_of(models, model),
        "dataset": {"name": model.dataset.name, "title": model.dataset.title},
    }


def _classifier_of(models: Models, model: Model) -> str | None:
    """Name of what names its pictures; empty if they have no classes, None if it may still come."""
    if not model.dataset.classes:
        return ""
    try:
        return classifier.name if (classifier := models.classifier_of(model)) else None
    except (CheckpointError, DataError, ValueError):  # a shipped one that is not whole
        return None


async def load_models(services: Services, request: Request) -> dict:
    """The models in the operator's folders, as they are now."""
    return {"models": await asyncio.to_thread(_list, services.models)}


def _list(models: Models) -> list[dict[str, Any]]:
    return [describe_model(models, model) for model in models.look()]
