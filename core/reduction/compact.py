"""Fewer columns, same distances: n points span at most n - 1 dimensions, however many columns they have.

With X centred, the n x n matrix of inner products and its eigenvectors give coordinates in that span:

    X X^T = U diag(lambda) U^T,   Z = U diag(sqrt(lambda)),   Z Z^T = X X^T

so all distances are preserved, and so are PCA scores (up to sign), neighbours, t-SNE and the Calinski-Harabasz index.
"""

import numpy as np
from numpy.typing import ArrayLike

from core.reduction.checks import FloatArray, as_matrix


def compact(X: ArrayLike) -> FloatArray:
    """The points of X, shape (n, p), in fewer columns if p >= n: turned and moved, never bent.

    Returns:
        X itself if p < n, else shape (n, r) with r below n, in the precision of X; columns of falling variance.

    Raises:
        ValueError: If X is not a finite numeric table of at least two rows.

    Source: Torgerson, Multidimensional scaling: I. Theory and method, Psychometrika 17, 1952.
    """
    X = as_matrix(X, min_rows=2)
    n, p = X.shape
    if p < n:
        return X
    centred = X - X.mean(axis=0, dtype=np.float64).astype(X.dtype)
    values, vectors = np.linalg.eigh((centred @ centred.T).astype(np.float64))  # ascending
    values, vectors = values[::-1], vectors[:, ::-1]
    rank = max(1, int(np.count_nonzero(values[: n - 1] > n * np.finfo(X.dtype).eps * values[0])))
    return np.ascontiguousarray(vectors[:, :rank] * np.sqrt(np.maximum(values[:rank], 0)), X.dtype)
