"""Terms of objectives, one function each."""

import torch
from torch import Tensor
from torch.nn import functional as F


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


def adversarial(logits: Tensor, target: float) -> Tensor:
    """Mean cross-entropy, in nats, of a discriminator's logits against one target for all of them.

    Args:
        logits: Before the sigmoid, shape (B,).
        target: 1 for "real", 0 for "generated", or between.

    Source: Generative Adversarial Networks, 2014, arXiv:1406.2661.
    """
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))
