"""A live run, from its process's own side: what it is asked and what it tells."""

import base64
import io
import queue

import numpy as np
import pytest
import torch
from PIL import Image

from core.checkpoint import CheckpointError, load_codes, load_model
from core.serving.workers import Worker
from core.training.live import LIVE_MODELS
from demos.live.parts.machine import load_summary
from demos.live.parts.python_lines import python_lines
from tests.helpers.handlers import ask
from train.common.metrics import _frechet_classifier
from train.common.recipe import Trainer
from train.live import session
from train.live.session import LiveConfig, LiveSession
from train.live.views import PriorMap
from train.vae import Config

SMALL = {"width": 4, "images": 128, "batch_size": 32, "epochs": 2}


class RecordingChannel:
    """The other side of a run: scripted, so that a run in this very process ends."""

    def __init__(self, answers):
        self.messages, self.answers = [], answers

    def send(self, message):
        self.messages.append(message)
        for answer in self.answers(message):
            self.inbox.put(answer)
        return True


class Urgent(Worker):
    """The tests keep their priority."""

    def yield_to_others(self):
        pass


class Over(Exception):
    """The script has nothing more to ask for."""


class Script(queue.Queue):
    def get(self):
        if self.empty():
            raise Over
        return super().get()


def run(model, tmp_path, values=None, first=({"do": "play"},), answers=lambda message: (), dataset=None):
    """All that a run tells until it would wait for ever, and the run."""
    channel, inbox = RecordingChannel(answers), Script()
    channel.inbox = inbox
    inbox.put({"model": model, "values": SMALL | (values or {}), "folder": str(tmp_path), "dataset": dataset})
    for message in first:
        inbox.put(message)
    live = LiveSession(Urgent(channel, inbox))
    with pytest.raises(Over):
        live.run()
    return channel.messages, live


def frames(messages):
    return [message for message in messages if message["kind"] == "frame"]


def rests(messages):
    return [message["why"] for message in messages if message["kind"] == "rest"]


def picture(frame):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(frame["sprite"]))).convert("L"))


@pytest.mark.parametrize("model", LIVE_MODELS)
def test_every_model_learns_to_the_end_and_can_be_loaded(model, tmp_path):
    messages, live = run(model, tmp_path, {"images": 64} if model == "gan" else None)
    begin, first, *_, last = [m for m in messages if m["kind"] in ("begin", "frame")]
    assert begin["kind"] == "begin"
    assert first["step"] == 0
    assert last["epoch"] == 2
    assert rests(messages) == ["finished"]
    assert all(np.isfinite(list(last["metrics"].values())))
    if last["sprite"]:
        rows = sum(-(-count // 10) for count in last["counts"])
        assert picture(last).shape == (28 * rows, 280)
        assert (picture(first) != picture(last)).any()
    if "points" in last:
        points = np.frombuffer(base64.b64decode(last["points"]), "<i2").reshape(-1, 2)
        assert len(points) == len(begin["labels"])
        if "nats" in last:  # on fixed axes around the prior, however little the codes are spread
            assert last["reach"] == [PriorMap.REACH] * 2
            assert len(np.unique(points, axis=0)) > 1
        else:
            assert np.abs(points).max() > 8000
    loaded = load_model(tmp_path / f"my-{model}.safetensors")
    assert loaded.card.recipe["steps"] == live.step
    assert loaded.card.parameters == begin["parameters"]
    assert f"model={model}" in loaded.card.recipe["command"]
    if hasattr(loaded, "encode"):
        assert load_codes(tmp_path / f"my-{model}.json").shape == (1000, loaded.config.latent_dim)


def test_one_batch_is_one_step(tmp_path):
    messages, live = run("cae", tmp_path, first=({"do": "step"},))
    assert live.step == 1
    assert rests(messages) == ["paused"]
    assert frames(messages)[-1]["losses"] or frames(messages)[-2]["losses"]


def test_the_same_seed_is_the_same_run_however_often_it_rests(tmp_path):
    _, whole = run("vae", tmp_path / "a")
    asked = iter([[{"do": "step"}, {"do": "step"}], [{"do": "play"}], []])
    answers = lambda message: next(asked) if message["kind"] == "rest" else ()  # noqa: E731
    messages, stepped = run("vae", tmp_path / "b", first=({"do": "step"}, {"do": "save"}), answers=answers)
    assert rests(messages) == ["paused", "paused", "finished"]
    _, other = run("vae", tmp_path / "c", {"seed": 1})
    weights = [torch.cat([p.flatten() for p in live.model.parameters()]) for live in (whole, stepped, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_a_change_counts_from_the_next_step_and_stands_on_the_card(tmp_path):
    change = {"do": "change", "values": {"learning_rate": 0.5, "epochs": 3}}
    asked = iter([[change, change, {"do": "play"}], []])  # the page says all its values each time
    answers = lambda message: next(asked) if message["kind"] == "rest" else ()  # noqa: E731
    _, live = run("cae", tmp_path, first=({"do": "step"},), answers=answers)
    assert live.epoch == 3
    assert live.config.learning_rate == 0.5
    card = load_model(tmp_path / "my-cae.safetensors").card
    changed = [{"step": 1, "name": name, "value": value} for name, value in change["values"].items()]
    assert card.recipe["changes"] == changed


def test_more_passes_go_on_with_a_finished_run(tmp_path):
    asked = iter([[{"do": "change", "values": {"epochs": 3}}, {"do": "play"}], []])
    answers = lambda message: next(asked) if message["kind"] == "rest" else ()  # noqa: E731
    messages, live = run("cae", tmp_path, answers=answers)
    assert rests(messages) == ["finished", "finished"]
    assert live.epoch == 3


def test_patience_stops_and_takes_the_best_weights_back(tmp_path):
    messages, live = run("cae", tmp_path, {"patience": 1, "epochs": 60, "learning_rate": 1.0, "images": 64})
    assert rests(messages) == ["patience"]
    assert live.epoch < 60
    saved = torch.cat([t.flatten().float() for t in live.model.state_dict().values()])
    best = torch.cat([t.flatten().float() for t in live.best.weights.values()])
    assert torch.equal(saved, best)


def test_a_loss_that_is_not_a_number_is_reported(tmp_path, monkeypatch):
    def broken(self, batch, progress):
        return {"mse": torch.tensor(float("nan"))}

    monkeypatch.setattr("train.common.recipe.Trainer.step", broken)
    messages, live = run("cae", tmp_path)
    assert rests(messages) == ["diverged"]
    assert live.step == 1
    assert frames(messages)[-1]["losses"] == {"mse": None}


def test_noise_and_weight_of_the_divergence_reach_the_loss(tmp_path):
    losses = {}
    for weight in (0.001, 100):
        messages, _ = run("vae", tmp_path, {"kl_weight": weight}, first=({"do": "step"},))
        losses[weight] = next(f["losses"]["kl"] for f in frames(messages) if f["losses"])
    assert losses[100] == pytest.approx(1e5 * losses[0.001], rel=0.01)
    errors = []
    for noise in (0.0, 2.0):
        messages, _ = run("denoiser", tmp_path, {"noise": noise}, first=({"do": "step"},))
        errors.append(picture(frames(messages)[0])[:28].astype(int))
    assert np.abs(errors[0] - errors[1]).mean() > 20  # the noisy row


def test_a_steered_config_reads_like_the_one_it_holds():
    config = LiveConfig(Config(kl_weight=0.5))
    assert config.kl_weight == 0.5
    config.change({"kl_weight": 2.0})
    assert (config.kl_weight, config.now.kl_weight) == (2.0, 2.0)
    with pytest.raises(TypeError):
        config.change({"nothing": 1})


@pytest.mark.parametrize("model", LIVE_MODELS)
def test_the_same_seed_gives_the_same_weights_however_often_it_is_looked_at(model, tmp_path, monkeypatch):
    weights = []
    for folder, frame, evaluation in (("often", 0.0, 0.0), ("seldom", 1e9, 1e9)):
        _frechet_classifier.cache_clear()  # loading it draws first weights
        monkeypatch.setattr("train.live.session.FRAME", frame)
        monkeypatch.setattr("train.live.session.EVALUATION", evaluation)
        run(model, tmp_path / folder, {"images": 64})
        weights.append((tmp_path / folder / f"my-{model}.safetensors").read_bytes())
    assert weights[0] == weights[1]


def test_a_run_that_diverges_keeps_its_last_finite_weights(tmp_path, monkeypatch):
    step, steps = Trainer.step, []

    def breaks(self, batch, progress):
        losses = step(self, batch, progress)
        steps.append(batch)
        if len(steps) < 3:
            return losses
        with torch.no_grad():
            for parameter in self.average.module.parameters():
                parameter.fill_(float("nan"))
        return {"mse": torch.tensor(float("nan"))}

    monkeypatch.setattr(Trainer, "step", breaks)
    monkeypatch.setattr("train.live.session.FRAME", 0.0)
    asked = iter([[{"do": "play"}, {"do": "save"}], []])
    answers = lambda message: next(asked) if message["kind"] == "rest" else ()  # noqa: E731
    messages, live = run("cae", tmp_path, answers=answers)
    assert rests(messages) == ["diverged", "diverged"]  # Play takes no further step
    assert live.step == 3
    loaded = load_model(tmp_path / "my-cae.safetensors")
    assert all(t.isfinite().all() for t in loaded.state_dict().values())
    assert load_codes(tmp_path / "my-cae.json").isfinite().all()
    assert loaded.card.recipe["steps"] == 2
    assert "diverged at step 3" in loaded.card.note


def test_a_full_disk_ends_no_run_and_a_later_save_succeeds(tmp_path, monkeypatch):
    def full(*args):
        raise CheckpointError("cannot write: no space left; free some space or choose --output")

    save = session.save_checkpoint
    monkeypatch.setattr(session, "save_checkpoint", full)

    def answers(message):
        if message["kind"] == "unsaved":
            monkeypatch.setattr(session, "save_checkpoint", save)
            return [{"do": "step"}]
        return ()

    messages, live = run("cae", tmp_path, first=({"do": "step"},), answers=answers)
    assert [m["kind"] for m in messages if m["kind"] in ("unsaved", "saved", "error")] == ["unsaved", "saved"]
    assert live.step == 2
    assert load_model(tmp_path / "my-cae.safetensors").card.recipe["steps"] == 2


def test_a_vae_tells_what_each_number_of_its_code_costs_and_keeps_its_axes(tmp_path):
    messages, _ = run("vae", tmp_path, {"latent_dim": 5})
    told = frames(messages)
    assert all(len(frame["nats"]) == 5 and min(frame["nats"]) >= 0 for frame in told)
    assert {tuple(frame["reach"]) for frame in told} == {(3.5, 3.5)}
    others, _ = run("cae", tmp_path)
    assert all("nats" not in frame for frame in frames(others))


@pytest.mark.parametrize("model", ["cae", "vae", "classifier", "autodecoder"])
def test_the_python_lines_make_the_same_run(tmp_path, monkeypatch, model):
    values = SMALL | {"seed": 3}
    variables = {}
    exec(ask(python_lines, model=model, values=values)["lines"], variables)
    messages, live = run(model, tmp_path, values)
    measured = next(frame["metrics"] for frame in reversed(frames(messages)) if frame["metrics"])
    for name, value in variables["measured"].items():
        assert measured[name] == pytest.approx(value, rel=2e-3), name
    own = variables["model"].state_dict()
    for name, tensor in live.model.state_dict().items():
        torch.testing.assert_close(own[name], tensor, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("model", LIVE_MODELS)
def test_the_machine_of_a_run_is_the_one_that_is_drawn(tmp_path, model):
    values = SMALL | ({"latent_dim": 6} if "latent_dim" in LIVE_MODELS[model].defaults else {})
    messages, _ = run(model, tmp_path, values, first=())
    begun = next(message for message in messages if message["kind"] == "begin")
    drawn = ask(load_summary, model=model, values=values)
    assert drawn["parameters"] == begun["parameters"] == sum(layer["parameters"] for layer in drawn["layers"])


def test_lines_of_pictures_on_the_page_are_not_promised():
    assert "folder:PATH" in ask(python_lines, model="cae", values={}, is_own=True)["error"]
    assert "no model" in ask(python_lines, model="x", values={})["error"]
    assert "object of named numbers" in ask(load_summary, model="cae", values="abc")["error"]
