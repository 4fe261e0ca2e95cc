"""Repulsion between all pairs of points at the cost of two Fourier transforms.

Linderman et al., Fast interpolation-based t-SNE (FIt-SNE), Nature Methods 16, 2019, split the gradient of van
der Maaten and Hinton's equation (5) into attraction and repulsion and evaluate the latter on a grid. With
w_ij = 1 / (1 + ||y_i - y_j||^2):

    (1)  dC/dy_i = 4 (F_attr,i - F_rep,i)
    (3)  F_rep,i = sum_j w_ij^2 (y_i - y_j) / Z,   Z = sum_k != l w_kl

They interpolate w and w^2 times 1, y_1, ..., y_d: d + 2 convolutions. One is enough, since both sums in (3)
come from one potential:

    phi(y) = sum_j 1 / (1 + ||y - y_j||^2)
    sum_j w_ij^2 (y_i - y_j) = -grad phi(y_i) / 2,   Z = sum_i phi(y_i) - n

Spread unit masses over a regular grid with cubic B-splines B, convolve with the kernel, read phi off with B
and grad phi with B'. Spreading and reading each blur the kernel by the spline's samples (1, 4, 1) / 6 per
axis, so the kernel is divided by their transform squared beforehand: phi is then exact from node to node.
The grid is padded to twice its width, because the Fourier transform convolves around a ring.
"""

from functools import lru_cache

import numpy as np

from core.reduction.checks import FloatArray

_MAX_NODES = 1 << 20  # of the unpadded grid; a wider map gets a wider spacing
_OFFSETS = np.arange(4)  # a cubic B-spline covers four nodes


def repulsion(Y: FloatArray, spacing: float) -> tuple[FloatArray, float]:
    """Numerators of equation (3) and their common denominator.

    Args:
        Y: Map with one row per coordinate, shape (d, n), float32.
        spacing: Distance of neighbouring grid nodes in map units. At 0.5 the forces err by some 3 percent
            (root mean square) and Z by 0.1.

    Returns:
        sum_j w_ij^2 (y_i - y_j) for each i, shape (d, n), and Z.
    """
    field = PotentialField(Y, spacing)
    phi, slope = field.read(field.stencil)
    return slope * np.float32(-0.5), float(phi.sum(dtype=np.float64)) - Y.shape[1]


class PotentialField:
    """phi of a set of points on a grid that encloses them.

    Args:
        Y: Points, shape (d, n), float32.
        spacing: Distance of neighbouring nodes.
    """

    def __init__(self, Y: FloatArray, spacing: float) -> None:
        self.low, self.high = Y.min(axis=1, keepdims=True), Y.max(axis=1, keepdims=True)
        width = (self.high - self.low).ravel().astype(np.float64)
        self.spacing = max(spacing, float(np.prod(width + 1) / _MAX_NODES) ** (1 / len(Y)))
        shape = [int(cells) + 4 for cells in width / self.spacing]
        padded = [_fast_length(2 * nodes) for nodes in shape]
        self.strided = (*shape[:-1], padded[-1])  # the transform reads and writes whole padded rows
        self.stencil = self.around(Y)
        self.potential = _convolve(self._masses(), padded, self.spacing)

    def around(self, Y: FloatArray) -> "Stencil":
        """The stencil of points Y, shape (d, m), which must lie between `low` and `high`."""
        return Stencil((Y - self.low) / np.float32(self.spacing), self.strided)

    def read(self, stencil: "Stencil") -> tuple[FloatArray, FloatArray]:
        """phi, shape (m,), and its gradient, shape (d, m), at the points of the stencil."""
        values = self.potential.take(stencil.nodes)
        phi = _contract(values, stencil.B)
        slope = np.empty((len(stencil.B), phi.size), np.float32)
        for axis in range(len(slope)):
            _contract(values, [*stencil.B[:axis], stencil.dB[axis], *stencil.B[axis + 1 :]], out=slope[axis])
        slope /= np.float32(self.spacing)
        return phi, slope

    def _masses(self) -> FloatArray:
        """Every point of the stencil spread over its 4^d nodes."""
        weights = self.stencil.B[0]
        for B in self.stencil.B[1:]:
            weights = weights[..., None, :] * B
        mass = np.bincount(self.stencil.nodes.ravel(), weights.ravel(), int(np.prod(self.strided)))
        return mass.astype(np.float32).reshape(self.strided)


class Stencil:
    """Nodes and spline weights around points given in units of the grid, shape (d, m).

    Attributes:
        nodes: Flat grid indices, shape (4, ..., 4, m).
        B: Spline weights, one array of shape (4, m) per axis.
        dB: Their derivatives in the same shape.
    """

    def __init__(self, position: FloatArray, shape: tuple[int, ...]) -> None:
        corner = position.astype(np.intp)  # positions are not negative: truncation is the floor
        t = position - corner.astype(np.float32)
        self.B = [_spline(x) for x in t]
        self.dB = [_spline_slope(x) for x in t]
        self.nodes = corner[0] + _OFFSETS[:, None]
        for axis in range(1, len(shape)):
            self.nodes = self.nodes[..., None, :] * shape[axis] + (corner[axis] + _OFFSETS[:, None])


def _spline(t: FloatArray) -> FloatArray:
    """Cubic B-spline at the four nodes around t in [0, 1), shape (4, m)."""
    u = 1 - t
    return np.stack([u**3, (3 * t - 6) * t**2 + 4, (3 * u - 6) * u**2 + 4, t**3]) / np.float32(6)


def _spline_slope(t: FloatArray) -> FloatArray:
    """Its derivative with respect to t."""
    u = 1 - t
    return np.stack([-(u**2), (3 * t - 4) * t, (4 - 3 * u) * u, t**2]) / np.float32(2)


def _contract(values: FloatArray, weights: list[FloatArray], out: FloatArray | None = None) -> FloatArray:
    """sum over all stencil axes of values (4, ..., 4, m) times one weight (4, m) per axis: shape (m,)."""
    for weight in reversed(weights[1:]):
        values = (values * weight).sum(axis=-2)
    return (values * weights[0]).sum(axis=0, out=out)


def _convolve(mass: FloatArray, padded: list[int], spacing: float) -> FloatArray:
    """Potential of the masses on the same grid; the last axis comes and goes padded, the others do not.

    The forward transforms ask for a scale of 1 / length, which the kernel makes up for, because a scale of
    one lets NumPy 2 compute complex64 transforms in float64, several times slower.
    """
    axes = range(mass.ndim - 1)
    spectrum = np.fft.rfft(mass, axis=-1, norm="forward")
    for axis in reversed(axes):
        spectrum = np.fft.fft(spectrum, n=padded[axis], axis=axis, norm="forward")
    spectrum *= _kernel_spectrum(tuple(padded), spacing)
    for axis in axes:
        spectrum = np.fft.ifft(spectrum, axis=axis)
        spectrum = spectrum[(slice(None),) * axis + (slice(mass.shape[axis]),)]
    return np.fft.irfft(spectrum, n=padded[-1], axis=-1).astype(np.float32, copy=False)  # NumPy 1 has float64


@lru_cache(maxsize=4)
def _kernel_spectrum(padded: tuple[int, ...], spacing: float) -> FloatArray:
    """Transform of 1 / (1 + r^2) around the ring, deconvolved, times the scale `_convolve` leaves out."""
    d = len(padded)
    r2, blur = np.float32(1), np.float32(1)
    for axis, length in enumerate(padded):
        along = [-1 if a == axis else 1 for a in range(d)]
        ring = np.arange(length)
        r2 = r2 + (np.minimum(ring, length - ring) * spacing).astype(np.float32).reshape(along) ** 2
        frequency = ring if axis < d - 1 else ring[: length // 2 + 1]
        blur = blur * ((2 + np.cos(2 * np.pi * frequency / length)) / 3).astype(np.float32).reshape(along)
    spectrum = 1 / r2
    spectrum = np.fft.rfft(spectrum, axis=-1, norm="forward")
    for axis in range(d - 1):
        spectrum = np.fft.fft(spectrum, axis=axis, norm="forward")
    return spectrum.real * (np.float32(np.prod(padded, dtype=np.float64) ** 2) / blur**2)


@lru_cache
def _fast_length(at_least: int) -> int:
    """Smallest length m 2^k with m among these: small primes, and few different lengths while a map grows."""
    mantissas = (16, 18, 20, 21, 24, 25, 27, 28, 30, 32)
    k = max(0, (at_least - 1).bit_length() - 5)
    return min(m << k for m in mantissas if m << k >= at_least)
