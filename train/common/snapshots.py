"""A film of a generator's training: what it makes of the same codes, again and again, and both losses."""

from pathlib import Path

import torch
from torch import Tensor, nn

from core.checkpoint import save_extra
from core.data.images import to_bytes

MOMENTS = 24
TILES = 64  # images a moment
LOSS_STEPS = 20  # steps that are averaged into one point of a loss curve


class Moments:
    """Records a run as it goes; the early moments lie closer together, for most happens then.

    Args:
        model: Has `decode`; is looked at in eval mode.
        codes: The same for every moment, shape (64, D).
    """

    def __init__(self, model: nn.Module, codes: Tensor) -> None:
        self.model, self.codes = model, codes
        self.images: list[Tensor] = []  # (64, C, H, W) uint8 each
        self.steps: list[int] = []  # optimiser steps done before each moment
        self.losses: list[list[float]] = []  # of every step: discriminator, generator

    def __call__(self, progress: float, discriminator: Tensor, generator: Tensor) -> None:
        """Record a step's losses, and before that the images if a moment is due."""
        if progress >= (len(self.images) / (MOMENTS - 1)) ** 2:
            self.look()
        self.losses.append([discriminator.item(), generator.item()])

    @torch.no_grad()
    def look(self) -> None:
        """Record the images of this moment."""
        training = self.model.training
        device = next(self.model.parameters()).device
        pixels = to_bytes(self.model.eval().decode(self.codes.to(device)).float().cpu())
        self.model.train(training)
        self.images.append(torch.from_numpy(pixels))
        self.steps.append(len(self.losses))

    def save(self, path: Path) -> None:
        """Write the film, its last moment being the end of the training.

        Args:
            path: NAME.moments.safetensors, to hold `images` (M, 64, C, H, W) as bytes, the optimiser `steps` (M,) done
                at each moment, and `losses` (S, 2) of discriminator and generator in nats, evenly over the training.
        """
        self.look()
        together = min(LOSS_STEPS, len(self.losses))
        points = torch.tensor(self.losses).unfold(0, together, together).mean(-1)  # (S, 2)
        steps = torch.tensor(self.steps)
        save_extra(path, {"images": torch.stack(self.images), "steps": steps, "losses": points.contiguous()})

    def state_dict(self) -> dict:
        return {"images": self.images, "steps": self.steps, "losses": torch.tensor(self.losses)}

    def load_state_dict(self, state: dict) -> None:
        self.images, self.steps, self.losses = state["images"], state["steps"], state["losses"].tolist()
