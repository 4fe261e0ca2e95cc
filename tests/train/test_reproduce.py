"""Weights made again: in which order, upon what, how they are compared, and what a stop leaves."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from core.checkpoint import WEIGHTS, DamagedCheckpoint, list_checkpoints, load_card
from core.data import lfw
from tests.conftest import write_clothes
from train import reproduce
from train.common import metrics
from train.reproduce import Outcome, in_order, table

HEAD = "cae-27-classifier-frozen"
UPON = ["cae-27", "classifier-resnet"]


@pytest.fixture(scope="module")
def clothes(tmp_path_factory):
    root = tmp_path_factory.mktemp("clothes")
    write_clothes(root, train=96, test=20)
    return root


@pytest.fixture
def words(clothes, tmp_path):
    """A short trial."""
    return ["--epochs", "1", "--limit", "48", "--data-root", str(clothes), "--output", str(tmp_path)]


def fingerprint(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def test_what_a_weight_builds_upon_comes_first():
    assert in_order(["cae-27-classifier"]) == [*UPON, HEAD, "cae-27-classifier"]
    assert in_order(["cae-2", "classifier-fashionnet"]) == ["cae-2", "classifier-resnet", "classifier-fashionnet"]
    every = in_order(list_checkpoints())
    assert sorted(every) == list_checkpoints()
    assert every.index("cae-4") < every.index("cae-4-classifier")


def test_a_head_is_made_upon_what_was_made_again(words, tmp_path, capsys):
    shipped = fingerprint(WEIGHTS)
    reproduce.main([HEAD, *words])
    head = load_card(tmp_path / HEAD / f"{HEAD}.json")
    assert head.recipe["built_upon"] == {name: load_card(tmp_path / name / f"{name}.json").sha256 for name in UPON}
    assert load_card(tmp_path / "cae-27" / "cae-27.json").sha256 != load_card("cae-27").sha256
    assert "--from-runs" not in head.recipe["command"]
    assert head.recipe["teacher"] == "classifier-resnet"  # by its name: no folder of this machine
    assert len(load_card(tmp_path / "classifier-resnet" / "classifier-resnet.json").recipe["stages"]) == 2
    assert fingerprint(WEIGHTS) == shipped
    shown = capsys.readouterr().out
    assert (
        "Cut short (--epochs 1 --limit 48): these figures say nothing about the recipes. Nothing was published."
        in shown
    )
    assert f"| `{HEAD}` | test_accuracy | 0.89280 | {head.metrics['test_accuracy']:.5f} | " in shown
    assert (tmp_path / reproduce.TABLE).read_text("utf-8") in shown


def test_finished_weights_stay_and_the_rest_is_made(words, tmp_path, monkeypatch):
    reproduce.main(["cae-2", *words])
    before = fingerprint(tmp_path / "cae-2")
    made, make = [], reproduce.make

    def watched(recipe, *configs, **options):
        made.append(configs[-1].checkpoint)
        return make(recipe, *configs, **options)

    monkeypatch.setattr(reproduce, "make", watched)
    reproduce.main(["cae-2", "cae-6", *words, "--resume"])
    assert made == ["cae-6"]
    assert fingerprint(tmp_path / "cae-2") == before
    (tmp_path / "cae-2" / "cae-2.safetensors").write_bytes(b"")
    reproduce.main(["cae-2", "cae-6", *words, "--resume"])
    assert made == ["cae-6", "cae-2"]  # its weights were damaged
    reproduce.main(["cae-2", *words])
    assert made == ["cae-6", "cae-2", "cae-2"]  # without --resume everything is made anew


def test_a_weight_upon_others_is_not_taken_for_finished(words, tmp_path, monkeypatch):
    reproduce.main([HEAD, *words])
    made = []
    monkeypatch.setattr(reproduce, "make", lambda recipe, *configs, **_: made.append(configs[-1].checkpoint))
    reproduce.main([HEAD, *words, "--resume"])
    assert made == []
    path = tmp_path / "cae-27" / "cae-27.json"
    other = load_card(path).sha256[::-1]
    monkeypatch.setattr(reproduce, "load_card", lambda card: replace(load_card(card), sha256=other))
    reproduce.main([HEAD, *words, "--resume"])
    assert made == [HEAD]


def test_one_that_cannot_be_made_does_not_keep_the_others_from_it(words, tmp_path, monkeypatch, capsys):
    def make(recipe, *configs, **options):
        if configs[-1].checkpoint == "cae-27":
            raise DamagedCheckpoint("its files are damaged.")
        return made(recipe, *configs, **options)

    made = reproduce.make
    monkeypatch.setattr(reproduce, "make", make)
    with pytest.raises(SystemExit, match=rf"error: 2 of 4 were not made: cae-27, {HEAD}"):
        reproduce.main([HEAD, "cae-2", *words])
    shown = capsys.readouterr().out
    assert "| `cae-27` | not made: its files are damaged. |" in shown
    assert f"| `{HEAD}` | not made: it builds upon cae-27, which was not made |" in shown
    assert "| `cae-2` | test_mse | 0.02461 |" in shown


def test_faces_that_are_not_there_are_named(words, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lfw, "DATA", tmp_path)
    monkeypatch.delenv("LOOM_DATA", raising=False)
    with pytest.raises(SystemExit, match="error: 1 of 1 were not made: vae-faces-32"):
        reproduce.main(["vae-faces-32", *words])
    assert "not made: No folder lfw-simplified in" in capsys.readouterr().out


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(words, tmp_path, monkeypatch):
    def make(recipe, *configs, **options):
        if configs[-1].checkpoint == "cae-6":
            raise KeyboardInterrupt
        return made(recipe, *configs, **options)

    made = reproduce.make
    monkeypatch.setattr(reproduce, "make", make)
    monkeypatch.setattr("sys.argv", ["train/reproduce.py", "cae-2", "cae-6"])
    with pytest.raises(SystemExit, match=r"finished weights are kept\. Go on with: python -m .* cae-2 cae-6 --resume"):
        reproduce.main(["cae-2", "cae-6", *words])
    assert "`cae-2`" in (tmp_path / reproduce.TABLE).read_text("utf-8")


def test_the_table_says_how_far_seeds_lie_apart():
    shipped = replace(load_card("cae-2"), metrics={"test_mse": 0.02}, spread={"test_mse": 0.0005})
    made = replace(shipped, metrics={"test_mse": 0.0213, "test_new": 1.0})
    lines = table([Outcome(shipped, made)]).splitlines()
    assert lines[2:] == [
        "| `cae-2` | test_mse | 0.02000 | 0.02130 | +0.00130 | 0.00050 |",
        "|  | test_new | - | 1.00000 | - | - |",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [(["cae-28"], r"error: .*cae-28.* does not exist\. Checkpoints in .*cae-27"), (["--epochs", "-1"], "2")],
)
def test_a_mistake_is_named(words, message):
    with pytest.raises(SystemExit, match=message):
        reproduce.main(words)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(metrics, "FITTED", 4)
