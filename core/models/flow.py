"""Flow matching: a network that carries noise to clothes along nearly straight paths, in as many steps as are asked."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from core.data.image_set import Batch
from core.models.layers import Residual
from core.registry import register_model
from core.training.devices import autocast

METHODS = ("euler", "heun")
STEPS = 20  # of a sample, unless told
_GROUPS = 8  # of channels, that are normalised together
_HEADS = 4  # of the attention
_SLOWEST, _FASTEST = 1.0, 1000.0  # angular frequencies that tell the network the time, in radians over the whole path


@dataclass(frozen=True)
class FlowConfig:
    """Sizes of the network that predicts the velocity."""

    image_shape: tuple[int, int, int] = (1, 28, 28)  # (C, H, W); H and W halve twice
    channels: tuple[int, int, int] = (32, 64, 128)  # at full, half and quarter size; multiples of 8
    num_blocks: tuple[int, int] = (2, 4)  # residual blocks at half size, on the way down and again up, and at quarter
    condition_dim: int = 128  # numbers that tell time and class; even
    num_classes: int = 10

    @property
    def latent_dim(self) -> int:
        """Numbers in a code: the noise has one for every value of a picture."""
        return math.prod(self.image_shape)


class ConditionedBlock(nn.Module):
    """x + f(x, condition): two convolutions, between which the condition scales and shifts every channel.

    Source: FiLM, 2017, arXiv:1709.07871; its place in a diffusion model as in arXiv:2105.05233.
    """

    def __init__(self, channels: int, condition_dim: int, normalised: bool = True) -> None:
        super().__init__()
        norm = nn.GroupNorm(_GROUPS, channels) if normalised else nn.Identity()
        self.first = nn.Sequential(norm, nn.SiLU(), nn.Conv2d(channels, channels, 3, padding=1))
        self.film = nn.Linear(condition_dim, 2 * channels)
        self.second = _quiet(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:  # (B, C, H, W), (B, D) -> (B, C, H, W)
        scale, shift = self.film(condition)[:, :, None, None].chunk(2, dim=1)
        return x + self.second(F.silu(torch.addcmul(shift, self.first(x), 1 + scale)))


class SelfAttention(nn.Module):
    """Every place of a map looks at every other: what one sleeve is like, the other must be."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = _quiet(nn.Conv2d(channels, channels, 1))

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
        b, c, h, w = x.shape
        qkv = self.qkv(x).reshape(b, 3, _HEADS, c // _HEADS, h * w).transpose(-1, -2)  # (B, 3, heads, HW, C / heads)
        seen = F.scaled_dot_product_attention(*qkv.unbind(1))
        return self.out(seen.transpose(-1, -2).reshape(b, c, h, w))


class VelocityUNet(nn.Module):
    """The denoiser's U-Net, told the time and the class; most of its work is done at half and quarter size."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        in_channels, *_ = config.image_shape
        a, b, c = config.channels
        outer, inner = config.num_blocks
        dim = config.condition_dim

        def blocks(channels: int, count: int) -> nn.ModuleList:
            return nn.ModuleList(ConditionedBlock(channels, dim) for _ in range(count))

        rates = torch.logspace(math.log10(_SLOWEST), math.log10(_FASTEST), dim // 2)
        self.register_buffer("rates", rates, persistent=False)
        self.time = nn.Sequential(nn.Linear(dim, dim), nn.SiLU(), nn.Linear(dim, dim))
        self.label = nn.Embedding(config.num_classes + 1, dim)  # the last one: no class asked
        self.first = nn.Conv2d(in_channels, a, 3, padding=1)
        self.down1 = nn.Conv2d(a, b, 2, stride=2)
        self.half_down = blocks(b, outer)
        self.down2 = nn.Conv2d(b, c, 2, stride=2)
        self.quarter = blocks(c, inner)
        self.attention = Residual(nn.GroupNorm(_GROUPS, c), SelfAttention(c))
        self.up2 = nn.ConvTranspose2d(c, b, 2, stride=2)
        self.half_up = blocks(b, outer)
        self.up1 = nn.ConvTranspose2d(b, a, 2, stride=2)
        self.full = ConditionedBlock(a, dim, normalised=False)  # at full size that takes a tenth of the time
        self.last = nn.Sequential(nn.SiLU(), _quiet(nn.Conv2d(a, in_channels, 3, padding=1)))
        self.to(memory_format=torch.channels_last)  # nearly twice as fast on a CPU

    def forward(self, state: Tensor, t: Tensor, label: Tensor) -> Tensor:
        """Velocities (B, C, 28, 28) of states at times t (B,), for classes label (B,), the last of which is none."""
        angles = t[:, None] * self.rates  # (B, D / 2)
        condition = F.silu(self.time(torch.cat((angles.cos(), angles.sin()), dim=1)) + self.label(label))
        full = self.first(state)  # (B, 32, 28, 28)
        half = _run(self.half_down, self.down1(full), condition)  # (B, 64, 14, 14)
        first, *others = self.quarter
        quarter = self.attention(first(self.down2(half), condition))  # (B, 128, 7, 7)
        quarter = _run(others, quarter, condition)
        half = _run(self.half_up, self.up2(quarter) + half, condition)
        return self.last(self.full(self.up1(half) + full, condition)).float()


@register_model("flow", FlowConfig)
class Flow(nn.Module):
    """Rectified flow: a picture x and noise z are joined by a straight line, and the network learns the way along it.

        state(t) = (1 - t) z + t x,    loss = ||v(state(t), t, class) - (x - z)||^2,    d state / dt = v

    Time runs from 0, noise from N(0, I), to 1, a picture. A state is a picture when mapped by `images()`; in between
    it is a mixture, whose values have no bounds. The class is withheld from some examples, so that one network knows
    clothes of any kind and clothes of a class; guidance w follows v(class) + w (v(class) - v(any)).

    Example:
        >>> flow = Flow(FlowConfig(channels=(8, 8, 8), num_blocks=(1, 1)))
        >>> flow.sample(4, steps=2, guidance=2.0, classes=9).shape
        torch.Size([4, 1, 28, 28])

    Source: Flow Matching for Generative Modeling, 2022, arXiv:2210.02747; Flow Straight and Fast, 2022,
        arXiv:2209.03003; Classifier-Free Diffusion Guidance, 2022, arXiv:2207.12598.
    """

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.config = config
        self.network = VelocityUNet(config)

    def loss(self, batch: Batch, label_dropout: float = 0.3) -> dict[str, Tensor]:
        """Mean squared error of the velocity, over values, at times drawn at random.

        Args:
            label_dropout: Share of the examples whose class the network is not told.
        """
        picture = self.states(batch.image)
        z, t = torch.randn_like(picture), torch.sigmoid(torch.randn(len(picture), device=picture.device))
        withheld = torch.rand(len(t), device=t.device) < label_dropout
        label = batch.label.masked_fill(withheld, self.config.num_classes)
        v = self.network(torch.lerp(z, picture, _as_factor(t)), t, label)
        return {"velocity": (v - (picture - z)).square().mean()}

    def velocity(
        self, state: Tensor, t: float | Tensor, classes: int | Tensor | None = None, guidance: float = 0.0
    ) -> Tensor:
        """Where states (B, C, 28, 28) move at time t, in values over the whole path, of the states' shape.

        Args:
            t: From 0, noise, to 1, picture: one number, or (B,).
            classes: Of each picture to come, (B,) or one for all; none: clothes of any kind.
            guidance: From 0; how far to go beyond what the class asks, away from clothes of any kind.

        Raises:
            ValueError: If a time, a class or the guidance is out of range, or there is guidance without a class.
        """
        label, guidance = self._labels(classes, len(state)), self._checked_guidance(guidance, classes)
        t = torch.as_tensor(t, dtype=torch.float32, device=state.device).expand(len(state))
        if not bool(((t >= 0) & (t <= 1)).all()):
            raise ValueError(f"the time must lie between 0 (noise) and 1 (picture), got {t.tolist()[:5]}")
        if guidance == 0:
            return self.network(state, t, label)
        anything = torch.full_like(label, self.config.num_classes)
        both = self.network(torch.cat((state, state)), torch.cat((t, t)), torch.cat((label, anything)))
        asked, free = both.chunk(2)
        return asked + guidance * (asked - free)

    def path(
        self,
        state: Tensor,
        steps: int = STEPS,
        guidance: float = 0.0,
        classes: int | Tensor | None = None,
        method: str = "euler",
        start: float = 0.0,
        end: float = 1.0,
    ) -> Iterator[Tensor]:
        """Every state on the way, the first and the last among them: steps + 1 tensors (B, C, 28, 28).

        Args:
            state: Where it starts: noise, or a mixture of noise and picture.
            steps: Of equal length, at least 1.
            guidance: As for velocity().
            classes: As for velocity().
            method: "euler" asks the network once a step, "heun" twice, and errs less.
            start: Time of the first state, 0 to 1.
            end: Time of the last, 0 to 1; before `start`, to go back towards the noise.

        Raises:
            ValueError: If an argument is out of range.
        """
        times = self._times(steps, start, end)
        if method not in METHODS:
            raise ValueError(f"the method must be one of {', '.join(METHODS)}, got {method!r}")
        classes = None if classes is None else self._labels(classes, len(state))
        self._checked_guidance(guidance, classes)
        return self._walk(state, times, lambda x, t: self.velocity(x, t, classes, guidance), method)

    @staticmethod
    def _walk(state: Tensor, times: list[float], velocity: Callable, method: str) -> Iterator[Tensor]:
        yield state
        for t, after in pairwise(times):
            v = velocity(state, t)
            if method == "heun":
                v = (v + velocity(state + (after - t) * v, after)) / 2
            state = state + (after - t) * v
            yield state

    def sample(
        self,
        n: int,
        generator: Generator | None = None,
        *,
        steps: int = STEPS,
        guidance: float = 0.0,
        classes: int | Tensor | None = None,
        method: str = "euler",
    ) -> Tensor:
        """Images (n, C, 28, 28) in [0, 1] of noise drawn from N(0, I); the other arguments are those of path().

        In bfloat16 where the hardware has it, which is twice as fast and moves a pixel by less than anybody sees.
        """
        z = self.noise(n, generator)
        with autocast(z.device, "auto"):
            return self.decode(z, steps=steps, guidance=guidance, classes=classes, method=method)

    def noise(self, n: int, generator: Generator | None = None) -> Tensor:
        """Codes (n, D) drawn from N(0, I): the same of a generator wherever the model is."""
        device = next(self.parameters()).device
        origin = generator.device if generator else device
        return torch.randn(n, self.config.latent_dim, generator=generator, device=origin).to(device)

    def decode(self, z: Tensor, **options: int | float | str | Tensor | None) -> Tensor:
        """Images (B, C, 28, 28) in [0, 1] of codes (B, D): where their paths end. Options are those of path()."""
        *_, state = self.path(z.view(len(z), *self.config.image_shape), **options)
        return self.images(state)

    def invert(self, x: Tensor, steps: int = 50, classes: int | Tensor | None = None, method: str = "heun") -> Tensor:
        """Codes (B, D) from which paths lead to images (B, C, 28, 28): the path is walked back, to time 0.

        Raises:
            ValueError: If an argument is out of range.
        """
        *_, state = self.path(self.states(x), steps, classes=classes, method=method, start=1.0, end=0.0)
        return state.flatten(1)

    def forward(self, x: Tensor) -> Tensor:
        """What comes back of images when they are taken to noise and from there to images again, of x's shape."""
        return self.decode(self.invert(x, STEPS), method="heun")

    def mix(self, x: Tensor, z: Tensor, t: float) -> Tensor:
        """States at time t between noise z (B, D) and images x (B, C, 28, 28), to begin path() with."""
        return torch.lerp(z.view_as(x), self.states(x), t)

    @staticmethod
    def states(x: Tensor) -> Tensor:
        """Images in [0, 1] as the states that paths end with, in [-1, 1]."""
        return 2 * x - 1

    @staticmethod
    def images(state: Tensor) -> Tensor:
        """States as images in [0, 1], of the same shape; what lies outside is clipped."""
        return ((state + 1) / 2).clamp(0, 1)

    def _labels(self, classes: int | Tensor | None, n: int) -> Tensor:
        """Rows (n,) of the table of classes; the last for no class.

        Raises:
            ValueError: If there is no such class, or not one for each.
        """
        count = self.config.num_classes
        device = next(self.parameters()).device
        if classes is None:
            return torch.full((n,), count, device=device)
        label = torch.as_tensor(classes, device=device)
        whole = not (label.is_floating_point() or label.is_complex() or label.dtype == torch.bool)
        if not whole or not bool(((label >= 0) & (label < count)).all()):
            raise ValueError(f"a class must be a whole number from 0 to {count - 1}, got {classes}")
        if label.shape not in ((), (n,)):
            raise ValueError(f"there must be one class, or one for each of the {n} pictures, got {tuple(label.shape)}")
        return label.long().expand(n)

    @staticmethod
    def _checked_guidance(guidance: float, classes: int | Tensor | None) -> float:
        if not (math.isfinite(guidance) and guidance >= 0):
            raise ValueError(f"the guidance must be a number from 0 on, got {guidance}")
        if guidance > 0 and classes is None:
            raise ValueError(f"guidance leads towards a class: name the classes, or leave it at 0, got {guidance}")
        return guidance

    @staticmethod
    def _times(steps: int, start: float, end: float) -> list[float]:
        if not isinstance(steps, int) or steps < 1:
            raise ValueError(f"the number of steps must be a whole number from 1 on, got {steps}")
        if not (0 <= start <= 1 and 0 <= end <= 1):
            raise ValueError(f"a path starts and ends between 0 (noise) and 1 (picture), got {start} and {end}")
        return [start + (end - start) * k / steps for k in range(steps)] + [end]


def _run(blocks: list[ConditionedBlock] | nn.ModuleList, x: Tensor, condition: Tensor) -> Tensor:
    for block in blocks:
        x = block(x, condition)
    return x


def _quiet(layer: nn.Conv2d) -> nn.Conv2d:
    """A layer whose output starts small, so that a block is nearly the identity at first."""
    with torch.no_grad():
        layer.weight.mul_(0.1)
        layer.bias.zero_()
    return layer


def _as_factor(t: Tensor) -> Tensor:
    return t[:, None, None, None]
