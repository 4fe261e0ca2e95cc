"""New points in a finished map.

Each new point x gets affinities p_j to the mapped points alone, by equation (1) of van der Maaten and Hinton
2008, and moves to where the distribution it sees from y matches them, while the map stays fixed:

    C(y) = KL(p || q),  q_j = w_j / phi(y),  w_j = 1 / (1 + ||y - y_j||^2),  phi(y) = sum_j w_j
    dC/dy / 2 = sum_j p_j w_j (y - y_j) + grad phi(y) / (2 phi(y))

The first term alone has the fixed point y = sum_j p_j w_j y_j / sum_j p_j w_j, so a step of 1 / sum_j p_j w_j
is natural and no learning rate is needed. The map's potential phi is computed once (repulsion.py).
"""

import numpy as np

from core.reduction.affinities import conditional_affinities, neighbors_for
from core.reduction.checks import FloatArray
from core.reduction.neighbors import nearest_neighbors
from core.reduction.repulsion import PotentialField

_PERPLEXITY = 5.0  # at most: what counts is the immediate neighbourhood
_STEPS = 50
_DAMPING = np.float32(0.5)
_SPACING = 0.5


def place(X: FloatArray, Y: FloatArray, X_new: FloatArray, perplexity: float) -> FloatArray:
    """Positions for new points among mapped ones.

    Args:
        X: Mapped points, shape (n, p).
        Y: Their positions, shape (n, d), float32.
        X_new: Points to place, shape (m, p).
        perplexity: That of the map.

    Returns:
        Shape (m, d), float32, inside the bounding box of the map.
    """
    perplexity = min(_PERPLEXITY, perplexity)
    neighbor, squared_distance = nearest_neighbors(X, neighbors_for(perplexity, len(X)), X_new)
    p = conditional_affinities(squared_distance, perplexity)
    around = Y.T[:, neighbor]  # (d, m, k)
    field = PotentialField(np.ascontiguousarray(Y.T), _SPACING)
    y = np.median(around, axis=2)  # between clusters the mean would fall into the gap
    for _ in range(_STEPS):
        apart = y[:, :, None] - around
        pw = p / (1 + np.einsum("dmk,dmk->mk", apart, apart))
        phi, slope = field.read(field.around(y))
        step = np.einsum("mk,dmk->dm", pw, apart) + slope / (2 * phi)
        y = np.clip(y - _DAMPING * step / pw.sum(axis=1), field.low, field.high)
    return np.ascontiguousarray(y.T)
