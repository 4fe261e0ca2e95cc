"""Write the graphs with which visitors' browsers compute with models of your own: see core/export.py.

python -m train.export runs/mnist                    # every model of a folder
python -m train.export runs/mnist/mnist-cae.json     # one of them

A model that is stored just like a shipped one needs none: it is computed with that one's.
"""

import argparse
import sys
from pathlib import Path

from core.checkpoint import CheckpointError, list_checkpoints
from core.data.image_set import DataError
from core.graphs import find_graphs

NEEDED = "the packages that write graphs are not here: pip install -r requirements-dev.txt"


def export(path: Path) -> str:
    """Write a model's graphs beside its card unless there are some; a sentence about it.

    Raises:
        CheckpointError: If its files cannot be used, or a graph does not compute what the model does.
        DataError: If its dataset is not there, on whose pictures that is seen.
        ImportError: If a package is not installed.
    """
    from core.export import export_model  # whose packages the app does without

    if found := find_graphs(path):
        is_own = found.weights == path.with_suffix(".safetensors").name
        return f"{path.stem} {'has its graphs' if is_own else f'is computed with the graphs of {found.weights}'}."
    parts = ", ".join(export_model(path).graphs)
    return f"{path.stem}: {parts}." if parts else f"{path.stem} has nothing that a browser could compute."


def cards_in(path: Path) -> list[Path]:
    """The card that is named, or every one of a folder.

    Raises:
        CheckpointError: If there is none.
    """
    cards = [path / f"{name}.json" for name in list_checkpoints(path)] if path.is_dir() else [path]
    if not cards:
        raise CheckpointError(f"there is no model in {path}")
    return cards


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="of a card, or of a folder of models")
    args = parser.parse_args(argv)
    try:
        for card in [card for path in args.paths for card in cards_in(path)]:
            print(export(card), flush=True)
    except ImportError as error:
        sys.exit(f"error: {NEEDED} ({error})")
    except (CheckpointError, DataError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
