"""Make shipped weights again from random numbers, and compare what they reach with what the shipped ones do.

python -m train.reproduce                        # every weight: days on two CPU cores
python -m train.reproduce cae-27-classifier      # and what it builds upon: its encoder, its teacher
python -m train.reproduce --resume               # go on after a stop: finished weights stay
python -m train.reproduce cae-2 --epochs 1 --limit 640   # a short trial: whether all of it runs

Nothing is published: the weights lie in OUTPUT/NAME. Look at them, then use `train.publish`.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.checkpoint import Card, CheckpointError, list_checkpoints, load_card, load_model, write_atomically
from core.data.image_set import DataError
from core.training.config import TrainConfig
from core.training.devices import join_processes
from core.training.loop import resume_command
from train.common.cards import stages_of
from train.common.recipe import Recipe, recipe_of
from train.common.stages import make, stage_configs

TABLE = "table.md"  # in the folder of the weights
HEADER = "| checkpoint | measure | shipped | made again | difference | spread over seeds |\n|---|---|---|---|---|---|\n"


@dataclass(frozen=True)
class Outcome:
    """What came of making a weight again."""

    shipped: Card
    made: Card | None = None
    problem: str = ""  # why there is none


def in_order(names: list[str]) -> list[str]:
    """The names, and before each what it builds upon.

    Raises:
        MissingCheckpoint: If one does not ship.
    """
    found: dict[str, None] = {}
    for name in names:
        upon = _builds_upon(name)
        found |= dict.fromkeys([*in_order(upon), name])
    return list(found)


def reproduce(names: list[str], folder: Path, options: dict[str, Any]) -> Iterator[Outcome]:
    """Make weights in that order, each on those that were made before it.

    Args:
        names: As from in_order().
        folder: For a folder of each.
        options: For every recipe; with `resume` those that are finished stay.
    """
    failed: set[str] = set()
    for name in names:
        shipped = load_card(name)
        if missing := failed & set(_builds_upon(name)):
            outcome = Outcome(shipped, problem=f"it builds upon {min(missing)}, which was not made")
        else:
            outcome = _make(shipped, folder, options)
        if outcome.made is None:
            failed.add(name)
        yield outcome


def table(outcomes: list[Outcome], cut: str = "") -> str:
    """What shipped, what was made again and how far seeds lie apart, as a table in Markdown.

    Args:
        cut: The options that cut the runs short, if any did.
    """
    note = f"Cut short ({cut}): these figures say nothing about the recipes. Nothing was published.\n\n" if cut else ""
    return note + HEADER + "".join(line for outcome in outcomes for line in _lines(outcome))


def is_finished(path: Path, recipe: Recipe, configs: list[TrainConfig]) -> bool:
    """Whether a card is of whole weights that were made by these stages, upon the weights that there are now."""
    try:
        card = load_model(path).card
        stages = stages_of(card)
    except CheckpointError:  # missing, cut short, of another version: it is made again
        return False
    upon = {name: load_card(configs[-1].find_weight(name)).sha256 for name in recipe.builds_upon(configs[-1])}
    return (
        len(stages) == len(configs)
        and card.recipe.get("built_upon", {}) == upon
        and all(
            config.identity[name] == stage[name]
            for config, stage in zip(configs, stages, strict=True)
            for name in config.identity.keys() - {"checkpoint"}
            if name in stage
        )
    )


def _builds_upon(name: str) -> list[str]:
    """Shipped checkpoints that a shipped one is made of."""
    recipe = recipe_of(load_card(name).model)
    configs = stage_configs(recipe, checkpoint=name)
    return list(dict.fromkeys(upon for config in configs for upon in recipe.builds_upon(config)))


def _make(shipped: Card, folder: Path, options: dict[str, Any]) -> Outcome:
    name, recipe = shipped.name, recipe_of(shipped.model)
    given = options | {"checkpoint": name, "output": str(folder / name), "from_runs": str(folder)}
    configs = stage_configs(recipe, **given)
    path = folder / name / f"{name}.json"
    try:
        if not (options.get("resume") and is_finished(path, recipe, configs)):
            make(recipe, *configs, given=given)
        return Outcome(shipped, load_card(path))
    except (CheckpointError, DataError) as error:
        return Outcome(shipped, problem=str(error))


def _lines(outcome: Outcome) -> Iterator[str]:
    shipped, made = outcome.shipped, outcome.made
    if made is None:
        yield f"| `{shipped.name}` | not made: {outcome.problem} | | | | |\n"
        return
    for number, (measure, value) in enumerate(made.metrics.items()):
        before, spread = shipped.metrics.get(measure), shipped.spread.get(measure)
        values = (before, value, None if before is None else value - before, spread)
        signs = ("", "", "+", "")
        cells = ["-" if v is None else f"{v:{sign}.5f}" for v, sign in zip(values, signs, strict=True)]
        yield f"| {'' if number else f'`{shipped.name}`'} | {measure} | {' | '.join(cells)} |\n"


def _options(args: argparse.Namespace) -> dict[str, Any]:
    """What the command line gives to every recipe."""
    given = {"epochs": args.epochs, "limit": args.limit, "data_root": args.data_root, "resume": args.resume}
    return {name: value for name, value in given.items() if value}


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: every shipped weight")
    parser.add_argument("--output", type=Path, default=Path("runs/reproduced"), help="default: %(default)s")
    parser.add_argument("--epochs", type=int, default=0, help="cut every stage to N epochs, for a trial")
    parser.add_argument("--limit", type=int, default=0, help="cut every training part to N images, for a trial")
    parser.add_argument(
        "--data-root", default="", help="folder of the datasets (else LOOM_DATA, else the usual places)"
    )
    parser.add_argument("--resume", action="store_true", help="leave finished weights as they are, go on in the others")
    args = parser.parse_args(argv)
    if args.epochs < 0 or args.limit < 0:
        parser.error(f"--epochs and --limit must be 0 or more, got {args.epochs} and {args.limit}")
    cut = " ".join(f"--{name} {value}" for name in ("epochs", "limit") if (value := getattr(args, name)))
    outcomes: list[Outcome] = []
    try:
        if join_processes()[1] > 1:
            raise DataError("train.reproduce runs one recipe after another in one process: leave out torchrun")
        for outcome in reproduce(in_order(args.names or list_checkpoints()), args.output, _options(args)):
            outcomes.append(outcome)
            write_atomically(args.output / TABLE, table(outcomes, cut).encode())
    except (CheckpointError, DataError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(f"Stopped; finished weights are kept. Go on with: {resume_command()}")
    print(table(outcomes, cut))
    if problems := [outcome.shipped.name for outcome in outcomes if outcome.made is None]:
        sys.exit(f"error: {len(problems)} of {len(outcomes)} were not made: {', '.join(problems)}")


if __name__ == "__main__":
    main()
