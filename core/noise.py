"""Noise on images in [0, 1]; every function keeps the shape, clips to [0, 1] and draws from the generator given."""

import torch
from torch import Generator, Tensor


def salt_and_pepper(x: Tensor, amount: float, generator: Generator | None = None) -> Tensor:
    """Turn a share of the pixels black or white, half of them each.

    Args:
        x: Images in [0, 1], shape (B, C, H, W).
        amount: Share of the pixels hit, 0 to 1.
        generator: Source of randomness; torch's global one unless given.

    Raises:
        ValueError: If the amount is outside [0, 1].
    """
    if not 0 <= amount <= 1:
        raise ValueError(f"amount must be a share from 0 to 1, got {amount!r}")
    draw = torch.rand(x.shape, generator=generator, device=x.device)
    return torch.where(draw < amount, (draw < amount / 2).to(x.dtype), x).clamp(0, 1)


def gaussian(x: Tensor, std: float, generator: Generator | None = None) -> Tensor:
    """Add independent normal noise to every pixel.

    Args:
        x: Images in [0, 1], shape (B, C, H, W).
        std: Standard deviation, in the units of the pixels, not negative.
        generator: Source of randomness; torch's global one unless given.

    Raises:
        ValueError: If the standard deviation is negative or no finite number.
    """
    if not 0 <= std < float("inf"):
        raise ValueError(f"std must be a finite number from 0 up, got {std!r}")
    return (x + std * torch.randn(x.shape, generator=generator, device=x.device)).clamp(0, 1)
