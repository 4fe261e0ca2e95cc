"""Searches on small synthetic pictures: killed, continued, shared, pruned, and told when they cannot be."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import optuna
import pytest
import torch

from core.data.synthetic import synthetic
from train import search
from train.common import study

pytestmark = pytest.mark.slow  # trains from the command line

ROOT = Path(__file__).resolve().parents[2]
SPACES = [
    (path.stem, name)
    for path in sorted((ROOT / "train").glob("[!_]*.py"))
    for name in vars(import_module(f"train.{path.stem}"))
    if name.startswith("search_space")
]


def words(root, output, *flags):
    return ["autoencoder", "--data-root", *map(str, [root, "--output", output, *flags])]


def start(*arguments, **options):
    command = [sys.executable, "-m", "train.search", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options)


def load(database):
    name = database.stem
    return optuna.load_study(study_name=name, storage=f"sqlite:///{database}", sampler=optuna.samplers.RandomSampler())


def tried(database):
    """What was tried at every place, and what came out, without the trials that died."""
    trials = [trial for trial in load(database).trials if trial.state != optuna.trial.TrialState.FAIL]
    return sorted((t.user_attrs["place"], t.state.name, sorted(t.params.items()), t.value) for t in trials)


def test_a_killed_search_goes_on_as_if_nothing_had_been(fashion_root, tmp_path, monkeypatch):
    monkeypatch.setattr(study, "HEARTBEAT", 1)
    monkeypatch.setattr(study, "GRACE", 8)  # on a busy machine a heartbeat may come late
    flags = ("--trials", 6, "--epochs", 6, "--limit", 160, "--batch-size", 8)
    process = start(*words(fashion_root, tmp_path / "killed", *flags))
    deadline = time.monotonic() + 300
    while not any((tmp_path / "killed").glob("*.trial3/state.*")) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    search.main(words(fashion_root, tmp_path / "killed", *flags))
    search.main(words(fashion_root, tmp_path / "whole", *flags))
    database = tmp_path / "killed" / "autoencoder-random.db"
    assert tried(database) == tried(tmp_path / "whole" / "autoencoder-random.db")
    assert [place for place, *_ in tried(database)] == list(range(6))
    assert {state for _, state, *_ in tried(database)} <= {"COMPLETE", "PRUNED"}
    assert sum(trial.state.name == "FAIL" for trial in load(database).trials) == 1
    assert not list((tmp_path / "killed").glob("*.trial*"))


def test_processes_that_share_a_study_share_its_trials(fashion_root, tmp_path):
    flags = ("--trials", 5, "--epochs", 2, "--limit", 100, "--batch-size", 20, "--study", "shared")
    flags += ("--storage", f"sqlite:///{tmp_path}/shared.db")
    processes = [start(*words(fashion_root, tmp_path / name, *flags)) for name in "ab"]
    for process in processes:
        assert process.wait(300) == 0, process.stderr.read()
    assert [place for place, *_ in tried(tmp_path / "shared.db")] == list(range(5))


@pytest.mark.parametrize("sampler", search.SAMPLERS)
def test_a_search_prunes_and_leaves_its_summary(sampler, fashion_root, tmp_path, capsys):
    flags = (
        "--sampler",
        sampler,
        "--trials",
        12,
        "--epochs",
        4,
        "--limit",
        100,
        "--batch-size",
        20,
        "--space",
        "small",
    )
    search.main(words(fashion_root, tmp_path, *flags))
    name = f"autoencoder-small-{sampler}"
    summary = json.loads((tmp_path / f"{name}.json").read_text())
    states = {trial["state"]: trial for trial in summary["trials"]}
    assert summary["finished"] == 12
    assert 0 < summary["pruned"] < 12
    assert states["complete"]["epochs"] == 4
    assert states["pruned"]["epochs"] == 3  # two epochs to warm up
    complete = [trial["value"] for trial in summary["trials"] if trial["state"] == "complete"]
    assert summary["best"]["value"] == min(complete)
    assert sum(summary["importances"].values()) == pytest.approx(1)
    page = (tmp_path / f"{name}.md").read_text()
    assert summary["command"] in page
    assert f"![Value of every trial, and how much each option matters]({name}.png)" in page
    assert "| `optimizer` | adam, sgd, rmsprop |" in page
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out.count("\ntrial ") == 12


def test_a_trial_is_scored_by_the_mean_over_its_folds(fashion_root, tmp_path, monkeypatch):
    seen = []

    def learn(recipe, config, training, validation, after_epoch, **options):
        seen.append((len(training), len(validation)))
        for epoch, value in enumerate((0.9, 0.1 * len(seen), 0.8)):
            after_epoch(epoch, {"validation_mse": value})

    monkeypatch.setattr(search, "learn", learn)
    search.main(words(fashion_root, tmp_path, "--trials", 1, "--folds", 3, "--epochs", 3, "--limit", 90))
    (trial,) = load(tmp_path / "autoencoder-random.db").trials
    assert seen == [(60, 30)] * 3
    assert trial.value == pytest.approx(0.2)
    assert list(trial.intermediate_values) == list(range(9))


def test_a_diverged_trial_is_finished_not_failed(fashion_root, tmp_path, monkeypatch):
    monkeypatch.setattr(search, "learn", lambda *args, **_: args[4](0, {"validation_mse": float("nan")}))
    search.main(words(fashion_root, tmp_path, "--trials", 2, "--epochs", 3))
    assert json.loads((tmp_path / "autoencoder-random.json").read_text())["pruned"] == 2


def test_a_stopped_search_says_how_to_go_on(fashion_root, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise SystemExit("Go on with: ... --resume")

    flags = words(fashion_root, tmp_path, "--trials", 2, "--epochs", 1)
    monkeypatch.setattr(search, "learn", stop)
    with pytest.raises(SystemExit, match=r"^Stopped in trial 0\. The same command goes on\.$"):
        search.main(flags)
    monkeypatch.setattr(search, "learn", lambda *args, **_: args[4](0, {"validation_mse": 0.5}))
    search.main(flags)
    assert [place for place, *_ in tried(tmp_path / "autoencoder-random.db")] == [0, 1]


def test_folds_are_parts_of_the_training_set():
    data = synthetic(100)
    parts = search.split(data, 3)
    held = torch.cat([validation.index for _, validation in parts])
    assert sorted(held.tolist()) == list(range(100))
    for training, validation in parts:
        assert sorted(torch.cat([training.index, validation.index]).tolist()) == list(range(100))
    ((training, validation),) = search.split(data, 1)
    assert (len(training), len(validation)) == (80, 20)


@pytest.mark.parametrize(("recipe", "name"), SPACES)
def test_a_space_fits_its_recipe(recipe, name):
    module = import_module(f"train.{recipe}")
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(3):
        fields, options = getattr(module, name)(study.ask())
        module.RECIPE.prepare(replace(module.RECIPE.config(), **fields), synthetic(20), **options)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--space", "wide"], r"no search space 'wide'; the named ones are: small"),
        (["--epochs", 0], "--epochs 0 is out of range"),
        (["--folds", 30, "--limit", 20], "--folds 30 needs as many images"),
        (["--storage", "nonsense"], "--storage nonsense cannot be opened .*parse"),
        (
            ["--storage", "sqlite:////nowhere/a.db"],
            "--storage sqlite:////nowhere/a.db cannot be opened .*unable to open",
        ),
        (["--storage", "oracle://me:secret@host/db"], r"--storage oracle://me:\*\*\*@host/db cannot be opened"),
        (["--data-root", "/nowhere"], "No Fashion-MNIST files"),
        (["--output", __file__], "--output .*test_search.py cannot be made"),
    ],
)
def test_a_mistake_is_reported_in_one_line(flags, message, fashion_root, tmp_path):
    with pytest.raises(SystemExit, match=f"^error: .*{message}.*$"):
        search.main(words(fashion_root, tmp_path, "--trials", 1, "--limit", 40, *flags))


def test_a_recipe_that_cannot_be_searched_is_reported(monkeypatch):
    with pytest.raises(SystemExit, match=r"^error: there is no recipe 'gpt'; there are: .*autoencoder.*classifier"):
        search.main(["gpt"])
    monkeypatch.delattr("train.classifier.search_space")
    with pytest.raises(SystemExit, match=r"^error: train/classifier.py offers no search space: give it a function"):
        search.main(["classifier"])


def test_a_study_of_other_settings_is_not_continued(fashion_root, tmp_path, monkeypatch):
    monkeypatch.setattr(search, "learn", lambda *args, **_: args[4](0, {"validation_mse": 0.5}))
    search.main(words(fashion_root, tmp_path, "--trials", 1))
    with pytest.raises(SystemExit, match=r"^error: study autoencoder-random was made with seed 0: repeat that"):
        search.main(words(fashion_root, tmp_path, "--trials", 1, "--seed", 3))


def test_without_optuna_the_command_that_installs_it_is_shown():
    code = "import sys; sys.modules['optuna'] = None; import train.search"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: train.search needs")
    assert done.stderr.endswith("pip install -r requirements-dev.txt\n")
