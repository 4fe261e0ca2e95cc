"""Convolutional autoencoders of small images, 28x28 or 32x32."""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

from core.data.image_set import Batch
from core.registry import register_model


@dataclass(frozen=True)
class AutoencoderConfig:
    """Sizes of the convolutional autoencoder; the defaults are `cae-27`."""

    image_shape: tuple[int, int, int] = (1, 28, 28)  # (C, H, W); a square whose side halves twice
    channels: tuple[int, int, int] = (9, 18, 36)  # of the three convolutions
    hidden_dim: int = 64  # units between the convolutions and the code
    latent_dim: int = 27  # numbers in a code


@register_model("autoencoder", AutoencoderConfig)
class Autoencoder(nn.Module):
    """Three strided convolutions and two linear layers to a code, and the mirror image back.

    The code itself is linear (no ReLU), so that any vector is a code; the last layer is a sigmoid.

    Source: Reducing the Dimensionality of Data with Neural Networks, 2006, doi:10.1126/science.1127647.
    """

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = conv_encoder(config, config.latent_dim)
        self.decoder = conv_decoder(config)

    def encode(self, x: Tensor) -> Tensor:
        """Codes (B, D) of images (B, C, 28, 28) in [0, 1]."""
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        """Images (B, C, 28, 28) in [0, 1] of codes (B, D)."""
        return self.decoder(z)

    def forward(self, x: Tensor) -> Tensor:
        """Reconstructions, of x's shape."""
        return self.decode(self.encode(x))

    def loss(self, batch: Batch, code_penalty: float = 0.0) -> dict[str, Tensor]:
        """Mean squared error over pixels, and the weighted mean square of the codes if it has a weight."""
        z = self.encode(batch.image)
        losses = {"mse": F.mse_loss(self.decode(z).float(), batch.image)}
        return losses | ({"code": code_penalty * z.float().square().mean()} if code_penalty else {})


def conv_encoder(config: AutoencoderConfig, out_features: int) -> nn.Sequential:
    """Images (B, C, 28, 28), or of the config's shape, to vectors (B, out_features)."""
    in_channels, *_ = config.image_shape
    a, b, c = config.channels
    small, _ = _small_sides(config)
    return nn.Sequential(
        nn.Conv2d(in_channels, a, 3, stride=2, padding=1), nn.ReLU(),  # (B, a, 14, 14)
        nn.Conv2d(a, b, 3, stride=2, padding=1), nn.ReLU(),  # (B, b, 7, 7)
        nn.Conv2d(b, c, 3, stride=2), nn.ReLU(),  # (B, c, 3, 3)
        nn.Flatten(),
        nn.Linear(c * small**2, config.hidden_dim), nn.ReLU(),
        nn.Linear(config.hidden_dim, out_features),
    )  # fmt: skip


def conv_decoder(config: AutoencoderConfig) -> nn.Sequential:
    """Codes (B, D) to images (B, C, 28, 28), or of the config's shape, in [0, 1]."""
    in_channels, *_ = config.image_shape
    a, b, c = config.channels
    small, missing = _small_sides(config)
    return nn.Sequential(
        nn.Linear(config.latent_dim, config.hidden_dim), nn.ReLU(),
        nn.Linear(config.hidden_dim, c * small**2), nn.ReLU(),
        nn.Unflatten(1, (c, small, small)),
        nn.ConvTranspose2d(c, b, 3, stride=2, output_padding=missing), nn.ReLU(),  # (B, b, 7, 7)
        nn.ConvTranspose2d(b, a, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),  # (B, a, 14, 14)
        nn.ConvTranspose2d(a, in_channels, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid(),
    )  # fmt: skip


def _small_sides(config: AutoencoderConfig) -> tuple[int, int]:
    """Pixels a side of the smallest maps, and how many the first step back lacks: 3 and 0 of 28, 3 and 1 of 32."""
    _, height, width = config.image_shape
    if height != width or height % 4 or height < 12:
        raise ValueError(f"image_shape must be a square whose side is a multiple of 4 from 12 on, got {height}x{width}")
    small = (height // 4 - 3) // 2 + 1
    return small, height // 4 - (2 * small + 1)
