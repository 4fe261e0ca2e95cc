"""Train a convolutional autoencoder.

python -m train.autoencoder                                  # cae-27
python -m train.autoencoder --dataset folder:PATH --latent-dim 8
torchrun --nproc_per_node=2 -m train.autoencoder             # the same on two processes
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from torch import Tensor

from core.data.image_set import Batch, ImageSet
from core.models.autoencoder import AutoencoderConfig
from core.registry import create_model
from core.training.config import GeneratorConfig, nonnegative, option
from core.training.devices import autocast, pick_device
from core.training.optim import OPTIMIZERS, descend, one_cycle, set_learning_rate
from train.common.metrics import generation_from_codes, reconstruction
from train.common.recipe import Recipe, TrainState

if TYPE_CHECKING:
    from optuna import Trial

ARCHITECTURES = {"cae-27": AutoencoderConfig()} | {
    f"cae-{size}": AutoencoderConfig(channels=(8, 17, 32), hidden_dim=69, latent_dim=size) for size in (2, 4, 6)
}
REPORT = {"cae-4": {"test_mse": 0.02}}  # of the others no figure is printed
BASELINE = {  # of PCA fitted to all training images
    "cae-27": {"test_mse": 0.0164},
    "cae-2": {"test_mse": 0.0461},
    "cae-4": {"test_mse": 0.0366},
    "cae-6": {"test_mse": 0.0303},
}
GOAL = {
    "cae-27": {"test_mse": 0.0086},
    "cae-2": {"test_mse": 0.0250},
    "cae-4": {"test_mse": 0.0176},
    "cae-6": {"test_mse": 0.0150},
}
STAGES = {"cae-4": ({"epochs": 80, "code_penalty": 1e-5, "precision": "float32"},)}


@dataclass(frozen=True)
class Config(GeneratorConfig):
    """Options of `python -m train.autoencoder`."""

    checkpoints: ClassVar = tuple(ARCHITECTURES)
    checkpoint: str = option("cae-27", "name of the weight to make")
    epochs: int = option(100, "passes over the training part")
    batch_size: int = option(64, "images a step, over all processes")
    latent_dim: int = nonnegative(0, "numbers in a code (0: as the checkpoint has)")
    optimizer: str = option("adam", ", ".join(OPTIMIZERS))
    learning_rate: float = nonnegative(0.01, "peak of the one-cycle schedule")
    weight_decay: float = nonnegative(0.0, "L2 penalty of the weights")
    code_penalty: float = nonnegative(0.0, "weight of the mean square of the codes: keeps small codes in one scale")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"--optimizer {self.optimizer} is unknown; there are: {', '.join(OPTIMIZERS)}")


def prepare(config: Config, training: ImageSet, **options: Any) -> TrainState:
    """One cycle of learning rates on the mean squared error."""
    sizes = {"image_shape": training.image_shape} | ({"latent_dim": config.latent_dim} if config.latent_dim else {})
    model = create_model("autoencoder", **asdict(ARCHITECTURES[config.checkpoint]) | sizes | options)
    make_optimizer = OPTIMIZERS[config.optimizer]
    optimizer = make_optimizer(model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)

    def step(batch: Batch, progress: float) -> dict[str, Tensor]:
        set_learning_rate(optimizer, config.learning_rate * one_cycle(progress, warmup=0.05))
        with autocast(pick_device(), config.precision):
            losses = model.loss(batch, config.code_penalty)
        descend(losses, model, optimizer)
        return losses

    return TrainState(model, optimizer, step)


def search_space(trial: "Trial") -> tuple[dict[str, Any], dict[str, Any]]:
    """Width, code, optimiser and its two numbers."""
    n = trial.suggest_int("channels", 4, 10)
    fields = {
        "optimizer": trial.suggest_categorical("optimizer", ["adam", "sgd"]),
        "learning_rate": trial.suggest_float("learning_rate", 5e-5, 5e-2, log=True),
        "weight_decay": trial.suggest_float("weight_decay", 1e-6, 1e-4, log=True),
        "precision": "float32",  # of such small models, casting to bfloat16 takes longer than it saves
    }
    return fields, {"channels": (n, 2 * n, 4 * n), "latent_dim": trial.suggest_int("latent_dim", 10, 60)}


def search_space_small(trial: "Trial") -> tuple[dict[str, Any], dict[str, Any]]:
    """Every width on its own, and codes of 2 to 4 numbers."""
    ranges = {"channels1": (8, 10), "channels2": (15, 20), "channels3": (25, 35)}
    fields = {
        "optimizer": trial.suggest_categorical("optimizer", ["adam", "sgd", "rmsprop"]),
        "learning_rate": trial.suggest_float("learning_rate", 1e-3, 1e-1, log=True),
        "weight_decay": trial.suggest_float("weight_decay", 1e-4, 1e-1, log=True),
        "precision": "float32",
    }
    return fields, {
        "channels": tuple(trial.suggest_int(name, *bounds) for name, bounds in ranges.items()),
        "hidden_dim": trial.suggest_int("hidden_dim", 60, 80),
        "latent_dim": trial.suggest_int("latent_dim", 2, 4),
    }


RECIPE = Recipe(
    Config, prepare, metrics=reconstruction, monitor="mse", report=REPORT, goal=GOAL,
    baseline=BASELINE, final_metrics=generation_from_codes, stages=STAGES,
)  # fmt: skip

if __name__ == "__main__":
    RECIPE.run()
