"""t-distributed stochastic neighbour embedding: the class that runs it.

Algorithm 1 of van der Maaten and Hinton 2008: joint probabilities P from the data (affinities.py), a start
from PCA or at random, then gradient descent (descent.py) on KL(P || Q), with P exaggerated at first.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from core.reduction._checks import FloatArray, as_count, as_matrix
from core.reduction.affinities import joint_affinities
from core.reduction.descent import Descent
from core.reduction.exact import ExactGradient
from core.reduction.pca import PCA

_EARLY_ITERATIONS = 250
_START_STD = 1e-4


class TSNE:
    """Nonlinear map of n points into 2 or 3 dimensions that keeps neighbours together.

    Args:
        n_components: Dimensions of the map, 2 or 3.
        perplexity: Effective number of neighbours of each point, at least 1 and below n.
        learning_rate: Step size, or "auto" for n / early_exaggeration.
        early_exaggeration: Factor on P in the first phase, at least 1.
        n_iter: Iterations in all.
        init: "pca" or "random".
        seed: Of the random start.

    Attributes:
        embedding_: The map, shape (n, n_components), float32.
        kl_divergence_: KL(P || Q) of the map in nats.
        n_iter_: Iterations run.
    """

    def __init__(
        self,
        n_components: int = 2,
        perplexity: float = 30.0,
        learning_rate: float | str = "auto",
        early_exaggeration: float = 12.0,
        n_iter: int = 750,
        init: str = "pca",
        seed: int = 0,
    ) -> None:
        self.n_components = n_components
        self.perplexity = perplexity
        self.learning_rate = learning_rate
        self.early_exaggeration = early_exaggeration
        self.n_iter = n_iter
        self.init = init
        self.seed = seed

    def fit_transform(self, X: ArrayLike) -> FloatArray:
        """Map X, shape (n, p): the final positions, shape (n, n_components), float32."""
        for _ in self.iterate(X, every=self.n_iter):
            pass
        return self.embedding_

    def iterate(self, X: ArrayLike, every: int = 1) -> Iterator[tuple[int, FloatArray, float]]:
        """Run the descent and yield (iteration, embedding, KL) every `every` iterations and at the end."""
        X = as_matrix(X, min_rows=4)
        as_count(every, "every", 1)
        Y = self._start(X)
        objective = ExactGradient(joint_affinities(X, self.perplexity).astype(np.float32))
        descent = Descent(Y)
        rate = len(X) / self.early_exaggeration / 4 if self.learning_rate == "auto" else self.learning_rate
        for iteration in range(1, self.n_iter + 1):
            early = iteration <= _EARLY_ITERATIONS
            gradient = objective.gradient(Y, self.early_exaggeration if early else 1.0)
            descent.step(Y, gradient, max(rate, 50.0), 0.5 if early else 0.8)
            if iteration % every == 0 or iteration == self.n_iter:
                self.embedding_, self.kl_divergence_, self.n_iter_ = (
                    Y.copy(),
                    objective.divergence(Y),
                    iteration,
                )
                yield iteration, self.embedding_, self.kl_divergence_

    def transform(self, X_new: ArrayLike) -> FloatArray:
        """Place new points in the finished map."""
        raise NotImplementedError("transform comes with the neighbour search")

    def _start(self, X: FloatArray) -> FloatArray:
        if self.init == "random":
            Y = np.random.default_rng(self.seed).standard_normal((len(X), self.n_components))
        else:
            Y = PCA(self.n_components).fit_transform(X)
        return (Y / max(Y[:, 0].std(), 1e-12) * _START_STD).astype(np.float32)
