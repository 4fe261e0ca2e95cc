"""Measure shipped weights again, on the full test sets, beside what their cards say.

python -m train.evaluate                         # every checkpoint
python -m train.evaluate cae-27 --json out.json
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

from core.checkpoint import Card, CheckpointError, list_checkpoints, load_model, write_atomically
from core.data import Batch, DataError, ImageSet, load_fashion_mnist
from core.registry import get_architecture

BATCH_SIZE = 500


@torch.inference_mode()
def measure_classifier(model: nn.Module, batches: Iterable[Batch]) -> dict[str, float]:
    """Share of right answers, and cross-entropy in nats."""
    right = nats = count = 0
    for batch in batches:
        logits = model(batch.image)
        right += (logits.argmax(1) == batch.label).sum().item()
        nats += F.cross_entropy(logits, batch.label, reduction="sum").item()
        count += len(batch.label)
    return {"accuracy": right / count, "cross_entropy": nats / count}


@torch.inference_mode()
def measure_autoencoder(model: nn.Module, batches: Iterable[Batch]) -> dict[str, float]:
    """Mean squared error of the reconstructions, over all pixels in [0, 1]."""
    total = count = 0
    for batch in batches:
        total += F.mse_loss(model(batch.image), batch.image, reduction="sum").item()
        count += batch.image.numel()
    return {"mse": total / count}


# by the name of the file in core/models/
MEASURES: dict[str, Callable[[nn.Module, Iterable[Batch]], dict[str, float]]] = {
    "classifier": measure_classifier,
    "autoencoder": measure_autoencoder,
}


def measure(model: nn.Module, family: str, data: ImageSet, prefix: str, progress: bool = False) -> dict[str, float]:
    """Every figure of a family of models on one dataset, named `<prefix>_<measure>`."""
    device = next(model.parameters()).device
    batches = data.batches(BATCH_SIZE, device)
    if progress:
        batches = tqdm(batches, total=-(-len(data) // BATCH_SIZE), leave=False, unit="batch")
    training = model.training
    figures = MEASURES[family](model.eval(), batches)
    model.train(training)
    return {f"{prefix}_{name}": value for name, value in figures.items()}


def evaluate(checkpoint: str, data: ImageSet) -> list[dict]:
    """One row a measure: what was measured now, and the card's, the goal's and the report's figure."""
    model = load_model(checkpoint)
    family = get_architecture(model.card.model).family
    measured = measure(model, family, data, "test", progress=True)
    return [_row(model.card, name, value) for name, value in measured.items()]


def _row(card: Card, name: str, value: float) -> dict:
    goal, margin = card.goal.get(name), None
    if goal is not None:
        margin = value - goal if name == "test_accuracy" else goal - value  # positive: met by so much
    return {
        "checkpoint": card.name,
        "measure": name,
        "measured": value,
        "card": card.metrics.get(name),
        "goal": goal,
        "margin": margin,
        "report": card.report.get(name),
    }


def _print_table(rows: list[dict]) -> None:
    print(f"{'checkpoint':<20} {'measure':<20} {'measured':>9} {'card':>9} {'goal':>9} {'report':>9}  goal is")
    for row in rows:
        numbers = [row["measured"], row["card"], row["goal"], row["report"]]
        cells = " ".join("        -" if n is None else f"{n:9.5f}" for n in numbers)
        margin = row["margin"]
        verdict = "" if margin is None else f"{'met' if margin >= 0 else 'missed'} by {abs(margin):.5f}"
        print(f"{row['checkpoint']:<20} {row['measure']:<20} {cells}  {verdict}")


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="default: all of them")
    parser.add_argument("--data-root", help="folder of Fashion-MNIST (else LOOM_DATA, else the usual places)")
    parser.add_argument("--json", type=Path, help="also write the table to this file")
    args = parser.parse_args(argv)
    try:
        test = load_fashion_mnist("test", args.data_root)
        rows = [row for name in args.checkpoints or list_checkpoints() for row in evaluate(name, test)]
        if args.json:
            write_atomically(args.json, json.dumps(rows, indent=1).encode())
    except (CheckpointError, DataError) as error:
        sys.exit(f"error: {error}")
    _print_table(rows)


if __name__ == "__main__":
    main()
