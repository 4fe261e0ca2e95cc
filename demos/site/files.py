"""The files that scripts fetch: bundles of modules, models and the runtime, at the addresses that the app serves."""

import gzip
import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from demos.server.models import Model
from demos.server.page_files.bundles import LOADER, SHARED, VENDOR, bundle, later_modules
from demos.server.page_files.local_models import added_model, describe_models, runtime, shipped_models
from demos.server.page_files.web_files import all_scripts, imports, prefix, web_files
from demos.site.errors import SiteError

WORKER = "web/lib/local/worker.js"
EXAMPLES = "web/examples/"
PACKED = ".packed"  # how the address of a file ends that is stored with gzip, and that no host unpacks by itself


def write_scripts(folder: Path, starts: Sequence[str], folded: Sequence[str] = ()) -> None:
    """Write the bundles of a page, the modules of the worker that computes, and the example photos.

    Args:
        starts: Every module that the page starts with.
        folded: Modules that mount what is opened later.
    """
    later = [*folded, *later_modules([*starts, *folded])]
    for path in (SHARED, *starts, *later):
        _write(folder / prefix() / "bundle" / path, bundle(path, tuple(starts)).encode())
    for path in _unbundled([*starts, *later]):
        _write(folder / prefix() / path, web_files()[path])


def write_models(folder: Path, names: Collection[str], added: Collection[Model] = ()) -> None:
    """Write the models that browsers compute with, their runtime, and the list of both.

    Args:
        names: Of the shipped ones.
        added: Those that do not ship.

    Raises:
        SiteError: If files of one of them are not there or not whole, or no graph computes with one.
    """
    shipped = shipped_models()
    missing = [name for name in sorted(names) if name not in shipped]
    if missing:
        raise SiteError(
            f"Models are missing or not whole: {', '.join(missing)}. Get them back with `git checkout -- weights`."
        )
    of_folders = {model.name: added_model(model) for model in added}
    without = [model for model in added if of_folders[model.name] is None]
    if without:
        folders = " ".join(sorted({str(model.path.parent) for model in without}))
        raise SiteError(
            f"No graph computes with {', '.join(model.name for model in without)}. "
            f"Write them: python -m train.export {folders}"
        )
    found = {name: shipped[name] for name in sorted(names)} | of_folders
    _write(folder / runtime().address, runtime().path.read_bytes())
    for file in {file for model in found.values() for file in model.files()}:
        _write(folder / f"{file.address}{PACKED}", gzip.compress(file.path.read_bytes(), mtime=0))
    _write(folder / "models" / "list", json.dumps(_packed(describe_models(found))).encode())


def _packed(listing: dict[str, Any]) -> dict[str, Any]:
    """The same with the addresses of packed files, which take nine tenths of the space."""
    for model in listing["models"].values():
        for file in (model["weights"], model["codes"], *model["graphs"].values()):
            if file:
                file["address"] += PACKED
    return listing


def _unbundled(modules: Sequence[str]) -> Iterator[str]:
    """Files that are fetched as they are."""
    needed = {path for start in modules for path in imports(start)}
    yield LOADER
    yield from sorted(path for path in needed if path.startswith(VENDOR))
    yield from imports(WORKER)
    yield from all_scripts()
    yield from (path for path in web_files() if path.startswith(EXAMPLES))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
