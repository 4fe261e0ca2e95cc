"""Kinds of noise with their parameters, drawn so that moving one changes the level and not the draw.

The distributions are those of `core.noise.functions`. There salt and pepper and photons fall anew at every level; here
the same seed hits the same pixels, and more of them as the level grows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Generator, Tensor

from core.noise.functions import box, gaussian, speckle

Levels = tuple[float, ...]  # one number a parameter
Apply = Callable[[Tensor, Levels, Generator], Tensor]
STEPS = 41  # values of each parameter
SEEDS = 2**32


@dataclass(frozen=True)
class NoiseParameter:
    """A level that can be set."""

    name: str  # what it measures
    unit: str  # "%" is of values shown times 100
    values: tuple[float, ...]  # STEPS of them, from the least noise to the most
    start: float  # one of the values


@dataclass(frozen=True)
class Kind:
    """A kind of noise."""

    title: str
    trained: bool  # whether the denoisers met it in training
    parameters: tuple[NoiseParameter, ...]
    apply: Apply  # images (B, C, H, W) in [0, 1], levels, generator -> images

    @property
    def start(self) -> Levels:
        """Levels to begin with."""
        return tuple(parameter.start for parameter in self.parameters)


def salt_and_pepper(x: Tensor, amount: float, generator: Generator) -> Tensor:
    """Black or white pixels; with the same seed, one that is hit stays as it was hit at every larger amount.

    Args:
        x: Images in [0, 1], shape (B, C, H, W).
        amount: Share of the pixels hit, 0 to 1, half of them black.
        generator: Source of randomness.
    """
    draw = torch.rand(x.shape, generator=generator)
    white, black = draw < amount / 2, draw > 1 - amount / 2
    return x.masked_fill(white, 1).masked_fill(black, 0)


def photons(x: Tensor, peak: float, generator: Generator) -> Tensor:
    """Poisson counts of mean x * peak over the peak, from one uniform draw by the inverse of their distribution.

    Args:
        x: Images in [0, 1], shape (B, C, H, W).
        peak: Photons counted on average where x is 1, above 0.
        generator: Source of randomness.
    """
    draw = torch.rand(x.shape, generator=generator).double()
    mean = x.double() * peak
    share = (-mean).exp()  # P(count = k)
    below, count = share.clone(), torch.zeros_like(draw)  # P(count <= k)
    for k in range(int(peak + 8 * peak**0.5 + 12)):  # no draw comes so far
        count += draw > below
        share *= mean / (k + 1)
        below += share
    return (count / peak).clamp(0, 1).to(x.dtype)


def _both(x: Tensor, levels: Levels, generator: Generator) -> Tensor:
    return salt_and_pepper(gaussian(x, levels[0], generator), levels[1], generator)


def _one(noise: Callable[[Tensor, float, Generator], Tensor]) -> Apply:
    return lambda x, levels, generator: noise(x, levels[0], generator)


def _even(low: float, high: float) -> tuple[float, ...]:
    return tuple(np.linspace(low, high, STEPS).round(6).tolist())


def _two_digits(first: float, last: float) -> tuple[float, ...]:
    """Values in equal ratios, each rounded to two digits."""
    return tuple(float(f"{value:.2g}") for value in np.geomspace(first, last, STEPS))


_SIGMA = NoiseParameter("standard deviation", "of the brightness from 0 to 1", _even(0, 1), 0.3)
_HIT = NoiseParameter("pixels hit", "%", _even(0, 1), 0.2)
_FACTOR = NoiseParameter("standard deviation", "of the factor", _even(0, 2), 0.5)
_PHOTONS = NoiseParameter("photons", "for a white pixel", _two_digits(100, 1), 10.0)
_COVERED = NoiseParameter("picture covered", "%", _even(0, 0.5), 0.1)

KINDS: dict[str, Kind] = {
    "none": Kind("None", True, (), lambda x, levels, generator: x),
    "salt_and_pepper": Kind("Salt and pepper", True, (_HIT,), _one(salt_and_pepper)),
    "gaussian": Kind("Gaussian", True, (_SIGMA,), _one(gaussian)),
    "both": Kind("Both", True, (replace(_SIGMA, start=0.2), replace(_HIT, start=0.1)), _both),
    "speckle": Kind("Speckle", False, (_FACTOR,), _one(speckle)),
    "poisson": Kind("Poisson", False, (_PHOTONS,), _one(photons)),
    "box": Kind("Box", False, (_COVERED,), _one(box)),
}


def corrupt(x: Tensor, kind: str, levels: Levels, seed: int) -> Tensor:
    """Noisy images; the same seed is the same draw at every level.

    Args:
        x: Images in [0, 1], shape (B, C, H, W); each has a draw of its own.
        kind: A key of KINDS.
        levels: One number for each of the kind's parameters.
        seed: From 0 to 2**32 - 1.

    Raises:
        ValueError: If there is no such kind, the number of levels is wrong, or one is out of range.
    """
    levels = checked(kind, levels)
    return KINDS[kind].apply(x, levels, Generator().manual_seed(seed))


def sweep(x: Tensor, kind: str, levels: Levels, seed: int) -> Tensor:
    """What moving each parameter would show: one image at each of its values, the others standing still.

    Args:
        x: One image in [0, 1], shape (1, C, H, W).

    Returns:
        Shape (parameters, STEPS, C, H, W), or (1, 1, C, H, W) for a kind without parameters.
    """
    levels = checked(kind, levels)
    parameters = KINDS[kind].parameters
    if not parameters:
        return x[None]
    swept = [
        [(*levels[:i], value, *levels[i + 1 :]) for value in parameter.values] for i, parameter in enumerate(parameters)
    ]
    return torch.stack([torch.cat([corrupt(x, kind, at, seed) for at in row]) for row in swept])


def checked(kind: str, levels: Levels) -> Levels:
    """The levels, if the kind has parameters for them and they lie within.

    Raises:
        ValueError: If not.
    """
    if kind not in KINDS:
        raise ValueError(f"noise must be one of {', '.join(KINDS)}, got {kind!r}")
    parameters = KINDS[kind].parameters
    if len(levels) != len(parameters):
        raise ValueError(f"{kind} takes one number for each of its {len(parameters)} parameters, got {len(levels)}")
    for parameter, level in zip(parameters, levels, strict=True):
        low, high = min(parameter.values), max(parameter.values)
        if not low <= level <= high:
            raise ValueError(f"{parameter.name} must be from {low:g} to {high:g}, got {level!r}")
    return tuple(levels)
