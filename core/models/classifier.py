"""Convolutional classifiers of the ten kinds of clothes."""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

from core.data import Batch
from core.layers import Residual, conv_bn
from core.registry import register_model


@dataclass(frozen=True)
class ResNetConfig:
    """Sizes of the residual classifier."""

    image_shape: tuple[int, int, int] = (1, 28, 28)  # (C, H, W)
    input_size: int = 32  # images are resized to this many pixels a side
    channels: tuple[int, ...] = (32, 64)  # of each ConvBlock, which halves height and width
    num_res_blocks: int = 3  # in each ConvBlock
    hidden_dim: int = 128  # units of the first fully connected layer
    dropout: float = 0.5  # probability, at the end of each ConvBlock
    num_classes: int = 10


@register_model("resnet-classifier", ResNetConfig)
class ResNetClassifier(nn.Module):
    """Two ConvBlocks (convolution, residual blocks, max-pooling, dropout), then two fully connected layers.

    Source: Deep Residual Learning for Image Recognition, 2015, arXiv:1512.03385.
    """

    def __init__(self, config: ResNetConfig) -> None:
        super().__init__()
        self.config = config
        in_channels, *_ = config.image_shape
        self.conv1 = nn.Sequential(conv_bn(in_channels, config.channels[0]), nn.ReLU(inplace=True))
        self.blocks = nn.ModuleList()
        for i, channels in enumerate(config.channels):
            widen = (
                [conv_bn(config.channels[i - 1], channels), nn.ReLU(inplace=True)] if i > 0 else []
            )  # conv1 is the first's
            residuals = [_res_block(channels) for _ in range(config.num_res_blocks)]
            self.blocks.append(nn.Sequential(*widen, *residuals, nn.MaxPool2d(2), nn.Dropout(config.dropout)))
        side = config.input_size // 2 ** len(config.channels)
        self.fc1 = nn.Linear(config.channels[-1] * side * side, config.hidden_dim)
        self.fc2 = nn.Linear(config.hidden_dim, config.num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits, shape (B, 10), of images (B, C, H, W) in [0, 1]."""
        return self.activations(x)["output"]

    def activations(self, x: Tensor) -> dict[str, Tensor]:
        """What every named layer gives, in order: maps (B, C, H, W), then vectors (B, F)."""
        size = (self.config.input_size, self.config.input_size)
        taps = {"conv1": self.conv1(F.interpolate(x, size, mode="bilinear", align_corners=False))}
        h = taps["conv1"]  # (B, 32, 32, 32)
        for i, block in enumerate(self.blocks, start=1):
            h = taps[f"block{i}"] = block(h)  # (B, 32, 16, 16), (B, 64, 8, 8)
        taps["fc1"] = F.relu(self.fc1(h.flatten(1)), inplace=True)  # (B, 128)
        taps["output"] = self.fc2(taps["fc1"])  # (B, 10)
        return taps

    def features(self, x: Tensor) -> dict[str, Tensor]:
        """The same, each flattened to (B, F)."""
        return {name: tap.flatten(1) for name, tap in self.activations(x).items()}

    def loss(self, batch: Batch, label_smoothing: float = 0.0) -> dict[str, Tensor]:
        """Cross-entropy in nats, against labels smoothed towards the uniform distribution."""
        logits = self(batch.image).float()
        return {"cross_entropy": F.cross_entropy(logits, batch.label, label_smoothing=label_smoothing)}


def _res_block(channels: int) -> nn.Sequential:
    body = Residual(conv_bn(channels, channels), nn.ReLU(inplace=True), conv_bn(channels, channels))
    return nn.Sequential(body, nn.ReLU(inplace=True))
