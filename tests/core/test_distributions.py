import math

import pytest
import torch
from torch.distributions import Exponential, Normal, Uniform, kl_divergence

from core.distributions import FAMILIES

SPREAD = [name for name in FAMILIES if name != "point"]


def parameters(family, n=6, d=3):
    return FAMILIES[family].start(torch.randn(n, d)) + 0.3 * torch.randn(n, d, FAMILIES[family].num_parameters)


def in_torch(family, p):
    """The same distributions, and the prior, in torch's words."""
    if family == "gaussian":
        return Normal(p[..., 0], (0.5 * p[..., 1]).exp()), Normal(0.0, 1.0)
    if family == "exponential":
        return Exponential(p[..., 0].exp()), Exponential(torch.tensor(1.0))
    a = math.sqrt(3)
    w = a * p[..., 1].sigmoid()
    c = (a - w) * p[..., 0].tanh()
    return Uniform(c - w, c + w), Uniform(-a, a)


@pytest.mark.parametrize("name", SPREAD)
def test_mean_and_divergence_are_torchs(name):
    family, p = FAMILIES[name], parameters(name)
    here, prior = in_torch(name, p)
    torch.testing.assert_close(family.mean(p), here.mean)
    torch.testing.assert_close(family.std(p), here.stddev)
    torch.testing.assert_close(family.divergence(p), kl_divergence(here, prior).sum(1), atol=1e-5, rtol=1e-4)
    assert (family.divergence(p) >= 0).all()


@pytest.mark.parametrize("name", SPREAD)
def test_draws_have_the_expected_mean_and_standard_deviation(name):
    family, p = FAMILIES[name], parameters(name, 1, 2).expand(40_000, -1, -1)
    here, _ = in_torch(name, p)
    drawn = family.draw(p)
    torch.testing.assert_close(drawn.mean(0), here.mean[0], atol=0.05, rtol=0.05)
    torch.testing.assert_close(drawn.std(0), here.stddev[0], atol=0.05, rtol=0.05)
    prior = family.draw_prior((40_000, 1))
    assert prior.std().item() == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("name", SPREAD)
def test_normal_draws_become_draws_from_the_prior_of_the_same_rank(name):
    epsilon = torch.linspace(-4, 4, 81)
    _, prior = in_torch(name, parameters(name))
    drawn = FAMILIES[name].from_normal(epsilon)
    torch.testing.assert_close(prior.cdf(drawn), Normal(0.0, 1.0).cdf(epsilon), atol=1e-5, rtol=1e-4)
    assert torch.equal(FAMILIES["point"].from_normal(epsilon), epsilon)


@pytest.mark.parametrize("name", list(FAMILIES))
def test_start_and_location_are_inverse_and_gradients_pass(name):
    family, where = FAMILIES[name], torch.randn(4, 3)
    torch.testing.assert_close(family.location(family.start(where)), where)
    p = family.start(where).requires_grad_()
    family.draw(p).sum().backward()
    assert p.grad.abs().sum() > 0


@pytest.mark.parametrize("name", list(FAMILIES))
def test_the_mean_grows_with_the_location(name):
    family = FAMILIES[name]
    means = family.mean(family.start(torch.linspace(-3, 3, 9)[:, None]))[:, 0]
    assert (means.diff() > 0).all()


def test_a_point_has_no_variance_and_no_divergence():
    family, p = FAMILIES["point"], torch.randn(4, 3, 1)
    assert torch.equal(family.draw(p), family.mean(p))
    assert family.divergence(p).tolist() == [0, 0, 0, 0]
    assert not family.std(p).any()
