"""Gradient descent with momentum and per-coordinate gains, as t-SNE has used it since 2008.

    y(t) = y(t-1) - eta g dC/dy + alpha (y(t-1) - y(t-2))

van der Maaten and Hinton 2008, algorithm 1; the gains g follow the delta-bar-delta rule of Jacobs 1988.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np

from core.reduction._checks import FloatArray

_MIN_GAIN = np.float32(0.01)


_EARLY = 100  # iterations of early exaggeration at most, and at most a quarter of all
_MOMENTUM = (0.5, 0.9)  # early and later
_SPACING = (0.7, 0.5)  # of the repulsion grid while the map takes shape, and for its details


@dataclass(frozen=True)
class Phase:
    """What stays the same for a stretch of iterations."""

    exaggeration: float  # factor on P
    learning_rate: float  # eta
    momentum: float  # alpha
    spacing: float  # of the repulsion grid, in map units


def schedule(n: int, n_iter: int, exaggeration: float, learning_rate: float | None) -> Iterator[Phase]:
    """The phase of each of `n_iter` iterations.

    Args:
        n: Points in the map.
        n_iter: Iterations wanted.
        exaggeration: Early factor on P; 1 leaves the early phase out.
        learning_rate: Fixed eta, or None for n / exaggeration: gradients shrink like 1 / n and grow with the
            exaggeration (Belkina et al., Nature Communications 10, 2019).
    """
    early = min(_EARLY, n_iter // 4) if exaggeration > 1 else 0
    rest = n_iter - early
    yield from repeat(Phase(exaggeration, learning_rate or n / exaggeration, _MOMENTUM[0], _SPACING[1]), early)
    later = Phase(1.0, learning_rate or float(n), _MOMENTUM[1], _SPACING[0])
    yield from repeat(later, rest // 2)
    yield from repeat(replace(later, spacing=_SPACING[1]), rest - rest // 2)


class Descent:
    """What one step must remember for the next: the last move and the gains, both of shape (d, n)."""

    def __init__(self, Y: FloatArray) -> None:
        self.move = np.zeros_like(Y)
        self.gains = np.ones_like(Y)

    def step(self, Y: FloatArray, gradient: FloatArray, phase: Phase) -> None:
        """Move Y in place, then centre it, since nothing in the objective holds the map in the middle."""
        turning = (gradient > 0) == (self.move > 0)  # the slope now opposes the last move
        self.gains = np.where(turning, self.gains * np.float32(0.8), self.gains + np.float32(0.2))
        np.maximum(self.gains, _MIN_GAIN, out=self.gains)
        self.move *= np.float32(phase.momentum)
        self.move -= self.gains * gradient * np.float32(phase.learning_rate)
        Y += self.move
        Y -= Y.mean(axis=1, keepdims=True)
