"""A weight is made in stages: each is a run with options of its own that starts from the weights of the one before.

The last stage writes into the run's folder, the others into `stage-1`, `stage-2`, ... in it. A chain that was stopped
goes on with --resume: stages that are finished stay as they are.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from core.checkpoint import Card, CheckpointError, MismatchedCheckpoint, load_card, round_to_storage, save_checkpoint
from core.data.image_set import DataError, ImageSet
from core.training.config import TrainConfig, parse_options
from core.training.devices import join_processes, leave_processes, wait_for_processes
from core.training.loop import resume_command
from core.training.state import STATE
from train.common.cards import Stage, describe, record_of, staged, stages_of
from train.common.datasets import note_on_left_out
from train.common.metrics import Metrics
from train.common.recipe import Recipe, learn
from train.evaluate import finish


def run(recipe: Recipe) -> None:
    """Train as the command line asks, stage by stage; what a person can mend is said in a line, without a traceback."""
    given = parse_options(recipe.config, check=partial(stage_configs, recipe))
    try:
        make(recipe, *stage_configs(recipe, **given), given=given)
    except (CheckpointError, DataError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:  # within a stage, fit() saves first
        sys.exit(f"Stopped; finished stages are kept. Go on with: {resume_command()}")


def stage_configs(recipe: Recipe, **given: Any) -> list[TrainConfig]:
    """The runs, in order, that make what some options ask for; an option that is given holds in every one of them.

    With `start`, or on other images than the checkpoint's, it is one run.

    Raises:
        ValueError: If an option is out of range, or a stage has one that the recipe lacks.
    """
    whole = recipe.config(**given)
    stages = recipe.stages.get(whole.checkpoint, ({},))
    if given.get("start") or not whole.on_default_dataset:
        return [whole]
    configs = []
    for number, stage in enumerate(stages, 1):
        if unknown := stage.keys() - recipe.config.__dataclass_fields__.keys():
            raise ValueError(f"stage {number} of {whole.checkpoint} has an option that there is not: {min(unknown)}")
        if "validation" in given:  # whoever holds images out does not want them learnt
            stage = {name: value for name, value in stage.items() if name != "train_on_all"}
        folder = whole.folder if number == len(stages) else whole.folder / f"stage-{number}"
        configs.append(recipe.config(**stage | given | {"output": str(folder)}))
    return configs


def make(recipe: Recipe, *configs: TrainConfig, given: dict[str, Any] | None = None) -> Card | None:
    """Train in stages, choose on the images held out, measure what came of it, and write the checkpoint.

    Args:
        configs: Of each stage.
        given: The options that made them several.

    Returns:
        The card, or None in a process that writes none.
    """
    join_processes()
    *earlier, config = configs
    records: list[Stage] = []
    origin: Path | None = None
    for number, stage in enumerate(earlier, 1):
        origin = _make_stage(recipe, stage, origin, records, f"Stage {number} of {len(configs)}")
        records.append(record_of(load_card(origin)))
    training, validation = recipe.parts(config)
    card = make_of(recipe, config, training, validation, origin=origin, records=records, given=given)
    if card:
        metrics = ", ".join(f"{name} {value:.5f}" for name, value in card.metrics.items())
        print(f"{config.folder / card.name}.json: {metrics}")
        if left_out := note_on_left_out(config, training):
            print(left_out)
    leave_processes()
    return card


def make_of(
    recipe: Recipe,
    config: TrainConfig,
    training: ImageSet,
    validation: ImageSet,
    *,
    origin: Path | None = None,
    records: Sequence[Stage] = (),
    given: dict[str, Any] | None = None,
    most: int = 0,
    **options: object,
) -> Card | None:
    """Make the last stage, or the only one, of images that are at hand; the card, or None in a process without one.

    Args:
        origin: Card of the stage before.
        records: Of all stages before.
        most: Test images to measure on, at most (0: all).
        options: For learn().
    """
    model, history = learn(recipe, config, training, validation, origin=origin, **options)
    if join_processes()[0] > 0:
        return None
    upon = recipe.builds_upon(config)

    def card_of(test: ImageSet, metrics: Metrics) -> Card:
        return staged(describe(recipe, config, model, history, test, metrics), config, upon, records, given)

    return finish(recipe, config, model, training, card_of, most)


def _make_stage(recipe: Recipe, config: TrainConfig, origin: Path | None, records: list[Stage], title: str) -> Path:
    """The card of a stage before the last, which is made unless it is there and may stay."""
    path = config.folder / f"{config.weight_name}.json"
    if config.resume and path.is_file():
        _check_finished(path, config, records)
        _say(f"{title} is finished: {config.folder}")
        return path
    _say(f"{title}: {config.folder}")
    if join_processes()[0] == 0:  # else what an older run left would pass for this one's
        for old in (path, config.folder / STATE):
            if not config.resume:
                old.unlink(missing_ok=True)
    wait_for_processes()
    training, validation = recipe.parts(config)
    model, history = learn(recipe, config, training, validation, origin=origin)
    if join_processes()[0] == 0:
        card = describe(recipe, config, round_to_storage(model).eval(), history, training, {})
        save_checkpoint(model, staged(card, config, recipe.builds_upon(config), records), config.folder)
    wait_for_processes()
    return path


def _check_finished(path: Path, config: TrainConfig, records: list[Stage]) -> None:
    """See that a finished stage is one of these options, and comes from these stages before it.

    Raises:
        MismatchedCheckpoint: If it is not.
    """
    card = load_card(path)
    wanted, found = config.identity, card.recipe
    differing = [name for name in wanted if name in found and found[name] != wanted[name]]
    if differing:
        what = f"{differing[0]} {found[differing[0]]!r} where {wanted[differing[0]]!r} is asked for"
    elif stages_of(card)[:-1] != records:
        what = "other stages before it"
    else:
        return
    raise MismatchedCheckpoint(
        f"{path} was made with {what}: leave out --resume to start afresh, or name another folder by --output"
    )


def _say(text: str) -> None:
    if join_processes()[0] == 0:
        print(text, flush=True)
