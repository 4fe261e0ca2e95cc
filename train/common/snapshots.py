"""Snapshots of a generator's training: what it makes of the same codes, again and again, and its losses."""

from pathlib import Path

import torch
from torch import Tensor, nn

from core.checkpoint import save_extra
from core.data.image_set import ImageSet
from core.data.images import to_bytes
from core.metrics import precision_recall
from core.training.devices import autocast
from train.common.metrics import can_compare, frechet_features, frechet_taps

SNAPSHOTS = 24
TILES = 64  # images a snapshot
LOSS_STEPS = 20  # steps that are averaged into one point of a loss curve
REAL = 1000  # images that those of a snapshot are compared with
DARK = 20  # of 255: an image without a brighter pixel shows nothing


class Snapshots:
    """Records a run as it goes; the early snapshots lie closer together, for most happens then.

    Args:
        model: Has `decode`; is looked at in eval mode.
        codes: The same for every snapshot, shape (64, D).
    """

    def __init__(self, model: nn.Module, codes: Tensor) -> None:
        self.model, self.codes = model, codes
        self.images: list[Tensor] = []  # (64, C, H, W) uint8 each
        self.steps: list[int] = []  # optimiser steps done before each snapshot
        self.losses = torch.empty(0)  # (S, L), of every step: discriminator and generator, or one
        self.recent: list[Tensor] = []  # of the last steps, left where they are: the CPU need not wait for the GPU

    def __call__(self, progress: float, *losses: Tensor) -> None:
        """Record a step's losses, and before that the images if a snapshot is due."""
        if progress >= (len(self.images) / (SNAPSHOTS - 1)) ** 2:
            self.record()
        self.recent.append(torch.stack(losses).detach().float())

    @property
    def done(self) -> int:
        """Steps recorded."""
        return len(self.losses) + len(self.recent)

    @torch.no_grad()
    def record(self) -> None:
        """Record the images of now."""
        training = self.model.training
        device = next(self.model.parameters()).device
        with autocast(device, "auto"):
            pixels = to_bytes(self.model.eval().decode(self.codes.to(device)).float().cpu())
        self.model.train(training)
        self.images.append(torch.from_numpy(pixels))
        self.steps.append(self.done)

    def save(self, path: Path, real: ImageSet | None = None) -> None:
        """Write the snapshots, the last of them being the end of the training.

        Args:
            path: NAME.snapshots.safetensors, to hold `images` (M, 64, C, H, W) as bytes, the optimiser `steps` (M,) at
                each snapshot, and `losses` (S, L), evenly over the training: discriminator and generator, or one.
            real: Images to compare with: the file then holds what diversity() gives too.
        """
        self.record()
        losses = self._gather()
        together = min(LOSS_STEPS, len(losses))
        points = losses.unfold(0, together, together).mean(-1)  # (S / together, L)
        images, steps = torch.stack(self.images), torch.tensor(self.steps)
        compared = diversity(images, real) if real else {}
        save_extra(path, {"images": images, "steps": steps, "losses": points.contiguous()} | compared)

    def state_dict(self) -> dict:
        return {"images": self.images, "steps": self.steps, "losses": self._gather()}

    def load_state_dict(self, state: dict) -> None:
        self.images, self.steps, self.losses = state["images"], state["steps"], state["losses"]
        self.recent = []

    def _gather(self) -> Tensor:
        """The losses of every step, (S, L)."""
        if self.recent:
            recent = torch.stack(self.recent).cpu()
            self.losses = torch.cat((self.losses, recent)) if len(self.losses) else recent
            self.recent = []
        return self.losses


@torch.no_grad()
def diversity(images: Tensor, real: ImageSet) -> dict[str, Tensor]:
    """How many kinds of image a generator made at each snapshot.

    Args:
        images: Bytes, shape (M, N, C, H, W).
        real: What it learned from; its classifier names the images, and REAL of its own are looked for among them.

    Returns:
        `classes` (M, K), how many images of a snapshot the classifier finds in each class, but for dark ones, and
        `recall` (M,), the share of real images that lie among those of the snapshot; nothing if can_compare() says no.
    """
    if not can_compare(real):
        return {}
    wanted, counts, recalls = frechet_features(real.take(REAL).images, real.classifier), [], []
    for made in images:
        taps = frechet_taps(made.float() / 255, real.classifier)
        is_lit = made.flatten(1).amax(1) > DARK
        counts.append(taps["output"].argmax(1)[is_lit].bincount(minlength=len(real.classes)))
        recalls.append(precision_recall(wanted, taps["fc1"].numpy())[1])
    return {"classes": torch.stack(counts), "recall": torch.tensor(recalls)}
