"""Write onto a card how far its metrics lie from those of other seeds.

python -m train.autoencoder --checkpoint cae-4 --seed 1 --output runs/seed-1
python -m train.seeds weights/cae-4.json runs/seed-1/cae-4.json
"""

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core.checkpoint import Card, CheckpointError, load_card, write_atomically
from train.common.cards import stages_of
from train.common.recipe import recipe_of

RUN_BY_RUN = {"seed", "kept_epoch", "minutes", "sha256", "metrics"}  # what may differ between runs of one recipe


def seed_ranges(cards: list[Card]) -> dict[str, float]:
    """Largest minus smallest value of every figure over runs that differ in their seed alone.

    Raises:
        CheckpointError: If there are fewer than two, two share a seed, or another option differs.
        ValueError: If their architecture is unknown.
    """
    first = cards[0]
    defaults = asdict(recipe_of(first.model).config())  # of options that an older card lacks
    if len({card.seed for card in cards}) < max(2, len(cards)):
        raise CheckpointError(f"{first.name}: give cards of two seeds or more, each once")
    for card in cards[1:]:
        differing = _differing(first, card, defaults)
        if differing or set(card.metrics) != set(first.metrics):
            raise CheckpointError(f"{first.name}: runs differ in more than the seed: {', '.join(sorted(differing))}")
    return {
        name: max(card.metrics[name] for card in cards) - min(card.metrics[name] for card in cards)
        for name in first.metrics
    }


def _differing(one: Card, other: Card, defaults: dict[str, Any]) -> set[str]:
    """Options in which the stages of two cards differ, or what else of how they were made does."""
    stages = stages_of(one), stages_of(other)
    found = {"stages"} if len(stages[0]) != len(stages[1]) else set()
    if one.recipe.get("built_upon") != other.recipe.get("built_upon"):
        found.add("built_upon")
    for a, b in zip(*stages, strict=False):
        names = (a | b).keys() - RUN_BY_RUN
        found |= {name for name in names if (defaults | a).get(name) != (defaults | b).get(name)}
    return found


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("card", type=Path, help="the card to write to")
    parser.add_argument("others", type=Path, nargs="+", help="cards of the same recipe with other seeds")
    args = parser.parse_args(argv)
    try:
        cards = [load_card(path) for path in (args.card, *args.others)]
        ranges = seed_ranges(cards)
        seeds = sorted(card.seed for card in cards)
        card = replace(cards[0], spread=ranges, seeds=seeds)
        write_atomically(args.card, json.dumps(asdict(card), indent=1).encode())
    except (CheckpointError, ValueError) as error:
        sys.exit(f"error: {error}")
    print(f"{card.name}, seeds {seeds}: " + ", ".join(f"{name} within {value:.5f}" for name, value in ranges.items()))


if __name__ == "__main__":
    main()
