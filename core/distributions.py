"""What a code can be distributed as: each family turns free parameters into draws, means and a divergence.

Every family takes parameters of shape (B, D, P), any real numbers, and works on each of the D dimensions alone.
"""

import math
from abc import ABC, abstractmethod

import torch
from torch import Generator, Tensor

from core.losses import gaussian_kl

_TINY = 1e-6  # keeps logarithms away from zero


class Family(ABC):
    """A family of distributions of one number, with a prior among them."""

    prior: str  # as a formula
    num_parameters: int

    @abstractmethod
    def start(self, location: Tensor) -> Tensor:
        """Parameters (B, D, P), fairly narrow, at locations (B, D), any numbers; the mean grows with the location."""

    @abstractmethod
    def location(self, parameters: Tensor) -> Tensor:
        """The location (B, D) of parameters: the inverse of start()."""

    @abstractmethod
    def mean(self, parameters: Tensor) -> Tensor:
        """Means (B, D)."""

    @abstractmethod
    def std(self, parameters: Tensor) -> Tensor:
        """Standard deviations (B, D)."""

    @abstractmethod
    def draw(self, parameters: Tensor, generator: Generator | None = None) -> Tensor:
        """A draw (B, D) that gradients pass through: the reparameterisation trick."""

    @abstractmethod
    def divergence(self, parameters: Tensor) -> Tensor:
        """KL divergence from the prior in nats, summed over the dimensions, shape (B,)."""

    @abstractmethod
    def draw_prior(self, shape: tuple[int, ...], generator: Generator | None = None) -> Tensor:
        """Draws from the prior."""

    @abstractmethod
    def from_normal(self, epsilon: Tensor) -> Tensor:
        """Draws from the prior, of the same ranks as given draws from N(0, 1)."""


class Point(Family):
    """No spread at all: a code is its own parameter, and nothing holds it near a prior."""

    prior = "none"
    num_parameters = 1

    def start(self, location: Tensor) -> Tensor:
        return location.unsqueeze(-1)

    def location(self, parameters: Tensor) -> Tensor:
        return parameters[..., 0]

    def mean(self, parameters: Tensor) -> Tensor:
        return parameters[..., 0]

    def std(self, parameters: Tensor) -> Tensor:
        return torch.zeros_like(parameters[..., 0])

    def draw(self, parameters: Tensor, generator: Generator | None = None) -> Tensor:
        return parameters[..., 0]

    def divergence(self, parameters: Tensor) -> Tensor:
        return torch.zeros(len(parameters), device=parameters.device)

    def draw_prior(self, shape: tuple[int, ...], generator: Generator | None = None) -> Tensor:
        """N(0, I), for want of a prior."""
        return torch.randn(shape, generator=generator)

    def from_normal(self, epsilon: Tensor) -> Tensor:
        return epsilon


class Gaussian(Family):
    """N(mu, exp(logvar)), z = mu + exp(logvar / 2) eps with eps ~ N(0, 1)."""

    prior = "N(0, 1)"
    num_parameters = 2

    def start(self, location: Tensor) -> Tensor:
        return torch.stack([location, torch.full_like(location, -2.0)], -1)

    def location(self, parameters: Tensor) -> Tensor:
        return parameters[..., 0]

    def mean(self, parameters: Tensor) -> Tensor:
        return parameters[..., 0]

    def std(self, parameters: Tensor) -> Tensor:
        return (0.5 * parameters[..., 1]).exp()

    def draw(self, parameters: Tensor, generator: Generator | None = None) -> Tensor:
        mu, logvar = parameters.unbind(-1)
        return mu + (0.5 * logvar).exp() * torch.randn(mu.shape, generator=generator, device=mu.device)

    def divergence(self, parameters: Tensor) -> Tensor:
        return gaussian_kl(*parameters.unbind(-1))

    def draw_prior(self, shape: tuple[int, ...], generator: Generator | None = None) -> Tensor:
        return torch.randn(shape, generator=generator)

    def from_normal(self, epsilon: Tensor) -> Tensor:
        return epsilon


class Exponential(Family):
    """Exp(lambda) with lambda = exp(k), z = -log(u) / lambda with u ~ U(0, 1).

    KL(Exp(lambda) || Exp(1)) = log(lambda) + 1 / lambda - 1
    """

    prior = "Exp(1)"
    num_parameters = 1

    def start(self, location: Tensor) -> Tensor:
        return (-location).unsqueeze(-1)  # the location is the logarithm of the mean

    def location(self, parameters: Tensor) -> Tensor:
        return -parameters[..., 0]

    def mean(self, parameters: Tensor) -> Tensor:
        return (-parameters[..., 0]).exp()

    def std(self, parameters: Tensor) -> Tensor:
        return self.mean(parameters)

    def draw(self, parameters: Tensor, generator: Generator | None = None) -> Tensor:
        mean = self.mean(parameters)
        return -mean * torch.rand(mean.shape, generator=generator, device=mean.device).clamp_min(_TINY).log()

    def divergence(self, parameters: Tensor) -> Tensor:
        k = parameters[..., 0]
        return (k + (-k).exp() - 1).sum(-1)

    def draw_prior(self, shape: tuple[int, ...], generator: Generator | None = None) -> Tensor:
        return -torch.rand(shape, generator=generator).clamp_min(_TINY).log()

    def from_normal(self, epsilon: Tensor) -> Tensor:
        return -torch.special.log_ndtr(-epsilon)


class Uniform(Family):
    """U(c - w, c + w) inside the prior U(-a, a), a = sqrt(3) so that the prior has variance 1.

    w = a sigmoid(s) and c = (a - w) tanh(m), so the interval never leaves the prior's, and KL = log(a / w).
    """

    prior = "U(-√3, √3)"
    num_parameters = 2
    edge = math.sqrt(3)

    def start(self, location: Tensor) -> Tensor:
        return torch.stack([location, torch.full_like(location, -1.0)], -1)

    def location(self, parameters: Tensor) -> Tensor:
        return parameters[..., 0]

    def mean(self, parameters: Tensor) -> Tensor:
        return (self.edge - self.half_width(parameters)) * parameters[..., 0].tanh()

    def half_width(self, parameters: Tensor) -> Tensor:
        """w, (B, D)."""
        return self.edge * parameters[..., 1].sigmoid()

    def std(self, parameters: Tensor) -> Tensor:
        return self.half_width(parameters) / math.sqrt(3)

    def draw(self, parameters: Tensor, generator: Generator | None = None) -> Tensor:
        mean = self.mean(parameters)
        u = torch.rand(mean.shape, generator=generator, device=mean.device)
        return mean + self.half_width(parameters) * (2 * u - 1)

    def divergence(self, parameters: Tensor) -> Tensor:
        return -torch.nn.functional.logsigmoid(parameters[..., 1]).sum(-1)

    def draw_prior(self, shape: tuple[int, ...], generator: Generator | None = None) -> Tensor:
        return self.edge * (2 * torch.rand(shape, generator=generator) - 1)

    def from_normal(self, epsilon: Tensor) -> Tensor:
        return self.edge * torch.erf(epsilon / math.sqrt(2))


FAMILIES: dict[str, Family] = {
    "point": Point(), "gaussian": Gaussian(), "exponential": Exponential(), "uniform": Uniform(),
}  # fmt: skip
