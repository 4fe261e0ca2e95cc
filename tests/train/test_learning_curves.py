import json

import pytest

from core.checkpoint import DamagedCheckpoint
from core.training import learning_curves
from train.learning_curves import main


def test_a_run_measures_both_parts_in_the_same_way(fashion_root, tmp_path, monkeypatch):
    path = tmp_path / "curves.json"
    flags = ["--epochs", "2", "--measured", "40", "--data-root", str(fashion_root), "--output", str(path)]
    main(["classifier-fashionnet", *flags])
    monkeypatch.setattr(learning_curves, "LEARNING_CURVES", path)
    curve = learning_curves.load_learning_curves()["classifier-fashionnet"]
    assert set(curve.history) == {"accuracy", "cross_entropy", "validation_accuracy", "validation_cross_entropy"}
    assert all(len(values) == 2 for values in curve.history.values())
    assert curve.epochs == 2
    assert curve.best_epoch in (1, 2)


def test_a_damaged_file_is_reported_and_a_missing_one_holds_nothing(tmp_path, monkeypatch):
    path = tmp_path / "curves.json"
    monkeypatch.setattr(learning_curves, "LEARNING_CURVES", path)
    assert learning_curves.load_learning_curves() == {}
    for content in ("{", "[]", json.dumps({"classifier-resnet": {"epochs": 3}})):
        path.write_text(content)
        with pytest.raises(DamagedCheckpoint, match="Make it again"):
            learning_curves.load_learning_curves()


@pytest.mark.parametrize("flags", [[], ["vgg"], ["classifier-resnet", "--epochs", "0"]])
def test_an_impossible_option_is_refused(flags):
    with pytest.raises(SystemExit):
        main(flags)


@pytest.mark.parametrize("name", learning_curves.load_learning_curves())
def test_the_shipped_curves_show_overfitting(name):
    curve = learning_curves.load_learning_curves()[name]
    history = curve.history
    assert curve.best_epoch <= curve.epochs / 2
    assert history["validation_cross_entropy"][-1] > 1.2 * min(history["validation_cross_entropy"])
    assert history["cross_entropy"][-1] < 0.5 * history["validation_cross_entropy"][-1]
    assert history["accuracy"][-1] > history["validation_accuracy"][-1] + 0.05


def test_there_are_shipped_curves():
    assert {"classifier-fashionnet", "classifier-resnet"} <= set(learning_curves.load_learning_curves())
