"""Train a classifier on the encoder of a shipped autoencoder: frozen, or fine-tuned.

python -m train.head --checkpoint cae-27-classifier-frozen
python -m train.head --checkpoint cae-27-classifier          # fine-tunes the shipped cae-27-classifier-frozen
torchrun --nproc_per_node=2 -m train.head                    # the same on two processes
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from core.checkpoint import MismatchedCheckpoint, load_model
from core.data.image_set import Batch, ImageSet
from core.models.head import EncoderHead
from core.registry import create_model
from core.training.augment import random_flip, random_shift
from core.training.config import TrainConfig, nonnegative, option, share
from core.training.devices import autocast, pick_device
from core.training.optim import descend, one_cycle, set_learning_rate
from train.common.datasets import check_classes, require_classes
from train.common.metrics import BATCH_SIZE, batches, classification, mirrored_probabilities
from train.common.recipe import Recipe, TrainState
from train.common.teacher import load_teacher

if TYPE_CHECKING:
    from optuna import Trial


@dataclass(frozen=True)
class Head:
    """The parts of a checkpoint of this family."""

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
STAGES = {
    "cae-27-classifier-frozen": ({"epochs": 200, "weight_decay": 0.01, "precision": "float32"},),
    "cae-27-classifier": (
        {"epochs": 150, "learning_rate": 0.006, "weight_decay": 0.01, "flip": 0.5, "precision": "float32"},
    ),
    "cae-4-classifier": ({"epochs": 200, "weight_decay": 0.001, "shift": 0, "precision": "float32"},),
}
_TAUGHT = "Where its recipe names a teacher, it learned that classifier's predictions for the training images too."
NOTES = dict.fromkeys(HEADS, _TAUGHT)


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of `python -m train.head`."""

    checkpoints: ClassVar = tuple(HEADS)
    checkpoint: str = option("cae-27-classifier-frozen", "name of the weight to make")
    encoder: str = option("", "checkpoint whose encoder to take (default: the one that the head was made for)")
    epochs: int = option(60, "passes over the training part")
    batch_size: int = option(256, "images a step, over all processes")
    learning_rate: float = nonnegative(1e-2, "peak of the one-cycle schedule (AdamW)")
    weight_decay: float = nonnegative(0.1, "decay of all weights, times the learning rate")
    label_smoothing: float = share(0.0, "share of each label spread over all classes")
    shift: int = nonnegative(1, "random shift in pixels")
    flip: float = share(0.0, "share of images that are mirrored")
    teacher: str = option("classifier-resnet", "classifier whose predictions join the labels (empty: labels alone)")
    teacher_share: float = share(0.9, "share of the target that is the teacher's prediction")


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """AdamW with a one-cycle schedule, on slightly shifted images; a frozen encoder stays as it is."""
    head = HEADS[config.checkpoint]
    origin = _origin(config, training)
    known = asdict(origin.config) | {"num_classes": require_classes(training)}
    sizes = known | {"hidden_dims": head.hidden_dims, "dropout": head.dropout}
    model = create_model("encoder-head", **sizes | options)
    if isinstance(origin, EncoderHead):
        model.load_state_dict(origin.state_dict())
    else:
        model.encoder.load_state_dict(origin.encoder.state_dict())
        _standardise(model, training)
    model.encoder.requires_grad_(head.fine_tuned)
    learning = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, weight_decay=config.weight_decay)
    targets = _targets(config, training)

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress))
        image = random_flip(batch.image, config.flip) if config.flip else batch.image
        image = random_shift(image, config.shift)
        with autocast(pick_device(), config.precision):
            losses = model.loss(Batch(image, targets[batch.index], batch.index), config.label_smoothing)
        descend(losses, model, optimizer)
        return losses

    return TrainState(model, optimizer, step)


def encoder_of(config: Config) -> str:
    """The checkpoint whose encoder is taken."""
    return config.encoder or HEADS[config.checkpoint].encoder


def _origin(config: Config, training: ImageSet) -> nn.Module:
    """The model whose encoder is taken."""
    name = encoder_of(config)
    origin = load_model(config.find_weight(name))
    if tuple(origin.config.image_shape) != training.image_shape:
        raise MismatchedCheckpoint(
            f"the encoder of {name} takes images {tuple(origin.config.image_shape)}, and those of "
            f"{training.source['name']} are {training.image_shape}: name one that was trained on them by --encoder"
        )
    if isinstance(origin, EncoderHead):
        check_classes(config.find_weight(name), "--encoder", training)
    return origin


@torch.no_grad()
def _targets(config: Config, training: ImageSet) -> Tensor:
    """Class probabilities to learn, by the place of an image in the dataset: its label, mixed with what a teacher says.

    A teacher knows which images lie between two classes, which a small head cannot learn from a label.

    Source: Distilling the Knowledge in a Neural Network, 2015, arXiv:1503.02531.
    """
    target = F.one_hot(training.labels, len(training.classes)).float()
    if config.teacher:
        teacher = load_teacher(config, training)
        with autocast(pick_device(), "auto"):
            progress_bar = tqdm(
                batches(teacher, training), config.teacher, -(-len(training) // BATCH_SIZE), unit="batch"
            )
            taught = [mirrored_probabilities(teacher, batch.image) for batch in progress_bar]
        target.lerp_(torch.cat(taught).cpu(), config.teacher_share)
    targets = torch.zeros(int(training.index.max()) + 1, target.shape[1])
    targets[training.index] = target
    return targets.to(pick_device())


@torch.no_grad()
def _standardise(model: EncoderHead, training: ImageSet) -> None:
    """Let the head start as if every number of a code had mean 0 and standard deviation 1."""
    codes = model.encoder(training.take(10_000).batch(torch.arange(min(10_000, len(training)))).image)
    first = model.head[0][0]
    first.weight /= codes.std(dim=0)
    first.bias -= first.weight @ codes.mean(dim=0)


def search_space(trial: "Trial") -> tuple[dict[str, Any], dict[str, Any]]:
    """Width and dropout of the layer above the code, learning rate and decay."""
    fields = {
        "learning_rate": trial.suggest_float("learning_rate", 1e-4, 3e-2, log=True),
        "weight_decay": trial.suggest_float("weight_decay", 1e-5, 1.0, log=True),
        "precision": "float32",
        "teacher": "",  # labels alone, as in the report: its predictions would take longer than a trial
    }
    options = {
        "hidden_dims": (trial.suggest_int("hidden_dim", 50, 300),),
        "dropout": trial.suggest_float("dropout", 0.0, 0.5),
    }
    return fields, options


class HeadRecipe(Recipe):
    """Trains on an encoder that another recipe made."""

    def builds_upon(self, config: Config) -> list[str]:
        """The encoder's checkpoint, and the teacher."""
        return [encoder_of(config), *super().builds_upon(config)]


RECIPE = HeadRecipe(
    Config, prepare, metrics=classification, monitor="accuracy", report=REPORT, goal=GOAL, notes=NOTES, stages=STAGES,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
