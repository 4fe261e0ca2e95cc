"""Variational autoencoders."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from core.data.image_set import Batch
from core.losses import gaussian_kl, structural_dissimilarity
from core.models.autoencoder import AutoencoderConfig, conv_decoder, conv_encoder
from core.registry import register_model


@dataclass(frozen=True)
class VAEConfig(AutoencoderConfig):
    """Sizes of the variational autoencoder; the defaults are `vae-fashion`, on the trunk of `cae-4`."""

    channels: tuple[int, int, int] = (8, 17, 32)  # of the three convolutions
    hidden_dim: int = 69  # units between the convolutions and the code
    latent_dim: int = 4  # numbers in a code


class GaussianCodes(nn.Module):
    """What every variational autoencoder does with an `encoder` to (B, 2D) and a `decoder` of (B, D)."""

    encoder: nn.Module
    decoder: nn.Module
    ssim_stride = 1  # pixels between the windows of 1 - SSIM

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Means and log variances, (B, D) each, of the codes of images (B, C, H, W) in [0, 1]."""
        mu, logvar = self.encoder(x).float().chunk(2, dim=1)
        return mu, logvar

    def encode(self, x: Tensor) -> Tensor:
        """Mean codes (B, D) of images."""
        return self.posterior(x)[0]

    def decode(self, z: Tensor) -> Tensor:
        """Images (B, C, H, W) in [0, 1] of codes (B, D)."""
        return self.decoder(z)

    def forward(self, x: Tensor) -> Tensor:
        """Reconstructions from the mean code, of x's shape."""
        return self.decode(self.encode(x))

    def loss_terms(self, x: Tensor, kl_weight: float, ssim_weight: float) -> dict[str, Tensor]:
        """The terms of the loss, with a code drawn for each image.

        Returns:
            Squared error and weighted KL divergence of an image, both over its number of values, and weighted 1 - SSIM
            if it counts.
        """
        mu, logvar = self.posterior(x)
        x_hat = self.decode(mu + torch.randn_like(mu) * (0.5 * logvar).exp()).float()
        kl = kl_weight / x[0].numel() * gaussian_kl(mu, logvar).mean()
        losses = {"mse": F.mse_loss(x_hat, x), "kl": kl}
        if ssim_weight:
            dissimilarity = structural_dissimilarity(x_hat, x, stride=self.ssim_stride)
            losses["structure"] = ssim_weight * dissimilarity.mean()
        return losses


@register_model("vae", VAEConfig)
class VAE(GaussianCodes):
    """An autoencoder whose code is a normal distribution kept close to N(0, I), so that N(0, I) can be decoded.

        loss = ||x - decode(z)||^2 + beta KL(N(mu, sigma^2) || N(0, I)) [+ gamma (1 - SSIM)],  z = mu + sigma eps

    Source: Auto-Encoding Variational Bayes, 2013, arXiv:1312.6114.
    """

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = conv_encoder(config, 2 * config.latent_dim)
        self.decoder = conv_decoder(config)

    def sample(self, n: int, generator: Generator | None = None) -> Tensor:
        """Images (n, C, 28, 28) of codes drawn from N(0, I)."""
        device = next(self.parameters()).device
        return self.decode(torch.randn(n, self.config.latent_dim, generator=generator, device=device))

    def loss(self, batch: Batch, kl_weight: float = 0.25, ssim_weight: float = 0.0) -> dict[str, Tensor]:
        """Squared error, weighted KL divergence, both over the number of pixels, and weighted 1 - SSIM if it counts."""
        return self.loss_terms(batch.image, kl_weight, ssim_weight)
