"""Blocks that two models or more are made of."""

from torch import Tensor, nn


class Residual(nn.Module):
    """x + f(x), for a body f that keeps the shape."""

    def __init__(self, *body: nn.Module) -> None:
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x: Tensor) -> Tensor:  # (B, ...) -> (B, ...)
        """x plus what the block adds to it, of the same shape."""
        return self.body(x).add_(x)  # in place: memory traffic is half the time of a small network


def conv_bn(in_channels: int, out_channels: int) -> nn.Sequential:
    """3x3 convolution that keeps height and width, then batch normalisation."""
    # the normalisation has its own shift: a bias before it would be without effect
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False), nn.BatchNorm2d(out_channels))
