import pytest
import torch

from core.training.augment import random_erase, random_flip, random_shift, random_warp


def test_a_shift_moves_the_picture_and_fills_with_black():
    x = torch.zeros(200, 1, 9, 9)
    x[:, :, 4, 4] = 1
    moved = random_shift(x, 2)
    assert moved.shape == x.shape
    assert torch.equal(moved.sum((1, 2, 3)), torch.ones(200))
    positions = {tuple(p) for p in moved[:, 0].nonzero()[:, 1:].tolist()}
    assert positions == {(row, column) for row in range(2, 7) for column in range(2, 7)}


def test_about_half_are_mirrored():
    x = torch.zeros(400, 1, 2, 2)
    x[..., 0] = 1
    flipped = (random_flip(x)[..., 1] == 1).all((1, 2)).float().mean()
    assert 0.4 < flipped < 0.6


def test_erasing_hits_its_share_within_its_area():
    x = torch.full((500, 1, 28, 28), 2.0)  # noise is below 1, so what is left can be counted
    erased = (random_erase(x, probability=0.5, area=(0.1, 0.2)) < 2).float().mean((1, 2, 3))
    hit = erased > 0
    assert 0.4 < hit.float().mean() < 0.6
    assert erased[hit].mean() > 0.08
    assert erased.max() < 0.25
    assert torch.equal(random_erase(x, probability=0.0), x)


def test_a_warp_moves_and_lights_each_picture_a_little_and_its_own_way():
    torch.manual_seed(0)
    x = torch.zeros(300, 1, 28, 28)
    x[:, :, 8:20, 8:20] = 0.5
    warped = random_warp(x)
    assert warped.shape == x.shape
    assert 0 <= warped.min() <= warped.max() <= 1
    assert (warped[:, :, :2] == 0).float().mean() > 0.99  # what comes in is black
    inside = warped[:, 0, 12:16, 12:16].mean((1, 2))
    assert 0.02 < inside.std() < 0.2
    assert inside.mean() == pytest.approx(0.5, abs=0.03)
    area = (warped > 0.1).float().sum((1, 2, 3))
    assert area.mean() == pytest.approx(144, rel=0.1)
    assert 5 < area.std() < 40
    assert random_warp(x, 0).sub(x).abs().max() < 1e-5
