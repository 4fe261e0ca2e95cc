"""Input checks shared by every reduction: a plain array, or a ValueError that says what was given."""

import numpy as np
from numpy.typing import ArrayLike

FloatArray = np.ndarray


def as_matrix(X: ArrayLike, name: str = "X", min_rows: int = 1, columns: int | None = None) -> FloatArray:
    """Check a data matrix and give it a float type.

    Args:
        X: Anything NumPy reads as a numeric table, shape (n, p).
        name: What to call it in an error message.
        min_rows: Fewest rows the caller can work with.
        columns: Number of columns wanted, or None for any.

    Returns:
        float32 for float16 and float32 input, float64 for everything else; not copied if it fits.

    Raises:
        ValueError: If it is not a numeric two-dimensional table of that size, or holds NaN or infinity.
    """
    X = np.asarray(X)
    if X.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, got dtype {X.dtype}")
    if X.ndim != 2:
        raise ValueError(f"{name} must have shape (n, p), got {X.ndim} dimension(s): shape {X.shape}")
    if X.shape[0] < min_rows or X.shape[1] < 1:
        raise ValueError(f"{name} needs at least {min_rows} row(s) and 1 column, got shape {X.shape}")
    if columns is not None and X.shape[1] != columns:
        raise ValueError(f"{name} must have {columns} column(s) as in fit, got {X.shape[1]}")
    if X.dtype.kind == "f":
        bad = X.size - np.count_nonzero(np.isfinite(X))
        if bad:
            raise ValueError(f"{name} must be finite, got {bad} NaN or infinite value(s)")
        return X.astype(np.float32 if X.dtype.itemsize <= 4 else np.float64, copy=False)
    return X.astype(np.float64)


def as_count(value: int, name: str, low: int, high: int | None = None) -> int:
    """Return `value` as an int between `low` and `high`, or raise a ValueError that names all three."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
        raise ValueError(f"{name} must be an integer of at least {low}, got {value!r}")
    if high is not None and value > high:
        raise ValueError(f"{name} must be at most {high}, got {value}")
    return int(value)


def as_number(value: float, name: str, low: float, *, strictly: bool = False) -> float:
    """Return `value` as a float if it is finite and at least, or `strictly` above, `low`; else ValueError."""
    real = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not real or not np.isfinite(value) or value < low or (strictly and value == low):
        raise ValueError(
            f"{name} must be a finite number {'above' if strictly else 'of at least'} {low}, got {value!r}"
        )
    return float(value)
