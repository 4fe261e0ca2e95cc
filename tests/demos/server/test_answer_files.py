"""Pictures in answers: whole at every moment, made once."""

import threading
import time

import numpy as np
import pytest
from PIL import Image

from demos.server.answer_files import put_whole, replace_file

PIXELS = np.arange(28 * 28, dtype=np.uint8).reshape(28, 28)


def test_a_file_holds_the_pixels(tmp_path):
    assert (np.asarray(Image.open(put_whole(tmp_path, PIXELS))) == PIXELS).all()


def test_equal_pictures_are_one_file_that_is_not_written_again(tmp_path):
    path = put_whole(tmp_path, PIXELS)
    before = path.stat()
    assert put_whole(tmp_path, PIXELS.copy()) == path
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime >= before.st_mtime
    assert [found.name for found in path.parent.iterdir()] == ["image.png"]


@pytest.mark.parametrize("other", [PIXELS.reshape(14, 56), np.stack([PIXELS] * 3, -1), 255 - PIXELS])
def test_other_pictures_are_other_files(tmp_path, other):
    assert put_whole(tmp_path, other) != put_whole(tmp_path, PIXELS)


def test_a_deleted_file_is_written_again(tmp_path):
    path = put_whole(tmp_path, PIXELS)
    path.unlink()
    path.parent.rmdir()
    assert put_whole(tmp_path, PIXELS) == path
    assert path.is_file()


def test_who_reads_while_others_write_gets_all_of_it(tmp_path):
    path, content, end = tmp_path / "image.png", bytes(range(256)) * 4000, time.monotonic() + 0.5
    replace_file(path, content)

    def write() -> None:
        while time.monotonic() < end:
            replace_file(path, content)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    wrong = 0
    while time.monotonic() < end:
        wrong += path.read_bytes() != content
    for writer in writers:
        writer.join()
    assert wrong == 0


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "image.png", b"content")
    assert list(tmp_path.iterdir()) == []
