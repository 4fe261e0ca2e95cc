"""Metrics of a classifier, generated images, a latent space or a map of it. NumPy only."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from core.reduction.checks import FloatArray, as_count, as_matrix
from core.reduction.neighbors import nearest_neighbors

HIGHER_IS_BETTER = ("accuracy", "psnr", "ssim", "sharpness", "precision", "recall", "rarest")
_BLOCK = 1 << 22  # distances held at a time
SSIM_WINDOW = 7  # pixels, the side of the windows that structural similarity looks at


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


def neighbor_agreement(Y: ArrayLike, labels: ArrayLike, k: int = 10) -> float:
    """Mean share of a point's k nearest others that carry its label: it looks at ranks, and at no distance.

    Args:
        Y: Points, shape (n, d).
        labels: Class of each point, shape (n,), any values that can be sorted.
        k: Neighbours, at most n - 1.

    Returns:
        From 0 to 1; about the share of the classes' sizes where the labels mean nothing.

    Raises:
        ValueError: If shapes disagree, Y is not finite, or k is out of range.
    """
    Y, kind, _ = _labelled(Y, labels, "Y")
    neighbor, _ = nearest_neighbors(Y, as_count(k, "k", 1, len(Y) - 1))
    return float(np.mean(kind[neighbor] == kind[:, None]))


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


def psnr(X: ArrayLike, X_hat: ArrayLike) -> np.ndarray:
    """Peak signal-to-noise ratio of images in [0, 1]: 10 log10(1 / MSE), one value an image.

    Args:
        X: Images, shape (n, ...).
        X_hat: What is compared with them, of the same shape.

    Returns:
        Decibels, shape (n,): 20 for an error of 0.1 everywhere, infinity for no error.

    Raises:
        ValueError: If the shapes differ.
    """
    X, X_hat = np.asarray(X, np.float64), np.asarray(X_hat, np.float64)
    if X.shape != X_hat.shape:
        raise ValueError(f"X_hat must have the shape of X, {X.shape}, got {X_hat.shape}")
    with np.errstate(divide="ignore"):
        return -10 * np.log10(np.square(X - X_hat).reshape(len(X), -1).mean(axis=1))


def ssim(X: ArrayLike, X_hat: ArrayLike) -> np.ndarray:
    """Structural similarity of images in [0, 1], the mean over all 7x7 windows, one value an image.

        SSIM = (2 m m' + C1) (2 c + C2) / ((m^2 + m'^2 + C1) (v + v' + C2)), C1 = 0.01^2, C2 = 0.03^2

    with the means m, sample variances v and covariance c of the two windows.

    Args:
        X: Images, shape (n, ..., H, W), at least 7 pixels high and wide.
        X_hat: What is compared with them, of the same shape.

    Returns:
        At most 1, shape (n,): 1 for the same image, near 0 where nothing is alike.

    Raises:
        ValueError: If the shapes differ or the images are smaller than a window.

    Source: Image quality assessment: from error visibility to structural similarity, 2004, doi:10.1109/TIP.2003.819861;
        uniform windows, as in scikit-image.
    """
    X, X_hat = np.asarray(X, np.float64), np.asarray(X_hat, np.float64)
    if X.shape != X_hat.shape:
        raise ValueError(f"X_hat must have the shape of X, {X.shape}, got {X_hat.shape}")
    if X.ndim < 3 or min(X.shape[-2:]) < SSIM_WINDOW:
        raise ValueError(f"images must be (n, ..., H, W) of {SSIM_WINDOW} pixels or more each way, got {X.shape}")
    return window_ssim(X, X_hat, _window_means).reshape(len(X), -1).mean(axis=1)


def window_ssim(x: Any, x_hat: Any, mean: Callable[[Any], Any]) -> Any:
    """SSIM of every window of two images, as ssim() defines it.

    Args:
        x: NumPy arrays, or tensors that may ask for a gradient.
        x_hat: Of the same shape.
        mean: Gives the mean of every window of SSIM_WINDOW pixels a side.
    """
    unbiased = SSIM_WINDOW**2 / (SSIM_WINDOW**2 - 1)
    m, m_hat = mean(x), mean(x_hat)
    variances = unbiased * (mean(x_hat * x_hat + x * x) - m_hat * m_hat - m * m)  # v + v'
    c = unbiased * (mean(x_hat * x) - m_hat * m)
    c1, c2 = 0.01**2, 0.03**2
    return (2 * m_hat * m + c1) / (m_hat * m_hat + m * m + c1) * (2 * c + c2) / (variances + c2)


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
    U, singular_values, _ = np.linalg.svd(Y - Y.mean(axis=0, dtype=np.float64), full_matrices=False)
    Q = U[:, singular_values > 1e-9 * max(singular_values[0], 1e-300)]
    return float(np.sum(np.square(Q.T @ X))) / total


def confusion_matrix(labels: ArrayLike, predictions: ArrayLike, num_classes: int) -> np.ndarray:
    """How many examples of each true class (row) were predicted as each class (column), int64 (K, K).

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


def course_error(X: ArrayLike, X_hat: ArrayLike, batch_size: int = 64) -> float:
    """The course's measure of reconstructions: norm of the difference over its number of values, mean over batches.

        mean over batches of ||255 (x_hat - x)||_2 / (B p)

    It falls with the square root of the batch's size, so only values for the same size can be compared.

    Args:
        X: Images in [0, 1], one a row, shape (n, p).
        X_hat: Reconstructions, shape (n, p).
        batch_size: Images whose difference is one vector; the last batch may be smaller.

    Raises:
        ValueError: If shapes disagree or a value is not finite.
    """
    X, X_hat = as_matrix(X), as_matrix(X_hat, "X_hat")
    if X.shape != X_hat.shape:
        raise ValueError(f"X_hat must have the shape of X, {X.shape}, got {X_hat.shape}")
    batch_size = as_count(batch_size, "batch_size", 1, np.iinfo(np.int64).max)
    starts = range(0, len(X), batch_size)
    differences = (255 * (X_hat[i : i + batch_size] - X[i : i + batch_size]) for i in starts)
    return float(np.mean([np.linalg.norm(d) / d.size for d in differences]))


def frechet_distance(X: ArrayLike, Y: ArrayLike) -> float:
    """Squared 2-Wasserstein distance between the normal distributions fitted to two sets of features.

        d^2 = ||m_X - m_Y||^2 + tr(C_X + C_Y - 2 (C_X^1/2 C_Y C_X^1/2)^1/2)

    Args:
        X: Features of one set, shape (n, p).
        Y: Features of the other, shape (m, p), by the same network.

    Returns:
        At least 0, in squared units of the features.

    Raises:
        ValueError: If the widths differ, a value is not finite, or a set has fewer than 2 rows.

    Source: GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium, 2017, arXiv:1706.08500.
    """
    X, Y = _feature_pair(X, Y)
    mean_x, mean_y = X.mean(axis=0), Y.mean(axis=0)
    cov_x, cov_y = np.atleast_2d(np.cov(X.T)), np.atleast_2d(np.cov(Y.T))
    values, vectors = np.linalg.eigh(cov_x)
    root_x = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    shared = np.sqrt(np.linalg.eigvalsh(root_x @ cov_y @ root_x).clip(min=0)).sum()
    distance = np.square(mean_x - mean_y).sum() + np.trace(cov_x) + np.trace(cov_y) - 2 * shared
    return max(0.0, float(distance))


def precision_recall(real: ArrayLike, fake: ArrayLike, k: int = 3) -> tuple[float, float]:
    """Precision: share of fakes that lie among the real; recall: share of the real that lie among the fakes.

    A point lies among a set if it is nearer to one of its points than that point's k-th nearest neighbour.

    Args:
        real: Features of real images, shape (n, p).
        fake: Features of generated images, shape (m, p).
        k: Neighbours that bound the set around each of its points.

    Raises:
        ValueError: If the widths differ, a value is not finite, or k is out of range.

    Source: Improved Precision and Recall Metric for Assessing Generative Models, 2019, arXiv:1904.06991.
    """
    real, fake = _feature_pair(real, fake)
    k = as_count(k, "k", 1, min(len(real), len(fake)) - 1)
    return _share_among(fake, real, k), _share_among(real, fake, k)


def _window_means(X: np.ndarray) -> np.ndarray:
    """Means of all windows that lie inside, shape (..., H - 6, W - 6)."""
    for _ in range(2):  # along the rows, then along the columns
        sums = X.cumsum(axis=-1)
        X = sums[..., SSIM_WINDOW - 1 :].copy()
        X[..., 1:] -= sums[..., :-SSIM_WINDOW]
        X = X.swapaxes(-1, -2)
    return X / SSIM_WINDOW**2


def _share_among(points: FloatArray, others: FloatArray, k: int) -> float:
    """Share of the points that lie among the others."""
    centre = others.mean(axis=0)
    points, others = points - centre, others - centre
    radii = nearest_neighbors(others, k)[1][:, -1]  # squared
    squares, inside = np.einsum("ip,ip->i", others, others), 0
    step = max(1, _BLOCK // len(others))
    for start in range(0, len(points), step):
        rows = points[start : start + step]
        D = np.einsum("ip,ip->i", rows, rows)[:, None] + squares - 2 * rows @ others.T  # (rows, others)
        inside += int(np.any(radii >= D, axis=1).sum())
    return inside / len(points)


def _feature_pair(X: ArrayLike, Y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    X, Y = as_matrix(X, min_rows=2), as_matrix(Y, "Y", min_rows=2)
    if X.shape[1] != Y.shape[1]:
        raise ValueError(f"both sets must have features of the same width, got {X.shape[1]} and {Y.shape[1]}")
    return X.astype(np.float64, copy=False), Y.astype(np.float64, copy=False)


def _labelled(X: ArrayLike, labels: ArrayLike, name: str = "X") -> tuple[FloatArray, np.ndarray, np.ndarray]:
    """Checked points, classes renamed 0, 1, ... and the number of points in each."""
    X, labels = as_matrix(X, name, min_rows=2), np.asarray(labels)
    if labels.shape != (len(X),):
        raise ValueError(f"labels must have shape ({len(X)},) like the rows of {name}, got {labels.shape}")
    _, kind, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return X, kind, sizes
