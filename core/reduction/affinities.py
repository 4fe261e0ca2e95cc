"""From distances to probabilities: how likely each point is to pick another as its neighbour.

Equations of van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 9, 2008:

    (1)  p_j|i = exp(-beta_i d_ij^2) / sum_k exp(-beta_i d_ik^2),  beta_i = 1 / (2 sigma_i^2)
         Perp(P_i) = exp(H(P_i)) is the wanted perplexity and decides beta_i         (section 2)
         p_ij = (p_j|i + p_i|j) / (2n)                                               (section 3.1)

Beyond three perplexities p_j|i is negligible, so only that many neighbours of a point are looked at (van der
Maaten, Accelerating t-SNE using tree-based algorithms, JMLR 15, 2014, section 4.1).
"""

from dataclasses import dataclass

import numpy as np

from core.reduction.checks import FloatArray
from core.reduction.neighbors import nearest_neighbors

_STEPS = 64  # of the bisection at most
_TOLERANCE = 1e-5  # of the entropy in nats, hence the relative one of the perplexity


@dataclass(frozen=True)
class JointAffinities:
    """The nonzero p_ij of n points, sorted by row, then by column; symmetric, summing to one."""

    n: int
    row: np.ndarray  # (edges,)
    column: np.ndarray  # (edges,)
    p: FloatArray  # (edges,) float32

    def without_tail(self, share: float) -> "JointAffinities":
        """Leave out the smallest p_ij that together hold `share` of the mass, and rescale the rest."""
        ascending = np.sort(self.p)
        threshold = ascending[np.searchsorted(np.cumsum(ascending, dtype=np.float64), share)]
        large = self.p >= threshold  # p_ij = p_ji go or stay together
        p = self.p[large]
        return JointAffinities(self.n, self.row[large], self.column[large], p / float(p.sum(dtype=np.float64)))

    def points_by_degree(self) -> np.ndarray:
        """All points, those with most edges first, shape (n,)."""
        return np.bincount(self.row, minlength=self.n).argsort(kind="stable")[::-1]

    def reordered(self, order: np.ndarray) -> "JointAffinities":
        """The same edges when point order[c] is renamed c."""
        name = np.empty_like(order)
        name[order] = np.arange(self.n)
        row, column = name[self.row], name[self.column]
        by_row = (row * self.n + column).argsort()
        return JointAffinities(self.n, row[by_row], column[by_row], self.p[by_row])

    def upper_half(self) -> "JointAffinities":
        """Each pair of points once, with row < column; the p then sum to one half."""
        half = self.row < self.column
        return JointAffinities(self.n, self.row[half], self.column[half], self.p[half])


def joint_affinities(X: FloatArray, perplexity: float) -> JointAffinities:
    """Symmetric p_ij between the rows of X, shape (n, p), and their nearest neighbours."""
    n = len(X)
    k = neighbors_for(perplexity, n - 1)
    index, squared_distance = nearest_neighbors(X, k)
    p = conditional_affinities(squared_distance, perplexity).ravel() / (2 * n)
    row, column = np.repeat(np.arange(n), k), index.ravel()
    edge = np.concatenate([row * n + column, column * n + row])
    order = edge.argsort()
    edge, p = edge[order], np.concatenate([p, p])[order]
    first = np.flatnonzero(np.diff(edge, prepend=-1))  # mutual neighbours appear twice
    edge, p = edge[first], np.add.reduceat(p, first)
    edge, p = edge[p > 0], p[p > 0]  # far neighbours may have underflown
    row = edge // n
    return JointAffinities(n, row, edge - n * row, p)


def neighbors_for(perplexity: float, available: int) -> int:
    """Neighbours to look at for a perplexity: three times as many, as far as there are."""
    return min(available, int(np.ceil(3 * perplexity)))


def conditional_affinities(squared_distance: FloatArray, perplexity: float) -> FloatArray:
    """Rows p_j|i of equation (1), every beta_i found at once by bisection on the entropy.

    Args:
        squared_distance: From each point to its neighbours, itself left out, shape (n, k).
        perplexity: Wanted effective number of neighbours, at most k.

    Returns:
        float32, shape (n, k), rows summing to one. Where more than `perplexity` neighbours tie for the
        nearest, no beta reaches the perplexity, and they share the row equally.
    """
    D = squared_distance - squared_distance.min(axis=1, keepdims=True)  # the shift cancels in (1)
    mean = D.mean(axis=1, keepdims=True)
    D = (D / np.where(mean > 0, mean, 1)).astype(np.float32)  # so that beta = 1 is a fair guess in any unit
    beta = np.ones(mean.shape, np.float32)
    low, high = np.zeros_like(beta), np.full_like(beta, np.inf)
    for _ in range(_STEPS):
        P, entropy = _rows_and_entropy(D, beta)
        excess = entropy - np.log(perplexity)
        if np.abs(excess).max() < _TOLERANCE:
            break
        low, high = np.where(excess > 0, beta, low), np.where(excess > 0, high, beta)
        beta = np.where(np.isinf(high), 2 * beta, (low + high) / 2)
    return P


def _rows_and_entropy(D: FloatArray, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """P of equation (1), (n, k), and H = log sum_k exp(-beta d_k) + beta sum_k p_k d_k, (n, 1)."""
    P = np.exp(-beta * D)
    total = P.sum(axis=1, keepdims=True)
    P /= total
    return P, np.log(total) + beta * np.einsum("nk,nk->n", P, D)[:, None]
