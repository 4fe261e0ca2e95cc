"""Repulsion between all pairs of points as it is written: the reference, and the faster way for few points.

Numerator and denominator of equation (3) of Linderman et al. 2019, with w_ij = 1 / (1 + ||y_i - y_j||^2):

    F_rep,i = sum_j w_ij^2 (y_i - y_j) / Z,   Z = sum_k != l w_kl
"""

import numpy as np

from core.reduction.checks import FloatArray

_BLOCK = 1 << 18  # pairs handled at a time, 1 MB in float32


def exact_repulsion(Y: FloatArray) -> tuple[FloatArray, float]:
    """Sums w_ij^2 (y_i - y_j) over j, shape (d, n), and Z, for a map Y of shape (d, n), in its precision."""
    n = Y.shape[1]
    squares = np.einsum("dn,dn->n", Y, Y)
    ones = np.ones_like(squares)
    left = np.stack([*(-2 * Y), squares + 1, ones], axis=1)  # (n, d + 2)
    right = np.stack([*Y, ones, squares])  # left @ right = 1 + ||y_i - y_j||^2
    factors = np.stack([*Y, ones], axis=1)  # (n, d + 1)
    sums = np.empty_like(factors)
    Z = 0.0
    step = max(1, _BLOCK // n)
    for start in range(0, n, step):
        W = left[start : start + step] @ right
        np.reciprocal(np.maximum(W, 1, out=W), out=W)  # rounding must not bring points closer than equal
        Z += float(W.sum(dtype=np.float64))
        W *= W
        sums[start : start + step] = W @ factors
    return sums[:, -1] * Y - sums[:, :-1].T, Z - n
