"""A live run on a visitor's own pictures: few, of any number of classes, in grey or colour."""

import numpy as np
import pytest
import torch

from core.checkpoint import load_codes, load_model
from core.data.dataset_message import from_message, to_message
from core.data.image_set import Batch
from core.data.model_dataset import dataset_of
from core.data.picture_zip import zip_dataset
from core.training.live import LIVE_MODELS
from tests.core.data.test_picture_zip import many, picture, zipped
from tests.train.live.test_session import frames, rests, run
from train.live import data as live_data
from train.live.data import LiveData, read_data

FEW = {"batch_size": 16, "epochs": 1}


def message(files=None):
    return to_message(zip_dataset(zipped(files or many(12))))


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(live_data, "PASS", 32)


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("model", LIVE_MODELS)
def test_every_model_learns_a_visitors_set(model, colour, tmp_path):
    files = many(12, colour=colour)
    if model == "autodecoder":
        files += many(2, ("c",), size=(31, 31), colour=colour)
    messages, live = run(model, tmp_path, FEW, dataset=message(files))
    begin = next(m for m in messages if m["kind"] == "begin")
    assert begin["side"] == (32 if colour else 28)
    assert rests(messages) == ["finished"]
    assert live.step == 2
    assert all(np.isfinite(value) for value in frames(messages)[-1]["metrics"].values())
    loaded = load_model(tmp_path / f"my-{model}.safetensors")
    assert tuple(loaded.config.image_shape) == ((3, 32, 32) if colour else (1, 28, 28))
    assert loaded.card.dataset["name"] == "my pictures"
    assert loaded.card.class_names == (["a", "b", "c"] if model == "autodecoder" else ["a", "b"])
    assert loaded.card.baseline == {}
    assert "pictures of a visitor" in loaded.card.note
    dataset = dataset_of(loaded.card, tmp_path / f"my-{model}.json")
    assert (dataset.title, list(dataset.class_names)) == ("my pictures", loaded.card.class_names)
    assert len(dataset.sample()) == len(files)
    if hasattr(loaded, "encode"):
        assert load_codes(tmp_path / f"my-{model}.json").shape[0] == 12
    assert torch.equal(dataset.sample().images, live.data.sample.images)
    if "points" in frames(messages)[-1]:
        assert len(begin["labels"]) >= 9
    if model == "classifier":
        assert len(begin["truths"]) == len(frames(messages)[-1]["predicted"]) == sum(begin["fixed_counts"])


def test_without_a_class_all_but_the_classifier_learn(tmp_path):
    files = [(f"{i}.png", picture(i)) for i in range(12)]
    for model in ("cae", "autodecoder"):
        messages, _ = run(model, tmp_path, FEW, dataset=message(files))
        assert rests(messages) == ["finished"]


def test_the_codes_of_an_auto_decoder_are_fitted_when_it_is_taken(tmp_path):
    asked = iter([[{"do": "save"}]])
    answers = lambda message: next(asked, ()) if message["kind"] == "rest" else ()  # noqa: E731
    run("autodecoder", tmp_path, FEW | {"latent_dim": 4}, answers=answers, dataset=message())
    assert load_codes(tmp_path / "my-autodecoder.json").shape == (12, 4)


def test_patience_without_a_metric_never_stops_a_gan(tmp_path):
    messages, live = run("gan", tmp_path, FEW | {"patience": 1, "epochs": 2}, dataset=message())
    assert rests(messages) == ["finished"]
    assert live.epoch == 2


def test_pictures_come_again_shifted_and_are_held_out_by_their_hash():
    dataset = from_message(message(many(40)))
    data = read_data(to_message(dataset), LIVE_MODELS["cae"], 9000)
    assert len(data.training) == max(32, len(data.distinct))
    assert len(data.distinct) + len(data.validation) == len(data.sample) == 40
    assert len(data.distinct.images.flatten(1).unique(dim=0)) == len(data.distinct)
    assert data.sample.labels.tolist() == sorted(data.sample.labels.tolist())
    batch = Batch(torch.rand(64, 1, 28, 28), torch.zeros(64), torch.arange(64))
    moved = data.augmented(batch).image
    assert not torch.equal(moved, batch.image)
    assert torch.equal(LiveData(*[data.training] * 4).augmented(batch).image, batch.image)


def test_a_dataset_survives_its_message():
    before = from_message(message(many(12, colour=True)))
    after = from_message(to_message(before))
    for split in ("train", "test"):
        assert torch.equal(before.load(split).images, after.load(split).images)
        assert torch.equal(before.load(split).labels, after.load(split).labels)
    assert (after.title, after.class_names, after.image_shape) == ("my pictures", ("a", "b"), (3, 32, 32))
