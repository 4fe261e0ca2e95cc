"""A model that was downloaded is brought back by its visitor, and opened in the other tabs for this session."""

import asyncio
import shutil
from typing import Annotated, Any

from pydantic import PlainValidator

from core.checkpoint import CheckpointError
from core.serving.limits import RETURNED_FILES
from demos.server.added_models.returned_models import WANTED, unpack_model
from demos.server.services import Services
from demos.server.temp_files import make_folder
from demos.ui.datasets import describe_model
from demos.ui.fields import Request, Upload


def _files(values: Any) -> tuple[tuple[str, bytes], ...]:
    """Names and contents of files, the latter sent in base64."""
    is_list = isinstance(values, list) and 0 < len(values) <= RETURNED_FILES
    if not is_list or not all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in values):
        raise ValueError(WANTED)
    return tuple((one["name"], Upload(str(one.get("content", ""))).content()) for one in values)


class ReturnRequest(Request):
    """The files of a model: {"name": ..., "content": ...} each."""

    files: Annotated[tuple[tuple[str, bytes], ...], PlainValidator(_files)]


async def open_returned(services: Services, request: ReturnRequest, session: str) -> dict:
    """A name under which the tabs know a model that was downloaded before, for this session, and the tabs that open it.

    Raises:
        CheckpointError: If the files are not one whole model with its dataset.
    """
    folder = await asyncio.to_thread(make_folder, "returned")
    try:
        card = await asyncio.to_thread(unpack_model, request.files, folder)
        model = await asyncio.to_thread(services.session_models.register, session, card)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, True)
    described = await asyncio.to_thread(describe_model, services.models, model, f"yours, {model.card.name[:40]}")
    if not described["opens"]:
        architecture = model.card.model
        services.session_models.evict(model.name)
        raise CheckpointError(f"No tab shows a model of architecture {architecture!r} that was brought back.")
    return described
