import math

import pytest
import torch

from core.noise import box, gaussian, one_noise, poisson, salt_and_pepper, speckle, training_noise
from core.noise.functions import ONE_LEVEL
from core.noise.grid import ONE_NOISE
from core.noise.kinds import KINDS


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


def test_speckle_grows_with_the_brightness(grey):
    for level in (0.2, 0.5):
        assert (speckle(grey * 2 * level, 0.1, seeded()) - 2 * level * grey).std().item() == pytest.approx(
            0.1 * level, rel=0.02
        )
    assert torch.equal(speckle(torch.zeros_like(grey), 0.5, seeded()), torch.zeros_like(grey))


def test_poisson_keeps_the_mean_and_has_a_variance_of_mean_over_peak(grey):
    noisy = poisson(grey, 50, seeded())
    assert noisy.mean().item() == pytest.approx(0.5, abs=0.002)
    assert noisy.var().item() == pytest.approx(0.5 / 50, rel=0.03)
    torch.testing.assert_close(noisy * 50, (noisy * 50).round(), atol=1e-4, rtol=0)  # whole photons


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_box_whitens_one_rectangle_of_the_share_asked(share, grey):
    white = box(grey, share, seeded()) == 1
    assert white.float().mean((1, 2, 3)).numpy() == pytest.approx(share, rel=0.1)
    for image in white[:, 0]:
        rows, columns = image.any(1), image.any(0)
        assert torch.equal(image, rows[:, None] & columns[None])
        assert 0.45 < rows.sum() / columns.sum() < 2.2
    assert len({tuple(image.nonzero()[0].tolist()) for image in white[:, 0]}) > 1


def test_both_together_is_impulses_over_gaussian_noise(grey):
    noisy = salt_and_pepper(gaussian(grey, 0.1, seeded()), 0.3, seeded(1))
    assert ((noisy == 0) | (noisy == 1)).float().mean().item() == pytest.approx(0.3, abs=0.01)
    assert noisy[(noisy > 0) & (noisy < 1)].std().item() == pytest.approx(0.1, abs=0.003)


@pytest.mark.parametrize("noise", [salt_and_pepper, gaussian, speckle, box])
def test_no_noise_is_no_change_and_a_seed_repeats(noise, grey):
    assert torch.equal(noise(grey, 0.0), grey)
    assert torch.equal(noise(grey, 0.2, seeded(3)), noise(grey, 0.2, seeded(3)))
    assert not torch.equal(noise(grey, 0.2, seeded(3)), noise(grey, 0.2, seeded(4)))


def test_photons_repeat_with_their_seed_and_many_are_no_noise(grey):
    assert torch.equal(poisson(grey, 10, seeded(3)), poisson(grey, 10, seeded(3)))
    assert not torch.equal(poisson(grey, 10, seeded(3)), poisson(grey, 10, seeded(4)))
    torch.testing.assert_close(poisson(grey, 1e6, seeded()), grey, atol=0.005, rtol=0)


@pytest.mark.parametrize(
    ("noise", "levels"),
    [
        (salt_and_pepper, [-0.1, 1.1, math.nan]),
        (gaussian, [-1, math.nan, math.inf]),
        (speckle, [-1, math.nan, math.inf]),
        (poisson, [0, -1, math.nan, math.inf]),
        (box, [-0.1, 0.6, math.nan]),
    ],
)
def test_an_impossible_level_is_refused(noise, levels, grey):
    for level in levels:
        with pytest.raises(ValueError, match=f"got {level!r}"):
            noise(grey, level)


@pytest.mark.parametrize("noise", [salt_and_pepper, gaussian, speckle, poisson, box])
def test_every_kind_keeps_shape_range_and_input(noise):
    x = torch.rand(3, 2, 28, 20, generator=seeded())
    before = x.clone()
    noisy = noise(x, 0.4, seeded())
    assert noisy.shape == x.shape
    assert 0 <= noisy.min() <= noisy.max() <= 1
    assert torch.equal(x, before)


def test_training_noise_differs_in_kind_and_level_and_leaves_some_images_clean():
    x = torch.full((2000, 1, 28, 28), 0.5)
    noisy = training_noise(x)
    assert noisy.shape == x.shape
    assert 0 <= noisy.min() <= noisy.max() <= 1
    extreme, grey = (noisy == 0) | (noisy == 1), noisy == 0.5
    normal = ~(extreme | grey).flatten(1).all(1)  # (B,), with Gaussian noise
    hit = extreme.flatten(1).float().mean(1)
    assert normal.float().mean().item() == pytest.approx(0.62, abs=0.04)
    assert (~normal & (hit > 0)).float().mean().item() == pytest.approx(0.33, abs=0.04)  # salt and pepper alone
    assert grey.flatten(1).all(1).float().mean().item() == pytest.approx(0.05, abs=0.03)  # clean
    assert hit.max() > 0.7


def test_the_strength_of_training_noise_scales_it():
    x = torch.full((200, 1, 28, 28), 0.5)
    errors = []
    for strength in (0.0, 0.5, 1.0):
        torch.manual_seed(0)
        errors.append((training_noise(x, strength) - x).square().mean().item())
    assert errors[0] == 0
    assert errors[1] < 0.6 * errors[2]


def test_one_noise_is_one_kind_at_the_level_where_its_slider_starts(grey):
    assert set(ONE_LEVEL) == set(ONE_NOISE.values())
    assert {kind: KINDS[kind].start for kind in ONE_LEVEL} == ONE_LEVEL
    pepper, normal, both = (one_noise(grey, kind) for kind in ("salt_and_pepper", "gaussian", "both"))
    assert (pepper == 0.5).float().mean().item() == pytest.approx(0.8, abs=0.01)
    assert set(pepper.unique().tolist()) == {0, 0.5, 1}
    assert normal.std().item() == pytest.approx(0.274, abs=0.01)  # 0.3, less what is clipped
    assert ((both == 0) | (both == 1)).float().mean().item() == pytest.approx(0.11, abs=0.01)
    assert len(both.unique()) > 1000
    assert torch.equal(one_noise(grey, "both", 0), grey)
    assert set(one_noise(grey, "salt_and_pepper", 9).unique().tolist()) == {0, 1}
