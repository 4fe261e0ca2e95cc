"""Terms of objectives, one function each."""

import torch
from torch import Tensor
from torch.nn import functional as F

from core.metrics import SSIM_WINDOW, window_ssim

COLLAPSED = 0.1  # nats from the prior, on average: with less, a number of a VAE's codes says nothing of an image


def gaussian_kl(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL divergence of N(mu, exp(logvar)) from N(0, I), one value per example.

    Args:
        mu: Posterior means, shape (B, D).
        logvar: Natural log of the variances, shape (B, D).

    Returns:
        Nats, shape (B,), never negative beyond rounding.

    Raises:
        ValueError: If the shapes differ.

    Source: Auto-Encoding Variational Bayes, 2013, arXiv:1312.6114, appendix B.
    """
    if mu.shape != logvar.shape:
        raise ValueError(f"mu and logvar must have the same shape, got {tuple(mu.shape)} and {tuple(logvar.shape)}")
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(dim=-1)


def kl_of_numbers(mu: Tensor, logvar: Tensor) -> Tensor:
    """The same of each number of the codes: nats, shape (B, D)."""
    return gaussian_kl(mu[..., None], logvar[..., None])


def adversarial(logits: Tensor, target: float) -> Tensor:
    """Mean cross-entropy, in nats, of a discriminator's logits against one target for all of them.

    Args:
        logits: Before the sigmoid, shape (B,).
        target: 1 for "real", 0 for "generated", or between.

    Source: Generative Adversarial Networks, 2014, arXiv:1406.2661.
    """
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def gradient_penalty(scores: Tensor, x: Tensor) -> Tensor:
    """Mean squared length of the gradient of a discriminator's scores at its images: R1, when these are real ones.

    Args:
        scores: Before the sigmoid, shape (B,), a function of x.
        x: Images (B, C, H, W) that ask for a gradient.

    Raises:
        RuntimeError: If the scores were not computed from x.

    Source: Which Training Methods for GANs do actually Converge?, 2018, arXiv:1801.04406.
    """
    (slope,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    return slope.square().flatten(1).sum(1).mean()


def structural_dissimilarity(x_hat: Tensor, x: Tensor, stride: int = 1) -> Tensor:
    """1 - SSIM of images in [0, 1], one value per example: core.metrics.ssim() with a gradient.

    Args:
        x_hat: Shape (B, C, H, W).
        x: Of the same shape.
        stride: Pixels between windows; 1 is the definition, more is faster.

    Returns:
        Shape (B,), 0 for equal images, at most 2.
    """
    return 1 - window_ssim(x, x_hat, lambda image: F.avg_pool2d(image, SSIM_WINDOW, stride)).flatten(1).mean(1)
