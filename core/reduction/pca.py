"""Principal component analysis in NumPy.

Centre the data, then find the orthonormal directions w along which its variance is largest:

    (1)  X_c = X - mean
    (2)  Sigma = X_c^T X_c / (n - 1)
    (3)  Sigma w = lambda w,  lambda_1 >= lambda_2 >= ... >= 0
    (4)  Y = X_c W

Tall data (n >= p) go through the p x p eigenproblem (3). Wide data (n < p) go through the thin singular
value decomposition X_c = U S W^T: the same W, lambda = S^2 / (n - 1), and no p x p matrix.
"""

import numpy as np
from numpy.typing import ArrayLike

from core.reduction.checks import FloatArray, as_count, as_matrix

_ROWS = 4096  # centred at a time, so that 60,000 images need no second copy


class PCA:
    """Linear projection onto the directions of largest variance.

    Args:
        n_components: Directions to keep, at most min(n, p); None keeps them all.

    Attributes:
        components_: Orthonormal rows, shape (n_components, p), by falling variance. The entry of largest
            magnitude in each row is positive, which makes the signs deterministic.
        explained_variance_: Variance along each row, shape (n_components,), in squared units of the data.
        explained_variance_ratio_: The same as a share of the total variance; zeros if the data are constant.
        mean_: Mean of each column, shape (p,).

    Example:
        >>> X = np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]])
        >>> PCA(1).fit(X).explained_variance_ratio_.round(6)
        array([1.])

    Source: Pearson 1901, Hotelling 1933; Jolliffe, Principal Component Analysis, 2002, chapter 2.
    """

    components_: FloatArray
    explained_variance_: FloatArray
    explained_variance_ratio_: FloatArray
    mean_: FloatArray

    def __init__(self, n_components: int | None = 2) -> None:
        if n_components is not None:
            as_count(n_components, "n_components", 1)
        self.n_components = n_components

    def __repr__(self) -> str:
        return f"PCA(n_components={self.n_components})"

    def fit(self, X: ArrayLike) -> "PCA":
        """Find mean and components of X, shape (n, p), in the precision of X, summed up in float64.

        Raises:
            ValueError: If X is not a finite numeric table of at least two rows, or has fewer rows or columns
                than n_components.
        """
        X = as_matrix(X, min_rows=2)
        most = min(X.shape)
        k = most if self.n_components is None else self.n_components
        if k > most:
            raise ValueError(f"n_components must be at most {most} for X of shape {X.shape}, got {k}")
        mean = X.mean(axis=0, dtype=np.float64)
        tall = X.shape[0] >= X.shape[1]
        variances, W = _eigen_of_covariance(X, mean) if tall else _singular_vectors(X, mean)
        W = _fix_signs(W)
        total = variances.sum()
        rounding = np.sum((np.finfo(np.float64).eps * mean) ** 2)  # variance that constant data can seem to have
        ratios = variances / total if total > rounding else np.zeros_like(variances)
        self.mean_ = mean.astype(X.dtype)
        self.components_ = np.ascontiguousarray(W[:k], X.dtype)
        self.explained_variance_ = variances[:k].astype(X.dtype)
        self.explained_variance_ratio_ = ratios[:k].astype(X.dtype)
        return self

    def transform(self, X: ArrayLike) -> FloatArray:
        """Project X, shape (n, p), onto the components by equation (4): shape (n, n_components)."""
        self._require_fit()
        X = as_matrix(X, columns=self.mean_.size)
        return (X - self.mean_) @ self.components_.T

    def fit_transform(self, X: ArrayLike) -> FloatArray:
        """Fit X and project it: shape (n, n_components)."""
        return self.fit(X).transform(X)

    def inverse_transform(self, Y: ArrayLike) -> FloatArray:
        """Map coordinates Y, shape (n, n_components), back into the data space: shape (n, p)."""
        self._require_fit()
        Y = as_matrix(Y, "Y", columns=len(self.components_))
        return Y @ self.components_ + self.mean_

    def _require_fit(self) -> None:
        if not hasattr(self, "components_"):
            raise ValueError("this PCA has no components yet, call fit or fit_transform first")


def _eigen_of_covariance(X: FloatArray, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Equations (1) to (3) for n >= p: all variances, largest first, and their directions as rows."""
    n, p = X.shape
    covariance = np.zeros((p, p))
    for start in range(0, n, _ROWS):
        centred = X[start : start + _ROWS] - mean.astype(X.dtype)  # (rows, p)
        covariance += centred.T @ centred  # blocks in the precision of X, their sum in float64
    variances, columns = np.linalg.eigh(covariance / (n - 1))  # ascending
    return np.maximum(variances[::-1], 0.0), columns.T[::-1]  # rounding can leave -1e-17


def _singular_vectors(X: FloatArray, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The same through X_c = U S W^T for n < p: n variances, n orthonormal rows."""
    _, singular, rows = np.linalg.svd(X - mean, full_matrices=False)
    return singular**2 / (len(X) - 1), rows


def _fix_signs(W: FloatArray) -> FloatArray:
    """Flip rows so that the entry of largest magnitude in each is positive."""
    peak = np.abs(W).argmax(axis=1)
    return W * np.where(W[np.arange(len(W)), peak] < 0, -1.0, 1.0)[:, None]
