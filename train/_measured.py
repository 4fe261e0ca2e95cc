"""Measuring a model on a dataset, and the last lines of every recipe: save the weights with what they measured."""

from collections.abc import Callable, Iterable
from dataclasses import asdict

import torch
from torch import nn
from tqdm import tqdm

from core.checkpoint import Card, round_to_storage, save_checkpoint
from core.data import Batch, ImageSet
from core.devices import join_processes, leave_processes
from core.registry import get_architecture
from core.training import History, TrainConfig

BATCH_SIZE = 500  # images measured at a time

Measure = Callable[[nn.Module, Iterable[Batch]], dict[str, float]]  # every recipe has its own


def figures(
    measure: Measure, model: nn.Module, data: ImageSet, prefix: str, progress: bool = False
) -> dict[str, float]:
    """What a recipe measures, on one dataset and in eval mode, named `<prefix>_<measure>`."""
    device = next(model.parameters()).device
    batches = data.batches(BATCH_SIZE, device)
    if progress:
        batches = tqdm(batches, total=-(-len(data) // BATCH_SIZE), leave=False, unit="batch")
    training = model.training
    with torch.inference_mode():
        measured = measure(model.eval(), batches)
    model.train(training)
    return {f"{prefix}_{name}": value for name, value in measured.items()}


def finish(
    model: nn.Module,
    architecture: str,
    config: TrainConfig,
    history: History,
    test: ImageSet,
    *,
    measure: Measure,
    report: dict[str, float],
    goal: dict[str, float],
) -> None:
    """Write the checkpoint into the run's folder and print what it measured on the test set."""
    rank, _ = join_processes()
    if rank == 0:
        family = get_architecture(architecture).family
        metrics = figures(measure, round_to_storage(model), test, "test")
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
