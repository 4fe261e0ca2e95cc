"""Auto-decoders: no encoder; every image has a code, or a distribution of codes, found by gradient descent."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F
from torch.optim.adam import adam  # the function: the class imports a compiler, 150 MB in the app

from core.data.image_set import Batch
from core.distributions import FAMILIES, Family
from core.registry import register_model
from core.training.optim import one_cycle


@dataclass(frozen=True)
class AutoDecoderConfig:
    """Sizes of the auto-decoder; the defaults are `ad`."""

    image_shape: tuple[int, int, int] = (1, 28, 28)  # (C, H, W); a square of 18 to 32 pixels, an even number
    latent_dim: int = 128  # numbers in a code
    channels: tuple[int, int, int] = (512, 256, 128)  # at 4, 8 and 16 pixels
    distribution: str = "point"  # of a code: point, gaussian, exponential or uniform


@register_model("auto-decoder", AutoDecoderConfig)
class AutoDecoder(nn.Module):
    """A DCGAN-style decoder whose codes are learned beside it, one for each image.

        loss = ||x - decode(z)||^2                                                  (point: the plain auto-decoder)
        loss = ||x - decode(z)||^2 + beta KL(q || prior),  z drawn from the image's q   (variational)

    The code of a new image is fitted with the decoder held still. The fit starts from a linear guess, which is learned
    along: it is no encoder, for nothing is decoded from it in training.

    Source: DeepSDF, 2019, arXiv:1901.05103; Variational Auto-Decoder, 2019, arXiv:1903.00840.
    """

    def __init__(self, config: AutoDecoderConfig) -> None:
        super().__init__()
        self.config = config
        in_channels, height, width = config.image_shape
        if height != width or height % 2 or not 18 <= height <= 32:
            raise ValueError(f"image_shape must be a square of 18 to 32 pixels, an even number, got {height}x{width}")
        a, b, c = config.channels
        self.decoder = nn.Sequential(
            nn.Linear(config.latent_dim, a * 4 * 4), nn.Unflatten(1, (a, 4, 4)),
            nn.ConvTranspose2d(a, b, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(b, c, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(c), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(c, in_channels, 4, stride=2, padding=1),  # (B, C, 32, 32)
            nn.ConvTranspose2d(in_channels, in_channels, 1, padding=(32 - height) // 2), nn.Sigmoid(),  # cuts the sides
        )  # fmt: skip
        self.guess = nn.Sequential(nn.Flatten(), nn.Linear(in_channels * height * width, config.latent_dim))

    @property
    def family(self) -> Family:
        """What a code is distributed as."""
        return FAMILIES[self.config.distribution]

    def decode(self, z: Tensor) -> Tensor:
        """Images (B, C, 28, 28) in [0, 1] of codes (B, D)."""
        return self.decoder(z)

    def sample(self, n: int, generator: Generator | None = None) -> Tensor:
        """Images (n, C, 28, 28) of codes drawn from the prior; from N(0, I) where there is none."""
        codes = self.family.draw_prior((n, self.config.latent_dim), generator)
        return self.decode(codes.to(next(self.parameters()).device))

    def forward(self, x: Tensor) -> Tensor:
        """Images of the codes guessed for images, of x's shape; fit_codes() finds better ones."""
        return self.decode(self.family.mean(self.family.start(self.guess(x))))

    def fit_codes(self, x: Tensor, steps: int = 50, learning_rate: float = 0.2) -> Tensor:
        """Codes (B, D) whose decoded images come closest to images (B, C, 28, 28): of a distribution, the mean."""
        *_, (codes, _) = self.fit_path(x, steps, learning_rate)
        return codes

    def fit_path(
        self, x: Tensor, steps: int = 50, learning_rate: float = 0.2, start: Tensor | None = None
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Every code on the way, the start first, and its mean squared error: (B, D) and (B,), steps + 1 times.

        Args:
            steps: Of Adam, one cycle.
            learning_rate: At its peak.
            start: Locations of the first codes, (B, D), any numbers; the linear guess unless given.
        """
        with torch.inference_mode(False):
            x = x.clone()
            codes = self.family.start(self.guess(x).detach().float() if start is None else start.clone())
            codes.requires_grad_()
            mean, square, count = torch.zeros_like(codes), torch.zeros_like(codes), torch.tensor(0.0)  # Adam's state
        for step in range(steps + 1):
            with torch.inference_mode(False), torch.enable_grad():
                if step:
                    rate = learning_rate * one_cycle(step / steps, warmup=0.1, final=0.02)
                    with torch.no_grad():
                        adam(
                            [codes], [codes.grad], [mean], [square], [], [count], foreach=False, amsgrad=False,
                            beta1=0.9, beta2=0.999, lr=rate, weight_decay=0.0, eps=1e-8, maximize=False,
                        )  # fmt: skip
                z = self.family.mean(codes)
                errors = (self.decode(z).float() - x).square().flatten(1).mean(1)
                (codes.grad,) = torch.autograd.grad(errors.sum(), codes)
            yield z.detach().clone(), errors.detach()  # cloned: the next step changes the codes in place

    def loss(self, batch: Batch, parameters: Tensor | None = None, kl_weight: float = 0.0) -> dict[str, Tensor]:
        """Squared error and weighted divergence over the number of pixels, and how far off the linear guess is.

        Args:
            parameters: Of the images' codes, shape (B, D, P); guessed unless given.
        """
        guess = self.guess(batch.image).float()
        parameters = self.family.start(guess) if parameters is None else parameters
        losses = {"mse": F.mse_loss(self.decode(self.family.draw(parameters)).float(), batch.image)}
        if kl_weight:
            losses["kl"] = kl_weight / batch.image[0].numel() * self.family.divergence(parameters).mean()
        return losses | {"guess": 1e-3 * F.mse_loss(guess, self.family.location(parameters).detach())}
