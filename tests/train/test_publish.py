import json
import shutil
from dataclasses import replace

import pytest

from core.checkpoint import WEIGHTS, CheckpointError, list_checkpoints, load_card, load_codes, load_model
from train import publish


@pytest.fixture
def run(tmp_path):
    """The folder of a finished run, with what else a run leaves there."""
    folder = tmp_path / "run"
    folder.mkdir()
    for path in WEIGHTS.glob("cae-2.*"):
        shutil.copy(path, folder)
    (folder / "log.csv").write_text("epoch,mse\n")
    (folder / "state.safetensors").write_bytes(b"")
    return folder


def test_the_table_of_the_models_says_what_the_cards_say():
    (shown,) = publish.TABLE.findall(publish.PAGE.read_text("utf-8"))
    assert shown == publish.table([load_card(name) for name in list_checkpoints()])


@pytest.mark.parametrize("name", list_checkpoints())
def test_the_cards_have_their_recipes_goals_and_notes(name):
    assert publish.renew(load_card(name)) == load_card(name)


def test_a_run_is_taken_with_all_that_belongs_to_it(run, tmp_path):
    publish.publish(run / "cae-2.json", tmp_path / "weights")
    assert {path.name for path in (tmp_path / "weights").iterdir()} == {
        "cae-2.json", "cae-2.safetensors", "cae-2.codes.safetensors", "cae-2.encode.onnx", "cae-2.decode.onnx",
    }  # fmt: skip
    assert load_model(tmp_path / "weights" / "cae-2.json").card == load_card("cae-2")
    assert len(load_codes(tmp_path / "weights" / "cae-2.json")) == 1000


@pytest.mark.parametrize("part", ["cae-2.safetensors", "cae-2.codes.safetensors", "cae-2.json"])
def test_of_damaged_weights_nothing_is_taken(run, tmp_path, part):
    (run / part).write_bytes((run / part).read_bytes()[:-100])
    with pytest.raises(CheckpointError):
        publish.publish(run / "cae-2.json", tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"metrics": {}},
            "is of a stage before the last, which was not measured: name the last one's card",
        ),
        ({"recipe": {"stages": [{"epochs": 1}], "epochs": 2}}, "The stages of cae-2 do not fit its card"),
    ],
)
def test_a_stage_before_the_last_and_a_chain_that_does_not_fit_are_refused(run, tmp_path, change, words):
    path = run / "cae-2.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(CheckpointError, match=words):
        publish.publish(path, tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def test_a_card_under_another_name_is_refused(run, tmp_path):
    for path in run.glob("cae-2.*"):
        path.rename(run / path.name.replace("cae-2", "mine"))
    with pytest.raises(CheckpointError, match=r"name the run's own, cae-2\.json"):
        publish.publish(run / "mine.json", tmp_path / "weights")


def test_pictures_that_do_not_ship_are_not_taken(run, tmp_path):
    (run / "cae-2.dataset.safetensors").write_bytes(b"pictures")
    with pytest.raises(CheckpointError, match=r"do not ship: offer it with `python app.py --weights"):
        publish.publish(run / "cae-2.json", tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def test_a_changed_goal_comes_onto_the_card():
    card = load_card("cae-2")
    old = replace(card, goal={"test_mse": 1.0}, report={"test_mse": 1.0}, baseline={}, note="Old.")
    assert publish.renew(old) == card


def test_a_missing_card_is_reported(tmp_path):
    with pytest.raises(SystemExit, match=r"error: .*cae-28\.json does not exist"):
        publish.main([str(tmp_path / "cae-28.json")])


def test_an_unknown_architecture_is_reported(run, tmp_path, monkeypatch):
    card = json.loads((run / "cae-2.json").read_text())
    (run / "cae-2.json").write_text(json.dumps(card | {"model": "loom"}))
    monkeypatch.setattr(publish, "WEIGHTS", run)
    monkeypatch.setattr(publish, "PAGE", tmp_path / "models.md")
    with pytest.raises(SystemExit, match="no architecture 'loom'"):
        publish.main([])
    assert not (tmp_path / "models.md").exists()


def test_the_command_ships_and_renews(run, tmp_path, monkeypatch, capsys):
    weights, page = tmp_path / "weights", tmp_path / "models.md"
    monkeypatch.setattr(publish, "WEIGHTS", weights)
    monkeypatch.setattr(publish, "PAGE", page)
    page.write_text("before\n<!-- table -->\nold\n<!-- end of table -->\nafter\n")
    card = json.loads((run / "cae-2.json").read_text())
    (run / "cae-2.json").write_text(json.dumps(card | {"goal": {}, "note": "Old."}))
    publish.main([str(run / "cae-2.json")])
    assert "cae-2: goal, report, baseline or note renewed" in capsys.readouterr().out
    assert load_card(weights / "cae-2.json") == load_card("cae-2")
    assert page.read_text("utf-8") == (
        f"before\n<!-- table -->\n{publish.table([load_card('cae-2')])}<!-- end of table -->\nafter\n"
    )
