"""Pictures of the project and of the page: bytes <-> arrays <-> tensors.

Inside the project a picture is a float tensor (B, C, H, W) in [0, 1]; on the way in and out it is uint8 (H, W), or
(H, W, 3) in colour.
"""

import io
import math

import numpy as np
import torch
from PIL import Image
from torch import Tensor


def to_tensor(pixels: np.ndarray) -> Tensor:
    """uint8 (H, W) or (B, H, W) to float (B, 1, H, W) in [0, 1]; (H, W, 3) or (B, H, W, 3) to (B, 3, H, W)."""
    pixels = np.array(pixels, np.uint8)  # copied: torch wants writable memory
    if pixels.shape[-1] == 3:
        x = torch.from_numpy(pixels.reshape(-1, *pixels.shape[-3:]))
        return x.permute(0, 3, 1, 2).contiguous().float() / 255
    return torch.from_numpy(pixels.reshape(-1, 1, *pixels.shape[-2:])).float() / 255


def to_bytes(x: Tensor) -> np.ndarray:
    """Float images (B, C, H, W) in [0, 1] to uint8 of the same shape; values outside are clipped."""
    return (x.detach().clamp(0, 1) * 255).round().byte().cpu().numpy()


def to_pictures(images: np.ndarray) -> np.ndarray:
    """Images (..., C, H, W) as pictures: (..., H, W) of one channel, (..., H, W, 3) in colour."""
    return images[..., 0, :, :] if images.shape[-3] == 1 else np.moveaxis(images, -3, -1)


def grid(images: np.ndarray, columns: int | None = None) -> np.ndarray:
    """Tiles (B, H, W) or (B, H, W, 3) laid out row by row as one picture; missing tiles are black.

    Args:
        columns: Tiles in a row; as many as rows unless given.
    """
    count, height, width, *colours = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    tiles = np.zeros((rows * columns, height, width, *colours), images.dtype)
    tiles[:count] = images
    laid_out = tiles.reshape(rows, columns, height, width, *colours).swapaxes(1, 2)
    return laid_out.reshape(rows * height, columns * width, *colours)


def encode(pixels: np.ndarray, format: str, **options: object) -> bytes:
    """A picture (H, W) or (H, W, 3), uint8, as the bytes of a PNG or WebP file."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format, **options)
    return out.getvalue()
