import csv
import os
import signal
from dataclasses import dataclass, replace

import pytest
import torch
from torch.nn import functional as F

from core.checkpoint import MismatchedCheckpoint
from core.data.synthetic import synthetic
from core.registry import create_model
from core.training.config import TrainConfig, option, parse_config
from core.training.loop import fit
from core.training.optim import moving_average


@dataclass(frozen=True)
class Config(TrainConfig):
    """Options of the recipe of this test."""

    checkpoint: str = option("test", "name")
    epochs: int = option(3, "passes")
    batch_size: int = option(16, "images")
    rate: float = option(0.01, "learning rate")


def run(config, interrupt_at=None, metrics=None):
    """Train a small autoencoder; optionally press Ctrl-C after so many steps. Returns its weights and history."""
    torch.manual_seed(config.seed)
    model = create_model("autoencoder", latent_dim=2, channels=(2, 3, 4), hidden_dim=8)
    average = moving_average(model, 0.9)
    optimizer = torch.optim.Adam(model.parameters())
    taken = 0

    def step(batch, progress):
        nonlocal taken
        taken += 1
        if taken == interrupt_at:
            os.kill(os.getpid(), signal.SIGINT)
        optimizer.param_groups[0]["lr"] = config.rate * (1 - progress)
        noisy = batch.image + 0.1 * torch.randn_like(batch.image)  # draws on the random state, as augmentation does
        loss = F.mse_loss(model(noisy), batch.image)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        average.update_parameters(model)
        return {"mse": loss}

    held = synthetic(20, seed=9).batch(torch.arange(20)).image

    def validate():
        if metrics:
            return {"validation_mse": metrics.pop(0)}
        with torch.no_grad():
            return {"validation_mse": F.mse_loss(average.module(held), held).item()}

    history = fit(
        step, synthetic(100), config, model=average, validate=validate, monitor="validation_mse",
        keep={"trained": model, "optimizer": optimizer},
    )  # fmt: skip
    return average.module.state_dict(), history


def same(a, b):
    return all(torch.equal(a[name], b[name]) for name in a)


@pytest.fixture
def config(tmp_path):
    return Config(output=str(tmp_path))


@pytest.mark.parametrize("interrupt_at", [1, 6, 10, 17])
def test_a_run_that_was_stopped_ends_like_one_that_was_not(config, tmp_path, interrupt_at):
    whole, history = run(replace(config, output=str(tmp_path / "whole")))
    with pytest.raises(SystemExit, match=r"Go on with: python .* --resume"):
        run(config, interrupt_at)
    resumed, again = run(replace(config, resume=True))
    assert same(whole, resumed)
    losses = [[row["mse"], row["validation_mse"]] for row in history.rows]
    assert losses == [[row["mse"], row["validation_mse"]] for row in again.rows]


def test_another_seed_gives_another_run(config, tmp_path):
    first, _ = run(config)
    second, _ = run(replace(config, seed=1, output=str(tmp_path / "second")))
    assert not same(first, second)


def test_training_lowers_the_loss_and_logs_every_epoch(config, tmp_path):
    _, history = run(replace(config, epochs=6))
    assert history.rows[-1]["mse"] < 0.9 * history.rows[0]["mse"]
    with open(tmp_path / "log.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert float(rows[2]["validation_mse"]) == history.rows[2]["validation_mse"]
    assert float(rows[-1]["images_per_second"]) > 0


def test_the_best_epoch_is_saved(config, tmp_path):
    best, history = run(replace(config, epochs=3), metrics=[0.5, 0.2, 0.4])
    assert history.kept_epoch == 1
    two, _ = run(replace(config, epochs=3, output=str(tmp_path / "b")), metrics=[0.5, 0.4, 0.2])
    assert not same(best, two)


def test_the_last_epoch_is_saved_on_request(config, tmp_path):
    last, history = run(replace(config, keep_last=True), metrics=[0.5, 0.2, 0.4])
    assert history.kept_epoch == 2
    best, _ = run(replace(config, output=str(tmp_path / "b")), metrics=[0.5, 0.4, 0.2])  # whose best is its last
    assert same(best, last)


def test_a_run_that_starts_with_nan_saves_a_later_epoch(config):
    _, history = run(config, metrics=[float("nan"), 0.5, 0.6])
    assert history.kept_epoch == 1


def test_patience_stops_a_run_that_gets_no_better(config):
    _, history = run(replace(config, epochs=20, patience=2), metrics=[0.5, 0.4, 0.45, 0.41, 0.1])
    assert len(history.rows) == 4
    assert history.kept_epoch == 1


def test_resuming_another_run_is_refused(config):
    run(config)
    with pytest.raises(MismatchedCheckpoint, match="of a run with"):
        run(replace(config, resume=True, rate=0.5))


def test_resuming_from_nothing_starts(config, capsys):
    _, history = run(replace(config, resume=True))
    assert len(history.rows) == 3
    assert "nothing to resume" in capsys.readouterr().err


def test_options_become_flags(capsys):
    config = parse_config(Config, ["--rate", "0.5", "--batch-size", "7", "--resume"])
    assert (config.rate, config.batch_size, config.resume, config.epochs) == (0.5, 7, True, 3)
    with pytest.raises(SystemExit):
        parse_config(Config, ["--help"])
    assert "learning rate (default: 0.01)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--epochs", "0"], "--epochs 0 is out of range"),
        (["--batch-size", "-1"], "--batch-size -1 is out of range"),
        (["--limit", "-5"], "--limit -5 is out of range"),
        (["--validation", "1"], "--validation 1.0 is out of range"),
        (["--average", "1.5"], "--average 1.5 is out of range: "),
        (["--average", "nan"], "at least 0, at most 1"),
        (["--precision", "int8"], "--precision int8 is out of range"),
        (["--epochs", "many"], "invalid int value: 'many'"),
        (["--speed", "9"], "unrecognized arguments: --speed"),
    ],
)
def test_a_bad_option_is_named(flags, words, capsys):
    with pytest.raises(SystemExit) as stop:
        parse_config(Config, flags)
    assert stop.value.code == 2
    assert words in capsys.readouterr().err
