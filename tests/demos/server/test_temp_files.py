"""The folder of files that API callers send and get."""

import os
import subprocess
import sys
import time

import pytest

from demos.server import temp_files
from tests.conftest import ROOT


@pytest.fixture
def folder(tmp_path):
    for name, age in (("old/a/picture.png", 700), ("new/picture.png", 5)):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 100)
        os.utime(path, (time.time() - age,) * 2)
    return tmp_path


def test_only_what_is_old_is_swept(folder):
    temp_files.sweep(folder, age=600)
    assert [path.name for path in folder.iterdir()] == ["new"]
    assert (folder / "new" / "picture.png").is_file()


def test_a_folder_is_full_when_its_files_are(folder):
    assert not temp_files.is_full(folder, limit=200)
    assert temp_files.is_full(folder, limit=199)


def test_the_folder_is_private_and_goes_with_its_process(tmp_path):
    code = (
        "import os; from demos.server.temp_files import open_folder; f = open_folder(); "
        "print(f, oct(os.stat(f).st_mode)[-3:])"
    )
    environment = os.environ | {"GRADIO_TEMP_DIR": str(tmp_path)}
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    path, mode = out.stdout.split()
    assert path.startswith(str(tmp_path))
    assert mode == "700"
    assert list(tmp_path.iterdir()) == []


def test_remains_of_killed_processes_are_cleared(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / f"latent-loom-{gone.pid}-abc").mkdir()
    alive = tmp_path / f"latent-loom-{os.getppid()}-abc"
    alive.mkdir()
    (tmp_path / f"latent-loom-{os.getpid()}-live-abc").mkdir()  # in a container every start has the same number
    (tmp_path / "somebody-else").mkdir()
    opened = temp_files.open_folder()
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {os.path.basename(opened), alive.name, "somebody-else"}


def test_without_a_folder_to_write_to_the_app_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(temp_files.tempfile, "mkdtemp", lambda **_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(SystemExit, match="Free some space"):
        temp_files.open_folder()
