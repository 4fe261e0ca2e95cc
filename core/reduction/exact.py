"""The t-SNE gradient as it is written, over all n^2 pairs: the right choice for a few hundred points.

Equations of van der Maaten and Hinton, JMLR 9, 2008, with w_ij = 1 / (1 + ||y_i - y_j||^2):

    (4)  q_ij = w_ij / Z,  Z = sum_k != l w_kl
    (2)  C = KL(P || Q) = sum_i != j p_ij log(p_ij / q_ij)
    (5)  dC/dy_i = 4 sum_j (p_ij - q_ij) w_ij (y_i - y_j)
"""

import numpy as np

from core.reduction._checks import FloatArray


class ExactGradient:
    """Gradient and divergence for a dense joint distribution P, shape (n, n), in the precision of P."""

    def __init__(self, P: FloatArray) -> None:
        self.P = P
        self._negative_entropy = float(np.sum(P * np.log(np.where(P > 0, P, 1)), dtype=np.float64))

    def gradient(self, Y: FloatArray, exaggeration: float = 1.0) -> FloatArray:
        """Equation (5) with P multiplied by `exaggeration`: shape (n, d)."""
        W = self._kernel(Y)
        force = W * (exaggeration * self.P - W / W.sum(dtype=np.float64).astype(W.dtype))
        return 4 * (force.sum(axis=1, keepdims=True) * Y - force @ Y)

    def divergence(self, Y: FloatArray) -> float:
        """Equation (2) in nats; p log q is p log w - p log Z and the p_ij sum to one."""
        W = self._kernel(Y)
        Z = W.sum(dtype=np.float64)
        np.fill_diagonal(W, 1)  # p_ii is zero, its logarithm must not be infinite
        return float(self._negative_entropy - np.sum(self.P * np.log(W), dtype=np.float64) + np.log(Z))

    @staticmethod
    def _kernel(Y: FloatArray) -> FloatArray:
        """w_ij for i != j and 0 on the diagonal, shape (n, n)."""
        W = 1 / (1 + sum((y[:, None] - y) ** 2 for y in Y.T))
        np.fill_diagonal(W, 0)
        return W
