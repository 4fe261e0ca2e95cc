"""Short real runs, healthy and spoilt: what is wrong with each is named, and nothing is said of a healthy one."""

from dataclasses import replace

import pytest
import torch

from core.checkpoint import load_model
from core.data.synthetic import synthetic
from core.training.live import LIVE_MODELS
from tests.train.live.test_session import frames, run
from train.live.health import STEPS, WORDS, Figures, MeanPicture

SHORT = {"width": 4, "images": 800, "batch_size": 8, "epochs": 5}
SPOILT = {
    "cae": {"learning_rate": 0.3},
    "vae": {"kl_weight": 60.0},
    "denoiser": {"learning_rate": 0.3},
    "classifier": {"learning_rate": 1.0},
    "autodecoder": {"learning_rate": 1.0},
    "gan": {"learning_rate": 1.0, "batch_size": 16, "images": 1600},
}
# by what is wrong: a model, its losses, and what else its figures say after the first passes
SPOILT_FIGURES = {
    "weights": ("cae", {"mse": 0.05}, {"top": 1e5}),
    "loss": ("cae", {"mse": 0.05}, {"losses": {"mse": 0.6}}),
    "blank": ("cae", {"mse": 0.5}, {"metrics": {"validation_mse": 0.5}}),
    "collapsed": ("vae", {"mse": 0.01, "kl": 1e-7}, {"metrics": {"validation_mse": 0.01}}),
    "guess": ("classifier", {"cross_entropy": 2.31}, {"metrics": {"validation_cross_entropy": 2.3}}),
    "fake": ("gan", {"generator": 0.6}, {"metrics": {"validation_precision": 0.0, "validation_recall": 0.003}}),
}


@pytest.mark.thorough
@pytest.mark.parametrize("model", LIVE_MODELS)
def test_a_healthy_run_is_called_nothing(model, tmp_path):
    messages, live = run(model, tmp_path, SHORT)
    assert live.step == 500
    assert {frame["problem"] for frame in frames(messages)} == {""}
    assert not any(words.split("{")[0].split(":")[0] in live._card().note for words in WORDS.values())


@pytest.mark.slow
@pytest.mark.parametrize("model", LIVE_MODELS)
def test_a_spoilt_run_is_named_on_the_page_and_on_the_card(model, tmp_path):
    """By one sentence or another: rounding decides how a run at such a rate goes to pieces."""
    messages, live = run(model, tmp_path, SHORT | SPOILT[model])
    first, last = frames(messages)[0]["problem"], frames(messages)[-1]["problem"]
    assert first == ""
    assert last.startswith(tuple(words.split("{")[0] for words in WORDS.values())) or live.has_diverged
    assert "{" not in last
    note = load_model(tmp_path / f"my-{model}.safetensors").card.note
    assert (last or "The run diverged at step") in note


@pytest.mark.parametrize("kind", SPOILT_FIGURES)
def test_what_is_wrong_is_told_by_the_figures(kind, tmp_path):
    model, losses, spoilt = SPOILT_FIGURES[kind]
    _, live = run(model, tmp_path, first=())
    figures = Figures({}, losses, top=3.0, step=STEPS, epoch=4.0)
    assert live.health.problem(replace(figures, step=1, epoch=0.01)) == ""
    assert live.health.problem(replace(figures, **spoilt)).startswith(WORDS[kind].split("{")[0])


@pytest.mark.thorough
@pytest.mark.parametrize("model", ["cae", "classifier"])
def test_a_network_that_learns_slowly_is_not_called_dead(model, tmp_path):
    messages, _ = run(model, tmp_path, SHORT | {"learning_rate": 1e-5})
    assert {frame["problem"] for frame in frames(messages)} == {""}


def test_the_mean_picture_is_that_of_the_training_images():
    data = synthetic(9)
    x_hat = MeanPicture(data)(torch.zeros(4, *data.images.shape[1:]))
    assert torch.allclose(x_hat, (data.images / 255).mean(0).expand_as(x_hat), atol=1e-6)
