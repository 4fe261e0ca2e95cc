"""Take the weights of finished runs into `weights/`, and bring every card and the table of docs/models.md up to date.

Beside the weights go the graphs that let a visitor's browser compute with them: see core/export.py.

python -m train.publish runs/cae-27/cae-27.json
python -m train.publish                          # no new weights: when a recipe's goal or note has changed
"""

import argparse
import json
import re
import sys
from dataclasses import asdict, replace
from pathlib import Path

from core.checkpoint import (
    WEIGHTS,
    Card,
    CheckpointError,
    list_checkpoints,
    load_card,
    load_codes,
    load_model,
    write_atomically,
)
from core.export import export_model
from core.registry import get_architecture
from train.common.cards import stages_of
from train.common.recipe import recipe_of

PAGE = WEIGHTS.parent / "docs" / "models.md"
TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end of table -->)", re.DOTALL)
HEADER = """\
| checkpoint | measure | measured | goal | course report | PCA of the same size | minutes | parameters |
|---|---|---|---|---|---|---|---|
"""
MEASURES = {  # that the table has words for: what it is, and how a figure is written
    "test_accuracy": ("accuracy", "{:.2%}"),
    "test_mirrored_accuracy": ("accuracy, averaged over image and mirror image", "{:.2%}"),
    "validation_photo_accuracy": ("accuracy on photos held out, mean over six kinds", "{:.2%}"),
    "test_mse": ("mean squared error", "{:.5f}"),
    "test_course_error": ("course measure, test images", "{:.5f}"),
    "train_course_error": ("course measure, training images", "{:.5f}"),
    "test_frechet": ("Fréchet distance of samples", "{:.1f}"),
    "test_rarest_class": ("share of the rarest class", "{:.2%}"),
    "test_commonest_class": ("share of the commonest class", "{:.2%}"),
    "test_psnr": ("PSNR, mean over the kinds of noise trained on", "{:.2f} dB"),
    "test_ssim": ("SSIM", "{:.4f}"),
    "test_sharpness": ("sharpness", "{:.4f}"),
    "test_smiling_accuracy": ("Smiling, balanced accuracy of a linear probe", "{:.2%}"),
    "test_eyeglasses_accuracy": ("Eyeglasses, the same", "{:.2%}"),
}


def publish(path: Path, folder: Path) -> Card:
    """Copy a run's weights, its card and what else came of it into a folder, and export the model's parts there.

    Args:
        path: Of the run's card.

    Returns:
        The card as it is in that folder.

    Raises:
        CheckpointError: If weights or codes are missing, damaged or of other weights, the card's stages do not fit it
            or it is not of the last one, or a file cannot be written; of weights that cannot be used nothing is copied.
    """
    card = load_model(path).card
    if path.stem != card.name:
        raise CheckpointError(f"{path} is the card of {card.name}: name the run's own, {card.name}.json")
    stages_of(card)  # they must fit
    if not card.metrics:
        raise CheckpointError(f"{path} is of a stage before the last, which was not measured: name the last one's card")
    if path.with_suffix(".dataset.safetensors").is_file():
        raise CheckpointError(
            f"{path} was trained on pictures that do not ship: offer it with `python app.py --weights {path.parent}`"
        )
    if path.with_suffix(".codes.safetensors").is_file():
        load_codes(path)
    for part in sorted(path.parent.glob(f"{card.name}.*safetensors")):
        write_atomically(folder / part.name, part.read_bytes())
    write_atomically(folder / path.name, path.read_bytes())
    return export_model(folder / path.name)


def renew(card: Card) -> Card:
    """A card with its recipe's goals, report's metrics, baseline and note as they are today."""
    return replace(card, **recipe_of(card.model).known_of(card.name))


def table(cards: list[Card]) -> str:
    """The table of docs/models.md: of every card its main figure, the distance of its samples, and what has a goal."""
    return HEADER + "".join(line for card in cards for line in _lines(card))


def _lines(card: Card) -> list[str]:
    main = {"test_frechet", f"test_{recipe_of(card.model).monitor}"}
    compared = main | card.goal.keys() | card.report.keys() | card.baseline.keys()
    shown = [name for name in card.metrics if name in MEASURES and name in compared]
    lines = []
    for name in sorted(shown, key=list(MEASURES).index):
        words, style = MEASURES[name]
        values = (card.metrics, card.goal, card.report, card.baseline)
        cells = [style.format(each[name]).replace("%", " %") if name in each else "-" for each in values]
        if name in card.baseline:
            cells[-1] += f" ({card.config['latent_dim']} components)"
        who, *rest = ("", "", "") if lines else (f"`{card.name}`", f"{card.minutes:.0f}", f"{card.parameters:,}")
        lines.append(f"| {' | '.join((who, words, *cells, *rest))} |\n")
    return lines


def _renewed(path: Path) -> Card:
    """The card of that file, which is written anew if renew() changes it, or its model was never exported."""
    card = load_card(path)
    if not card.graphs:
        card = export_model(path)
        print(f"{card.name}: exported {', '.join(card.graphs)}")
    renewed = renew(card)
    if renewed != card:
        write_atomically(path, json.dumps(asdict(renewed), indent=1).encode())
        print(f"{card.name}: goal, report, baseline or note renewed")
    return renewed


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cards", nargs="*", type=Path, metavar="CARD", help="of finished runs: runs/NAME/NAME.json")
    args = parser.parse_args(argv)
    try:
        for path in args.cards:
            card = publish(path, WEIGHTS)
            print(f"{card.name}: " + ", ".join(f"{name} {value:.5f}" for name, value in card.metrics.items()))
            if get_architecture(card.model).family == "denoiser":
                print("Run `python -m train.denoising_grid` too: the Denoise tab shows what it measures.")
        cards = [_renewed(WEIGHTS / f"{name}.json") for name in list_checkpoints(WEIGHTS)]
        write_atomically(PAGE, TABLE.sub(lambda _: table(cards), PAGE.read_text("utf-8")).encode())
    except (CheckpointError, ValueError) as error:  # a card in weights/ may name an architecture that is gone
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
