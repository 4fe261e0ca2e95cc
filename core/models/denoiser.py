"""Denoisers of 28x28 images: blind ones, which get neither the kind nor the level of the noise."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.data.image_set import Batch
from core.models.autoencoder import Autoencoder, AutoencoderConfig
from core.models.layers import Residual
from core.noise.functions import one_noise, training_noise
from core.registry import register_model

_FLOOR = 1e-5  # added to the squared error: what is better than 50 dB need not get better still
_LEAK = 0.01  # slope of the training output outside [0, 1], so that what strays there finds its way back


def decibel_loss(x_hat: Tensor, x: Tensor) -> Tensor:
    """Mean over images of 10 log10(MSE), the negative of the PSNR in dB: every image counts alike, however noisy.

    Args:
        x_hat: Images, shape (B, C, H, W).
        x: What they should be, in [0, 1] and of the same shape.
    """
    return 10 * torch.log10((x_hat.float() - x).square().flatten(1).mean(1) + _FLOOR).mean()


@dataclass(frozen=True)
class DenoisingAutoencoderConfig(AutoencoderConfig):
    """Sizes of the autoencoder, and what it learns from."""

    noise: str = ""  # the one kind of noise that it meets, a key of ONE_LEVEL; "": every kind, as training_noise draws


@register_model("denoising-autoencoder", DenoisingAutoencoderConfig)
class DenoisingAutoencoder(Autoencoder):
    """The convolutional autoencoder, learning to give the clean image for a noisy one.

    Source: Extracting and Composing Robust Features with Denoising Autoencoders, 2008, doi:10.1145/1390156.1390294.
    """

    def loss(self, batch: Batch, noise: float = 1.0) -> dict[str, Tensor]:
        """Negative PSNR in dB of what comes back for images made noisy at random, every level times `noise`."""
        kind = self.config.noise
        noisy = one_noise(batch.image, kind, noise) if kind else training_noise(batch.image, noise)
        return {"decibel": decibel_loss(self(noisy), batch.image)}


@dataclass(frozen=True)
class UNetConfig:
    """Sizes of the residual U-Net."""

    image_shape: tuple[int, int, int] = (1, 28, 28)  # (C, H, W); H and W halve twice
    channels: tuple[int, int, int] = (32, 64, 128)  # at full, half and quarter size
    num_blocks: tuple[int, int] = (2, 3)  # residual blocks at half size, on the way down and again up, and at quarter


@register_model("unet", UNetConfig)
class UNet(nn.Module):
    """A small U-Net that predicts what to add to a noisy image; most of its work is done at half and quarter size.

    There is no normalisation: how strong the noise is shows in the activations, and running statistics would tie the
    model to the mixture of noise it was trained on.

    Source: U-Net, 2015, arXiv:1505.04597; residual learning as in DnCNN, 2016, arXiv:1608.03981.
    """

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        in_channels, *_ = config.image_shape
        a, b, c = config.channels
        outer, inner = config.num_blocks
        self.first = nn.Sequential(nn.Conv2d(in_channels, a, 3, padding=1), nn.ReLU(inplace=True))
        self.down1 = nn.Sequential(nn.Conv2d(a, b, 2, stride=2), *(_block(b) for _ in range(outer)))
        self.down2 = nn.Sequential(nn.Conv2d(b, c, 2, stride=2), *(_block(c) for _ in range(inner)))
        self.up2 = nn.ConvTranspose2d(c, b, 2, stride=2)
        self.blocks = nn.Sequential(*(_block(b) for _ in range(outer)))
        self.up1 = nn.ConvTranspose2d(b, a, 2, stride=2)
        self.last = nn.Sequential(
            nn.ReLU(inplace=True), nn.Conv2d(a, a, 3, padding=1),
            nn.ReLU(inplace=True), nn.Conv2d(a, in_channels, 3, padding=1),
        )  # fmt: skip
        self.to(memory_format=torch.channels_last)  # nearly twice as fast on a CPU

    def _correct(self, x: Tensor) -> Tensor:
        """Corrected images, which may stray outside [0, 1]."""
        full = self.first(x)  # (B, 32, 28, 28)
        half = self.down1(full)  # (B, 64, 14, 14)
        quarter = self.down2(half)  # (B, 128, 7, 7)
        half = self.blocks(self.up2(quarter) + half)
        return x + self.last(self.up1(half) + full).float()

    def forward(self, x: Tensor) -> Tensor:
        """Clean images (B, C, 28, 28) in [0, 1] of noisy ones."""
        return self._correct(x).clamp(0, 1)

    def loss(self, batch: Batch, noise: float = 1.0) -> dict[str, Tensor]:
        """Negative PSNR in dB on images made noisy at random, every level times `noise`."""
        x_hat = self._correct(training_noise(batch.image, noise))
        inside = x_hat.clamp(0, 1)
        return {"decibel": decibel_loss(inside + _LEAK * (x_hat - inside), batch.image)}


def _block(channels: int) -> nn.Module:
    second = nn.Conv2d(channels, channels, 3, padding=1)
    return Residual(nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(inplace=True), second)
