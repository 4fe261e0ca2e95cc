"""Noise on images in [0, 1]; every function keeps the shape and clips to [0, 1]."""

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

ONE_LEVEL = {"salt_and_pepper": (0.2,), "gaussian": (0.3,), "both": (0.2, 0.1)}  # both: deviation, share of pixels


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


def speckle(x: Tensor, std: float, generator: Generator | None = None) -> Tensor:
    """Multiply every pixel by a normal factor around 1: the brighter it is, the noisier.

    Args:
        x: Images in [0, 1], shape (B, C, H, W).
        std: Standard deviation of the factor, not negative.
        generator: Source of randomness; torch's global one unless given.

    Raises:
        ValueError: If the standard deviation is negative or no finite number.
    """
    if not 0 <= std < float("inf"):
        raise ValueError(f"std must be a finite number from 0 up, got {std!r}")
    return (x * (1 + std * torch.randn(x.shape, generator=generator, device=x.device))).clamp(0, 1)


def poisson(x: Tensor, peak: float, generator: Generator | None = None) -> Tensor:
    """Count photons: every pixel becomes a Poisson number of mean x * peak, divided by the peak.

    Args:
        x: Images in [0, 1], shape (B, C, H, W).
        peak: Photons counted on average where x is 1, above 0; the fewer, the noisier.
        generator: Source of randomness; torch's global one unless given.

    Raises:
        ValueError: If the peak is not above 0 or no finite number.
    """
    if not 0 < peak < float("inf"):
        raise ValueError(f"peak must be a finite number above 0, got {peak!r}")
    return (torch.poisson(x * peak, generator=generator) / peak).clamp(0, 1)


def box(x: Tensor, share: float, generator: Generator | None = None) -> Tensor:
    """Cover a rectangle of each image with white, its place drawn at random and its sides' ratio from 1:2 to 2:1.

    Args:
        x: Images in [0, 1], shape (B, C, H, W).
        share: Share of the image that is covered, 0 to 0.5, up to rounding to whole pixels.
        generator: Source of randomness; torch's global one unless given.

    Raises:
        ValueError: If the share is outside [0, 0.5].
    """
    if not 0 <= share <= 0.5:
        raise ValueError(f"share must be from 0 to 0.5, got {share!r}")
    b, _, h, w = x.shape
    ratio, down, right = torch.rand(3, b, 1, generator=generator, device=x.device)
    stretch = 2 ** (ratio - 0.5)  # from the square's height to the rectangle's: 1 / sqrt(2) to sqrt(2)
    height, width = (h * share**0.5 * stretch).round(), (w * share**0.5 / stretch).round()
    top, left = (down * (h - height + 1)).floor(), (right * (w - width + 1)).floor()
    rows, columns = torch.arange(h, device=x.device), torch.arange(w, device=x.device)
    inside_rows = (rows >= top) & (rows < top + height)  # (B, H)
    inside_columns = (columns >= left) & (columns < left + width)  # (B, W)
    covered = inside_rows[:, None, :, None] & inside_columns[:, None, None, :]
    return torch.where(covered, torch.ones_like(x), x).clamp(0, 1)


def one_noise(x: Tensor, kind: str, strength: float = 1.0) -> Tensor:
    """One kind of noise at one level for every image, that of ONE_LEVEL; draws from torch's global generator.

    Args:
        x: Images in [0, 1], shape (B, C, H, W).
        kind: A key of ONE_LEVEL.
        strength: Factor of the level, from 0 up.
    """
    levels = [strength * level for level in ONE_LEVEL[kind]]
    if kind != "salt_and_pepper":
        x = gaussian(x, levels[0])
    return x if kind == "gaussian" else salt_and_pepper(x, min(1.0, levels[-1]))


def training_noise(x: Tensor, strength: float = 1.0) -> Tensor:
    """What the denoisers learn from: salt and pepper, Gaussian noise, both or none, with levels drawn per image.

    Half of the images have their noise in smooth patches, at levels that differ from pixel to pixel; a quarter have the
    Gaussian noise in the shape of another image of the batch; and the impulses of an image may lean towards white or
    black. A model that has to judge every neighbourhood by itself copes better with kinds of noise it never saw. Draws
    from torch's global generator.

    Args:
        x: Images in [0, 1], shape (B, C, H, W).
        strength: Factor of every level, from 0 up.
    """
    b, _, h, w = x.shape

    def draw() -> Tensor:
        return torch.rand(b, 1, 1, 1, device=x.device)

    kind = draw()
    with_gaussian, with_impulses = kind < 0.62, (kind > 0.32) & (kind < 0.95)  # 32 % alone, 30 % both, 33 %, 5 % none
    shape = torch.where(draw() < 0.25, x.mean(1, keepdim=True).roll(1, 0), _patches(b, h, w, x.device))
    std = strength * 0.75 * draw() * shape * with_gaussian
    amount = strength * draw() ** 1.5 * _patches(b, h, w, x.device) * with_impulses  # more often few than many
    salt = torch.where(draw() < 0.5, 0.5, 2 * draw() - 0.5).clamp(0, 1)  # share of white among the impulses
    noisy = (x + std * torch.randn_like(x)).clamp(0, 1)
    impulse = torch.rand_like(x)
    return torch.where(impulse < amount, (impulse < amount * salt).to(x.dtype), noisy)


def _patches(b: int, h: int, w: int, device: torch.device) -> Tensor:
    """Factors (B, 1, H, W) from 0 to 1: for half of the images 1, for the others a few smooth patches."""
    coarse = torch.randn(b, 1, 5, 5, device=device)
    field = F.interpolate(coarse, (h, w), mode="bicubic", align_corners=True)
    threshold = torch.rand(b, 1, 1, 1, device=device) * 1.5 - 0.5
    smooth = torch.sigmoid(8 * (field - threshold))
    return torch.where(torch.rand(b, 1, 1, 1, device=device) < 0.5, smooth, torch.ones_like(smooth))
