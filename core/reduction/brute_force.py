"""Nearest neighbours among all pairs, with most of the brute force left to matrix products.

Distances come a block of rows at a time from ||a - b||^2 = ||a||^2 - 2 a b + ||b||^2. Sorting each row would
cost far more than the product, so a bound comes first: deal the n candidates into g > k groups and take each
group's minimum. The k-th smallest minimum bounds the k-th smallest distance, since k groups hold a candidate
at or below it; and as neighbours rarely share a group, hardly more than k candidates pass. Only those are
sorted.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from core.reduction.checks import FloatArray

_BLOCK = 1 << 22  # distances held at a time, 16 MB in float32
_GROUPS = 6  # per wanted neighbour
_THREADS = 2


def search(
    X: FloatArray, k: int, queries: FloatArray, itself: np.ndarray | None = None
) -> tuple[np.ndarray, FloatArray]:
    """The k rows of X nearest to each query, nearest first, in the precision of X.

    Args:
        X: Candidates, shape (n, p).
        k: Neighbours wanted, at most n, or n - 1 if `itself` rules one out.
        queries: Shape (m, p).
        itself: Row of X that each query is and must not find, shape (m,), or None.

    Returns:
        Indices into X and squared distances, both of shape (m, k).
    """
    m, n = len(queries), len(X)
    A = np.c_[-2 * X, np.einsum("ip,ip->i", X, X)].T  # (p + 1, n)
    Q = np.c_[queries, np.ones(m, X.dtype)]  # (m, p + 1), so that Q A lacks only ||q||^2
    index, distance = np.empty((m, k), np.intp), np.empty((m, k), X.dtype)
    step = max(1, _BLOCK // n)
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, m, step):
            block = slice(start, start + step)
            D = Q[block] @ A
            if itself is not None:
                D[np.arange(len(D)), itself[block]] = np.inf
            parts = pool.map(_smallest, np.array_split(D, _THREADS), [k] * _THREADS)
            index[block], distance[block] = map(np.concatenate, zip(*parts, strict=True))
    distance += np.einsum("ip,ip->i", queries, queries)[:, None]
    return index, distance


def _smallest(D: FloatArray, k: int) -> tuple[np.ndarray, FloatArray]:
    """Columns and values of the k smallest entries of each row of D, ascending, both (rows, k)."""
    rows, n = D.shape
    hits = np.flatnonzero(np.less_equal(D, _bound(D, k)))
    row = hits // n
    counts = np.bincount(row, minlength=rows)
    place = np.arange(hits.size) - np.repeat(np.cumsum(counts) - counts, counts)
    width = counts.max(initial=k)
    value, column = np.full((rows, width), np.inf, D.dtype), np.zeros((rows, width), np.intp)
    value[row, place] = D.ravel()[hits]
    column[row, place] = hits - row * n
    order = value.argsort(axis=1)[:, :k]
    return np.take_along_axis(column, order, axis=1), np.take_along_axis(value, order, axis=1)


def _bound(D: FloatArray, k: int) -> FloatArray:
    """A number per row, shape (rows, 1), with at least k entries of the row at or below it and few more."""
    rows, n = D.shape
    groups = _GROUPS * k
    if n < 2 * groups:
        return np.partition(D, k - 1, axis=1)[:, k - 1 : k]
    members = n // groups  # the remainder joins no group: fewer candidates can only raise the bound
    minima = D[:, : members * groups].reshape(rows, members, groups).min(axis=1)
    minima.partition(k - 1, axis=1)
    return minima[:, k - 1 : k]
