import numpy as np
import pytest
import torch
from torch import nn

from core.registry import create_model
from train.live.views import AlignedMap, PriorMap, filters, mean_divergences


@pytest.fixture
def codes():
    return np.random.default_rng(0).normal(size=(200, 6)) * [5, 4, 1, 0.5, 0.2, 0.1]


def test_a_map_does_not_jump_when_the_components_swap_or_flip(codes):
    here = AlignedMap()
    first, _ = here(codes)
    for change in (codes[:, [1, 0, 2, 3, 4, 5]], codes * [-1, 1, 1, 1, 1, 1], codes * [0.97, 1.25, 1, 1, 1, 1]):
        positions, _ = here(change)
        assert np.corrcoef(positions[:, 0], first[:, 0])[0, 1] > 0.99
        assert np.corrcoef(positions[:, 1], first[:, 1])[0, 1] > 0.99


def test_codes_of_two_numbers_are_shown_as_they_are(codes):
    positions, reach = AlignedMap()(codes[:, :2])
    back = positions * reach
    assert np.allclose(back - back.mean(0), codes[:, :2] - codes[:, :2].mean(0))


def test_nearly_all_points_are_on_the_map_and_it_shrinks_slowly(codes):
    here = AlignedMap()
    positions, reach = here(codes)
    assert (np.abs(positions) <= 1).mean() > 0.97
    _, smaller = here(codes / 100)
    assert np.allclose(smaller, 0.9 * reach)


def test_codes_that_are_no_numbers_leave_the_map_as_it_was(codes):
    here = AlignedMap()
    assert (here(codes * np.nan)[0] == 0).all()
    positions, _ = here(codes)
    assert np.array_equal(here(codes * np.inf)[0], positions)


def test_filters_are_those_of_the_first_convolution_in_bytes():
    model = create_model("autoencoder", channels=(3, 4, 5))
    with torch.no_grad():
        model.encoder[0].weight[0] = torch.tensor([[-2.0, 0, 2], [0, 0, 0], [1, 1, 1]])
    found = filters(model)
    assert found.shape == (3, 3, 3)
    assert found[0].tolist() == [[1, 128, 255], [128, 128, 128], [192, 192, 192]]
    assert filters(nn.Linear(2, 2)) is None


def test_a_prior_stays_where_it_is_whatever_becomes_of_the_codes(codes):
    here = PriorMap()
    moved = codes + np.array([3, 0, 0, 0, 0, 0])
    first, reach = here(moved)
    assert reach.tolist() == [PriorMap.REACH] * 2
    away = np.linalg.norm(moved[:, :2].mean(0))  # from the prior's middle
    assert np.linalg.norm(first.mean(0) * reach) == pytest.approx(away, abs=0.1)
    later, same = here(moved[:, [1, 0, 2, 3, 4, 5]])
    assert np.corrcoef(later[:, 0], first[:, 0])[0, 1] > 0.99  # turned to lie like the moment before
    assert same.tolist() == reach.tolist()
    collapsed, _ = here(codes * 1e-3)
    assert np.abs(collapsed).max() < 0.01  # no axis shrinks with them


def test_codes_of_two_numbers_have_their_own_place_in_the_prior(codes):
    positions, reach = PriorMap()(codes[:, :2])
    np.testing.assert_allclose(positions * reach, codes[:, :2])
    here = PriorMap()
    assert (here(codes * np.nan)[0] == 0).all()


def test_what_each_number_of_a_code_costs_adds_up_to_the_divergence():
    torch.manual_seed(0)
    vae, x = create_model("vae", latent_dim=3).eval(), torch.rand(20, 1, 28, 28)
    with torch.no_grad():
        nats, (mu, logvar) = mean_divergences(vae, x), vae.posterior(x)
    whole = torch.distributions.kl_divergence(
        torch.distributions.Normal(mu, (0.5 * logvar).exp()), torch.distributions.Normal(0.0, 1.0)
    )
    torch.testing.assert_close(nats, whole.mean(0))
