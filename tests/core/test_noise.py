import math

import pytest
import torch

from core.noise import gaussian, salt_and_pepper


@pytest.fixture
def grey():
    return torch.full((8, 1, 64, 64), 0.5)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_salt_and_pepper_hits_its_share_half_black_half_white(grey):
    noisy = salt_and_pepper(grey, 0.3, seeded())
    assert (noisy == 1).float().mean().item() == pytest.approx(0.15, abs=0.01)
    assert (noisy == 0).float().mean().item() == pytest.approx(0.15, abs=0.01)
    assert (noisy == 0.5).float().mean().item() == pytest.approx(0.7, abs=0.01)


def test_gaussian_has_its_standard_deviation_and_is_clipped(grey):
    assert (gaussian(grey, 0.1, seeded()) - grey).std().item() == pytest.approx(0.1, abs=0.002)
    loud = gaussian(grey, 5.0, seeded())
    assert (loud.min(), loud.max()) == (0, 1)


@pytest.mark.parametrize("noise", [salt_and_pepper, gaussian])
def test_no_noise_is_no_change_and_a_seed_repeats(noise, grey):
    assert torch.equal(noise(grey, 0.0), grey)
    assert torch.equal(noise(grey, 0.2, seeded(3)), noise(grey, 0.2, seeded(3)))
    assert not torch.equal(noise(grey, 0.2, seeded(3)), noise(grey, 0.2, seeded(4)))


@pytest.mark.parametrize(
    ("noise", "levels"), [(salt_and_pepper, [-0.1, 1.1, math.nan]), (gaussian, [-1, math.nan, math.inf])]
)
def test_an_impossible_level_is_refused(noise, levels, grey):
    for level in levels:
        with pytest.raises(ValueError, match=f"got {level!r}"):
            noise(grey, level)
