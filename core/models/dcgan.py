"""A deep convolutional generative adversarial network."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from core.losses import adversarial
from core.registry import register_model

_SIDE = 32  # pixels: what both networks work in


@dataclass(frozen=True)
class DCGANConfig:
    """Sizes of the two networks."""

    image_shape: tuple[int, int, int] = (1, 28, 28)  # (C, H, W)
    latent_dim: int = 90  # numbers in a code
    channels: tuple[int, int, int] = (384, 192, 64)  # of the generator at 4, 8 and 16 pixels; the critic's in reverse


@register_model("dcgan", DCGANConfig)
class DCGAN(nn.Module):
    """A generator of images, and the discriminator that tells them from real ones.

    The discriminator maximises log D(x) + log(1 - D(G(z))), the generator maximises log D(G(z)). Both work on 32x32
    pixels; images are resized bilinearly on the way in and out, so what the discriminator sees of a generated image is
    exactly what decode() gives.

    Source: Unsupervised Representation Learning with DCGANs, 2015, arXiv:1511.06434.
    """

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__()
        self.config = config
        in_channels, *_ = config.image_shape
        a, b, c = config.channels
        self.generator = nn.Sequential(
            nn.Unflatten(1, (config.latent_dim, 1, 1)),
            nn.ConvTranspose2d(config.latent_dim, a, 4, bias=False), nn.BatchNorm2d(a), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(a, b, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(b, c, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(c), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(c, in_channels, 4, stride=2, padding=1, bias=False), nn.Tanh(),  # (B, 1, 32, 32)
        )  # fmt: skip
        self.discriminator = nn.Sequential(
            nn.Conv2d(in_channels, c, 4, stride=2, padding=1, bias=False), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(c, b, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(b, a, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(a), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(a, 1, 4, bias=False), nn.Flatten(0),
        )  # fmt: skip
        self.apply(_small_normal)

    def decode(self, z: Tensor) -> Tensor:
        """Images (B, C, 28, 28) in [0, 1] of codes (B, D)."""
        return _resize((self.generator(z) + 1) / 2, self.config.image_shape[-1])

    def sample(self, n: int, generator: Generator | None = None) -> Tensor:
        """Images (n, C, 28, 28) of codes drawn from N(0, I)."""
        return self.decode(self.noise(n, generator))

    def noise(self, n: int, generator: Generator | None = None) -> Tensor:
        """Codes (n, D) drawn from N(0, I): the same of a generator wherever the model is."""
        device = next(self.parameters()).device
        origin = generator.device if generator else device
        return torch.randn(n, self.config.latent_dim, generator=generator, device=origin).to(device)

    def score(self, x: Tensor) -> Tensor:
        """The discriminator's verdict before the sigmoid, (B,), on images (B, C, 28, 28) in [0, 1]."""
        return self.discriminator(2 * _resize(x, _SIDE) - 1).float()

    def discriminate(self, x: Tensor) -> Tensor:
        """Probability (B,) that each image is real."""
        return torch.sigmoid(self.score(x))

    def forward(self, x: Tensor) -> Tensor:
        """The same as discriminate()."""
        return self.discriminate(x)

    def discriminator_loss(self, real: Tensor, fake: Tensor, smoothing: float = 0.0) -> Tensor:
        """Cross-entropy in nats of telling real images from generated ones, which get no gradient.

        Args:
            smoothing: By how much the target of a real image lies below 1.
        """
        return adversarial(self.score(real), 1 - smoothing) + adversarial(self.score(fake.detach()), 0.0)

    def generator_loss(self, fake: Tensor) -> Tensor:
        """Cross-entropy in nats of generated images passing for real."""
        return adversarial(self.score(fake), 1.0)


def _resize(x: Tensor, side: int) -> Tensor:
    return F.interpolate(x.float(), size=(side, side), mode="bilinear", antialias=False)


def _small_normal(module: nn.Module) -> None:
    """Initial weights as in the paper: N(0, 0.02); scales of the normalisation N(1, 0.02)."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
