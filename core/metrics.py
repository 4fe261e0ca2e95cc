"""Numbers that judge a classifier, a latent space or a map of it. NumPy only."""

import numpy as np
from numpy.typing import ArrayLike

from core.reduction._checks import FloatArray, as_count, as_matrix
from core.reduction.neighbors import nearest_neighbors

HIGHER_IS_BETTER = ("accuracy", "psnr", "ssim", "precision", "recall")
_BLOCK = 1 << 22  # distances held at a time


def higher_is_better(name: str) -> bool:
    """Whether more of a figure is better: `test_accuracy` yes, `test_mse` no."""
    return any(word in name for word in HIGHER_IS_BETTER)


def margin(name: str, value: float, target: float) -> float:
    """By how much a figure meets a target, in its own unit; negative: by how much it misses."""
    return value - target if higher_is_better(name) else target - value


def calinski_harabasz(X: ArrayLike, labels: ArrayLike) -> float:
    """Variance between the classes over variance within them: the higher, the better separated.

        CH = (sum_c n_c ||m_c - m||^2 / (C - 1)) / (sum_i ||x_i - m_c(i)||^2 / (n - C))

    Args:
        X: Points, shape (n, p).
        labels: Class of each point, shape (n,), any values that can be sorted.

    Returns:
        At least 0; infinity if every class sits in a single point.

    Raises:
        ValueError: If shapes disagree, X is not finite, or there are not between 2 and n - 1 classes.

    Source: Calinski and Harabasz, A dendrite method for cluster analysis, Comm. in Statistics 3, 1974.
    """
    X, kind, sizes = _labelled(X, labels)
    n, classes = len(X), len(sizes)
    if not 2 <= classes <= n - 1:
        raise ValueError(f"labels must hold between 2 and n - 1 = {n - 1} classes, got {classes}")
    X = X.astype(np.float64, copy=False) - X.mean(axis=0, dtype=np.float64)
    sums = np.zeros((classes, X.shape[1]))
    by_class = kind.argsort(kind="stable")
    np.add.reduceat(X[by_class], np.cumsum(sizes) - sizes, axis=0, out=sums)
    means = sums / sizes[:, None]
    between = float(np.sum(sizes * np.einsum("cp,cp->c", means, means)))
    within = float(np.sum(np.square(X - means[kind])))
    if within == 0:
        return np.inf
    return between / (classes - 1) / (within / (n - classes))


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
    step = max(1, _BLOCK // n)
    for start in range(0, n, step):
        rows = np.arange(start, min(n, start + step))
        D = squares - 2 * X[rows] @ X.T  # (rows, n), short of a constant per row
        D[np.arange(len(rows)), rows] = np.inf
        for one in neighbor[rows].T:
            nearer = np.count_nonzero(np.less(D, D[np.arange(len(rows)), one][:, None]), axis=1)
            excess += int(np.maximum(0, nearer + 1 - k).sum())
    return 1 - 2 * excess / (n * k * (2 * n - 3 * k - 1))


def knn_accuracy(Y: ArrayLike, labels: ArrayLike, k: int = 10) -> float:
    """Share of points whose k nearest others, by majority, carry their label; ties go to the smaller label.

    Args:
        Y: Points, shape (n, d).
        labels: Class of each point, shape (n,), any values that can be sorted.
        k: Neighbours that vote, at most n - 1.

    Returns:
        From 0 to 1.

    Raises:
        ValueError: If shapes disagree, Y is not finite, or k is out of range.
    """
    Y, kind, sizes = _labelled(Y, labels, "Y")
    n, classes = len(Y), len(sizes)
    neighbor, _ = nearest_neighbors(Y, as_count(k, "k", 1, n - 1))
    ballot = kind[neighbor] + classes * np.arange(n)[:, None]  # (n, k), a range of numbers of its own per point
    votes = np.bincount(ballot.ravel(), minlength=n * classes).reshape(n, classes)
    return float(np.mean(votes.argmax(axis=1) == kind))


def preserved_variance(X: ArrayLike, X_hat: ArrayLike) -> float:
    """Share of the variance of X that a reconstruction keeps: 1 - sum ||x - x_hat||^2 / sum ||x - mean||^2.

    For PCA this is the sum of `explained_variance_ratio_`; it serves any pair of encoder and decoder.

    Args:
        X: Data, shape (n, p).
        X_hat: Reconstructions, shape (n, p).

    Returns:
        At most 1; negative if the mean alone were closer.

    Raises:
        ValueError: If shapes disagree, a value is not finite, or X does not vary.
    """
    X, X_hat = as_matrix(X), as_matrix(X_hat, "X_hat")
    if X.shape != X_hat.shape:
        raise ValueError(f"X_hat must have the shape of X, {X.shape}, got {X_hat.shape}")
    total = float(np.sum(np.square(X - X.mean(axis=0, dtype=np.float64))))
    if total == 0:
        raise ValueError("X must vary, got the same row everywhere")
    return 1 - float(np.sum(np.square(X - X_hat), dtype=np.float64)) / total


def linear_variance(X: ArrayLike, Y: ArrayLike) -> float:
    """Share of the variance of X that the best affine function of a map Y gives back.

    With Q an orthonormal basis of the centred columns of Y, this is ||Q^T X_c||^2 / ||X_c||^2. No map of as many
    dimensions has more of it than PCA's, whose share is the sum of `explained_variance_ratio_`.

    Args:
        X: Data, shape (n, p).
        Y: Map of them, shape (n, d).

    Returns:
        From 0 to 1.

    Raises:
        ValueError: If the numbers of rows differ, a value is not finite, or X does not vary.
    """
    X, Y = as_matrix(X, min_rows=2), as_matrix(Y, "Y")
    if len(X) != len(Y):
        raise ValueError(f"Y must have as many rows as X, {len(X)}, got {len(Y)}")
    X = X - X.mean(axis=0, dtype=np.float64)
    total = float(np.sum(np.square(X)))
    if total == 0:
        raise ValueError("X must vary, got the same row everywhere")
    U, spread, _ = np.linalg.svd(Y - Y.mean(axis=0, dtype=np.float64), full_matrices=False)
    Q = U[:, spread > 1e-9 * max(spread[0], 1e-300)]
    return float(np.sum(np.square(Q.T @ X))) / total


def confusion_matrix(labels: ArrayLike, predictions: ArrayLike, num_classes: int) -> np.ndarray:
    """How many examples of each true class (row) were called each class (column), int64 (num_classes, num_classes).

    Raises:
        ValueError: If the shapes differ or a class is not a whole number from 0 to num_classes - 1.
    """
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    if labels.shape != predictions.shape or labels.ndim != 1:
        raise ValueError(
            f"labels and predictions must be two lists as long as each other, got {labels.shape} and "
            f"{predictions.shape}"
        )
    for name, values in (("labels", labels), ("predictions", predictions)):
        if (
            not np.issubdtype(values.dtype, np.integer)
            or values.min(initial=0) < 0
            or values.max(initial=0) >= num_classes
        ):
            raise ValueError(f"{name} must be whole numbers from 0 to {num_classes - 1}")
    pairs = np.bincount(labels * num_classes + predictions, minlength=num_classes**2)
    return pairs.reshape(num_classes, num_classes)


def _labelled(X: ArrayLike, labels: ArrayLike, name: str = "X") -> tuple[FloatArray, np.ndarray, np.ndarray]:
    """Checked points, classes renamed 0, 1, ... and the number of points in each."""
    X, labels = as_matrix(X, name, min_rows=2), np.asarray(labels)
    if labels.shape != (len(X),):
        raise ValueError(f"labels must have shape ({len(X)},) like the rows of {name}, got {labels.shape}")
    _, kind, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return X, kind, sizes
