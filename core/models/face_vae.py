"""Variational autoencoders of colour photographs of faces."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from core.data.image_set import Batch
from core.models.vae import GaussianCodes
from core.registry import register_model


@dataclass(frozen=True)
class FaceVAEConfig:
    """Sizes of the convolutional variational autoencoder; the defaults are `vae-faces`."""

    image_shape: tuple[int, int, int] = (3, 128, 128)  # (C, H, W); every convolution halves H and W
    channels: tuple[int, ...] = (24, 48, 96, 160, 192)  # of the convolutions
    hidden_dim: int = 0  # units between the convolutions and the code; 0: none
    latent_dim: int = 256  # numbers in a code
    normalise: bool = True  # batch normalisation between convolutions
    attributes: tuple[str, ...] = ()  # names of the directions that come with the model


@register_model("face-vae", FaceVAEConfig)
class FaceVAE(GaussianCodes):
    """Strided convolutions to a normal distribution over codes, and transposed ones back.

        loss = ||x - decode(z)||^2 + beta KL(N(mu, sigma^2) || N(0, I)) [+ gamma (1 - SSIM)],  z = mu + sigma eps

    Samples are decoded from N(mean, cov), the normal distribution fitted to the codes of the training images, where it
    was fitted, and from N(0, I) elsewhere. Moving a code along a row of `directions` changes one attribute.

    Source: Auto-Encoding Variational Bayes, 2013, arXiv:1312.6114.
    """

    ssim_stride = 3

    def __init__(self, config: FaceVAEConfig) -> None:
        super().__init__()
        self.config = config
        in_channels, height, width = config.image_shape
        channels, scale = config.channels, 2 ** len(config.channels)
        small = (channels[-1], height // scale, width // scale)
        flat, inner = small[0] * small[1] * small[2], config.hidden_dim or small[0] * small[1] * small[2]
        squeeze = [nn.Linear(flat, inner), nn.ReLU(inplace=True)] if config.hidden_dim else []
        stretch = [nn.Linear(inner, flat), nn.ReLU(inplace=True)] if config.hidden_dim else []

        def norm(out: int) -> list[nn.Module]:
            return [nn.BatchNorm2d(out)] if config.normalise else []

        down, up = [], []
        for into, out in zip((in_channels, *channels), channels, strict=False):
            down += [nn.Conv2d(into, out, 3, stride=2, padding=1), *norm(out), nn.ReLU(inplace=True)]
        for into, out in zip(channels[::-1], channels[-2::-1], strict=False):
            up += [nn.ConvTranspose2d(into, out, 4, stride=2, padding=1), *norm(out), nn.ReLU(inplace=True)]
        self.encoder = nn.Sequential(*down, nn.Flatten(), *squeeze, nn.Linear(inner, 2 * config.latent_dim))
        self.decoder = nn.Sequential(
            nn.Linear(config.latent_dim, inner), nn.ReLU(inplace=True), *stretch, nn.Unflatten(1, small), *up,
            nn.ConvTranspose2d(channels[0], in_channels, 4, stride=2, padding=1), nn.Sigmoid(),
        )  # fmt: skip
        self.register_buffer("mean", torch.zeros(config.latent_dim))
        self.register_buffer("factor", torch.eye(config.latent_dim))  # of the covariance: factor @ factor.T
        self.register_buffer("directions", torch.zeros(len(config.attributes), config.latent_dim))
        self.register_buffer("probe", torch.zeros(len(config.attributes), config.latent_dim + 1))  # last: intercepts

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Means and log variances, (B, D) each, of the codes of images (B, C, H, W) in [0, 1]."""
        return super().posterior(2 * x - 1)

    def sample(self, n: int, generator: Generator | None = None) -> Tensor:
        """Images (n, C, H, W) of codes drawn from the normal distribution of the training images' codes."""
        noise = torch.randn(n, self.config.latent_dim, generator=generator).to(self.mean.device)
        return self.decode(self.mean + noise @ self.factor.T)

    def attribute_logits(self, z: Tensor) -> Tensor:
        """Log odds (B, A) of each attribute, read off codes (B, D) by a linear probe."""
        return z @ self.probe[:, :-1].T + self.probe[:, -1]

    def loss(self, batch: Batch, kl_weight: float = 0.02, ssim_weight: float = 0.0) -> dict[str, Tensor]:
        """Squared error, weighted KL divergence, both over the number of values, and weighted 1 - SSIM if it counts."""
        return self.loss_terms(batch.image, kl_weight, ssim_weight)
