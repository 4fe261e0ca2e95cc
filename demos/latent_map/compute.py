"""Maps of a latent space, the pictures under them, and how well PCA does instead."""

import numpy as np
import torch

from core.data.images import encode, grid, to_tensor
from core.latent import LatentAxes, LatentMap
from core.losses import kl_of_numbers
from core.reduction import PCA
from core.serving.batcher import Forward
from core.serving.cache import cached
from demos.server.decoder import Decoder
from demos.ui.fields import Between
from demos.ui.images import data_uri

GRID = (48, 36)  # columns and rows of the picture decoded ahead
STEPS = 41  # pictures decoded ahead for each slider
REACH = 3.0  # points up to so many widths of the map beyond its edge are decoded


@cached()
def latent_map(decoder: Decoder, kind: str) -> LatentMap:
    """The sample's codes laid out by "PCA" or "t-SNE"."""
    return LatentMap(decoder.codes.numpy(), kind)


@cached()
def latent_axes(decoder: Decoder) -> LatentAxes:
    """The directions that its sliders move a code along."""
    return LatentAxes(decoder.codes.numpy())


@cached()
def decode_grid(decoder: Decoder, kind: str) -> str:
    """Address of a picture of GRID decoded points, as large as the model's pictures each."""
    plane = latent_map(decoder, kind)
    tiles = decoder.decode_all(torch.from_numpy(plane.codes_at(plane.grid(*GRID))))
    return data_uri(encode(grid(tiles, GRID[0]), "WEBP", quality=80, method=2), "webp")


def code_at(decoder: Decoder, kind: str, x: float, y: float) -> np.ndarray:
    """The code, shape (D,), that a point of the map stands for.

    Raises:
        ValueError: If it lies too far off the map.
    """
    plane = latent_map(decoder, kind)
    left, right, bottom, top = plane.bounds
    dx, dy = REACH * (right - left), REACH * (top - bottom)
    point = [Between(left - dx, right + dx).check("x", x), Between(bottom - dy, top + dy).check("y", y)]
    return plane.codes_at(np.array([point], np.float32))[0]


@cached()
def divergences(decoder: Decoder) -> np.ndarray:
    """How far each number of a VAE's codes of the sample is from the prior N(0, 1): nats, shape (n, D)."""
    x = to_tensor(decoder.pictures)
    return np.concatenate(decoder.run_in_parts(_divergence_sets(decoder), x))


def by_pca(decoder: Decoder, pixels: np.ndarray) -> np.ndarray | None:
    """A picture, uint8 of the decoder's shape, as PCA with as many components as a code has numbers gives it back.

    PCA is fitted to the sample's images; None if those are too few for it.
    """
    if decoder.size > min(len(decoder.pictures), pixels.size):
        return None
    pca = _pca(decoder)
    back = pca.inverse_transform(pca.transform(pixels.reshape(1, -1) / 255))
    return np.round(255 * back.clip(0, 1)).astype(np.uint8).reshape(pixels.shape)


@cached()
def _pca(decoder: Decoder) -> PCA:
    return PCA(decoder.size).fit(decoder.pictures.reshape(len(decoder.pictures), -1) / 255)


def mse(a: np.ndarray, b: np.ndarray) -> float:
    """Mean squared error of two pictures of bytes, in pixels from 0 to 1."""
    return float(np.square((a.astype(np.float32) - b) / 255).mean())


@cached()
def _divergence_sets(decoder: Decoder) -> Forward:
    return lambda sets: [kl_of_numbers(*decoder.module.posterior(images)).numpy() for images in sets]
