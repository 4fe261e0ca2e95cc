import dataclasses

import pytest
import torch

from core.checkpoint import load_model
from core.data.clothes_photos import PULLOVER_OR_SHIRT, STRANGE
from core.data.fashion_mnist import load_fashion_sample
from train import photo_classifier
from train.photo_classifier import Config, likelier_label, prepare

SAMPLE = load_fashion_sample().subset(torch.arange(0, 1000, 31))


def a_step(config, labels, index):
    torch.manual_seed(0)
    state = prepare(config, SAMPLE)
    batch = dataclasses.replace(SAMPLE, labels=labels, index=index).batch(torch.arange(len(SAMPLE)))
    return state, state.step(batch, 0.5)


def test_a_long_sleeve_may_be_a_pullover_or_a_shirt_whichever_is_likelier():
    logits = torch.zeros(4, 10)
    logits[0, 2], logits[1, 6], logits[2, 0] = 1, 1, 9
    label = torch.tensor([PULLOVER_OR_SHIRT, PULLOVER_OR_SHIRT, 5, STRANGE])
    assert likelier_label(logits, label).tolist() == [2, 6, 5, STRANGE]


@pytest.mark.parametrize("frozen", [0, 1])
def test_frozen_blocks_stay_as_they_start_and_the_others_learn(frozen):
    config = Config(frozen=frozen, teacher="")
    torch.manual_seed(0)
    before = {name: p.clone() for name, p in prepare(config, SAMPLE).model.named_parameters()}
    state, _ = a_step(config, SAMPLE.labels, torch.arange(len(SAMPLE)))
    changed = {name for name, p in state.model.named_parameters() if not torch.equal(p, before[name])}
    for part in ("conv1", "blocks.0"):
        assert any(name.startswith(part) for name in changed) == (not frozen)
    assert any(name.startswith("blocks.1") for name in changed)


def test_the_weights_that_are_saved_may_lie_between_those_learned_and_those_started_from(monkeypatch):
    photos = dataclasses.replace(SAMPLE, labels=SAMPLE.labels % 6)
    monkeypatch.setattr(photo_classifier, "validation_photos", lambda _: photos)
    start = load_model("classifier-resnet").state_dict()
    state = prepare(Config(start_share=0.25, teacher=""), SAMPLE)
    name = "blocks.1.0.0.weight"
    learned = state.model.state_dict()[name].clone()
    state.finish(state.model, None)
    wanted = 0.75 * learned + 0.25 * start[name].to(learned)
    torch.testing.assert_close(state.model.state_dict()[name], wanted)
    assert state.model.temperature > 0


def test_weights_that_start_at_random_are_saved_as_they_were_learned(monkeypatch):
    photos = dataclasses.replace(SAMPLE, labels=SAMPLE.labels % 6)
    monkeypatch.setattr(photo_classifier, "validation_photos", lambda _: photos)
    state = prepare(Config(start="", start_share=0.25, teacher=""), SAMPLE)
    name = "blocks.1.0.0.weight"
    learned = state.model.state_dict()[name].clone()
    state.finish(state.model, None)
    torch.testing.assert_close(state.model.state_dict()[name], learned)


def test_pictures_of_no_class_teach_their_energy_alone():
    strange = torch.full_like(SAMPLE.labels, STRANGE)
    _, losses = a_step(Config(teacher=""), strange, -1 - torch.arange(len(SAMPLE)))
    assert losses["cross_entropy"] == 0
    assert losses["energy"] > 0


def test_a_teacher_is_asked_about_clothes_alone(monkeypatch):
    asked = []

    def taught(teacher, image, label, share):
        asked.append(label.tolist())
        return torch.full((len(label), 10), 0.1)

    monkeypatch.setattr(photo_classifier, "taught_labels", taught)
    index = torch.arange(len(SAMPLE))
    index[6:] = -1 - index[6:]
    a_step(Config(teacher="classifier-fashionnet"), SAMPLE.labels, index)
    assert asked == [SAMPLE.labels[:6].tolist()]
