"""Gradient descent with momentum and per-coordinate gains, as t-SNE has used it since 2008.

    y(t) = y(t-1) - eta g dC/dy + alpha (y(t-1) - y(t-2))

van der Maaten and Hinton 2008, algorithm 1; the gains g follow the delta-bar-delta rule of Jacobs 1988.
"""

from dataclasses import dataclass

import numpy as np

from core.reduction.checks import FloatArray

_MIN_GAIN = np.float32(0.01)
_COARSE, _FINE = 1.0, 0.5  # grid spacings, in map units
_FINE_UP_TO = 2000  # points; such maps are sparse and small, so a fine grid matters and costs little
_UNHURRIED = 4096  # points; smaller maps have less far to expand, and would overshoot at full speed


@dataclass(frozen=True)
class Phase:
    """What stays the same for a stretch of iterations."""

    iterations: int
    exaggeration: float  # factor on P
    learning_rate: float  # eta
    momentum: float  # alpha
    spacing: float  # of the repulsion grid, in map units


def schedule(n: int, n_iter: int, exaggeration: float, learning_rate: float | None = None) -> list[Phase]:
    """The phases of a map of n points from a small start.

    Points gather under exaggeration and are released from it step by step, which finds better arrangements
    than letting go at once; they spread, are driven to the map's full width by high momentum, and settle. The
    forces of all but the last phase may be rough. Iterations beyond 300 settle.

    Args:
        n: Points in the map.
        n_iter: Iterations of all phases together.
        exaggeration: Factor on P in the first phase.
        learning_rate: Fixed eta, or None for one that undoes the 1 / n and the exaggeration in the size of
            gradients (Belkina et al., Nature Communications 10, 2019).
    """
    pace = min(1.0, n_iter / 300)
    full = learning_rate or _full_learning_rate(n)
    rough = _FINE if n <= _FINE_UP_TO else _COARSE
    phases = []
    for length, power in ((50, 1.0), (20, 0.75), (20, 0.5), (20, 0.25)):
        factor = exaggeration**power
        phases.append(Phase(int(length * pace), factor, learning_rate or n / (2 * factor), 0.8, rough))
    phases.append(Phase(int(30 * pace), 1.0, full, 0.8, rough))
    phases.append(Phase(int(130 * pace), 1.0, full, 0.95, rough))
    return phases + settling(n, n_iter - sum(phase.iterations for phase in phases), learning_rate)


def settling(n: int, n_iter: int, learning_rate: float | None = None) -> list[Phase]:
    """The last phase alone, for a map that has its shape already."""
    return [Phase(n_iter, 1.0, learning_rate or _full_learning_rate(n) / 2, 0.8, _FINE)]


def _full_learning_rate(n: int) -> float:
    """eta once P is no longer exaggerated."""
    return n * min(1.0, (n / _UNHURRIED) ** 0.5)


class Descent:
    """What one step must remember for the next: the last move and the gains, both of shape (d, n).

    Args:
        Y: The start, shape (d, n).
        max_step: Longest move of a point in one iteration, in map units; None for any. A rate that is too large for
            few points makes every step overshoot farther than the last, until the map is no longer finite.
    """

    def __init__(self, Y: FloatArray, max_step: float | None = None) -> None:
        self.move = np.zeros_like(Y)
        self.gains = np.ones_like(Y)
        self.max_step = max_step

    def step(self, Y: FloatArray, gradient: FloatArray, phase: Phase) -> None:
        """Move Y in place, then centre it, since nothing in the objective holds the map in the middle."""
        turning = (gradient > 0) == (self.move > 0)  # the slope now opposes the last move
        self.gains = np.where(turning, self.gains * np.float32(0.8), self.gains + np.float32(0.2))
        np.maximum(self.gains, _MIN_GAIN, out=self.gains)
        self.move *= np.float32(phase.momentum)
        self.move -= self.gains * gradient * np.float32(phase.learning_rate)
        if self.max_step is not None:
            length = np.sqrt(np.einsum("dn,dn->n", self.move, self.move, dtype=np.float64))
            self.move *= np.minimum(1, self.max_step / np.maximum(length, self.max_step)).astype(np.float32)
        Y += self.move
        Y -= Y.mean(axis=1, keepdims=True)
