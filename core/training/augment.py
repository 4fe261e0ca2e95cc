"""Random changes to a batch of images (B, C, H, W) that keep their class; all draw from torch's global generator."""

import torch
from torch import Tensor
from torch.nn import functional as F


def random_shift(x: Tensor, pixels: int) -> Tensor:
    """Move each image by up to `pixels` in both directions; what comes in is black, or the edge if coloured."""
    b, c, h, w = x.shape
    padded = F.pad(x, [pixels] * 4, mode="constant" if c == 1 else "replicate")
    top, left = torch.randint(0, 2 * pixels + 1, (2, b, 1), device=x.device)
    rows = (top + torch.arange(h, device=x.device)).view(b, 1, h, 1)
    columns = (left + torch.arange(w, device=x.device)).view(b, 1, 1, w)
    image = torch.arange(b, device=x.device).view(b, 1, 1, 1)
    channel = torch.arange(c, device=x.device).view(1, c, 1, 1)
    return padded[image, channel, rows, columns]


def random_flip(x: Tensor, probability: float = 0.5) -> Tensor:
    """Mirror a share of the images left to right."""
    mirrored = torch.rand(len(x), 1, 1, 1, device=x.device) < probability
    return torch.where(mirrored, x.flip(3), x)


def random_erase(x: Tensor, probability: float, area: tuple[float, float] = (0.02, 0.3)) -> Tensor:
    """Overwrite a rectangle with uniform noise, in a share of the images.

    Args:
        area: Smallest and largest share of the image that is erased; the sides' ratio lies between 1:3 and 3:1.

    Source: Random Erasing Data Augmentation, 2017, arXiv:1708.04896.
    """
    b, _, h, w = x.shape
    share = torch.empty(b, device=x.device).uniform_(*area) * h * w
    ratio = torch.empty(b, device=x.device).uniform_(-1, 1).mul(torch.log(torch.tensor(3.0))).exp()
    height, width = (share * ratio).sqrt().clamp(max=h), (share / ratio).sqrt().clamp(max=w)
    top, left = torch.rand(b, device=x.device) * (h - height), torch.rand(b, device=x.device) * (w - width)
    rows, columns = torch.arange(h, device=x.device), torch.arange(w, device=x.device)
    inside_rows = (rows >= top[:, None]) & (rows < (top + height)[:, None])  # (B, H)
    inside_columns = (columns >= left[:, None]) & (columns < (left + width)[:, None])  # (B, W)
    chosen = torch.rand(b, device=x.device) < probability
    mask = (inside_rows[:, :, None] & inside_columns[:, None, :] & chosen[:, None, None]).unsqueeze(1)
    return torch.where(mask, torch.rand_like(x), x)


def random_warp(x: Tensor, strength: float = 1.0) -> Tensor:
    """Turn, stretch, shear and shift each image a little, and make it lighter or darker; what comes in is black.

    Args:
        strength: Factor of all changes. At 1 the standard deviations are 5 degrees, 6 % in each direction, a shear of
            0.05, 1 % of the side, 15 % of the gamma and 8 % of the brightness.
    """

    def draw(deviation: float) -> Tensor:
        return torch.randn(len(x), device=x.device) * deviation * strength

    turn, shear = draw(0.087), draw(0.05)
    across, along = draw(0.06).exp(), draw(0.06).exp()
    rows = [
        torch.stack([across * turn.cos(), shear - along * turn.sin(), draw(0.02)], 1),
        torch.stack([across * turn.sin(), along * turn.cos(), draw(0.02)], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(x.shape), align_corners=False)
    x = F.grid_sample(x, grid, align_corners=False).clamp(0, 1)
    gamma, gain = (draw(deviation).exp().view(-1, 1, 1, 1) for deviation in (0.15, 0.08))
    return (x**gamma * gain).clamp(0, 1)
