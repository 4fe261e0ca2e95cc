import pytest
import torch
from torch import nn

from core.attribution import GREY, covered, gradient_maps, log_odds, occlusion_maps


def test_log_odds_are_those_of_the_softmax():
    logits = torch.randn(5, 10) * 3
    p = logits.double().softmax(1)
    assert torch.allclose(log_odds(logits).double(), (p / (1 - p)).log(), atol=1e-4)


def test_log_odds_stay_finite_where_a_probability_is_one():
    assert log_odds(torch.tensor([[60.0, 0.0, 0.0]])).isfinite().all()


def test_each_copy_has_one_square_covered():
    copies = covered(torch.zeros(1, 28, 28), patch=6, stride=2)
    assert copies.shape == (196, 1, 28, 28)
    middle = copies[7 * 14 + 7, 0]  # around the cell of rows and columns 14 and 15
    assert (middle[12:18, 12:18] == GREY).all()
    assert (middle > 0).sum() == 36
    assert (copies[0] > 0).sum() == 16  # it hangs over the corner
    assert (copies > 0).any(0).all()


def test_a_stride_that_does_not_fit_is_reported():
    with pytest.raises(ValueError, match="stride 3 must divide height and width, got 28 x 28"):
        covered(torch.zeros(1, 28, 28), stride=3)


def test_only_the_pixel_that_matters_shows_under_occlusion():
    def classifier(x):
        return torch.stack([5 * x[:, 0, 10, 10], torch.zeros(len(x))], 1)

    x = torch.ones(1, 28, 28)
    maps = occlusion_maps(classifier(x[None])[0], classifier(covered(x)), (14, 14))
    rows, columns = maps[0].nonzero(as_tuple=True)
    assert set(rows.tolist()) == set(columns.tolist()) == {4, 5, 6}  # cells whose square reaches row and column 10
    assert maps[0].max() == pytest.approx(5 * (1 - GREY))
    assert torch.allclose(maps[0], -maps[1], atol=1e-5)


def test_gradients_are_finite_differences_also_in_inference_mode():
    classifier = nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.Tanh(), nn.Linear(8, 3)).double()
    x = torch.rand(1, 6, 6, dtype=torch.double)
    with torch.inference_mode():
        maps = gradient_maps(classifier, x)
        assert maps.shape == (3, 6, 6)
        for row, column in [(0, 0), (3, 4)]:
            step = torch.zeros_like(x)
            step[0, row, column] = 1e-5
            rise = log_odds(classifier((x + step)[None])) - log_odds(classifier((x - step)[None]))
            assert torch.allclose(maps[:, row, column], rise[0] / 2e-5, atol=1e-6)
    assert all(parameter.grad is None for parameter in classifier.parameters())
