"""Short real runs, healthy and spoilt: what is wrong with each is named, and nothing is said of a healthy one."""

import pytest
import torch

from core.checkpoint import load_model
from core.data.synthetic import synthetic
from core.training.live import LIVE_MODELS
from tests.train.live.test_session import frames, run
from train.live.health import WORDS, MeanPicture

SHORT = {"width": 4, "images": 800, "batch_size": 8, "epochs": 5}
SPOILT = {
    "cae": ({"learning_rate": 0.3}, "blank"),
    "vae": ({"kl_weight": 60.0}, "collapsed"),
    "denoiser": ({"learning_rate": 0.3}, "blank"),
    "classifier": ({"learning_rate": 1.0}, "weights"),
    "autodecoder": ({"learning_rate": 1.0}, "weights"),
    "gan": ({"learning_rate": 0.3, "batch_size": 16, "images": 1600}, "fake"),
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
    values, kind = SPOILT[model]
    messages, _ = run(model, tmp_path, SHORT | values)
    first, last = frames(messages)[0]["problem"], frames(messages)[-1]["problem"]
    assert first == ""
    assert last.startswith(WORDS[kind].split("{")[0])
    assert "{" not in last
    assert last in load_model(tmp_path / f"my-{model}.safetensors").card.note


@pytest.mark.thorough
@pytest.mark.parametrize("model", ["cae", "classifier"])
def test_a_network_that_learns_slowly_is_not_called_dead(model, tmp_path):
    messages, _ = run(model, tmp_path, SHORT | {"learning_rate": 1e-5})
    assert {frame["problem"] for frame in frames(messages)} == {""}


def test_the_mean_picture_is_that_of_the_training_images():
    data = synthetic(9)
    x_hat = MeanPicture(data)(torch.zeros(4, *data.images.shape[1:]))
    assert torch.allclose(x_hat, (data.images / 255).mean(0).expand_as(x_hat), atol=1e-6)
