"""What a live run saves is read while it saves again."""

import json
import shutil
import threading

import pytest

from core.checkpoint import WEIGHTS, DamagedCheckpoint, load_card, load_codes, load_model, save_checkpoint, save_codes
from core.checkpoint_files import read_files


@pytest.fixture
def card(tmp_path):
    for path in WEIGHTS.glob("cae-2.*"):
        shutil.copy(path, tmp_path)
    return tmp_path / "cae-2.json"


def test_every_file_of_a_checkpoint_is_read(card):
    assert read_files(card) == {path.name: path.read_bytes() for path in card.parent.iterdir()}


def test_files_of_two_saves_are_never_read_together(card, tmp_path):
    model, codes, old = load_model(card), load_codes(card), load_card(card)
    stop = threading.Event()

    def save_again():
        while not stop.is_set():
            for parameter in model.parameters():
                parameter.data += 0.01
            save_codes(save_checkpoint(model, old, tmp_path), codes)

    thread = threading.Thread(target=save_again)
    thread.start()
    try:
        for k in range(10):
            folder = tmp_path / str(k)
            folder.mkdir()
            for name, content in read_files(card, patience=60).items():
                (folder / name).write_bytes(content)
            load_model(folder / card.name)
            load_codes(folder / card.name)
    finally:
        stop.set()
        thread.join()


def test_files_that_never_fit_are_reported(card):
    text = json.loads(card.read_text()) | {"sha256": "0" * 64}
    card.write_text(json.dumps(text))
    with pytest.raises(DamagedCheckpoint, match="do not belong together"):
        read_files(card, patience=0)
