"""Gradient descent with momentum and per-coordinate gains, as t-SNE has used it since 2008.

    y(t) = y(t-1) - eta g dC/dy + alpha (y(t-1) - y(t-2))

van der Maaten and Hinton 2008, algorithm 1; the gains g are the delta-bar-delta rule of Jacobs 1988.
"""

import numpy as np

from core.reduction._checks import FloatArray

_MIN_GAIN = 0.01


class Descent:
    """What a step must remember: the last move and the gains, both shaped like the map (n, d)."""

    def __init__(self, Y: FloatArray) -> None:
        self.move = np.zeros_like(Y)
        self.gains = np.ones_like(Y)

    def step(self, Y: FloatArray, gradient: FloatArray, learning_rate: float, momentum: float) -> None:
        """Move Y in place, then centre it, since nothing in the objective holds the map in the middle."""
        reversing = (gradient > 0) == (self.move > 0)  # the slope now opposes the last move
        self.gains = np.where(reversing, self.gains * 0.8, self.gains + 0.2)
        np.maximum(self.gains, _MIN_GAIN, out=self.gains)
        self.move *= momentum
        self.move -= learning_rate * self.gains * gradient
        Y += self.move
        Y -= Y.mean(axis=0)
