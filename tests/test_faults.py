"""Faults of the machine and of the files: what still works goes on, and what is broken says why and what to do."""

import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.bench.fuzz import survivors
from tests.conftest import ROOT, running_app
from tests.core.serving.test_workers import gone
from tests.demos.test_live import children
from tests.helpers.fuzzing import ENDS, GREY, REQUESTS, ask, components

pytestmark = pytest.mark.slow  # starts apps and breaks them

resource = pytest.importorskip("resource", reason="limits of a process are a matter of POSIX")


UNWELL = """
TITLE, ORDER = "Unwell", 99
def build(services):
    1 / 0
"""


def copied(folder: Path) -> Path:
    """A copy of what the app needs; its weights are links, each to be replaced by a broken one."""
    for name in ("core", "demos", "train"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", folder)
    (folder / "weights").mkdir()
    for path in (ROOT / "weights").iterdir():
        (folder / "weights" / path.name).symlink_to(path)
    return folder / "weights"


def replace(path: Path, content: bytes | None) -> None:
    path.unlink()
    if content is not None:
        path.write_bytes(content)


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Answers of an app half of whose weights are broken, each in another way."""
    folder = tmp_path_factory.mktemp("broken")
    weights = copied(folder)
    replace(weights / "cae-2.safetensors", None)
    replace(weights / "cae-4.json", b"{")
    old = json.loads((weights / "cae-6.json").read_text()) | {"model": "cae-of-tomorrow"}
    replace(weights / "cae-6.json", json.dumps(old).encode())
    whole = (weights / "vae-fashion.safetensors").read_bytes()
    replace(weights / "vae-fashion.safetensors", whole[:1000])
    flipped = bytearray((weights / "dcgan.safetensors").read_bytes())
    flipped[len(flipped) // 2] ^= 1
    replace(weights / "dcgan.safetensors", bytes(flipped))
    replace(weights / "ad.codes.safetensors", b"no codes")
    replace(weights / "dcgan.snapshots.safetensors", b"")
    replace(weights / "denoising-grid.json", b"[]")
    (folder / "demos" / "unwell.py").write_text(UNWELL)
    with running_app(folder=folder) as address, httpx.Client(base_url=address, timeout=60) as client:
        widgets = {c["props"]["elem_id"].removesuffix("-widget"): c["id"] for c in components(client)}
        assert "Something went wrong here (ZeroDivisionError)" in client.get("/config").text
        yield lambda tab, name, **request: ask(client, widgets[tab], name, request)


@pytest.mark.parametrize(
    ("tab", "name", "request_", "words"),
    [
        ("latent_map", "load_map", {"checkpoint": "cae-2", "map": "PCA"}, "weights/cae-2.safetensors does not exist"),
        ("latent_map", "load_map", {"checkpoint": "cae-4", "map": "PCA"}, "weights/cae-4.json is not a card"),
        ("latent_map", "load_map", {"checkpoint": "cae-6", "map": "PCA"}, "of another version"),
        ("interpolate", "path", ENDS | {"checkpoint": "vae-fashion"}, "was cut short or altered"),
        ("autodecoder", "load_layout", {"checkpoint": "ad"}, "weights/ad.codes.safetensors is damaged"),
        ("gan", "walk", {"seed": 1, "stops": 3}, "weights/dcgan.safetensors was cut short or altered"),
        ("gan", "load_film", {"run": "dcgan"}, "weights/dcgan.snapshots.safetensors is damaged"),
        ("denoise", "load_grid", {}, "Make it again with"),
    ],
)  # fmt: skip
def test_what_is_broken_says_why_and_what_to_do(broken, tab, name, request_, words):
    error = broken(tab, name, **request_)["error"]
    assert words in error
    assert "git checkout" in error or "python -m" in error
    assert str(ROOT) not in error


@pytest.mark.parametrize(
    ("tab", "name"),
    [
        ("classify", "classify"), ("features", "load_plane"), ("latent_map", "load_map"), ("latent_map", "decode"),
        ("interpolate", "path"), ("autodecoder", "follow_fit"), ("denoise", "load_strip"), ("scoreboard", "load_cards"),
    ],
)  # fmt: skip
def test_what_is_whole_works_on(broken, tab, name):
    request = REQUESTS.get(name, {}) | ({"checkpoint": "vad-gaussian"} if name == "follow_fit" else {})
    assert "error" not in broken(tab, name, **request)


def test_a_damaged_card_hides_no_other(broken):
    rows = {row["name"]: row.get("error", "") for row in broken("scoreboard", "load_cards")["rows"]}
    assert "git checkout" in rows["cae-4"]
    assert rows["cae-27"] == ""


def test_without_the_sample_of_images_every_tab_says_so(tmp_path):
    replace(copied(tmp_path) / "fashion-mnist-sample.safetensors", b"x")
    with running_app(folder=tmp_path) as address, httpx.Client(base_url=address, timeout=60) as client:
        for component in components(client):
            if "load_sample" in component["props"]["server_fns"]:
                assert "fashion-mnist-sample" in ask(client, component["id"], "load_sample", {})["error"]


def test_a_full_disk_stops_only_what_writes(tmp_path):
    """No file may have a byte, which is what programs meet on a full or read-only disk."""
    with running_app(prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))) as address:
        assert {name: error for name, error in survivors(address).items() if error} == {}
        with httpx.Client(base_url=address, timeout=60) as client:
            answer = client.post("/gradio_api/upload", files={"files": ("a.png", b"x" * 3_000_000)})
            assert answer.status_code == 507
            assert "disk may be full" in answer.json()["error"]
            for name, data in (("sample", ["dcgan", 4, 0]), ("train", ["cae", 1, 50, 0, 0])):
                event = client.post(f"/gradio_api/call/{name}", json={"data": data}).json()["event_id"]
                text = client.get(f"/gradio_api/call/{name}/{event}").text
                last = text[text.rindex("event: ") :]
                assert last.startswith("event: error")
                assert "disk may be full" in last
                assert "Traceback" not in text
                assert "--output" not in text


def test_on_a_signal_to_stop_the_app_drains_and_leaves_nothing(tmp_path):
    fit = {"checkpoint": "ad", "pixels": GREY, "steps": 60, "start": "nothing"}
    with (
        running_app(environment={"GRADIO_TEMP_DIR": str(tmp_path)}, ends=0) as address,
        httpx.Client(base_url=address, timeout=60) as client,
        httpx.stream("GET", f"{address}/gradio_api/heartbeat/x", timeout=60),  # as every open page has
        ThreadPoolExecutor(1) as pool,
    ):
        path = client.post("/gradio_api/upload", files={"files": ("a.png", b"x")}).json()[0]
        assert Path(path).is_relative_to(tmp_path)
        widget = next(c["id"] for c in components(client) if c["props"]["elem_id"] == "autodecoder-widget")
        ask(client, widget, "follow_fit", fit | {"since": 50})  # few steps are left for the last seconds
        waiting = pool.submit(ask, client, widget, "follow_fit", fit | {"since": 56})
        os.kill(address.pid, signal.SIGTERM)
        assert waiting.result()["mse"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
@pytest.mark.thorough
def test_of_an_app_that_was_killed_nothing_is_left_at_the_next_start(tmp_path):
    environment = {"GRADIO_TEMP_DIR": str(tmp_path)}
    values = {"images": 200, "epochs": 200}
    with (
        running_app(environment=environment, ends=-signal.SIGKILL) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        client.post("/gradio_api/upload", files={"files": ("a.png", b"x")})
        widget = next(c["id"] for c in components(client) if c["props"]["elem_id"] == "live-widget")
        ask(client, widget, "start", {"model": "cae", "values": values, "do": "play"})
        while not ask(client, widget, "follow", {"since": 0, "state": "training"})["frames"]:
            pass
        workers = children(address.pid)
        assert workers
        os.kill(address.pid, signal.SIGKILL)
    assert all(gone(pid) for pid in workers)
    assert len(list(tmp_path.iterdir())) > 1  # its files, and those of the run
    with running_app(environment=environment):
        assert len(list(tmp_path.iterdir())) == 1  # the new one's
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, b"teacher"])
def test_an_invalid_account_file_is_explained(tmp_path, content):
    if content is not None:
        (tmp_path / "accounts").write_bytes(content)
    words = [sys.executable, "app.py", "--auth-file", str(tmp_path / "accounts")]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert "NAME:PASSWORD" in ended.stderr
    assert "Traceback" not in ended.stderr
