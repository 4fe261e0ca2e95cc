"""Attraction along the edges of P: the sparse half of the t-SNE gradient.

    F_attr,i = sum_j p_ij w_ij (y_i - y_j),  w_ij = 1 / (1 + ||y_i - y_j||^2)

(Linderman et al. 2019, equation 2.) The rows of P have different lengths, and NumPy is fast on rectangles. So
points come ordered by their number of edges, and blocks of consecutive points are padded to the longest row.
"""

import numpy as np

from core.reduction.affinities import JointAffinities
from core.reduction.checks import FloatArray

_BLOCK = 1 << 15  # edges handled at a time: four float32 arrays of them stay in a core's cache


class Attraction:
    """Attractive forces for a fixed P.

    Args:
        P: Joint affinities with points already in the order of `points_by_degree`.
    """

    def __init__(self, P: JointAffinities) -> None:
        degree = np.bincount(P.row, minlength=P.n)
        first = np.cumsum(degree) - degree
        self.blocks = []
        start = 0
        while start < P.n:
            stop = min(P.n, start + max(1, _BLOCK // max(1, degree[start])))
            self.blocks.append((slice(start, stop), *_padded(P, first[start:stop], degree[start:stop])))
            start = stop

    def begin(self, Y: FloatArray) -> "Pull":
        """Forces on a map with one row per coordinate, shape (d, n), float32, still to be worked out."""
        return Pull(self.blocks, Y)


class Pull:
    """F_attr for one map. Threads may work on it together: each takes the next block that none has taken.

    Attributes:
        force: F_attr, shape (d, n), complete when every thread has returned from `work`.
    """

    def __init__(self, blocks: list[tuple[slice, np.ndarray, FloatArray]], Y: FloatArray) -> None:
        self.force = np.empty_like(Y)
        self._Y = Y
        self._untaken = iter(blocks)

    def work(self) -> None:
        """Take blocks until none is left."""
        for rows, neighbor, p in self._untaken:
            apart = [y[rows, None] - y.take(neighbor) for y in self._Y]  # d arrays (rows, edges)
            weight = np.square(apart[0])
            for difference in apart[1:]:
                weight += difference * difference
            weight += 1
            np.divide(p, weight, out=weight)
            for total, difference in zip(self.force, apart, strict=True):
                np.einsum("re,re->r", weight, difference, out=total[rows])


def _padded(P: JointAffinities, first: np.ndarray, degree: np.ndarray) -> tuple[np.ndarray, FloatArray]:
    """Neighbours and p_ij of consecutive points as rectangles; padding has p = 0 and hence no force."""
    place = np.arange(degree.max())
    used = place < degree[:, None]
    edge = np.where(used, first[:, None] + place, 0)
    return P.column[edge], np.where(used, P.p[edge], np.float32(0))
