"""The files that scripts fetch: bundles of modules, models and the runtime, at the addresses that the app serves."""

import json
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from demos.server.page_files.bundles import LOADER, SHARED, VENDOR, bundle, later_modules
from demos.server.page_files.local_models import file_paths, files_of, local_models
from demos.server.page_files.web_files import all_scripts, imports, prefix, web_files
from demos.site.errors import SiteError

WORKER = "web/lib/local/worker.js"
EXAMPLES = "web/examples/"


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


def write_models(folder: Path, names: Collection[str]) -> None:
    """Write the models that browsers compute with, their runtime, and the list of both.

    Raises:
        SiteError: If files of one of them are not there, or not whole.
    """
    listed = local_models()
    missing = [name for name in sorted(names) if name not in listed["models"]]
    if missing:
        raise SiteError(
            f"Models are missing or not whole: {', '.join(missing)}. Get them back with `git checkout -- weights`."
        )
    listed = listed | {"models": {name: listed["models"][name] for name in sorted(names)}}
    for file in files_of(listed):
        target = folder / file["address"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file_paths()[file["address"]], target)
    _write(folder / "models" / "list", json.dumps(listed).encode())


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
