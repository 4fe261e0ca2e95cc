"""Paths through a latent space: between two codes, and from a flat map back to codes."""

import numpy as np
import torch
from torch import Tensor

from core.reduction import PCA, TSNE

MAPS = ("PCA", "t-SNE")
PERPLEXITY = 30.0  # of a t-SNE map; less where there are few codes
NEIGHBOURS = 5  # codes blended for an empty place of a t-SNE map


def lerp(z0: Tensor, z1: Tensor, alpha: float | Tensor) -> Tensor:
    """The point that divides the straight line from z0 (alpha 0) to z1 (alpha 1).

    Args:
        z0: Codes, shape (..., D).
        z1: Codes of the same shape.
        alpha: A number or a tensor that broadcasts against the codes; outside [0, 1] it extrapolates.

    Raises:
        ValueError: If the shapes differ.
    """
    _check_same_shape(z0, z1)
    return z0 + alpha * (z1 - z0)


def slerp(z0: Tensor, z1: Tensor, alpha: float | Tensor) -> Tensor:
    """The same along the arc of a great circle, which keeps the length typical of Gaussian codes.

    Args and errors as for lerp(). Where the codes (nearly) point the same or opposite way the arc is undefined, and the
    straight line is taken.

    Source: Animating Rotation with Quaternion Curves, 1985, doi:10.1145/325165.325242.
    """
    _check_same_shape(z0, z1)
    cosine = torch.nn.functional.cosine_similarity(z0, z1, dim=-1, eps=1e-12).clamp(-1, 1).unsqueeze(-1)
    angle = torch.acos(cosine)
    sine = torch.sin(angle)
    flat = sine < 2e-3  # the cosine of nearly parallel float32 codes is no more exact
    sine = torch.where(flat, 1.0, sine)
    arc = (torch.sin((1 - alpha) * angle) * z0 + torch.sin(alpha * angle) * z1) / sine
    return torch.where(flat, lerp(z0, z1, alpha), arc)


class LatentMap:
    """Codes laid out on a plane, and the way back from any point of it to a code.

    Args:
        codes: Shape (n, D).
        kind: "PCA", whose inverse transform leads back, or "t-SNE", which has no inverse: there a place stands for the
            mean of the codes of its 5 nearest points, weighted by inverse squared distance.

    Attributes:
        points: Positions of the codes, shape (n, 2), float32.

    Raises:
        ValueError: If the kind is another word.
    """

    def __init__(self, codes: np.ndarray, kind: str) -> None:
        if kind not in MAPS:
            raise ValueError(f"map must be one of {', '.join(MAPS)}, got {kind!r}")
        self.codes, self.kind = np.asarray(codes, np.float32), kind
        self._pca = PCA(2).fit(self.codes)
        self._tsne = TSNE(perplexity=max(1.0, min(PERPLEXITY, (len(self.codes) - 1) / 3)), seed=0)
        placed = self._pca.transform(self.codes) if kind == "PCA" else self._tsne.fit_transform(self.codes)
        self.points = placed.astype(np.float32)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) of the middle 98 % of the points either way, and 8 % more on each side."""
        (left, bottom), (right, top) = np.percentile(self.points, (1, 99), axis=0)  # a few codes may lie far off
        dx, dy = 0.08 * (right - left), 0.08 * (top - bottom)
        return float(left - dx), float(right + dx), float(bottom - dy), float(top + dy)

    @property
    def affine(self) -> np.ndarray:
        """Of a PCA map, the mean code and the two components, shape (3, D): a place (x, y) is code 1, x, y times it."""
        return np.vstack([self._pca.mean_, self._pca.components_])

    def codes_at(self, positions: np.ndarray) -> np.ndarray:
        """Codes, shape (m, D), of positions on the map, shape (m, 2)."""
        if self.kind == "PCA":
            return self._pca.inverse_transform(positions).astype(np.float32)
        squared = ((positions[:, None] - self.points[None]) ** 2).sum(-1)  # (m, n)
        nearest = np.argpartition(squared, min(NEIGHBOURS, len(self.points) - 1), axis=1)[:, :NEIGHBOURS]
        weights = 1 / (np.take_along_axis(squared, nearest, 1) + 1e-9)
        weights /= weights.sum(1, keepdims=True)
        return np.einsum("mk,mkd->md", weights, self.codes[nearest]).astype(np.float32)

    def positions_of(self, codes: np.ndarray) -> np.ndarray:
        """Positions, shape (m, 2), of codes, shape (m, D); t-SNE places new ones in its finished map, in 8 ms each."""
        return self._pca.transform(codes) if self.kind == "PCA" else self._tsne.transform(codes)

    def grid(self, columns: int, rows: int) -> np.ndarray:
        """Centres of equal cells of the bounds, row by row from the top left, shape (rows * columns, 2)."""
        left, right, bottom, top = self.bounds
        across, down = (np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows
        x, y = np.meshgrid(left + across * (right - left), top - down * (top - bottom))
        return np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)


class LatentAxes:
    """Directions to walk a latent space along: its own axes if there are few, else its principal components.

    Args:
        codes: Shape (n, D).
        most: Directions wanted at most.

    Attributes:
        names: Of the K directions: `z1`, ... or `component 1`, ...
        directions: Unit vectors, shape (K, D).
        low, high: Range of the codes along each direction and 8 % more on each side, shape (K,).
    """

    def __init__(self, codes: np.ndarray, most: int = 6) -> None:
        codes = np.asarray(codes, np.float32)
        few = codes.shape[1] <= most
        count = codes.shape[1] if few else min(most, len(codes))
        self.names = [f"z{k + 1}" if few else f"component {k + 1}" for k in range(count)]
        self.origin = np.zeros(codes.shape[1], np.float32) if few else codes.mean(axis=0)
        vectors = np.eye(codes.shape[1]) if few else PCA(count).fit(codes).components_
        self.directions = np.asarray(vectors, np.float32)
        along = self.coordinates(codes)
        margin = 0.08 * (along.max(0) - along.min(0))
        self.low, self.high = along.min(0) - margin, along.max(0) + margin

    def coordinates(self, codes: np.ndarray) -> np.ndarray:
        """How far codes, shape (..., D), lie along each direction, shape (..., K)."""
        return (codes - self.origin) @ self.directions.T

    def moved(self, code: np.ndarray, axis: int, values: np.ndarray) -> np.ndarray:
        """The code, shape (D,), moved along one direction until it lies at each of the values, shape (m, D)."""
        return code + np.outer(values - self.coordinates(code)[axis], self.directions[axis])

    def sweep(self, code: np.ndarray, steps: int) -> np.ndarray:
        """Codes (K, steps, D): the code moved along each direction through its range, evenly."""
        ranges = zip(self.low, self.high, strict=True)
        sweeps = [self.moved(code, k, np.linspace(low, high, steps)) for k, (low, high) in enumerate(ranges)]
        return np.stack(sweeps).astype(np.float32)


def _check_same_shape(z0: Tensor, z1: Tensor) -> None:
    if z0.shape != z1.shape:
        raise ValueError(f"the two codes must have the same shape, got {tuple(z0.shape)} and {tuple(z1.shape)}")
