"""Classical filters, to set beside what is learned."""

import torch
from torch import Tensor
from torch.nn import functional as F

WINDOW = 3  # pixels, the side of the square whose median is taken


def median_filter(x: Tensor) -> Tensor:
    """The median of the 3x3 pixels around each pixel; beyond the edge the nearest pixel stands in.

    Args:
        x: Images, shape (B, C, H, W).

    Returns:
        Images of the same shape.
    """
    reach = WINDOW // 2
    padded = F.pad(x, (reach, reach, reach, reach), mode="replicate")
    windows = padded.unfold(2, WINDOW, 1).unfold(3, WINDOW, 1)  # (B, C, H, W, 3, 3)
    return torch.median(windows.flatten(-2), dim=-1).values
