"""The options of the command line."""

import os
import sys

import pytest

from demos.server.options import read_options


def read(monkeypatch, *words, **environment):
    monkeypatch.setattr(sys, "argv", ["app.py", "--port", "0", *words])
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return read_options("An app.")


def test_folders_of_weights_come_from_options_and_the_environment(monkeypatch, tmp_path):
    folders = [tmp_path / name for name in ("a", "b", "c", "d")]
    for folder in folders:
        folder.mkdir()
    a, b, c, d = map(str, folders)
    options = read(monkeypatch, "--weights", a, "--weights", b, LOOM_WEIGHTS=os.pathsep.join([c, "", d]))
    assert options.weights == folders
    monkeypatch.delenv("LOOM_WEIGHTS")
    assert read(monkeypatch).weights == []


def test_a_folder_of_weights_that_is_not_there_is_named(monkeypatch, tmp_path):
    sentence = f"There is no folder {tmp_path / 'x'}. Name one with weights and their cards, such as runs/digits."
    for words, environment in ((["--weights", str(tmp_path / "x")], {}), ([], {"LOOM_WEIGHTS": str(tmp_path / "x")})):
        with pytest.raises(SystemExit, match="There is no folder") as error:
            read(monkeypatch, *words, **environment)
        assert str(error.value) == sentence
