"""A measure of maps for tests and benchmarks: scikit-learn's, in blocks, for it holds n x n numbers three times."""

import numpy as np
from numpy.typing import ArrayLike

from core.reduction.checks import as_count, as_matrix
from core.reduction.neighbors import nearest_neighbors

BLOCK = 1 << 22  # distances held at a time


def trustworthiness(X: ArrayLike, Y: ArrayLike, k: int = 5) -> float:
    """Share of the neighbours in a map that are neighbours in the data too, weighted by how far off they are.

        T = 1 - 2 / (n k (2n - 3k - 1)) sum_i sum_{j in map neighbours of i} max(0, r(i, j) - k)

    where r(i, j) is the rank of j among the points nearest to i in the data.

    Args:
        X: Data, shape (n, p).
        Y: Map of them, shape (n, d).
        k: Neighbours looked at, below n / 2.

    Returns:
        From 0 to 1; 1 if no false neighbour has come close.

    Raises:
        ValueError: If shapes disagree, a value is not finite, or k is out of range.

    Source: Venna and Kaski, Neighborhood preservation in nonlinear projection methods, ICANN 2001.
    """
    X, Y = as_matrix(X), as_matrix(Y, "Y")
    n = len(X)
    if len(Y) != n:
        raise ValueError(f"Y must have as many rows as X, {n}, got {len(Y)}")
    k = as_count(k, "k", 1, (n - 1) // 2)
    neighbor, _ = nearest_neighbors(Y, k)
    X = X.astype(np.float64, copy=False) - X.mean(axis=0, dtype=np.float64)
    squares = np.einsum("ip,ip->i", X, X)
    excess = 0
    step = max(1, BLOCK // n)
    for start in range(0, n, step):
        rows = np.arange(start, min(n, start + step))
        D = squares - 2 * X[rows] @ X.T  # (rows, n), short of a constant per row
        D[np.arange(len(rows)), rows] = np.inf
        for one in neighbor[rows].T:
            nearer = np.count_nonzero(np.less(D, D[np.arange(len(rows)), one][:, None]), axis=1)
            excess += int(np.maximum(0, nearer + 1 - k).sum())
    return 1 - 2 * excess / (n * k * (2 * n - 3 * k - 1))
