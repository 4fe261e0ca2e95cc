import pytest
import torch
from torch.distributions import Normal, kl_divergence

from core.losses import adversarial, gaussian_kl, gradient_penalty, structural_dissimilarity
from core.metrics import ssim


def test_the_kl_divergence_is_torchs_closed_form():
    mu, logvar = torch.randn(7, 3), torch.randn(7, 3)
    wanted = kl_divergence(Normal(mu, (0.5 * logvar).exp()), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(gaussian_kl(mu, logvar), wanted)


def test_it_is_zero_at_the_prior():
    assert gaussian_kl(torch.zeros(2, 5), torch.zeros(2, 5)).tolist() == [0, 0]


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"same shape, got \(2, 3\) and \(2, 4\)"):
        gaussian_kl(torch.zeros(2, 3), torch.zeros(2, 4))


def test_structural_dissimilarity_is_the_measures():
    x = torch.rand(3, 3, 24, 20)
    y = (x + 0.2 * torch.randn_like(x)).clamp(0, 1)
    wanted = 1 - torch.from_numpy(ssim(x.numpy(), y.numpy())).float()
    torch.testing.assert_close(structural_dissimilarity(y, x), wanted, atol=1e-4, rtol=1e-3)
    assert structural_dissimilarity(x, x).abs().max() < 1e-5


def test_the_adversarial_term_is_the_cross_entropy():
    logits = torch.tensor([2.0, -1.0])
    probs = torch.sigmoid(logits)
    torch.testing.assert_close(adversarial(logits, 1.0), -probs.log().mean())
    torch.testing.assert_close(adversarial(logits, 0.0), -(1 - probs).log().mean())


def test_the_gradient_penalty_is_the_squared_slope_and_can_be_learned_from():
    x = torch.rand(5, 1, 4, 4).requires_grad_()
    weight = torch.randn(1, 4, 4).requires_grad_()
    penalty = gradient_penalty((weight * x).flatten(1).sum(1) + 3, x)
    torch.testing.assert_close(penalty, weight.square().sum())
    penalty.backward()
    torch.testing.assert_close(weight.grad, 2 * weight.detach())
    with pytest.raises(RuntimeError):
        gradient_penalty(torch.zeros(5, requires_grad=True), x)
