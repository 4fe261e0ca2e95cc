"""Convolutional classifiers of the ten kinds of clothes."""

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

from core.data.image_set import Batch
from core.models.layers import Residual, conv_bn
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


class Classifier(nn.Module):
    """What every classifier gives, from the activations of its named layers; the last layer is `output`."""

    def activations(self, x: Tensor) -> dict[str, Tensor]:
        """What every named layer gives, in order: maps (B, C, H, W), then vectors (B, F)."""
        raise NotImplementedError

    def map_layers(self) -> dict[str, list[nn.Module]]:
        """By the name of each layer of maps, the modules that make it of the one before it, the first of resized()."""
        raise NotImplementedError

    def resized(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) as the first layer takes them."""
        return x

    def forward(self, x: Tensor) -> Tensor:
        """Logits, shape (B, 10), of images (B, C, H, W) in [0, 1]."""
        return self.activations(x)["output"]

    def features(self, x: Tensor) -> dict[str, Tensor]:
        """The same, each flattened to (B, F)."""
        return {name: tap.flatten(1) for name, tap in self.activations(x).items()}

    def loss(self, batch: Batch, label_smoothing: float = 0.0) -> dict[str, Tensor]:
        """Cross-entropy in nats, against labels, or class probabilities (B, 10), smoothed towards the uniform."""
        logits = self(batch.image).float()
        return {"cross_entropy": F.cross_entropy(logits, batch.label, label_smoothing=label_smoothing)}


@register_model("resnet-classifier", ResNetConfig)
class ResNetClassifier(Classifier):
    """Two ConvBlocks (convolution, residual blocks, max-pooling, dropout), then two fully connected layers.

    In training, images smaller than the config's are worked on at a smaller size, faster as it has fewer pixels.

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
        self.side = config.input_size // 2 ** len(config.channels)
        self.fc1 = nn.Linear(config.channels[-1] * self.side**2, config.hidden_dim)
        self.fc2 = nn.Linear(config.hidden_dim, config.num_classes)

    def activations(self, x: Tensor) -> dict[str, Tensor]:
        """What each layer gives for images, by name; "output" are the logits."""
        taps = {"conv1": self.conv1(self.resized(x))}
        h = taps["conv1"]  # (B, 32, 32, 32)
        for i, block in enumerate(self.blocks, start=1):
            h = taps[f"block{i}"] = block(h)  # (B, 32, 16, 16), (B, 64, 8, 8)
        if h.shape[-1] < self.side:
            h = F.adaptive_avg_pool2d(h, self.side)  # stretched to what fc1 takes
        taps["fc1"] = F.relu(self.fc1(h.flatten(1)), inplace=True)  # (B, 128)
        taps["output"] = self.fc2(taps["fc1"])  # (B, 10)
        return taps

    def map_layers(self) -> dict[str, list[nn.Module]]:
        """conv1, and a layer for each block."""
        return {"conv1": [self.conv1]} | {f"block{i}": [block] for i, block in enumerate(self.blocks, start=1)}

    def resized(self, x: Tensor) -> Tensor:
        """Images at the config's size, small ones in training at a smaller one."""
        size = self.config.input_size
        if self.training:
            size = min(size, size * x.shape[-1] // self.config.image_shape[-1])
        return F.interpolate(x, (size, size), mode="bilinear", align_corners=False)


@dataclass(frozen=True)
class FashionNetConfig:
    """Sizes of the plain convolutional classifier."""

    image_shape: tuple[int, int, int] = (1, 28, 28)  # (C, H, W)
    input_size: int = 32  # images are resized to this many pixels a side
    channels: tuple[int, ...] = (16, 32, 64, 128)  # of each stage, which halves height and width
    hidden_dims: tuple[int, int] = (256, 128)  # units of the first two fully connected layers
    num_classes: int = 10


@register_model("fashionnet", FashionNetConfig)
class FashionNet(Classifier):
    """Four stages of convolution, ReLU, batch normalisation and max-pooling, then three fully connected layers.

    Source: Gradient-Based Learning Applied to Document Recognition, 1998, doi:10.1109/5.726791, with the
    normalisation of arXiv:1502.03167.
    """

    def __init__(self, config: FashionNetConfig) -> None:
        super().__init__()
        self.config = config
        widths = [config.image_shape[0], *config.channels]
        self.stages = nn.ModuleList(
            nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.ReLU(inplace=True), nn.BatchNorm2d(b))
            for a, b in pairwise(widths)
        )
        self.pool = nn.MaxPool2d(2)
        side = config.input_size // 2 ** len(config.channels)
        first, second = config.hidden_dims
        self.fc1 = _dense(config.channels[-1] * side * side, first)
        self.fc2 = _dense(first, second)
        self.fc3 = nn.Linear(second, config.num_classes)

    def activations(self, x: Tensor) -> dict[str, Tensor]:
        """What each layer gives for images, by name; "output" are the logits."""
        taps, h = {}, self.resized(x)
        for i, stage in enumerate(self.stages, start=1):
            taps[f"conv{i}"] = stage(h)  # (B, 16, 32, 32), (B, 32, 16, 16), (B, 64, 8, 8), (B, 128, 4, 4)
            h = self.pool(taps[f"conv{i}"])
        taps["fc1"] = self.fc1(h.flatten(1))  # (B, 256)
        taps["fc2"] = self.fc2(taps["fc1"])  # (B, 128)
        taps["output"] = self.fc3(taps["fc2"])  # (B, 10)
        return taps

    def map_layers(self) -> dict[str, list[nn.Module]]:
        """A layer for each stage; all but the first begin with pooling."""
        first, *others = self.stages
        return {"conv1": [first]} | {f"conv{i}": [self.pool, stage] for i, stage in enumerate(others, start=2)}

    def resized(self, x: Tensor) -> Tensor:
        """Images at the config's size."""
        size = (self.config.input_size, self.config.input_size)
        return F.interpolate(x, size, mode="bilinear", align_corners=False)


def _dense(in_features: int, out_features: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(in_features, out_features), nn.ReLU(inplace=True), nn.BatchNorm1d(out_features))


def _res_block(channels: int) -> nn.Sequential:
    body = Residual(conv_bn(channels, channels), nn.ReLU(inplace=True), conv_bn(channels, channels))
    return nn.Sequential(body, nn.ReLU(inplace=True))
