"""The last lines of every recipe: measure the weights as they will be stored, and save them with their card."""

from dataclasses import asdict

from torch import nn

from core.checkpoint import Card, round_to_storage, save_checkpoint
from core.data import ImageSet
from core.devices import join_processes, leave_processes
from core.registry import get_architecture
from core.training import History, TrainConfig
from train.evaluate import measure


def finish(
    model: nn.Module,
    architecture: str,
    config: TrainConfig,
    history: History,
    test: ImageSet,
    *,
    report: dict[str, float],
    goal: dict[str, float],
) -> None:
    """Write the checkpoint into the run's folder and print what it measured on the test set."""
    rank, _ = join_processes()
    if rank == 0:
        family = get_architecture(architecture).family
        metrics = measure(round_to_storage(model), family, test, "test")
        card = Card(
            name=config.checkpoint,
            model=architecture,
            config=asdict(model.config),
            recipe={"command": f"python -m train.{family} --checkpoint {config.checkpoint}"}
            | {name: value for name, value in config.identity.items() if name != "checkpoint"}
            | {"best_epoch": history.best_epoch + 1},
            dataset=test.source,
            metrics=metrics,
            seed=config.seed,
            minutes=round(history.minutes, 2),
            parameters=sum(p.numel() for p in model.parameters()),
            report=report,
            goal=goal,
            history=[{name: float(f"{value:.6g}") for name, value in row.items()} for row in history.rows],
            class_names=list(test.classes),
        )
        path = save_checkpoint(model, card, config.folder)
        print(f"{path}: " + ", ".join(f"{name} {value:.5f}" for name, value in metrics.items()))
    leave_processes()
