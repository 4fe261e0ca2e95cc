"""Train a classifier on the encoder of a shipped autoencoder: frozen, or fine-tuned.

python -m train.head --checkpoint cae-27-classifier-frozen
python -m train.head --checkpoint cae-27-classifier          # fine-tunes the shipped cae-27-classifier-frozen
torchrun --nproc_per_node=2 -m train.head                    # the same on two processes
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from core.augment import random_shift
from core.checkpoint import load_model
from core.data import Batch, ImageSet
from core.devices import autocast, broadcast_weights, pick_device
from core.models.head import EncoderHead
from core.optim import descend, moving_average, one_cycle, set_learning_rate
from core.registry import create_model
from core.training import TrainConfig, option
from train._measures import classification
from train._recipe import Recipe, Trainee


@dataclass(frozen=True)
class Head:
    """What a checkpoint of this family is made of."""

    encoder: str  # the checkpoint whose encoder it takes: an autoencoder, or a head to be fine-tuned
    hidden_dims: tuple[int, ...]
    dropout: float = 0.0
    fine_tuned: bool = False  # whether the encoder learns too


HEADS = {
    "cae-27-classifier-frozen": Head("cae-27", (276,), 0.06),
    "cae-27-classifier": Head("cae-27-classifier-frozen", (276,), 0.06, fine_tuned=True),
    "cae-4-classifier": Head("cae-4", (30, 60)),
}
REPORT = {
    "cae-27-classifier": {"test_accuracy": 0.8641},
    "cae-27-classifier-frozen": {"test_accuracy": 0.8641},
    "cae-4-classifier": {"test_accuracy": 0.75},
}
GOAL = {
    "cae-27-classifier": {"test_accuracy": 0.92},
    "cae-27-classifier-frozen": {"test_accuracy": 0.895},
    "cae-4-classifier": {"test_accuracy": 0.82},
}


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.head`."""

    checkpoints: ClassVar = tuple(HEADS)
    checkpoint: str = option("cae-27-classifier-frozen", f"name of the weight to make: {', '.join(HEADS)}")
    epochs: int = option(60, "passes over the training part")
    batch_size: int = option(256, "images a step, over all processes")
    learning_rate: float = option(1e-2, "peak of the one-cycle schedule (AdamW)")
    weight_decay: float = option(0.1, "decay of all weights, times the learning rate")
    label_smoothing: float = option(0.0, "share of each label spread over all classes")
    shift: int = option(1, "random shift in pixels")
    average: float = option(0.999, "decay a step of the moving average of the weights, which is what is kept")


def prepare(config: Config, training: ImageSet, **options: Any) -> Trainee:
    """AdamW with a one-cycle schedule, on slightly shifted images; a frozen encoder stays as it is."""
    device, head = pick_device(), HEADS[config.checkpoint]
    origin = load_model(head.encoder)
    sizes = asdict(origin.config) | {"hidden_dims": head.hidden_dims, "dropout": head.dropout}
    model = create_model("encoder-head", **sizes | options)
    if isinstance(origin, EncoderHead):
        model.load_state_dict(origin.state_dict())
    else:
        model.encoder.load_state_dict(origin.encoder.state_dict())
        _standardise(model, training)
    model.encoder.requires_grad_(head.fine_tuned)
    model = model.to(device, memory_format=torch.channels_last)
    broadcast_weights(model)
    average = moving_average(model, config.average)
    learning = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, weight_decay=config.weight_decay)

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress))
        image = random_shift(batch.image, config.shift)
        with autocast(device, config.precision):
            losses = model.loss(Batch(image, batch.label, batch.index), config.label_smoothing)
        descend(losses, model, optimizer)
        average.update_parameters(model)
        return losses

    return Trainee(model, average, optimizer, step)


@torch.no_grad()
def _standardise(model: EncoderHead, training: ImageSet) -> None:
    """Let the head start as if every number of a code had mean 0 and standard deviation 1."""
    codes = model.encoder(training.take(10_000).batch(torch.arange(min(10_000, len(training)))).image)
    first = model.head[0][0]
    first.weight /= codes.std(dim=0)
    first.bias -= first.weight @ codes.mean(dim=0)


RECIPE = Recipe(Config, prepare, measure=classification, monitor="accuracy", report=REPORT, goal=GOAL)

if __name__ == "__main__":
    RECIPE.run()
