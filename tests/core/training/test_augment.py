import torch

from core.training.augment import random_erase, random_flip, random_shift


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
