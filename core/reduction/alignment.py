"""Maps that an eye can follow: each is turned to face the same way as the last."""

import numpy as np
from numpy.typing import ArrayLike

from core.reduction.checks import FloatArray, as_matrix


def procrustes(Y: ArrayLike, reference: ArrayLike) -> FloatArray:
    """Move, turn and if need be mirror Y as close to a reference as it gets without bending or scaling it.

    With both centred, the orthogonal R that minimises ||Y R - reference|| is U V^T from the singular value
    decomposition Y^T reference = U S V^T.

    Args:
        Y: Points to move, shape (n, d).
        reference: Where they should go, shape (n, d).

    Returns:
        Shape (n, d), with the mutual distances of Y.

    Raises:
        ValueError: If the shapes differ, or a value is not finite.

    Source: Schoenemann, A generalized solution of the orthogonal Procrustes problem, Psychometrika 31, 1966.
    """
    Y, reference = as_matrix(Y, "Y"), as_matrix(reference, "reference")
    if Y.shape != reference.shape:
        raise ValueError(f"reference must have the shape of Y, {Y.shape}, got {reference.shape}")
    middle = reference.mean(axis=0)
    centred = Y - Y.mean(axis=0)
    U, _, Vt = np.linalg.svd(centred.T @ (reference - middle))
    return centred @ (U @ Vt) + middle
