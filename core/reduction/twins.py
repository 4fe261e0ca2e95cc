"""Rows that are equal: where they are, and how they share one position on a map."""

import numpy as np

from core.reduction.checks import FloatArray


def twins(X: FloatArray) -> np.ndarray:
    """The first row that equals each row of X, shape (n,), int64."""
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(row.tobytes(), i) for i, row in enumerate(X + X.dtype.type(0))])  # -0 is 0


def united(Y: FloatArray, first: np.ndarray) -> FloatArray:
    """Y, shape (n, d), with every row replaced by the mean of its equals, which twins() has found."""
    if np.array_equal(first, np.arange(len(first))):
        return Y
    count = np.bincount(first, minlength=len(first))
    sums = np.stack([np.bincount(first, column, len(first)) for column in Y.T], axis=1)  # (n, d)
    return (sums[first] / count[first, None]).astype(Y.dtype)
