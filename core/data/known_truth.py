"""Data whose structure is known, to hold a map against it: t-SNE shows some of it, and seems to show what is not there.

    X, labels = generate("two", 300)
    Y = TSNE(perplexity=5).fit_transform(X)

After Wattenberg, Viegas and Johnson, How to Use t-SNE Effectively, Distill, 2016, doi:10.23915/distill.00002.
NumPy only.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Points = tuple[np.ndarray, np.ndarray]  # (n, p) float32, and the class of each, (n,) int64

FEWEST = 30  # points: fewer do not fill ten classes
_DIMENSIONS = 10  # of all but the knot
_TENTHS = tuple(f"tenth {k + 1}" for k in range(10))
_KINDS = ("A", "B", "C")


@dataclass(frozen=True)
class KnownTruth:
    """A set of points, and what is true of it."""

    title: str
    truth: str  # in a sentence
    classes: tuple[str, ...]
    is_curve: bool  # whether the classes follow one another along a curve
    draw: Callable[[int, np.random.Generator], Points]


def generate(name: str, n: int, seed: int = 0) -> Points:
    """Points of a known set, the same for the same seed.

    Args:
        name: One of KNOWN_TRUTHS.
        n: Points, at least FEWEST.
        seed: Of what is drawn at random.

    Returns:
        The points, shape (n, p), float32, and their classes, shape (n,), from 0.

    Raises:
        ValueError: If there is no such set, or n is too small.
    """
    if name not in KNOWN_TRUTHS:
        raise ValueError(f"the set must be one of {', '.join(KNOWN_TRUTHS)}, got {name!r}")
    if n < FEWEST:
        raise ValueError(f"n must be at least {FEWEST}, got {n}")
    X, labels = KNOWN_TRUTHS[name].draw(n, np.random.default_rng(seed))
    return X.astype(np.float32), labels.astype(np.int64)


def chance(labels: np.ndarray) -> float:
    """The neighbour agreement of a map that knows nothing of the classes: the share of pairs that are of one class.

    Args:
        labels: Class of each point, shape (n,), n at least 2.

    Returns:
        From 0 to 1.
    """
    sizes = np.unique(labels, return_counts=True)[1]
    return float((sizes * (sizes - 1)).sum() / (len(labels) * (len(labels) - 1)))


def _noise(n: int, rng: np.random.Generator) -> Points:
    return rng.standard_normal((n, _DIMENSIONS)), rng.permutation(np.arange(n) % len(_KINDS))


def _two_clusters(n: int, rng: np.random.Generator) -> Points:
    labels = (np.arange(n) < n // 4).astype(int)  # a quarter is tight
    std = np.where(labels == 1, 0.2, 2.0)[:, None]
    centre = np.outer(labels, 20 * np.eye(_DIMENSIONS)[0])
    return centre + std * rng.standard_normal((n, _DIMENSIONS)), labels


def _line(n: int, rng: np.random.Generator) -> Points:
    direction = rng.standard_normal(_DIMENSIONS)
    t = np.linspace(-1, 1, n)
    return np.outer(t, direction / np.linalg.norm(direction)), np.arange(n) * 10 // n


def _trefoil(n: int, rng: np.random.Generator) -> Points:
    t = 2 * np.pi * np.arange(n) / n
    X = [np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t), -np.sin(3 * t)]
    return np.stack(X, axis=1), np.arange(n) * 10 // n


def _clusters_in_clusters(n: int, rng: np.random.Generator) -> Points:
    labels = np.arange(n) * 9 // n
    axes = np.eye(_DIMENSIONS)
    centres = [50 * axes[k // 3] + 10 * axes[3 + k % 3] for k in range(9)]
    return np.array(centres)[labels] + rng.standard_normal((n, _DIMENSIONS)), labels


KNOWN_TRUTHS = {
    "noise": KnownTruth(
        "Noise without structure",
        "One normal distribution in ten dimensions: no groups at all. The three colours were dealt out at random.",
        tuple(f"colour {kind}" for kind in _KINDS),
        False,
        _noise,
    ),
    "two": KnownTruth(
        "Two clusters, unequal",
        "Two clusters in ten dimensions: three quarters of the points spread ten times as wide as the last quarter.",
        ("wide cluster", "tight cluster"),
        False,
        _two_clusters,
    ),
    "line": KnownTruth(
        "A line",
        "Evenly spaced points on one straight line in ten dimensions, coloured from end to end.",
        _TENTHS,
        True,
        _line,
    ),
    "trefoil": KnownTruth(
        "A trefoil knot",
        "Points on one closed curve in three dimensions, knotted once, coloured along the way.",
        _TENTHS,
        True,
        _trefoil,
    ),
    "nested": KnownTruth(
        "Clusters in clusters",
        "Three groups, 71 apart, of three clusters each, 14 apart, all equally large and wide, in ten dimensions.",
        tuple(f"{kind}{k}" for kind in _KINDS for k in (1, 2, 3)),
        False,
        _clusters_in_clusters,
    ),
}
