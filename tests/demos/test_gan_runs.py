"""The shipped trainings of a GAN: one that learns, one that loses its classes, one that diverges."""

import numpy as np
import pytest
import torch

from core.checkpoint import load_model
from demos.gan import compute
from demos.gan import handlers as gan
from tests.helpers.handlers import SERVICES, ask

NAME = "dcgan"


@pytest.mark.parametrize("run", list(gan.runs()))
def test_the_classes_of_a_run_are_those_that_the_classifier_finds(run):
    answer, film = ask(gan.load_film, run=run), compute.film(SERVICES.models[NAME], run)
    assert np.array(answer["classes"]).shape == (len(film.images), 10)
    assert len(answer["recall"]) == len(film.images)
    for k in (3, len(film.images) - 1):
        images = torch.from_numpy(film.images[k])[:, None].float() / 255
        with torch.inference_mode():
            predicted = load_model("classifier-resnet")(images).argmax(1)[images.amax((1, 2, 3)) > 20 / 255]
        assert np.abs(predicted.bincount(minlength=10).numpy() - answer["classes"][k]).sum() <= 2


def test_a_healthy_run_comes_to_know_every_class():
    film = ask(gan.load_film, run=NAME)
    counts = np.array(film["classes"])
    assert (counts[1] > 0).sum() <= 2
    assert (counts[10:] > 0).all()
    assert film["recall"][1] == 0
    assert min(film["recall"][10:]) > 0.7


def test_the_mode_collapse_learns_every_class_and_then_loses_most():
    answer, run = (
        ask(gan.load_film, run="dcgan-mode-collapse"),
        compute.film(SERVICES.models[NAME], "dcgan-mode-collapse"),
    )
    counts, half = np.array(answer["classes"]), answer["steps"][-1] / 2
    before = [k for k, step in enumerate(answer["steps"]) if step < half]
    assert (counts[before] > 0).sum(1).max() == 10
    assert (counts[before[-3:]] > 0).sum(1).min() >= 8
    last = np.sort(counts[-3:], axis=1)[:, ::-1]
    assert (last[:, :3].sum(1) >= 0.9 * 64).all()
    assert min(answer["recall"][k] for k in before[-3:]) > 2 * max(answer["recall"][-3:])
    spread = (run.images / 255).std(axis=1).mean(axis=(1, 2))
    assert spread[-3:].max() < 0.3 * spread[before[-3:]].min()  # all codes give nearly the same picture
    assert (run.images.max(axis=(2, 3))[-3:] > 150).all()  # of 255: not one picture is black


def test_the_discriminator_of_the_mode_collapse_is_deceived():
    answer = ask(gan.load_film, run="dcgan-mode-collapse")
    assert not answer["is_scored"]
    assert answer["training_scores"][-1] > 0.6  # it believes its generator's pictures
    assert answer["generator"][-1] < answer["levels"]["generator"]
