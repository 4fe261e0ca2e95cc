"""What the container holds is enough: the app starts from exactly that, read-only, and trains a model live."""

import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from fnmatch import fnmatch
from pathlib import Path

import pytest

from demos import tab_id, tabs
from tests.bench.fuzz import survivors
from tests.conftest import ROOT, running_app
from tests.helpers.fuzzing import REQUESTS

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_FOWNER = 24, 1, 3  # in linux/prctl.h and linux/capability.h


def instructions(word: str) -> list[list[str]]:
    """The words of every such line of the Dockerfile."""
    lines = [line.split() for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines()]
    return [words for first, *words in filter(None, lines) if first == word]


def is_ignored(path: Path, patterns: list[str]) -> bool:
    """Whether .dockerignore leaves a file out: the last pattern that matches it, or a folder it is in, decides."""
    ignored = False
    for pattern in patterns:
        if any(fnmatch(str(part), pattern.lstrip("!")) for part in (path, *path.parents[:-1])):
            ignored = not pattern.startswith("!")
    return ignored


def copy_context(folder: Path) -> None:
    """Copy what the Dockerfile copies and .dockerignore lets through."""
    patterns = (ROOT / ".dockerignore").read_text("utf-8").split()
    for source, target in instructions("COPY"):
        whole = ROOT / source
        for file in [whole] if whole.is_file() else whole.rglob("*"):
            path = file.relative_to(ROOT)
            if file.is_file() and not is_ignored(path, patterns):
                copy = folder / target / file.relative_to(whole if whole.is_dir() else whole.parent)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, copy)


def obey_permissions() -> None:
    """Have a program that root starts heed the permissions of files, as one of any other user does anyway."""
    if os.geteuid() == 0:
        for capability in (CAP_DAC_OVERRIDE, CAP_FOWNER):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a container is Linux"),
    pytest.mark.slow,  # starts the app
]


@pytest.fixture(scope="module")
def container():
    """The address of the app in such a folder, which it cannot write to; it has a temporary one."""
    root = Path(tempfile.mkdtemp(prefix="loom-container-"))
    copy_context(root / "app")
    (root / "tmp").mkdir()
    for path in (root / "app").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (root / "app").chmod(0o555)
    settings = dict(word.split("=", 1) for words in instructions("ENV") for word in words)
    settings |= {"HOME": "/nonexistent", "TMPDIR": str(root / "tmp"), "GRADIO_SERVER_NAME": "127.0.0.1"}
    settings |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""}
    try:
        with running_app(folder=root / "app", environment=settings, prepare=obey_permissions) as address:
            yield address
    finally:
        for folder in (root / "app", *(path for path in (root / "app").rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        shutil.rmtree(root)


def ask(address: str, component: int, name: str, **data) -> dict:
    """The answer of a widget's server function."""
    envelope = {"component_id": component, "fn_name": name, "data": data, "session_hash": "container"}
    request = urllib.request.Request(
        f"{address}/gradio_api/component_server", json.dumps(envelope).encode(), {"content-type": "application/json"}
    )
    return json.load(urllib.request.urlopen(request, timeout=60))


def test_ignored_is_what_the_last_pattern_says():
    patterns = ["*", "!core", "**/__pycache__"]
    included = ("core/x.py", "core/data/y.py")
    assert not any(is_ignored(Path(path), patterns) for path in included)
    assert all(is_ignored(Path(path), patterns) for path in ("x.py", "tests/y.py", "core/__pycache__/x.pyc"))


def test_the_trainer_needs_nothing_that_requirements_txt_does_not_bring():
    tools = ("optuna", "sklearn", "sqlalchemy", "openTSNE", "skimage", "pytest")
    code = f"import sys, train.live.session; sys.exit(' '.join(set({tools}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stderr.strip() == ""


def test_a_live_run_starts_and_steps_in_the_container(container):
    config = json.load(urllib.request.urlopen(f"{container}/config", timeout=60))
    (widget,) = (c["id"] for c in config["components"] if c["props"].get("elem_id") == "live-widget")
    values = {"width": 4, "images": 128, "batch_size": 32}
    answer = ask(container, widget, "start", model="cae", values=values, do="step")
    assert answer.get("state") == "paused", answer
    frames, deadline = [], time.monotonic() + 300
    while not any(frame["step"] == 1 for frame in frames):
        answer = ask(container, widget, "follow", since=len(frames), state="paused")
        assert answer.get("state") == "paused", answer
        assert time.monotonic() < deadline, "no step within five minutes"
        frames += answer["frames"]
    assert frames[-1]["losses"]["mse"] > 0
    assert ask(container, widget, "end") == {}


VIEWS = {  # what each tab shows first
    "classify": "classify", "features": "load_plane", "latent_map": "load_map", "interpolate": "path",
    "denoise": "load_strip", "autodecoder": "compare_models", "gan": "load_film", "diffusion": "trace", "live": "warm",
    "scoreboard": "load_cards",
}  # fmt: skip


def test_every_tab_answers_in_the_container(container):
    config = json.load(urllib.request.urlopen(f"{container}/config", timeout=60))
    ids = {c["props"].get("elem_id"): c["id"] for c in config["components"]}
    assert set(VIEWS) == {tab_id(tab) for tab in tabs()}
    answers = {tab: ask(container, ids[f"{tab}-widget"], name, **REQUESTS.get(name, {})) for tab, name in VIEWS.items()}
    assert {tab: answer["error"] for tab, answer in answers.items() if "error" in answer} == {}


@pytest.mark.thorough
def test_every_function_answers_in_the_container(container):
    assert {name: error for name, error in survivors(container).items() if error} == {}
