"""Classifiers that stand on the encoder of an autoencoder."""

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from core.models.autoencoder import AutoencoderConfig, conv_encoder
from core.models.classifier import Classifier
from core.registry import register_model


@dataclass(frozen=True)
class HeadConfig(AutoencoderConfig):
    """Sizes of the encoder, and of the layers from its code to the classes; the defaults are `cae-27-classifier`."""

    hidden_dims: tuple[int, ...] = (276,)  # units of the layers between code and output
    dropout: float = 0.06  # probability, after each of them
    num_classes: int = 10


@register_model("encoder-head", HeadConfig)
class EncoderHead(Classifier):
    """The encoder of an `autoencoder`, then fully connected layers from its code to the classes."""

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = conv_encoder(config, config.latent_dim)
        widths = [config.latent_dim, *config.hidden_dims]
        self.head = nn.ModuleList(
            nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Dropout(config.dropout)) for a, b in pairwise(widths)
        )
        self.output = nn.Linear(widths[-1], config.num_classes)

    def activations(self, x: Tensor) -> dict[str, Tensor]:
        """What each layer gives for images, by name; "output" are the logits."""
        taps, names = {}, iter(("conv1", "conv2", "conv3", "fc1"))
        for layer in self.encoder:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                taps[next(names)] = x  # (B, a, 14, 14), (B, b, 7, 7), (B, c, 3, 3), (B, hidden_dim)
        return taps | {"code": x} | self.decide(x)

    def map_layers(self) -> dict[str, list[nn.Module]]:
        """The three convolutions of the encoder, each with its ReLU."""
        convolutions = [i for i, layer in enumerate(self.encoder) if isinstance(layer, nn.Conv2d)]
        return {f"conv{k}": list(self.encoder[i : i + 2]) for k, i in enumerate(convolutions, start=1)}

    def decide(self, code: Tensor) -> dict[str, Tensor]:
        """What the layers above the code, (B, D), give: `head1`, ..., `output`."""
        taps = {}
        for i, layer in enumerate(self.head, start=1):
            code = taps[f"head{i}"] = layer(code)
        taps["output"] = self.output(code)  # (B, 10)
        return taps
