"""The card of a trained model: how it came about, stage by stage, and what was measured of it."""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

import torch
from torch import nn

from core.checkpoint import Card, MismatchedCheckpoint, load_card
from core.data.image_set import ImageSet
from core.metrics import confusion_matrix
from core.registry import architecture_of, get_architecture
from core.training.config import PLACES, TrainConfig
from core.training.state import History
from train.common.datasets import note_on_left_out
from train.common.metrics import Metrics, batches
from train.common.recipe import Recipe

Stage = dict[str, Any]  # a run's options, and what is recorded of it

RECORDED = ("command", "kept_epoch", "stages", "built_upon")  # what a card's recipe holds beside the options


def describe(
    recipe: Recipe, config: TrainConfig, model: nn.Module, history: History, data: ImageSet, metrics: Metrics
) -> Card:
    """The card of a trained model, with what was measured of it, on which images."""
    architecture = architecture_of(model)
    known = {"note": note_on_left_out(config, data)}
    if config.on_default_dataset:
        known = recipe.known_of(config.checkpoint)
    is_renamed = config.weight_name != config.checkpoint
    options = {name: value for name, value in config.identity.items() if name != "checkpoint" or is_renamed}
    changed = {f.name: options[f.name] for f in fields(config) if options.get(f.name, f.default) != f.default}
    return Card(
        name=config.weight_name,
        model=architecture.name,
        config=asdict(model.config),
        recipe={"command": command(architecture.family, config.checkpoint, changed)}
        | options
        | {"kept_epoch": history.kept_epoch + 1},
        dataset=data.source,
        metrics=metrics,
        seed=config.seed,
        minutes=round(history.minutes, 2),
        parameters=sum(p.numel() for p in model.parameters()),
        history=[{name: float(f"{value:.6g}") for name, value in row.items()} for row in history.rows],
        class_names=list(data.classes),
        confusion=_confusion(model, data) if "test_accuracy" in metrics else [],
        **known,
    )


def command(family: str, checkpoint: str, options: dict[str, Any]) -> str:
    """What to type for a run with these options, but for where it reads and writes."""
    words = ["python -m", f"train.{family}", "--checkpoint", checkpoint]
    for name, value in options.items():
        if name not in (*PLACES, "checkpoint"):
            words += [f"--{name.replace('_', '-')}"] + ([] if value is True else [str(value)])
    return " ".join(words)


def stages_of(card: Card) -> list[Stage]:
    """What a card says of the stages that its weights were made in; of a card without stages, its one run.

    Raises:
        MismatchedCheckpoint: If they are no list of options, or the last of them are not the card's own.
    """
    own = _last_run(card)
    stages = card.recipe.get("stages", [own])
    if not isinstance(stages, list) or not stages or not all(isinstance(stage, dict) for stage in stages):
        raise MismatchedCheckpoint(f"The stages of {card.name} are no list of options: make its card again.")
    if differing := [name for name, value in own.items() if stages[-1].get(name, value) != value]:
        name = differing[0]
        raise MismatchedCheckpoint(
            f"The stages of {card.name} do not fit its card: the last of {len(stages)} has {name} "
            f"{stages[-1][name]!r}, and the card {own[name]!r}. Make the card again."
        )
    return stages


def record_of(card: Card) -> Stage:
    """What later stages' cards say of the stage that this card is of."""
    return _last_run(card) | {"minutes": card.minutes, "sha256": card.sha256}


def _last_run(card: Card) -> Stage:
    return {name: value for name, value in card.recipe.items() if name not in ("command", "stages", "built_upon")}


def staged(
    card: Card,
    config: TrainConfig,
    upon: Sequence[str],
    earlier: Sequence[Stage] = (),
    given: dict[str, Any] | None = None,
) -> Card:
    """A card with what its weights came from: the stages before, and other weights that were built upon.

    Args:
        card: Of the last stage so far.
        upon: Checkpoints built upon, whose hash the card will hold.
        earlier: What record_of() gave of each stage before; without any the card keeps its own command.
        given: The options that made them several, for the command.
    """
    recipe = dict(card.recipe)
    if upon:
        recipe["built_upon"] = {name: load_card(config.find_weight(name)).sha256 for name in upon}
    if not earlier:
        return replace(card, recipe=recipe)
    own = record_of(card)
    del own["sha256"]  # the card itself has it
    family = get_architecture(card.model).family
    recipe |= {"command": command(family, config.checkpoint, given or {}), "stages": [*earlier, own]}
    minutes = sum(stage["minutes"] for stage in recipe["stages"])
    return replace(card, recipe=recipe, minutes=round(minutes, 2))


@torch.inference_mode()
def _confusion(model: nn.Module, test: ImageSet) -> list[list[int]]:
    guesses = [model(batch.image).argmax(1).cpu() for batch in batches(model, test)]
    return confusion_matrix(test.labels.numpy(), torch.cat(guesses).numpy(), len(test.classes)).tolist()
