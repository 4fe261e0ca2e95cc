"""What lets a page open without a network: the list of its files, the worker that keeps them, and a manifest."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from demos.ui.widget import WEB

LIST, PAGE, WORKER, MANIFEST = "files.json", "index.html", "offline.js", "manifest.json"
ICONS = (192, 512)  # pixels a side that systems ask for where they install a page
COLOR = "#f7f5f1"  # of the page


def write_page(folder: Path, page: Callable[[str], str]) -> None:
    """Write the page, and what keeps all files of the folder, which are there by now.

    Args:
        page: Its HTML, of the address of the worker.
    """
    _write_manifest(folder)
    shutil.copyfile(WEB / "site" / WORKER, folder / WORKER)
    version = hashlib.sha256(json.dumps(_hashes(folder)).encode() + page("").encode()).hexdigest()[:16]
    (folder / PAGE).write_text(page(f"{WORKER}?files={version}"), "utf-8")
    (folder / LIST).write_text(json.dumps(_hashes(folder), indent=0), "utf-8")


def _hashes(folder: Path) -> dict[str, str]:
    """Of the files that are kept, by address: the page first, and what is large last."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in (LIST, WORKER)]
    files.sort(key=lambda path: (path.name != PAGE, path.stat().st_size, path))
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _write_manifest(folder: Path) -> None:
    icons = []
    for side in ICONS:
        with Image.open(WEB / "icon.png") as icon:
            icon.resize((side, side), Image.Resampling.NEAREST).save(folder / f"icon-{side}.png")
        icons.append({"src": f"icon-{side}.png", "sizes": f"{side}x{side}", "type": "image/png"})
    manifest = {
        "name": "Latent Loom", "short_name": "Loom", "description": "Touch the classic image models",
        "start_url": "./", "scope": "./", "display": "standalone", "background_color": COLOR, "theme_color": COLOR,
        "icons": icons,
    }  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
