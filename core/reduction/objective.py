"""The Kullback-Leibler divergence that t-SNE descends, and its gradient.

Equations of van der Maaten and Hinton, JMLR 9, 2008, with w_ij = 1 / (1 + ||y_i - y_j||^2):

    (2)  C = KL(P || Q) = sum_i != j p_ij log(p_ij / q_ij)
    (4)  q_ij = w_ij / Z,  Z = sum_k != l w_kl
    (5)  dC/dy_i = 4 sum_j (p_ij - q_ij) w_ij (y_i - y_j)

and its split into two sums by Linderman et al. 2019, since P is sparse and Q is not:

    (1)  dC/dy_i = 4 (F_attr,i - F_rep,i)
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from core.reduction.affinities import JointAffinities
from core.reduction.attraction import Attraction
from core.reduction.checks import FloatArray
from core.reduction.exact import exact_repulsion
from core.reduction.repulsion import repulsion

_EXACT_UP_TO = {
    2: 500,
    3: 10_000,
}  # points; up to there all pairs take no longer than a grid of that dimension
_TWO_THREADS_FROM = 20_000  # points; below, handing work over costs more than it saves
_FINEST = 0.35  # grid spacing for divergences, in map units
_TAIL = 0.03  # share of P's mass left out of the forces of large maps: it sits on 40 percent of the edges


class Objective:
    """KL(P || Q) as a function of the map, for one P.

    Args:
        P: Joint affinities of n points.
        dimensions: Of the map, 2 or 3; together with n it decides between exact and interpolated repulsion.

    Attributes:
        order: Maps come with one row per coordinate, shape (d, n), and with point order[c] in column c.
    """

    def __init__(self, P: JointAffinities, dimensions: int) -> None:
        self.exact = P.n <= _EXACT_UP_TO[dimensions]
        tail = 0.0 if P.n <= _EXACT_UP_TO[2] else _TAIL
        self.order = P.without_tail(tail).points_by_degree()
        P = P.reordered(self.order)
        self._attraction = Attraction(P.without_tail(tail))
        self._edges = P.upper_half()
        self._entropy = -float(P.p.astype(np.float64) @ np.log(P.p))
        self._helper = ThreadPoolExecutor(1) if P.n >= _TWO_THREADS_FROM else None

    def gradient(self, Y: FloatArray, exaggeration: float = 1.0, spacing: float = 0.5) -> FloatArray:
        """Equation (1), shape (d, n), with P times `exaggeration` and a grid, if any, of that `spacing`."""
        pull = self._attraction.begin(Y)
        helper = self._helper and self._helper.submit(pull.work)
        push, Z = self._repulsion(Y, spacing)
        pull.work()
        if helper:
            helper.result()
        return Y.dtype.type(4 * exaggeration) * pull.force - Y.dtype.type(4 / Z) * push

    def divergence(self, Y: FloatArray) -> float:
        """Equation (2) in nats over the whole of P; log q_ij = -log(1 + ||y_i - y_j||^2) - log Z."""
        P = self._edges
        stretch = np.log1p(sum((y.take(P.row) - y.take(P.column)) ** 2 for y in Y))
        # exact sums of a wide map need double precision: Z is a small difference of large numbers
        _, Z = self._repulsion(Y.astype(np.float64) if self.exact else Y, _FINEST)
        return 2 * float(np.dot(P.p, stretch)) + float(np.log(Z)) - self._entropy

    def _repulsion(self, Y: FloatArray, spacing: float) -> tuple[FloatArray, float]:
        return exact_repulsion(Y) if self.exact else repulsion(Y, spacing)
