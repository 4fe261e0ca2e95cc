"""How far to trust a classifier: calibrated probabilities, and a mark for images unlike its training data.

Temperature scaling divides the logits by one number, fitted on images that taught nothing, so that of all answers given
with 80 % some 80 % are right. The energy of the logits reveals an image of another kind: a network that has seen such
a thing gives some class a large logit, and a network taught with strange pictures keeps all small for those.

Sources: On Calibration of Modern Neural Networks, 2017, arXiv:1706.04599; Energy-based Out-of-distribution Detection,
2020, arXiv:2010.03759.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

BINS = 15
WARNING = "Unlike anything this network was taught: familiarity {familiarity}, below {threshold}."


@dataclass(frozen=True)
class Verdict:
    """A classifier's answer for a batch of images, and how far to trust it."""

    probs: Tensor  # (B, K), calibrated
    familiarity: Tensor  # (B,) nats: the log of the summed exponentials of the logits, which is minus their energy
    threshold: float  # familiarity below which an image is unlike all that the network was taught
    unlike: Tensor  # (B,) bool

    def describe(self, index: int = 0) -> str:
        """A warning about one image, as a sentence for people; empty if there is none."""
        if not self.unlike[index]:
            return ""
        return WARNING.format(familiarity=f"{self.familiarity[index]:.1f}", threshold=f"{self.threshold:.1f}")


def is_calibrated(model: nn.Module) -> bool:
    """Whether a classifier has the temperature and the threshold that classify() needs."""
    return hasattr(model, "temperature") and hasattr(model, "threshold")


@torch.inference_mode()
def classify(model: nn.Module, x: Tensor) -> Verdict:
    """Classify images (B, C, H, W) in [0, 1], and rate how familiar they are.

    Raises:
        ValueError: If the classifier has no temperature and threshold.
    """
    if not is_calibrated(model):
        raise ValueError(f"{type(model).__name__} was not calibrated: it has no temperature and no threshold")
    logits = model(x).float()
    known = familiarity(logits)
    threshold = float(model.threshold)
    return Verdict((logits / model.temperature).softmax(1), known, threshold, known < threshold)


def familiarity(logits: Tensor) -> Tensor:
    """The log of the summed exponentials of logits (B, K), in nats, shape (B,)."""
    return logits.logsumexp(1)


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The number to divide logits (N, K) by that makes their cross-entropy against labels (N,) smallest."""
    grid = torch.logspace(-1, 1, 401, dtype=torch.double)  # 0.1 to 10, steps of 1.2 %
    losses = torch.stack([F.cross_entropy(logits.double() / t, labels) for t in grid])
    return float(grid[losses.argmin()])


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> float:
    """Mean distance between confidence and accuracy over bins of confidence, weighted by their images.

    Args:
        confidence: Probability of the predicted class, shape (N,).
        right: Whether it was right, bool (N,).
    """
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs((confidence - right)[bin_of == k].sum()) for k in range(bins)]
    return float(sum(gaps) / max(len(confidence), 1))


def auroc(known: np.ndarray, strange: np.ndarray) -> float:
    """Probability that a known image scores higher than a strange one; equal scores count half."""
    ordered = np.sort(strange)
    below, upto = np.searchsorted(ordered, known, "left"), np.searchsorted(ordered, known, "right")
    return float((below + upto).mean() / 2 / len(strange))
