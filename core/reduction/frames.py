"""Sequences of maps that an eye can follow: each starts from the last and is turned to face the same way."""

import copy
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from core.reduction.checks import FloatArray, as_matrix
from core.reduction.tsne import TSNE


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


def aligned_frames(data: Iterable[ArrayLike], settings: Iterable[TSNE]) -> Iterator[FloatArray]:
    """Maps of the same points through changing data or settings, for an animation that does not jump.

    Args:
        data: One matrix (n, p) per frame: features after each epoch, or `itertools.repeat(X)`.
        settings: One unfitted TSNE per frame: growing perplexities, or `itertools.repeat(TSNE())`. The first
            decides how the first frame starts; the shorter of the two ends the sequence.

    Yields:
        Maps of shape (n, n_components), each continued from the one before and aligned to it.

    Raises:
        ValueError: If a frame differs from the first in its number of points or of dimensions.
    """
    last = None
    for X, setting in zip(data, settings, strict=False):
        tsne = copy.copy(setting)
        if last is None:
            last = tsne.fit_transform(X)
        else:
            tsne.init = last
            last = procrustes(tsne.fit_transform(X), last)
        yield last
