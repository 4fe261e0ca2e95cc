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
    left, right, bottom, top = reach(decoder, kind)
    point = [Between(left, right).check("x", x), Between(bottom, top).check("y", y)]
    return latent_map(decoder, kind).codes_at(np.array([point], np.float32))[0]


def reach(decoder: Decoder, kind: str) -> tuple[float, float, float, float]:
    """How far places are decoded: (left, right, bottom, top)."""
    left, right, bottom, top = latent_map(decoder, kind).bounds
    dx, dy = REACH * (right - left), REACH * (top - bottom)
    return left - dx, right + dx, bottom - dy, top + dy


@cached()
def divergences(decoder: Decoder) -> np.ndarray:
    """How far each number of a VAE's codes of the sample is from the prior N(0, 1): nats, shape (n, D)."""
    x = to_tensor(decoder.pictures)
    return np.concatenate(decoder.run_in_parts(_divergence_sets(decoder), x))


def by_pca(decoder: Decoder, pixels: np.ndarray) -> np.ndarray | None:
    """A picture, uint8 of the decoder's shape, as PCA with as many components as a code has numbers gives it back.

    PCA is fitted to the sample's images; None if those are too few for it.
    """
    pca = pca_of_pictures(decoder)
    if pca is None:
        return None
    back = pca.inverse_transform(pca.transform(pixels.reshape(1, -1) / 255))
    return np.round(255 * back.clip(0, 1)).astype(np.uint8).reshape(pixels.shape)


@cached()
def pca_of_pictures(decoder: Decoder) -> PCA | None:
    """PCA of the sample's images, in pixels from 0 to 1, with as many components; None if they are too few for it."""
    pixels = decoder.pictures.reshape(len(decoder.pictures), -1) / 255
    return PCA(decoder.size).fit(pixels) if decoder.size <= min(pixels.shape) else None


def spread_of_codes(decoder: Decoder) -> tuple[np.ndarray, np.ndarray]:
    """Mean (D,) and factor (D, D) of the distribution that codes are drawn from: mean + factor @ N(0, I).

    N(0, I) itself for a VAE, else the normal distribution fitted to the sample's codes.
    """
    codes = decoder.codes.numpy().astype(np.float64)
    if decoder.architecture.family == "vae":
        return np.zeros(decoder.size), np.eye(decoder.size)
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(codes.T)))
    return codes.mean(axis=0), vectors * np.sqrt(values.clip(0))


def mse(a: np.ndarray, b: np.ndarray) -> float:
    """Mean squared error of two pictures of bytes, in pixels from 0 to 1."""
    return float(np.square((a.astype(np.float32) - b) / 255).mean())


@cached()
def _divergence_sets(decoder: Decoder) -> Forward:
    return lambda sets: [kl_of_numbers(*decoder.module.posterior(images)).numpy() for images in sets]
