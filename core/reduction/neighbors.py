"""Exact nearest neighbours by brute force, with most of the brute force left to matrix products.

Distances come a block of rows at a time from ||a - b||^2 = ||a||^2 - 2 a b + ||b||^2. Sorting each row would
cost far more than the product, so a bound comes first: deal the n candidates into g > k groups and take each
group's minimum. The k-th smallest minimum bounds the k-th smallest distance, since k groups hold a candidate
at or below it; and as neighbours rarely share a group, hardly more than k candidates pass. Only those are
sorted.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from core.reduction._checks import FloatArray

_BLOCK = 1 << 22  # distances held at a time, 16 MB in float32
_GROUPS = 8  # per wanted neighbour
_DOUBT = 1e-3  # relative rounding error of a k-th distance from which its row is searched again in float64
_THREADS = 2


def nearest_neighbors(X: FloatArray, k: int, queries: FloatArray | None = None) -> tuple[np.ndarray, FloatArray]:
    """The k rows of X nearest to each query, nearest first.

    Args:
        X: Points, shape (n, p).
        k: Neighbours wanted, at most n, or n - 1 without queries.
        queries: Shape (m, p), or None to query X by itself, when no point is its own neighbour.

    Returns:
        Indices into X, shape (m, k), and squared distances, shape (m, k).
    """
    own = queries is None
    centre = X.mean(axis=0, dtype=np.float64)
    X = X - centre  # float64: distances near the origin round least
    scale = np.abs(X).max() or 1.0  # squares of very large or small units would not fit into float32
    X /= scale
    queries = X if own else (queries - centre) / scale
    every = np.arange(len(queries))
    index, distance = _search(X.astype(np.float32), k, queries.astype(np.float32), every, own)
    size = np.einsum("ip,ip->i", queries, queries)
    rounding = np.finfo(np.float32).eps * (size + size.max())
    doubtful = every[rounding > _DOUBT * distance[:, -1]]
    if doubtful.size:
        index[doubtful], distance[doubtful] = _search(X, k, queries[doubtful], doubtful, own)
    return index, np.maximum(distance, 0) * scale**2


def _search(X: FloatArray, k: int, queries: FloatArray, rows: np.ndarray, own: bool) -> tuple[np.ndarray, FloatArray]:
    """Neighbours of the queries, which are the `rows` of X itself if `own`, in the precision of X."""
    m, n = len(queries), len(X)
    A = np.c_[-2 * X, np.einsum("ip,ip->i", X, X)].T  # (p + 1, n)
    Q = np.c_[queries, np.ones(m, X.dtype)]  # (m, p + 1), so that Q A lacks only ||q||^2
    index, distance = np.empty((m, k), np.intp), np.empty((m, k), X.dtype)
    step = max(1, _BLOCK // n)
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, m, step):
            D = Q[start : start + step] @ A
            if own:
                D[np.arange(len(D)), rows[start : start + step]] = np.inf
            parts = np.array_split(D, _THREADS)
            index[start : start + step], distance[start : start + step] = map(
                np.concatenate, zip(*pool.map(_smallest, parts, [k] * _THREADS), strict=True)
            )
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
