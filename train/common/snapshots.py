"""Snapshots of a generator's training: what it makes of the same codes, again and again, and both losses."""

from pathlib import Path

import torch
from torch import Tensor, nn

from core.checkpoint import save_extra
from core.data.images import to_bytes

SNAPSHOTS = 24
TILES = 64  # images a snapshot
LOSS_STEPS = 20  # steps that are averaged into one point of a loss curve


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
        self.losses: list[list[float]] = []  # of every step: discriminator, generator

    def __call__(self, progress: float, discriminator: Tensor, generator: Tensor) -> None:
        """Record a step's losses, and before that the images if a snapshot is due."""
        if progress >= (len(self.images) / (SNAPSHOTS - 1)) ** 2:
            self.record()
        self.losses.append([discriminator.item(), generator.item()])

    @torch.no_grad()
    def record(self) -> None:
        """Record the images of now."""
        training = self.model.training
        device = next(self.model.parameters()).device
        pixels = to_bytes(self.model.eval().decode(self.codes.to(device)).float().cpu())
        self.model.train(training)
        self.images.append(torch.from_numpy(pixels))
        self.steps.append(len(self.losses))

    def save(self, path: Path) -> None:
        """Write the snapshots, the last of them being the end of the training.

        Args:
            path: NAME.snapshots.safetensors, to hold `images` (M, 64, C, H, W) as bytes, the optimiser `steps` (M,) at
                each snapshot, and `losses` (S, 2) of discriminator and generator in nats, evenly over the training.
        """
        self.record()
        together = min(LOSS_STEPS, len(self.losses))
        points = torch.tensor(self.losses).unfold(0, together, together).mean(-1)  # (S, 2)
        steps = torch.tensor(self.steps)
        save_extra(path, {"images": torch.stack(self.images), "steps": steps, "losses": points.contiguous()})

    def state_dict(self) -> dict:
        return {"images": self.images, "steps": self.steps, "losses": torch.tensor(self.losses)}

    def load_state_dict(self, state: dict) -> None:
        self.images, self.steps, self.losses = state["images"], state["steps"], state["losses"].tolist()
