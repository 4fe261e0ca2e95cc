"""t-distributed stochastic neighbour embedding: the class that runs it.

Algorithm 1 of van der Maaten and Hinton 2008: joint probabilities P from the data (affinities.py), a start
from PCA or at random, then gradient descent (descent.py) on C = KL(P || Q) (objective.py), with P exaggerated
at first, so that clusters find each other while they can still pass through one another.
"""

from collections.abc import Iterator
from itertools import chain, repeat

import numpy as np
from numpy.typing import ArrayLike

from core.reduction.affinities import joint_affinities
from core.reduction.checks import FloatArray, as_count, as_matrix, as_number
from core.reduction.descent import Descent, Phase, schedule, settling
from core.reduction.objective import Objective
from core.reduction.pca import PCA
from core.reduction.placement import place
from core.reduction.twins import twins, united

_MIN_POINTS = 4
_START_STD = 1e-4  # of the first coordinate: small, so that P and not the start decides the map
_JITTER = 1e-3  # of that: points that differ must not start at the same position, for nothing would part them
_MAX_STEP = 1.0  # map units a point may move in an iteration at a rate of the caller's, which may be far too large
_SETTLED_OVER = 50  # iterations over which the KL must stay settled


class TSNE:
    """Map of n points in 2 or 3 dimensions that keeps neighbours together.

    Args:
        n_components: Dimensions of the map, 2 or 3.
        perplexity: Effective number of neighbours of each point, from 1 to below n.
        learning_rate: Step size, or "auto" for one that grows with n. At a rate of yours no point moves farther than
            one map unit an iteration, so that none tears the map apart.
        early_exaggeration: Factor on P during the first phase, at least 1.
        n_iter: Iterations of all phases together.
        init: "pca", "random", or a map of shape (n, n_components) to continue: it is used as it is, and early
            exaggeration is left out, which would tear it apart.
        seed: Of the random start; everything else is deterministic.
        tolerance: Stop early once 50 iterations lower KL by less than this share of it; None never stops.

    Attributes:
        embedding_: The map, shape (n, n_components), float32, centred on the origin.
        kl_divergence_: KL(P || Q) of the map in nats, for the whole P of three perplexities' neighbours.
        n_iter_: Iterations run.

    Example:
        >>> X = np.random.default_rng(0).normal(size=(60, 8))
        >>> TSNE(perplexity=10, n_iter=50).fit_transform(X).shape
        (60, 2)

    Source: van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 9, 2008; Linderman et al., Fast
    interpolation-based t-SNE, Nature Methods 16, 2019, arXiv:1712.09005; learning rate of Belkina et al.,
    Nature Communications 10, 2019; start from PCA of Kobak and Linderman, Nature Biotechnology 39, 2021.
    """

    embedding_: FloatArray
    kl_divergence_: float
    n_iter_: int

    def __init__(
        self,
        n_components: int = 2,
        perplexity: float = 30.0,
        learning_rate: float | str = "auto",
        early_exaggeration: float = 12.0,
        n_iter: int = 300,
        init: str | ArrayLike = "pca",
        seed: int = 0,
        tolerance: float | None = None,
    ) -> None:
        if learning_rate != "auto":
            as_number(learning_rate, "learning_rate", 0, strictly=True)
        if tolerance is not None:
            as_number(tolerance, "tolerance", 0, strictly=True)
        if isinstance(init, str) and init not in ("pca", "random"):
            raise ValueError(f"init must be 'pca', 'random' or an array, got {init!r}")
        self.n_components = as_count(n_components, "n_components", 2, 3)
        self.perplexity = as_number(perplexity, "perplexity", 1)
        self.learning_rate = learning_rate
        self.early_exaggeration = as_number(early_exaggeration, "early_exaggeration", 1)
        self.n_iter = as_count(n_iter, "n_iter", 1)
        self.init = init
        self.seed = as_count(seed, "seed", 0)
        self.tolerance = tolerance

    def __repr__(self) -> str:
        return f"TSNE(n_components={self.n_components}, perplexity={self.perplexity}, n_iter={self.n_iter})"

    def fit_transform(self, X: ArrayLike) -> FloatArray:
        """Map X, shape (n, p), and return the final positions, shape (n, n_components), float32.

        Raises:
            ValueError: If X is not a finite numeric table of at least four rows, all rows are equal, the perplexity
                is above n - 1, an initial map has another shape, or the rate makes the map infinite.
        """
        for _ in self.iterate(X, every=self.n_iter):
            pass
        return self.embedding_

    def iterate(self, X: ArrayLike, every: int = 10) -> Iterator[tuple[int, FloatArray, float]]:
        """Map X and yield (iteration, embedding, KL) every so many iterations and after the last.

        Stopping to ask leaves the last snapshot in `embedding_`. Raises like `fit_transform`.
        """
        X = as_matrix(X, min_rows=_MIN_POINTS)
        if self.perplexity > len(X) - 1:
            raise ValueError(f"perplexity must be at most n - 1 = {len(X) - 1}, got {self.perplexity}")
        self._twins = twins(X)
        if len(np.unique(self._twins)) == 1:
            raise ValueError(f"the data are constant: all {len(X)} rows of X are equal, so there is nothing to map")
        return self._descend(X, self._start(X), as_count(every, "every", 1))

    def transform(self, X_new: ArrayLike) -> FloatArray:
        """Place new points, shape (m, p), in the finished map without moving it: shape (m, n_components).

        Raises:
            ValueError: If there is no map yet, or X_new has another number of columns than the mapped data.
        """
        if not hasattr(self, "embedding_"):
            raise ValueError("this TSNE has no map yet, call fit_transform first")
        X_new = as_matrix(X_new, "X_new", columns=self._X.shape[1])
        return place(self._X, self.embedding_, X_new, self.perplexity)

    def _descend(self, X: FloatArray, start: FloatArray, every: int) -> Iterator[tuple[int, FloatArray, float]]:
        objective = Objective(joint_affinities(X, self.perplexity), self.n_components)
        Y = np.ascontiguousarray(start[objective.order].T)  # (d, n)
        descent = Descent(Y, None if self.learning_rate == "auto" else _MAX_STEP)
        last_kl = np.inf
        for iteration, phase in enumerate(self._schedule(len(X)), 1):
            descent.step(Y, objective.gradient(Y, phase.exaggeration, phase.spacing), phase)
            stop = iteration == self.n_iter
            if self.tolerance and phase.exaggeration == 1 and iteration % _SETTLED_OVER == 0:
                kl = objective.divergence(Y)
                stop |= last_kl - kl < self.tolerance * kl
                last_kl = kl
            if stop or iteration % every == 0:
                self._X = X
                self._keep(Y, objective, iteration)
                yield iteration, self.embedding_, self.kl_divergence_
            if stop:
                return

    def _keep(self, Y: FloatArray, objective: Objective, iteration: int) -> None:
        """Make the map of this iteration the result, in the caller's order of points, equal rows at one position."""
        embedding = np.empty(Y.T.shape, np.float32)
        embedding[objective.order] = Y.T
        embedding = united(embedding, self._twins)
        kl = objective.divergence(np.ascontiguousarray(embedding[objective.order].T))
        if not (np.isfinite(kl) and np.isfinite(embedding).all()):
            raise ValueError(
                f"learning_rate {self.learning_rate} is too large: the map is not finite after {iteration} iterations"
            )
        self.embedding_, self.kl_divergence_, self.n_iter_ = embedding, kl, iteration

    def _schedule(self, n: int) -> Iterator[Phase]:
        """The phase of each iteration."""
        rate = None if self.learning_rate == "auto" else float(self.learning_rate)
        if isinstance(self.init, str):
            phases = schedule(n, self.n_iter, self.early_exaggeration, rate)
        else:
            phases = settling(n, self.n_iter, rate)
        return chain.from_iterable(repeat(phase, phase.iterations) for phase in phases)

    def _start(self, X: FloatArray) -> FloatArray:
        """First positions, shape (n, n_components), float32."""
        shape = (len(X), self.n_components)
        if not isinstance(self.init, str):
            Y = as_matrix(self.init, "init")
            if Y.shape != shape:
                raise ValueError(f"init must have shape {shape} for X of shape {X.shape}, got {Y.shape}")
            return (Y - Y.mean(axis=0)).astype(np.float32)
        noise = np.random.default_rng(self.seed).standard_normal(shape) * _START_STD
        if self.init == "random":
            return noise.astype(np.float32)
        Y = np.zeros(shape)
        components = min(self.n_components, *X.shape)
        Y[:, :components] = PCA(components).fit_transform(X)
        std = Y[:, 0].std()
        if std > 0:
            Y *= _START_STD / std
        return (Y + noise * _JITTER).astype(np.float32)
