"""Evaluate published weights again, on the full test sets, beside the metrics on their cards.

python -m train.evaluate                         # every checkpoint
python -m train.evaluate cae-27 --json out.json
python -m train.evaluate --duplicates            # the classifiers without test images that were trained on as well

Nothing else here reads test images: a recipe's finished run gets its figures, codes and sample sheet from finish().
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from core.checkpoint import (
    Card,
    CheckpointError,
    MismatchedCheckpoint,
    list_checkpoints,
    load_model,
    round_to_storage,
    save_checkpoint,
    save_codes,
    write_atomically,
)
from core.data.fashion_mnist import load_fashion_sample
from core.data.image_set import DataError, ImageSet
from core.data.model_dataset import save_dataset
from core.metrics import margin
from core.models.classifier import Classifier
from core.training.config import TrainConfig
from train.common.codes import codes_of, encoder
from train.common.datasets import first, read_dataset
from train.common.duplicates import find_duplicates
from train.common.metrics import Metrics, batches, distances, frechet_features
from train.common.recipe import Recipe, fashion, recipe_of
from train.common.sample_sheet import sample_sheet

FLOOR = "training images"
CLASSIFIERS = ("classifier-resnet", "classifier-fashionnet")  # of the reports


def evaluate(checkpoint: str, data_root: str | None) -> list[dict]:
    """One row a measure: what was measured now, and the figure of card, goal, report and baseline."""
    model = load_model(checkpoint)
    recipe = recipe_of(model.card.model)
    config = recipe.config_of(model.card, data_root)
    training = recipe.parts(config)[0] if recipe.training_metrics else None
    measured = recipe.all_metrics(model, recipe.images(config, "test"), training)
    return [_row(model.card, name, value) for name, value in measured.items()]


def without_duplicates(checkpoints: list[str], data_root: str | None) -> tuple[str, list[dict]]:
    """How many test images of Fashion-MNIST the training part holds too, and classifiers' accuracy without them.

    Raises:
        MismatchedCheckpoint: If a checkpoint is no classifier of these images.
    """
    test, training = fashion("test", data_root), fashion("train", data_root)
    answers = {checkpoint: is_right(checkpoint, test) for checkpoint in checkpoints}
    found, rows = find_duplicates(test, training), []
    for checkpoint, right in answers.items():
        parts = {"": right, "_without_equal": right[~found.equal], "_without_near": right[~found.near]}
        for ending, part in parts.items():
            measured = part.float().mean().item()
            rows.append({"checkpoint": checkpoint, "measure": f"test_accuracy{ending}", "measured": measured})
    return found.summary(), rows


@torch.inference_mode()
def is_right(checkpoint: str, test: ImageSet) -> Tensor:
    """Whether a classifier is right about each image, bool (N,)."""
    model = load_model(checkpoint)
    if not isinstance(model, Classifier) or list(test.classes) != model.card.class_names:
        raise MismatchedCheckpoint(f"{checkpoint} is no classifier of {test.source['name']}: name one that is")
    return torch.cat([model(batch.image).argmax(1) == batch.label for batch in batches(model, test)]).cpu()


def finish(
    recipe: Recipe,
    config: TrainConfig,
    model: nn.Module,
    training: ImageSet,
    card_of: Callable[[ImageSet, Metrics], Card],
    most: int = 0,
) -> Card:
    """Measure a finished model on the test images, and write all that comes of a run into its folder.

    Args:
        model: Its weights are rounded to what is stored.
        training: What it learned from.
        card_of: Makes the card of the test images and what was measured on them.
        most: Test images to measure on, at most (0: all).
    """
    test = first(recipe.images(config, "test"), most)
    card = card_of(test, recipe.all_metrics(round_to_storage(model).eval(), test, training))
    path = save_checkpoint(model, card, config.folder)
    gallery = _gallery(recipe, config, test).take(config.limit)
    if encoder(model):
        save_codes(path, codes_of(model, gallery))
    if not config.on_default_dataset:
        save_dataset(path, read_dataset(config.dataset), gallery)
    if picture := sample_sheet(model, test):
        write_atomically(path.with_suffix(".png"), picture)
    return card


def _gallery(recipe: Recipe, config: TrainConfig, test: ImageSet) -> ImageSet:
    """The test images whose codes come with the model."""
    if not config.on_default_dataset:
        return read_dataset(config.dataset).sample(config.data_root)
    return recipe.bank(test) if recipe.bank else shipped_test_images()


def shipped_test_images() -> ImageSet:
    """The 1,000 test images that ship, for commands that measure on them."""
    return load_fashion_sample()


def evaluate_all(checkpoints: list[str], data_root: str | None) -> list[dict]:
    """The rows of several, and of what a perfect generator would measure if one of them generates clothes."""
    rows = [row for name in tqdm(checkpoints, unit="checkpoint") for row in evaluate(name, data_root)]
    return rows + (floor(data_root) if any(row["measure"] == "test_frechet" for row in rows) else [])


def floor(data_root: str | None) -> list[dict]:
    """What a perfect generator of clothes would measure: training images in place of samples."""
    test = fashion("test", data_root)
    training = fashion("train", data_root).take(len(test))
    measured = distances(*(frechet_features(data.images, test.classifier) for data in (test, training)))
    return [{"checkpoint": FLOOR, "measure": f"test_{name}", "measured": value} for name, value in measured.items()]


def _row(card: Card, name: str, value: float) -> dict:
    goal = card.goal.get(name)
    return {
        "checkpoint": card.name,
        "measure": name,
        "measured": value,
        "card": card.metrics.get(name),
        "goal": goal,
        "margin": None if goal is None else margin(name, value, goal),
        "report": card.report.get(name),
        "baseline": card.baseline.get(name),
    }


def _print_table(rows: list[dict]) -> None:
    columns = ("measured", "card", "goal", "report", "baseline")
    print(f"{'checkpoint':<24} {'measure':<30} {' '.join(f'{column:>9}' for column in columns)}  goal is")
    for row in rows:
        numbers = [row.get(column) for column in columns]
        cells = " ".join("        -" if n is None else f"{n:9.5f}" for n in numbers)
        by = row.get("margin")
        verdict = "" if by is None else f"{'met' if by >= 0 else 'missed'} by {abs(by):.5f}"
        print(f"{row['checkpoint']:<24} {row['measure']:<30} {cells}  {verdict}")


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="default: all of them")
    parser.add_argument("--data-root", help="folder of Fashion-MNIST (else LOOM_DATA, else the usual places)")
    parser.add_argument("--duplicates", action="store_true", help="of classifiers: the accuracy without duplicates")
    parser.add_argument("--json", type=Path, help="also write the table to this file")
    args = parser.parse_args(argv)
    try:
        if args.duplicates:
            summary, rows = without_duplicates(args.checkpoints or list(CLASSIFIERS), args.data_root)
            print(summary)
        else:
            rows = evaluate_all(args.checkpoints or list_checkpoints(), args.data_root)
        if args.json:
            write_atomically(args.json, json.dumps(rows, indent=1).encode())
    except (CheckpointError, DataError) as error:
        sys.exit(f"error: {error}")
    _print_table(rows)


if __name__ == "__main__":
    main()
