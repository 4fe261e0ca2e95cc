import pytest
import torch
from torch.distributions import Normal, kl_divergence

from core.losses import gaussian_kl


def test_the_kl_divergence_is_torchs_closed_form():
    mu, logvar = torch.randn(7, 3), torch.randn(7, 3)
    wanted = kl_divergence(Normal(mu, (0.5 * logvar).exp()), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(gaussian_kl(mu, logvar), wanted)


def test_it_is_zero_at_the_prior():
    assert gaussian_kl(torch.zeros(2, 5), torch.zeros(2, 5)).tolist() == [0, 0]


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"same shape, got \(2, 3\) and \(2, 4\)"):
        gaussian_kl(torch.zeros(2, 3), torch.zeros(2, 4))
