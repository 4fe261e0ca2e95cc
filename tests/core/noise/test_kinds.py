import math
from itertools import pairwise

import pytest
import torch

from core import noise
from core.noise.kinds import KINDS, STEPS, checked, corrupt, photons, salt_and_pepper, sweep

MOVING = [name for name, kind in KINDS.items() if kind.parameters]


@pytest.fixture
def grey():
    return torch.full((8, 1, 64, 64), 0.5)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_repeats_and_another_differs(kind, grey):
    start = KINDS[kind].start
    once = corrupt(grey, kind, start, 3)
    assert once.shape == grey.shape
    assert 0 <= once.min() <= once.max() <= 1
    assert torch.equal(once, corrupt(grey, kind, start, 3))
    assert torch.equal(once, corrupt(grey, kind, start, 4)) == (kind == "none")
    assert torch.equal(grey, torch.full_like(grey, 0.5))


@pytest.mark.parametrize("kind", MOVING)
def test_a_parameter_has_its_start_among_its_steps(kind):
    for parameter in KINDS[kind].parameters:
        assert len(parameter.values) == len(set(parameter.values)) == STEPS
        assert parameter.start in parameter.values
        assert list(parameter.values) in (sorted(parameter.values), sorted(parameter.values, reverse=True))


@pytest.mark.parametrize("kind", MOVING)
def test_the_level_grows_along_a_parameter(kind):
    x = torch.rand(1, 1, 28, 28, generator=seeded())
    for strip in sweep(x, kind, KINDS[kind].start, 0):
        error = (strip - x).square().flatten(1).mean(1)
        assert error[-1] > 2 * error[5]
        assert (error.diff() > -0.1 * error.max()).all()


def test_pixels_that_are_hit_stay_hit():
    x = torch.full((1, 1, 28, 28), 0.5)
    (strip,) = sweep(x, "salt_and_pepper", (0.2,), 7)
    for less, more in pairwise(strip):
        hit = less != 0.5
        assert torch.equal(less[hit], more[hit])
    assert (strip[0] == 0.5).all()
    assert (strip[-1] != 0.5).all()


@pytest.mark.parametrize("kind", ["gaussian", "speckle", "poisson"])
def test_neighbouring_levels_look_alike(kind):
    x = torch.rand(1, 1, 28, 28, generator=seeded())
    (strip,) = sweep(x, kind, KINDS[kind].start, 0)
    here, there = strip[STEPS // 2], strip[STEPS // 2 + 1]
    fresh = corrupt(x, kind, (KINDS[kind].parameters[0].values[STEPS // 2],), 1)[0]
    assert (here - there).square().mean() < 0.2 * (here - fresh).square().mean()


def test_strips_show_what_corrupt_gives():
    x = torch.rand(1, 1, 28, 28, generator=seeded())
    sigmas, amounts = KINDS["both"].parameters
    both = sweep(x, "both", (0.2, 0.1), 5)
    assert both.shape == (2, STEPS, 1, 28, 28)
    assert torch.equal(both[0, 7:8], corrupt(x, "both", (sigmas.values[7], 0.1), 5))
    assert torch.equal(both[1, 9:10], corrupt(x, "both", (0.2, amounts.values[9]), 5))
    assert torch.equal(sweep(x, "none", (), 5), x[None])


def test_salt_and_pepper_falls_as_that_of_training(grey):
    for amount in (0.0, 0.3, 1.0):
        noisy, known = salt_and_pepper(grey, amount, seeded()), noise.salt_and_pepper(grey, amount, seeded())
        for value in (0, 0.5, 1):
            assert (noisy == value).float().mean().item() == pytest.approx(
                (known == value).float().mean().item(), abs=0.01
            )


@pytest.mark.parametrize("peak", [1.0, 10.0, 100.0])
def test_photons_are_poisson_numbers(peak, grey):
    counts = photons(0.6 * grey, peak, seeded()) * peak
    torch.testing.assert_close(counts, counts.round(), atol=1e-4, rtol=0)
    if peak > 1:  # fewer are clipped at white too often
        assert counts.mean().item() == pytest.approx(0.3 * peak, rel=0.02)
        assert counts.var().item() == pytest.approx(0.3 * peak, rel=0.05)
    known = noise.poisson(0.6 * grey, peak, seeded()) * peak
    assert counts.mean().item() == pytest.approx(known.mean().item(), rel=0.02)
    assert photons(torch.zeros_like(grey), peak, seeded()).max() == 0


@pytest.mark.parametrize(
    ("kind", "levels", "words"),
    [
        ("rain", (0.1,), "noise must be one of none, salt_and_pepper"),
        ("gaussian", (), "one number for each of its 1 parameters, got 0"),
        ("both", (0.1,), "one number for each of its 2 parameters, got 1"),
        ("gaussian", (math.nan,), "standard deviation must be from 0 to 1"),
        ("speckle", (2.1,), "from 0 to 2"),
        ("poisson", (0.0,), "photons must be from 1 to 100"),
        ("box", (math.inf,), "from 0 to 0.5"),
    ],
)
def test_what_a_kind_cannot_do_is_refused(kind, levels, words):
    with pytest.raises(ValueError, match=words):
        checked(kind, levels)
