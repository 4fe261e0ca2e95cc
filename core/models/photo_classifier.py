"""The residual classifier trained on photos too, with the calibration that says how far to trust it."""

from dataclasses import dataclass

import torch

from core.models.classifier import ResNetClassifier, ResNetConfig
from core.registry import register_model


@dataclass(frozen=True)
class PhotoClassifierConfig(ResNetConfig):
    """Sizes of the photo classifier: those of the residual classifier."""


@register_model("photo-classifier", PhotoClassifierConfig)
class PhotoClassifier(ResNetClassifier):
    """A ResNetClassifier with a temperature and a threshold, both fitted after training: see core.confidence."""

    def __init__(self, config: PhotoClassifierConfig) -> None:
        super().__init__(config)
        self.register_buffer("temperature", torch.ones(()))  # divides the logits
        self.register_buffer("threshold", torch.full((), -100.0))  # nats of familiarity; any image has more at first
