import json
import shutil

import numpy as np
import pytest

from core import list_checkpoints, load_card
from core.checkpoint import WEIGHTS, Card
from core.data.fashion_mnist import load_fashion_sample, load_fashion_training
from core.reduction import PCA
from demos.scoreboard import handlers as scoreboard
from demos.scoreboard.contrasts import CONTRASTS
from tests.helpers.handlers import ask, call


def card(**changes) -> Card:
    known = {"name": "x", "model": "m", "config": {}, "recipe": {}, "dataset": {}, "seed": 0, "minutes": 1.0}
    return Card(**known | {"parameters": 5, "metrics": {}} | changes)


def test_every_checkpoint_has_its_row():
    rows = ask(scoreboard.load_cards)["rows"]
    assert [row["name"] for row in rows] == list_checkpoints()
    for row in rows:
        known = load_card(row["name"])
        assert {m["name"]: m["value"] for m in row["measures"]} == known.metrics
        assert row["recipe"]["command"].startswith("python -m train.")
        assert row["sha256"] == known.sha256
        assert row["history"]
        assert all(len(values) == len(known.history) for values in row["history"].values())
        assert {"epoch", "minutes", "images_per_second"}.isdisjoint(row["history"])
        json.dumps(row, allow_nan=False)


def test_the_endpoint_leaves_out_what_only_the_page_draws():
    rows = call(scoreboard.scoreboard)
    assert [row["name"] for row in rows] == list_checkpoints()
    assert all("history" not in row and "confusion" not in row for row in rows)


def test_margins_know_which_way_is_better():
    values = {"test_accuracy": 0.95, "test_mse": 0.02, "test_psnr": 20.0}
    goal = {"test_accuracy": 0.94, "test_mse": 0.01}
    rows = {m["name"]: m for m in scoreboard.metric_rows(card(metrics=values, goal=goal, report={"test_psnr": 25.0}))}
    assert rows["test_accuracy"]["goal"]["margin"] == pytest.approx(0.01)
    assert rows["test_mse"]["goal"]["margin"] == pytest.approx(-0.01)
    assert rows["test_psnr"]["report"]["margin"] == pytest.approx(-5)
    assert rows["test_psnr"]["goal"] == {"value": None, "margin": None}


PRINTED = {  # by the reports: figures of these systems alone
    "ad", "vad-gaussian", "cae-4", "vae-fashion", "cae-4-classifier", "cae-27-classifier", "cae-27-classifier-frozen",
    "classifier-resnet", "classifier-fashionnet",
}  # fmt: skip


def test_only_what_a_report_printed_is_called_a_reports_figure():
    assert {name for name in list_checkpoints() if load_card(name).report} == PRINTED


def test_a_baseline_is_pca_with_as_many_components_as_the_code_has_numbers():
    training, test = (load().images.flatten(1).numpy() / 255 for load in (load_fashion_training, load_fashion_sample))
    pca = PCA(27).fit(training)
    for name in ("cae-2", "cae-4", "cae-6", "cae-27", "vae-fashion"):
        W = pca.components_[: load_card(name).config["latent_dim"]]
        error = np.square(test - ((test - pca.mean_) @ W.T @ W + pca.mean_)).mean()
        assert load_card(name).baseline["test_mse"] == pytest.approx(error, rel=0.03), name


def test_every_autoencoder_of_clothes_beats_its_baseline():
    rows = {row["name"]: row["measures"][0] for row in scoreboard.read_cards()}
    for name in ("cae-2", "cae-4", "cae-6", "cae-27", "vae-fashion"):
        assert rows[name]["baseline"]["margin"] > 0


def test_the_loss_of_an_auto_decoder_falls_and_is_the_sum_of_its_terms():
    rows = {row["name"]: row for row in scoreboard.read_cards()}
    for name in ("ad", "vad-gaussian", "vad-exponential", "vad-uniform"):
        history = rows[name]["history"]
        assert history["loss"] == sorted(history["loss"], reverse=True), name
        terms = [history[term] for term in ("mse", "kl", "guess")]
        assert history["loss"] == pytest.approx([sum(values) for values in zip(*terms, strict=True)])
    assert rows["ad"]["loss_terms"] == ["mse"]
    assert rows["vad-gaussian"]["loss_terms"] == ["mse", "kl"]
    assert "loss" not in rows["dcgan"]["history"]  # two networks
    assert "loss" not in rows["classifier-resnet"]["history"]  # one term


def final(name, key):
    return load_card(name).history[-1][key]


def test_what_is_said_of_the_reports_curves_holds():
    assert set(CONTRASTS) <= set(list_checkpoints())
    for name in ("cae-4-classifier", "cae-27-classifier", "cae-27-classifier-frozen", "classifier-fashionnet"):
        assert load_card(name).recipe["teacher"]
    for name in CONTRASTS.keys() & {*PRINTED} - {"ad", "vad-gaussian"}:
        assert final(name, "cross_entropy") > final(name, "validation_cross_entropy"), name
    ad = load_card("ad")
    assert len(ad.history) == 8
    assert f"{ad.metrics['train_course_error']:.3f}" == "0.050"
    held_out = [row["validation_course_error"] for row in load_card("vad-gaussian").history]
    assert held_out.index(min(held_out)) + 1 == 3
    assert load_card("cae-27").recipe["kept_epoch"] == len(load_card("cae-27").history) == 100
    assert load_card("vae-faces-256").recipe["kept_epoch"] == len(load_card("vae-faces-256").history)
    assert load_card("vae-faces-256").recipe["start"]
    resnet = load_card("classifier-resnet").recipe
    assert resnet["start"]
    assert resnet["finish"] == 1  # no erasing
    kinds = ("gaussian_0.3", "salt_and_pepper_0.2", "both")
    values = [load_card("denoiser-cae").metrics[f"test_psnr_{kind}"] for kind in kinds]
    assert max(values) - min(values) < 0.2


def test_a_metric_with_a_goal_comes_first():
    values = {"test_cross_entropy": 0.2, "test_kept": 0.5, "test_accuracy": 0.9}
    rows = scoreboard.metric_rows(card(metrics=values, goal={"test_accuracy": 0.9}, report={"test_kept": 0.4}))
    assert [row["name"] for row in rows] == ["test_accuracy", "test_kept", "test_cross_entropy"]


def test_a_damaged_card_hides_no_other(tmp_path, monkeypatch):
    for name in list_checkpoints():
        shutil.copy(WEIGHTS / f"{name}.json", tmp_path)
        (tmp_path / f"{name}.safetensors").touch()
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "broken.safetensors").touch()
    monkeypatch.setattr(scoreboard, "list_checkpoints", lambda: list_checkpoints(tmp_path))
    monkeypatch.setattr(scoreboard, "load_card", lambda name: load_card(tmp_path / f"{name}.json"))
    rows = {row["name"]: row for row in scoreboard.read_cards()}
    assert set(rows) == {"broken", *list_checkpoints()}
    assert "is not a card" in rows["broken"]["error"]


def test_a_metric_that_is_not_a_number_does_not_break_the_page():
    assert scoreboard._finite({"a": [1.0, float("nan")], "b": (float("inf"),)}) == {"a": [1.0, None], "b": [None]}
