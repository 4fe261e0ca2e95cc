"""What a visitor's browser computes with: a runtime, and of every shipped model its graphs, weights and codes.

Each file lies at the address of its hash: a browser may keep it for ever, and sees when it was altered.
"""

import asyncio
import hashlib
import logging
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from core.checkpoint import WEIGHTS, Card, CheckpointError, list_checkpoints, load_card
from demos.server.page_files.web_files import DEMOS, FOREVER

LOG = logging.getLogger("loom")
RUNTIME = next((DEMOS / "web" / "vendor").glob("onnxruntime-web-*.wasm.gz"))
FOLDER = "models"  # of the addresses


def local_model_routes() -> list[Route]:
    """For the app: GET /models/list, which names the files, and /models/HASH/NAME."""
    return [Route(f"/{FOLDER}/list", _serve_list), Route(f"/{FOLDER}/{{digest}}/{{name}}", _serve)]


@cache
def local_models() -> dict[str, Any]:
    """The runtime's file, and by model its image shape, weights, codes (or None) and graphs by part.

    A file is its address, hash and size. A model whose graphs are not those of its card is left out: the server
    computes with it.
    """
    models = {}
    for name in list_checkpoints():
        try:
            card = load_card(name)
            if card.graphs:
                models[name] = _describe(card)
        except (CheckpointError, OSError) as error:
            LOG.warning("Browsers do not compute with %s: %s", name, error)
    return {"runtime": _file(RUNTIME, _hash(RUNTIME)), "models": models}


def _describe(card: Card) -> dict[str, Any]:
    graphs = {part: WEIGHTS / f"{card.name}.{part}.onnx" for part in card.graphs}
    for part, path in graphs.items():
        if _hash(path) != card.graphs[part]:
            raise CheckpointError(f"{path} was cut short or altered. Get it back with `git checkout -- {path}`.")
    codes = WEIGHTS / f"{card.name}.codes.safetensors"
    return {
        "shape": card.config.get("image_shape", (1, 28, 28)),
        "weights": _file(WEIGHTS / f"{card.name}.safetensors", card.sha256),
        "codes": _file(codes, _hash(codes)) if codes.exists() else None,
        "graphs": {part: _file(path, card.graphs[part]) for part, path in graphs.items()},
    }


def _file(path: Path, digest: str) -> dict[str, Any]:
    return {"address": f"{FOLDER}/{digest}/{path.name}", "sha256": digest, "bytes": path.stat().st_size}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_of(listed: dict[str, Any]) -> list[dict[str, Any]]:
    """Every file that a list of models names."""
    files = [listed["runtime"]]
    for model in listed["models"].values():
        files += [model["weights"], *model["graphs"].values(), *([model["codes"]] if model["codes"] else [])]
    return files


@cache
def file_paths() -> dict[str, Path]:
    """Where a file lies, by its address."""
    folders = {RUNTIME.name: RUNTIME.parent}
    names = {file["address"]: file["address"].rsplit("/", 1)[1] for file in files_of(local_models())}
    return {address: folders.get(name, WEIGHTS) / name for address, name in names.items()}


async def _serve_list(request: Request) -> Response:
    return JSONResponse(await asyncio.to_thread(local_models), headers={"cache-control": "no-store"})


async def _serve(request: Request) -> Response:
    digest, name = request.path_params["digest"], request.path_params["name"]
    path = (await asyncio.to_thread(file_paths)).get(f"{FOLDER}/{digest}/{name}")
    if path is None:
        return Response("There is nothing at this address.", 404)
    return FileResponse(path, media_type="application/octet-stream", headers={"cache-control": FOREVER})
