"""A sheet of what a finished model makes, to be looked at; it may show the dataset, so it does not ship."""

import numpy as np
import torch
from torch import Tensor, nn

from core.data.image_set import ImageSet
from core.data.images import encode, to_bytes
from core.latent import lerp
from core.training.devices import autocast
from train.common.codes import encoder

SAMPLES = 64
COLUMNS = 16
PAIRS = 4  # interpolated


@torch.inference_mode()
def sample_sheet(model: nn.Module, test: ImageSet) -> bytes | None:
    """A PNG of 64 samples, 16 images above their reconstructions, and 4 interpolations, as far as a model makes them.

    Returns:
        None for a model that makes no images of codes.
    """
    if not hasattr(model, "decode"):
        return None
    rows = []
    if hasattr(model, "sample"):
        rows += model.sample(SAMPLES, torch.Generator().manual_seed(0)).cpu().float().split(COLUMNS)
    if find := encoder(model):
        x = test.batch(torch.arange(COLUMNS) % len(test)).image
        with autocast(x.device, "auto"):
            z = find(x.to(next(model.parameters()).device)).float()
        rows += [x, model.decode(z).cpu().float()]
    else:
        z = model.noise(2 * PAIRS)
    rows += [_interpolated(model, a, b) for a, b in z[: 2 * PAIRS].view(PAIRS, 2, -1)]
    tiles = to_bytes(torch.stack(rows))  # (R, 16, C, H, W)
    pixels = tiles.transpose(0, 3, 1, 4, 2).reshape(tiles.shape[0] * tiles.shape[3], -1, tiles.shape[2])
    return encode(np.ascontiguousarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels), "png")


def _interpolated(model: nn.Module, a: Tensor, b: Tensor) -> Tensor:
    alpha = torch.linspace(0, 1, COLUMNS, device=a.device)[:, None]
    return model.decode(lerp(a.expand(COLUMNS, -1), b.expand(COLUMNS, -1), alpha)).cpu().float()
