"""Search the options of a recipe with Optuna, on its training images only.

python -m train.search autoencoder --trials 50                                   # random, a sixth held out
python -m train.search autoencoder --space small --trials 10 --folds 3           # another space, three folds
python -m train.search autoencoder --sampler tpe --storage postgresql://HOST/DB  # on every machine that helps

The same command goes on with a search that was stopped, and extends one that was not. Each trial's draw follows from
(seed, its place), so that a stopped search tries what an uninterrupted one does. It needs `requirements-dev.txt`.

A recipe takes part by a function `search_space(trial)`: it gives fields of the recipe's Config and options of the
architecture. Further spaces are named `search_space_NAME` and chosen by `--space NAME`.
"""

import argparse
import math
import shutil
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from statistics import fmean
from typing import Any

import torch

from core.checkpoint import CheckpointError
from core.data.image_set import DataError, ImageSet
from core.metrics import higher_is_better
from core.registry import get_architecture, list_models
from core.training.config import TrainConfig
from core.training.state import Row
from train.common.recipe import Recipe, learn
from train.common.search_summary import Summary, TrialRow, cell

try:
    import optuna
    from optuna.trial import FrozenTrial, Trial, TrialState
except ModuleNotFoundError as error:
    sys.exit(f"error: train.search needs a package that is not here ({error}): pip install -r requirements-dev.txt")
from sqlalchemy.exc import SQLAlchemyError  # Optuna brings it

from train.common.study import (
    FINISHED,
    SAMPLERS,
    Search,
    SearchError,
    count,
    first_line,
    is_one_stale,
    open_study,
    place_of,
    retry,
)

Space = Callable[[Trial], tuple[dict[str, Any], dict[str, Any]]]  # -> fields of Config, options of the architecture
Part = tuple[ImageSet, ImageSet]  # to train on, to validate on


class Enough(RuntimeError):
    """Another process has started the last trial meanwhile."""


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    args = parse(argv)
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # we print a line a trial ourselves
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    try:
        recipe, space = find_space(args.recipe, args.space)
        config = configure(recipe, args)
        parts = split(recipe.load(recipe.config().checkpoint, "train", args.data_root), args.folds, args.limit)
        search = Search(
            args.recipe, args.space, args.sampler, not args.no_pruning, args.folds, config.epochs, config.batch_size,
            config.limit, config.seed,
        )  # fmt: skip
        folder = make_folder(args.output)
        name = args.study or "-".join(word for word in (args.recipe, args.space, args.sampler) if word)
        storage = args.storage or f"sqlite:///{folder.absolute() / name}.db"
        study = open_study(search, name, storage, higher_is_better(recipe.monitor))
        print(f"study {name}: {count(study, FINISHED)} of {args.trials} trials finished", flush=True)
        run(study, recipe, space, config, parts, args.trials, folder / name)
        print(summarise(study, search, recipe, args.trials, folder))
    except (SearchError, DataError, CheckpointError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped. The same command goes on.")
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
        sys.exit(f"error: the study's storage failed ({first_line(error)}). The same command goes on.")


def parse(argv: list[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", help="of which to search the options: autoencoder, ...")
    parser.add_argument("--space", default="", help="which of the recipe's spaces (default: its first)")
    parser.add_argument("--sampler", choices=SAMPLERS, default="random", help="default: random")
    parser.add_argument("--trials", type=positive, default=20, help="finished trials wanted, in all (default: 20)")
    parser.add_argument("--folds", type=positive, default=1, help="default: 1, a sixth of the images held out")
    parser.add_argument("--no-pruning", action="store_true", help="never stop a trial that is worse than the median")
    parser.add_argument("--epochs", type=int, default=10, help="of each trial and fold (default: 10)")
    parser.add_argument("--batch-size", type=int, help="images a step (default: the recipe's)")
    parser.add_argument("--limit", type=int, default=0, help="use the first N images only (0: all)")
    parser.add_argument("--seed", type=int, default=0, help="of the draws and of every training")
    parser.add_argument("--data-root", default="", help="folder of the dataset (else LOOM_DATA, else the usual places)")
    parser.add_argument("--study", default="", help="name (default: RECIPE-SPACE-SAMPLER)")
    parser.add_argument("--storage", default="", help="database URL that machines share (default: OUTPUT/STUDY.db)")
    parser.add_argument("--output", default="runs/searches", help="folder of study and summary (default: %(default)s)")
    return parser.parse_args(argv)


def positive(text: str) -> int:
    """A whole number from 1 on, for argparse."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is out of range: at least 1 is needed")
    return value


def find_space(recipe: str, space: str) -> tuple[Recipe, Space]:
    """A recipe and one of the spaces it offers."""
    recipes = sorted({get_architecture(name).family for name in list_models()})
    if recipe not in recipes:
        raise SearchError(f"there is no recipe {recipe!r}; there are: {', '.join(recipes)}")
    module = import_module(f"train.{recipe}")
    named = [name for name in vars(module) if name.startswith("search_space")]
    spaces = {name.removeprefix("search_space").lstrip("_"): name for name in named}
    if not spaces:
        raise SearchError(f"train/{recipe}.py offers no search space: give it a function search_space(trial)")
    if space not in spaces:
        names = ", ".join(filter(None, spaces)) or "none"
        raise SearchError(f"train/{recipe}.py has no search space {space!r}; the named ones are: {names}")
    return module.RECIPE, getattr(module, spaces[space])


def configure(recipe: Recipe, args: argparse.Namespace) -> TrainConfig:
    """The recipe's Config that every trial starts from."""
    try:
        config = recipe.config(epochs=args.epochs, limit=args.limit, seed=args.seed, data_root=args.data_root)
        return replace(config, batch_size=config.batch_size if args.batch_size is None else args.batch_size)
    except ValueError as error:
        raise SearchError(str(error)) from error


def split(data: ImageSet, folds: int, limit: int = 0) -> list[Part]:
    """(training, validation) of each fold; of one fold: the sixth that the recipes hold out too."""
    if folds == 1:
        training, held_out = data.hold_out()
        return [(training.take(limit), held_out.take(limit))]
    data = data.take(limit)
    if folds > len(data):
        raise SearchError(f"--folds {folds} needs as many images at least, there are {len(data)}")
    parts = torch.randperm(len(data), generator=torch.Generator().manual_seed(0)).tensor_split(folds)
    return [
        (data.subset(torch.cat(parts[:fold] + parts[fold + 1 :])), data.subset(parts[fold])) for fold in range(folds)
    ]


def make_folder(path: str) -> Path:
    """The folder for study and summary, which is made if it is missing.

    Raises:
        SearchError: If it cannot be made.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SearchError(f"--output {path} cannot be made ({error.strerror})") from error
    return folder


def run(
    study: optuna.Study, recipe: Recipe, space: Space, config: TrainConfig, parts: list[Part], trials: int, stem: Path
) -> None:
    """Start trials until the number asked is finished, or is in the hands of other processes."""

    def objective(trial: Trial) -> float:
        place = place_of(study, trial)
        if place >= trials:
            raise Enough
        trial.set_user_attr("place", place)
        fields, options = space(trial)
        folder = trial_folder(stem, trial.number)
        try:
            return cross_validate(trial, recipe, replace(config, output=str(folder), **fields), options, parts)
        except SystemExit as stop:  # fit() saves its state and says how to go on with one run; a search goes on itself
            retry(study, trial)
            raise SystemExit(f"Stopped in trial {trial.number}. The same command goes on.") from stop
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    is_one_stale(study)  # killed trials come first, so that those after them are pruned as without a kill
    # started ones count, so that processes that share a study do not start too many
    while count(study, (*FINISHED, TrialState.RUNNING)) < trials or is_one_stale(study):
        study.optimize(objective, n_trials=1, catch=(Enough,), callbacks=[report])
    remove_leftovers(study, stem)


def cross_validate(
    trial: Trial, recipe: Recipe, config: TrainConfig, options: dict[str, Any], parts: list[Part]
) -> float:
    """Mean over the folds of the best epoch's validation; pruned trials end by an exception."""
    name, better = f"validation_{recipe.monitor}", max if higher_is_better(recipe.monitor) else min
    bests: list[float] = []  # of each fold so far

    def after_epoch(epoch: int, row: Row) -> None:
        if not math.isfinite(row[name]):
            raise optuna.TrialPruned  # diverged
        if epoch == 0:
            bests.append(row[name])
        bests[-1] = better(bests[-1], row[name])
        trial.report(fmean(bests), (len(bests) - 1) * config.epochs + epoch)
        if trial.should_prune():
            raise optuna.TrialPruned

    for training, validation in parts:
        learn(recipe, config, training, validation, after_epoch, **options)
    return fmean(bests)


def remove_leftovers(study: optuna.Study, stem: Path) -> None:
    """Remove the folders of trials that were killed."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.FAIL,)):
        shutil.rmtree(trial_folder(stem, trial.number), ignore_errors=True)


def report(study: optuna.Study, trial: FrozenTrial) -> None:
    """One line about a finished trial."""
    if trial.state not in FINISHED:
        return  # one too many, see Enough
    pruned = f"pruned after {len(trial.intermediate_values)} epochs"
    result = f"{trial.value:.5f}" if trial.state == TrialState.COMPLETE else pruned
    params = " ".join(f"{name}={cell(value)}" for name, value in trial.params.items())
    best = f"best {study.best_value:.5f} of trial {study.best_trial.number}" if count(study, FINISHED[:1]) else ""
    print(
        f"trial {trial.number:3}  {result:<22}  {trial.duration.total_seconds():5.0f} s  {params}  {best}", flush=True
    )


def summarise(study: optuna.Study, search: Search, recipe: Recipe, trials: int, folder: Path) -> str:
    """Write the summary and return its location."""
    finished = study.get_trials(states=FINISHED)
    summary = Summary(
        study=study.study_name,
        command=command(search, trials),
        settings=vars(search),
        metric=f"validation_{recipe.monitor}",
        higher_is_better=higher_is_better(recipe.monitor),
        space={name: describe(d) for trial in finished for name, d in sorted(trial.distributions.items())},
        importances=importances(study),
        trials=[
            TrialRow(
                trial.number, trial.state.name.lower(), trial.value, trial.params, len(trial.intermediate_values),
                round(trial.duration.total_seconds() / 60, 3),
            )
            for trial in finished
        ],
        versions={"optuna": optuna.__version__, "torch": torch.__version__},
    )  # fmt: skip
    running = count(study, (TrialState.RUNNING, TrialState.WAITING))
    left = f"{running} trials still run elsewhere; repeat this command when they are done\n" if running else ""
    return left + summary.write(folder)


def command(search: Search, trials: int) -> str:
    """What to type for this search."""
    words = {"space": search.space, "sampler": search.sampler, "trials": trials, "folds": search.folds}
    words |= {"epochs": search.epochs, "batch-size": search.batch_size, "limit": search.limit, "seed": search.seed}
    flags = [f"--{name} {value}" for name, value in words.items() if value or name == "seed"]
    return " ".join(["python -m train.search", search.recipe, *flags, *["--no-pruning"] * (not search.pruning)])


def importances(study: optuna.Study) -> dict[str, float]:
    """Share of the variance of the completed trials' values that each option explains (fANOVA)."""
    values = {trial.value for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))}
    if len(values) < 2:
        return {}
    return optuna.importance.get_param_importances(study, evaluator=optuna.importance.FanovaImportanceEvaluator(seed=0))


def describe(distribution: Any) -> str:
    """A range or a choice, in words."""
    if isinstance(distribution, optuna.distributions.CategoricalDistribution):
        return ", ".join(map(str, distribution.choices))
    return f"{distribution.low:g} to {distribution.high:g}{', log-uniform' if distribution.log else ''}"


def trial_folder(stem: Path, number: int) -> Path:
    """Where a trial keeps its state while it runs."""
    return stem.with_name(f"{stem.name}.trial{number}")


if __name__ == "__main__":
    main()
