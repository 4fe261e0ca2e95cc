"""The Optuna study behind a search: opened or continued, drawn from by place, and what becomes of killed trials."""

import re
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import optuna
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy.exc import DBAPIError, SQLAlchemyError  # Optuna brings it

SAMPLERS = {"random": optuna.samplers.RandomSampler, "tpe": optuna.samplers.TPESampler}
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
HEARTBEAT, GRACE = 5, 20  # seconds between a trial's signs of life, and without one until it is tried again
SETTLE = 2  # seconds for another process to finish making a database


class SearchError(RuntimeError):
    """A mistake that the user can fix; the message says how."""


@dataclass(frozen=True)
class Search:
    """What makes a search what it is: a study of other settings is not continued."""

    recipe: str
    space: str
    sampler: str
    pruning: bool
    folds: int
    epochs: int
    batch_size: int
    limit: int
    seed: int


class Placed(optuna.samplers.BaseSampler):
    """A sampler seeded anew for every trial, from the search's seed and the trial's place."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self.seed = name, seed
        self.inner = SAMPLERS[name](seed=seed)

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        self.inner = SAMPLERS[self.name](seed=(self.seed * 1_000_003 + place_of(study, trial)) % 2**32)
        self.inner.before_trial(study, trial)

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, Any]:
        return self.inner.infer_relative_search_space(study, trial)

    def sample_relative(self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, Any]) -> dict[str, Any]:
        return self.inner.sample_relative(study, trial, search_space)

    def sample_independent(self, study: optuna.Study, trial: FrozenTrial, name: str, distribution: Any) -> Any:
        return self.inner.sample_independent(study, trial, name, distribution)

    def after_trial(self, study: optuna.Study, trial: FrozenTrial, state: TrialState, values: Any) -> None:
        self.inner.after_trial(study, trial, state, values)


def open_study(search: Search, name: str, storage: str, maximize: bool) -> optuna.Study:
    """The study of that name, new or continued."""
    pruner = optuna.pruners.MedianPruner(n_startup_trials=3, n_warmup_steps=2)
    try:
        study = optuna.create_study(
            storage=open_storage(storage),
            study_name=name,
            sampler=Placed(search.sampler, search.seed),
            pruner=pruner if search.pruning else optuna.pruners.NopPruner(),
            direction="maximize" if maximize else "minimize",
            load_if_exists=True,
        )
    except (SQLAlchemyError, optuna.exceptions.OptunaError, ImportError, RuntimeError) as error:
        shown = re.sub(r"//([^:/@]*):[^@]*@", r"//\1:***@", storage)
        raise SearchError(f"--storage {shown} cannot be opened ({first_line(error)})") from error
    if not study.trials and not study.user_attrs:
        study.set_user_attr("search", vars(search))
    stored = study.user_attrs.get("search", {})
    if stored != vars(search):
        differing = [key for key, value in vars(search).items() if stored.get(key) != value]
        other = ", ".join(f"{key} {stored.get(key)!r}" for key in differing)
        raise SearchError(f"study {name} was made with {other}: repeat that, or name a new one with --study")
    return study


def open_storage(url: str) -> optuna.storages.RDBStorage:
    """The database; if opening fails, once more after a moment: another process may just be making its tables."""
    patience = {"connect_args": {"timeout": 60}} if url.startswith("sqlite") else {}  # seconds, while others write
    make = partial(
        optuna.storages.RDBStorage, url, engine_kwargs=patience, heartbeat_interval=HEARTBEAT, grace_period=GRACE,
        heartbeat_stale_trial_callback=optuna.storages.RetryHeartbeatStaleTrialCallback(),
    )  # fmt: skip
    try:
        return make()
    except (DBAPIError, RuntimeError):
        time.sleep(SETTLE)
        return make()


def place_of(study: optuna.Study, trial: FrozenTrial | Trial) -> int:
    """Which of the search's trials this is, from 0: one that takes a dead trial's place has that one's."""
    before = [other for other in study.get_trials(deepcopy=False) if other.number < trial.number]
    return trial.user_attrs.get("place", sum(other.state != TrialState.FAIL for other in before))


def is_one_stale(study: optuna.Study) -> bool:
    """Whether a trial that still runs shows no sign of life for GRACE seconds; it is queued again.

    One whose process lives is left to that.
    """
    deadline = time.monotonic() + GRACE + 1
    while count(study, (TrialState.RUNNING,)) and time.monotonic() < deadline:
        time.sleep(0.2)
        optuna.storages.fail_stale_trials(study)
        if count(study, (TrialState.WAITING,)):
            return True
    return False


def retry(study: optuna.Study, trial: Trial) -> None:
    """Fail a trial that is stopped, and queue it again for its place."""
    study.tell(trial.number, state=TrialState.FAIL)
    optuna.storages.RetryHeartbeatStaleTrialCallback()(study, study.trials[trial.number])


def count(study: optuna.Study, states: tuple[TrialState, ...]) -> int:
    """How many trials are in one of these states."""
    return len(study.get_trials(deepcopy=False, states=states))


def first_line(error: Exception) -> str:
    """The first line of an error's message, or its name."""
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
