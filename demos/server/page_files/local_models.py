"""What a visitor's browser computes with: a runtime, and of every model its graphs, weights and codes.

Each file lies at the address of its hash: a browser may keep it for ever, and sees when it was altered. The shipped
models are listed; any other is asked for by its name, which nobody can guess where it is a visitor's own.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from core.checkpoint import WEIGHTS, CheckpointError, list_checkpoints, load_card, load_codes
from core.graphs import find_graphs
from core.serving.cache import cached
from demos.server.models import Model, Models
from demos.server.page_files.web_files import DEMOS, FOREVER

LOG = logging.getLogger("loom")
RUNTIME = next((DEMOS / "web" / "vendor").glob("onnxruntime-web-*.wasm.gz"))
FOLDER = "models"  # of the addresses
FRESH = {"cache-control": "no-store"}


@dataclass(frozen=True)
class ServedFile:
    """A file and the hash of its content, by which it is found."""

    path: Path
    sha256: str

    @property
    def address(self) -> str:
        """Where browsers fetch it."""
        return f"{FOLDER}/{self.sha256}/{self.path.name}"

    def describe(self) -> dict[str, Any]:
        """What the page gets of it."""
        return {"address": self.address, "sha256": self.sha256, "bytes": self.path.stat().st_size}


@dataclass(frozen=True)
class LocalModel:
    """What a browser needs of a model.

    Args:
        shape: Of its images: channels, height and width.
        weights: Whose content the graphs look for under the name `location`.
        codes: Of its gallery; None if there are none.
        graphs: By part of the model.
    """

    shape: tuple[int, ...]
    weights: ServedFile
    location: str
    codes: ServedFile | None
    graphs: dict[str, ServedFile]

    def files(self) -> Iterator[ServedFile]:
        """All of its files."""
        yield from (self.weights, *self.graphs.values(), *([self.codes] if self.codes else []))

    def describe(self) -> dict[str, Any]:
        """What the page gets of it."""
        return {
            "shape": self.shape,
            "weights": self.weights.describe(),
            "location": self.location,
            "codes": self.codes and self.codes.describe(),
            "graphs": {part: file.describe() for part, file in self.graphs.items()},
        }


def local_model_routes(models: Models) -> list[Route]:
    """For the app: GET /models/list, which names the files, /models/added/NAME and /models/HASH/NAME."""

    async def serve_list(request: Request) -> Response:
        listing = await asyncio.to_thread(lambda: describe_models(shipped_models()))
        return JSONResponse(listing, headers=FRESH)

    async def serve_added(request: Request) -> Response:
        name = request.path_params["name"]
        model = next((model for model in models.added if model.name == name), None)
        found = model and await asyncio.to_thread(added_model, model)
        return JSONResponse(found and found.describe(), 200 if found else 404, headers=FRESH)

    async def serve_file(request: Request) -> Response:
        digest, name = request.path_params["digest"], request.path_params["name"]
        path = await asyncio.to_thread(_find, models, f"{FOLDER}/{digest}/{name}")
        if path is None:
            return Response("There is nothing at this address.", 404)
        return FileResponse(path, media_type="application/octet-stream", headers={"cache-control": FOREVER})

    return [
        Route(f"/{FOLDER}/list", serve_list),
        Route(f"/{FOLDER}/added/{{name}}", serve_added),
        Route(f"/{FOLDER}/{{digest}}/{{name}}", serve_file),
    ]


def describe_models(models: dict[str, LocalModel]) -> dict[str, Any]:
    """What the page gets of models, and of the runtime that computes with them."""
    described = {name: model.describe() for name, model in models.items()}
    return {"runtime": runtime().describe(), "models": described}


@cache
def runtime() -> ServedFile:
    """The runtime."""
    return ServedFile(RUNTIME, _hash(RUNTIME))


@cache
def shipped_models() -> dict[str, LocalModel]:
    """The shipped models that a browser can compute with, by name."""
    found = {name: _find_model(WEIGHTS / f"{name}.json") for name in list_checkpoints()}
    return {name: model for name, model in found.items() if model}


@cached()
def added_model(model: Model) -> LocalModel | None:
    """The same of one that does not ship; None if the server must compute with it."""
    return _find_model(model.path)


def _find_model(card: Path) -> LocalModel | None:
    try:
        return _read_model(card)
    except (CheckpointError, OSError, TypeError, ValueError) as error:  # a visitor may have brought the card
        LOG.warning("Browsers do not compute with %s: %s", card.stem, error)
        return None


def _read_model(path: Path) -> LocalModel | None:
    card, graphs, codes = load_card(path), find_graphs(path), path.with_suffix(".codes.safetensors")
    if graphs is None:
        return None
    if codes.exists():
        load_codes(path)  # they must be of these weights
    return LocalModel(
        shape=card.config.get("image_shape", (1, 28, 28)),
        weights=ServedFile(path.with_suffix(".safetensors"), card.sha256),
        location=graphs.weights,
        codes=ServedFile(codes, _hash(codes)) if codes.exists() else None,
        graphs={part: ServedFile(graph.path, graph.sha256) for part, graph in graphs.parts.items()},
    )


def _find(models: Models, address: str) -> Path | None:
    """Where the file at an address lies."""
    if path := _shipped_files().get(address):
        return path
    added = [local for model in models.added if (local := added_model(model))]
    return next((file.path for local in added for file in local.files() if file.address == address), None)


@cache
def _shipped_files() -> dict[str, Path]:
    files = [runtime(), *(file for model in shipped_models().values() for file in model.files())]
    return {file.address: file.path for file in files}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
