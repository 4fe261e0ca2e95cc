"""From distances to probabilities: how likely each point is to pick another as its neighbour.

Equations of van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 9, 2008:

    (1)  p_j|i = exp(-beta_i d_ij^2) / sum_k exp(-beta_i d_ik^2),  beta_i = 1 / (2 sigma_i^2)
         Perp(P_i) = exp(H(P_i)) is the wanted perplexity, which decides beta_i       (section 2)
         p_ij = (p_j|i + p_i|j) / (2n)                                                (section 3.1)
"""

import numpy as np

from core.reduction._checks import FloatArray

_STEPS = 64  # of the bisection; it stops as soon as every row is within _TOLERANCE
_TOLERANCE = 1e-5  # of the entropy in nats, hence the same share of the perplexity


def conditional_affinities(squared_distances: FloatArray, perplexity: float) -> FloatArray:
    """Rows p_j|i of equation (1), every beta_i found at once by bisection on the entropy.

    Args:
        squared_distances: From each point to its candidates without itself, shape (n, k); infinity drops one.
        perplexity: Wanted effective number of neighbours, below k.

    Returns:
        Shape (n, k), rows summing to one. A row whose nearest distances tie so often that no beta reaches the
        perplexity gives those ties equal shares.
    """
    D = squared_distances - squared_distances.min(axis=1, keepdims=True)  # the shift cancels in (1)
    scale = np.where(np.isfinite(D), D, 0).mean(axis=1, keepdims=True)
    D /= np.where(scale > 0, scale, 1)  # so that beta = 1 is a fair first guess in any unit
    target = np.log(perplexity)
    beta, low, high = (
        np.ones((len(D), 1), D.dtype),
        np.zeros((len(D), 1), D.dtype),
        np.full((len(D), 1), np.inf, D.dtype),
    )
    for _ in range(_STEPS):
        P, entropy = _row_entropy(D, beta)
        excess = entropy - target
        if np.abs(excess).max() < _TOLERANCE:
            break
        low, high = np.where(excess > 0, beta, low), np.where(excess > 0, high, beta)
        beta = np.where(np.isinf(high), np.minimum(beta * 2, 1e30), (low + high) / 2).astype(D.dtype)
    return P


def _row_entropy(D: FloatArray, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """P of equation (1), shape (n, k), and its entropy log sum_k exp(-beta d_k) + beta sum_k p_k d_k."""
    P = np.exp(-beta * D)
    total = P.sum(axis=1, keepdims=True)
    P /= total
    mean_distance = np.einsum("nk,nk->n", P, np.where(np.isfinite(D), D, 0))[:, None]
    return P, np.log(total) + beta * mean_distance


def joint_affinities(X: FloatArray, perplexity: float) -> FloatArray:
    """Dense symmetric p_ij over all pairs of rows of X, shape (n, n), summing to one. For small n."""
    D = squared_distances(X, X)
    np.fill_diagonal(D, np.inf)
    P = conditional_affinities(D, perplexity)
    return (P + P.T) / (2 * len(X))


def squared_distances(A: FloatArray, B: FloatArray) -> FloatArray:
    """||a_i - b_j||^2 by the binomial formula, in float64, shape (len(A), len(B))."""
    A, B = A.astype(np.float64, copy=False), B.astype(np.float64, copy=False)
    squares = np.einsum("ip,ip->i", A, A)[:, None] + np.einsum("jp,jp->j", B, B)
    return np.maximum(squares - 2 * A @ B.T, 0.0)
