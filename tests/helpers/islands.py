"""The islands of a map: points that neighbours lead to, one from another."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from core.reduction.neighbors import nearest_neighbors


def islands(Y: np.ndarray, k: int = 10) -> np.ndarray:
    """The island of each point, shape (n,): two are on one if steps between k nearest neighbours join them."""
    near, n = nearest_neighbors(Y, k)[0], len(Y)
    edges = (np.ones(n * k), (np.repeat(np.arange(n), k), near.ravel()))
    return connected_components(coo_matrix(edges, (n, n)), directed=False)[1]
