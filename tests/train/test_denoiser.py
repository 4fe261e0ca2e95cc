from functools import partial

import pytest
import torch

from core.data.synthetic import synthetic
from core.noise.grid import ONE_NOISE
from train import denoiser
from train.denoiser import RECIPE, ROW, TRAINED, UNSEEN, rows_trained_on


def state(checkpoint):
    return RECIPE.prepare(RECIPE.config(checkpoint=checkpoint), synthetic(8))


def test_each_of_the_three_is_trained_and_chosen_on_its_own_noise():
    for checkpoint, kind in ONE_NOISE.items():
        model = state(checkpoint).model
        assert model.config.noise == kind
        assert rows_trained_on(model) == (ROW[kind],)
        assert [*RECIPE.goal[checkpoint]] == [f"test_psnr_{ROW[kind]}"]
    assert rows_trained_on(state("denoiser-cae").model) == rows_trained_on(state("denoiser-unet").model) == (*TRAINED,)


def test_the_figure_that_chooses_an_epoch_is_of_the_noise_met():
    data, drawn = synthetic(8), []

    def watched(name, noise):
        return lambda x, generator: drawn.append((name, len(x))) or noise(x, generator)

    rows = {name: watched(name, noise) for name, noise in TRAINED.items()}
    model = state("denoiser-cae-gaussian").model.eval()
    with torch.inference_mode():
        chosen = partial(denoiser.denoising, rows, True)(model, data)
        assert drawn == [("gaussian_0.3", 8)]
        final = RECIPE.final_metrics(model, data)
    assert final["psnr"] == final["psnr_gaussian_0.3"] == pytest.approx(chosen["psnr"])
    assert len(final) == 1 + len(TRAINED | UNSEEN)
