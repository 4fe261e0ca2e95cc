"""Whether a live model is dead, exploding or collapsed: a sentence from its own figures, or none.

The thresholds lie between healthy and spoilt runs of the tab's own models, measured at their hyperparameters' defaults
and at rates and weights ten to a hundred times as large; tests/train/live/test_health.py repeats a short run of each.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.data.image_set import ImageSet
from core.training.live import LIVE_MODELS
from core.training.state import Row
from train.common.metrics import compute_metrics, reconstruction
from train.common.recipe import Trainer

PASSES, STEPS = 2.0, 400  # before that much training nobody can tell: a VAE may rest at the mean picture for 200 steps
SLOW = 0.3  # share of the default learning rate below which a network may merely learn slowly
LARGEST = torch.finfo(torch.float16).max  # what a saved weight can hold
GROWN = 10.0  # times a loss of the first batches, which no healthy run comes back to
BLANK_MSE = 0.98  # share of the mean picture's error
BLANK_PSNR = 0.1  # decibels above the mean picture's
GUESS = 0.95  # share of a guess's cross-entropy, ln K nats
NATS = 0.01  # of KL divergence a number of the code
NONE = 0.01  # precision and recall: three of the 300 images compared

SLOWER = "Lower the learning rate and press Reset."
WORDS = {
    "weights": f"The network explodes: its largest number is {{top:.0e}}, more than half precision can hold. {SLOWER}",
    "loss": f"The loss explodes: it is {{times:.0f}} times what it was at the start. {SLOWER}",
    "blank": f"The network is dead: every picture comes back as the mean picture of the training images. {SLOWER}",
    "collapsed": (
        "The codes have collapsed: {nats:.3f} nats a number, so a code tells nothing about its picture. "
        "Lower the KL weight or the learning rate."
    ),
    "guess": f"The network is dead: it gives every picture the same classes, no better than a guess. {SLOWER}",
    "fake": f"The generator has failed: none of its pictures comes near a real one, and no real one near it. {SLOWER}",
}


class MeanPicture(nn.Module):
    """A model that has learned nothing but the mean of its training images."""

    def __init__(self, training: ImageSet) -> None:
        super().__init__()
        self.mean = nn.Parameter(training.images.float().mean(0) / 255, requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.mean.expand_as(x)


@dataclass(frozen=True)
class Figures:
    """What is known of a run at a moment."""

    metrics: Row
    losses: dict[str, float]  # means over the last batches
    top: float  # the largest weight or buffer, without its sign
    step: int
    epoch: float  # passes done, with the part of the one under way


class Health:
    """Names what is wrong with one run.

    Args:
        name: Of the live model.
        trainer: Of the run, which says how its model is measured.
        training: The images it learns from.
    """

    def __init__(self, name: str, trainer: Trainer, training: ImageSet) -> None:
        self.name, self.trainer, self.training = name, trainer, training
        self._start = 0.0  # loss of the first batches
        self._fastest = 0.0  # learning rate so far
        self._blank: Row = {}  # what the mean picture scores

    def problem(self, figures: Figures) -> str:
        """A sentence on what is wrong and what to do; empty if nothing is, or nobody can tell yet."""
        loss = sum(figures.losses.values())
        self._start, self._fastest = self._start or loss, max(self._fastest, self.trainer.config.learning_rate)
        if figures.top > LARGEST:
            return WORDS["weights"].format(top=figures.top)
        if figures.epoch < PASSES or figures.step < STEPS:
            return ""
        if self._start > 0 and loss > GROWN * self._start:
            return WORDS["loss"].format(times=loss / self._start)
        if self.name == "vae" and (nats := self._nats(figures.losses["kl"])) < NATS:
            return WORDS["collapsed"].format(nats=nats)
        is_slow = self._fastest < SLOW * LIVE_MODELS[self.name].defaults["learning_rate"]
        return "" if is_slow else self._dead(figures.metrics, figures.losses)

    def _dead(self, metrics: Row, losses: dict[str, float]) -> str:
        """What to say of a network that has learned nothing: neither the weights as they are, nor their average."""
        if self.name == "gan":
            if "validation_precision" not in metrics:  # no classifier knows these pictures
                return ""
            near = max(metrics["validation_precision"], metrics["validation_recall"])
            return WORDS["fake"] if near < NONE else ""
        if self.name == "classifier":
            best = min(losses["cross_entropy"], metrics["validation_cross_entropy"])
            return WORDS["guess"] if best > GUESS * math.log(len(self.training.classes)) else ""
        return WORDS["blank"] if self._is_blank(metrics, losses) else ""

    def _nats(self, kl: float) -> float:
        """KL divergence of one number of the code, in nats, from the term of the loss."""
        pixels = math.prod(self.training.images.shape[1:])
        return kl * pixels / (self.trainer.config.kl_weight * self.trainer.state.model.config.latent_dim)

    def _is_blank(self, metrics: Row, losses: dict[str, float]) -> bool:
        """Whether the reconstructions are no better than the mean picture."""
        if not self._blank:
            metric = self.trainer.recipe.metrics if self.name == "denoiser" else reconstruction
            mean = MeanPicture(self.training)
            self._blank = compute_metrics(metric, mean, self.trainer.validation, "validation")
        if self.name == "denoiser":
            best = max(-losses["decibel"], metrics["validation_psnr"])
            return best < self._blank["validation_psnr"] + BLANK_PSNR
        return min(losses["mse"], metrics["validation_mse"]) > BLANK_MSE * self._blank["validation_mse"]
