"""Chains of runs: what is made of them, what their cards say, and what an interruption leaves."""

import json
import re
from dataclasses import asdict, replace
from functools import partial
from importlib import import_module

import pytest
import torch

from core.checkpoint import CheckpointError, list_checkpoints, load_card, load_model
from core.registry import get_architecture
from train.autoencoder import RECIPE, prepare
from train.common import stages
from train.common.cards import stages_of
from train.common.stages import make, stage_configs
from train.vae import RECIPE as VAE

CHAIN = ({"learning_rate": 0.02}, {"learning_rate": 0.004}, {"learning_rate": 0.001, "train_on_all": True})
SHORT = replace(RECIPE, stages={"cae-2": CHAIN}, final_metrics=None)
QUICK = {"checkpoint": "cae-2", "epochs": 1, "limit": 96, "batch_size": 32}


@pytest.fixture
def given(fashion_root, tmp_path):
    """Options that a person gives for a short chain."""
    return QUICK | {"data_root": str(fashion_root), "output": str(tmp_path / "run")}


def make_chain(given, recipe=SHORT, **more):
    given = given | more
    return make(recipe, *stage_configs(recipe, **given), given=given)


def hashes(folder):
    """The hash of every stage's weights, in order."""
    return [load_card(path).sha256 for path in (*sorted(folder.glob("stage-*/cae-2.json")), folder / "cae-2.json")]


def stopped_in(number, monkeypatch, exception=KeyboardInterrupt):
    """Let a chain break before a stage learns."""
    learn, seen = stages.learn, []

    def broken(*args, **options):
        seen.append(args)
        if len(seen) == number:
            raise exception
        return learn(*args, **options)

    monkeypatch.setattr(stages, "learn", broken)


def test_every_stage_starts_from_the_weights_of_the_one_before(given, tmp_path, monkeypatch):
    origins, learn = [], stages.learn

    def watched(*args, **options):
        origins.append(options["origin"])
        return learn(*args, **options)

    monkeypatch.setattr(stages, "learn", watched)
    make_chain(given)
    folder = tmp_path / "run"
    assert origins == [None, folder / "stage-1" / "cae-2.json", folder / "stage-2" / "cae-2.json"]
    assert len(set(hashes(folder))) == 3


def test_a_stage_begins_as_good_as_the_one_before_ended(given, tmp_path):
    still = replace(SHORT, stages={"cae-2": ({"learning_rate": 0.02}, {"learning_rate": 0.0, "average": 0.0})})
    make_chain(given, still, epochs=3)
    first, last = (load_model(tmp_path / "run" / path) for path in ("stage-1/cae-2.json", "cae-2.json"))
    for name, weight in first.named_parameters():  # the statistics of batch normalisation go on
        assert torch.equal(weight, last.get_parameter(name)), name


def test_the_card_holds_all_stages_and_the_command_that_makes_them(given, tmp_path):
    card = make_chain(given)
    folder = tmp_path / "run"
    assert (
        card.recipe["command"] == "python -m train.autoencoder --checkpoint cae-2 --epochs 1 --limit 96 --batch-size 32"
    )
    held = stages_of(load_card(folder / "cae-2.json"))
    assert [stage["learning_rate"] for stage in held] == [0.02, 0.004, 0.001]
    assert [stage["sha256"] for stage in held[:-1]] == hashes(folder)[:-1]
    assert [stage["epochs"] for stage in held] == [1, 1, 1]
    assert card.recipe["learning_rate"] == 0.001
    assert card.minutes == pytest.approx(sum(stage["minutes"] for stage in held), abs=0.006)
    assert load_model(folder / "cae-2.json").card.metrics["test_mse"] == card.metrics["test_mse"]
    assert load_card(folder / "stage-1" / "cae-2.json").metrics == {}  # no look at the test set before the end


@pytest.mark.parametrize("number", [2, 3])
def test_a_chain_stopped_between_stages_goes_on_to_the_same_weights(number, given, tmp_path, monkeypatch, capsys):
    make_chain(given, output=str(tmp_path / "whole"))
    with monkeypatch.context() as patch:
        stopped_in(number, patch)
        with pytest.raises(KeyboardInterrupt):
            make_chain(given)
    good = sorted((tmp_path / "run").glob("stage-*/cae-2.safetensors"))
    assert len(good) == number - 1
    before = [path.stat().st_mtime_ns for path in good]
    capsys.readouterr()
    make_chain(given, resume=True)
    assert capsys.readouterr().out.count("is finished: ") == number - 1
    assert hashes(tmp_path / "run") == hashes(tmp_path / "whole")
    assert [path.stat().st_mtime_ns for path in good] == before  # the last good stages stay


def test_a_chain_stopped_within_a_stage_goes_on_there(given, tmp_path, monkeypatch):
    make_chain(given, output=str(tmp_path / "whole"), epochs=2)
    epochs, learn = [], stages.learn

    def after_epoch(epoch, _):
        epochs.append(epoch)
        if epochs == [0, 1, 0]:  # the first epoch of the second stage is done
            raise KeyboardInterrupt

    monkeypatch.setattr(stages, "learn", partial(learn, after_epoch=after_epoch))
    with pytest.raises(KeyboardInterrupt):
        make_chain(given, epochs=2)
    make_chain(given, epochs=2, resume=True)
    assert epochs[3:] == [1, 0, 1]  # the rest of the second stage, and the third
    assert hashes(tmp_path / "run") == hashes(tmp_path / "whole")


def test_a_fresh_run_does_not_take_an_older_runs_stages(given, tmp_path, monkeypatch):
    make_chain(given)
    with monkeypatch.context() as patch:
        stopped_in(1, patch)
        with pytest.raises(KeyboardInterrupt):
            make_chain(given)
    assert not (tmp_path / "run" / "stage-1" / "cae-2.json").exists()
    assert load_model(tmp_path / "run" / "cae-2.json")  # what was finished stays until there is something better


def test_a_finished_stage_of_other_options_is_refused(given, tmp_path):
    make_chain(given)
    with pytest.raises(
        CheckpointError, match=r"stage-1/cae-2.json was made with seed 0 where 1 is asked for: leave out"
    ):
        make_chain(given, seed=1, resume=True)


def test_a_stage_that_came_from_other_weights_is_refused(given, tmp_path):
    make_chain(given)
    path = tmp_path / "run" / "stage-2" / "cae-2.json"
    card = json.loads(path.read_text())
    card["recipe"]["stages"][0]["sha256"] = "0"
    path.write_text(json.dumps(card))
    with pytest.raises(CheckpointError, match=r"stage-2/cae-2.json was made with other stages before it"):
        make_chain(given, resume=True)


def test_a_stage_of_another_architecture_is_refused(given, tmp_path):
    make_chain(given)
    (tmp_path / "run" / "stage-2" / "cae-2.json").unlink()
    wide = replace(SHORT, prepare=lambda config, training: prepare(config, training, channels=(4, 8, 16)))
    with pytest.raises(CheckpointError, match=r"the stage before, .*stage-1/cae-2.json, is of another architecture"):
        make_chain(given, wide, resume=True, output=given["output"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stages": "two"}, "The stages of cae-2 are no list of options"),
        ({"stages": []}, "are no list of options"),
        ({"stages": [1, 2]}, "are no list of options"),
        ({"learning_rate": 9}, r"do not fit its card: the last of 3 has learning_rate 0.001, and the card 9"),
    ],
)
def test_stages_that_do_not_fit_their_card_are_named(given, tmp_path, change, words):
    card = make_chain(given)
    with pytest.raises(CheckpointError, match=words):
        stages_of(replace(card, recipe=card.recipe | change))


def test_an_option_that_is_given_holds_in_every_stage():
    configs = stage_configs(VAE, epochs=3, seed=5)
    assert len(configs) == 3
    assert {(config.epochs, config.seed) for config in configs} == {(3, 5)}
    assert [config.ssim_weight for config in configs] == [0.0, 0.03, 0.1]
    assert not any(config.start for config in configs)


def test_a_start_of_ones_own_and_other_images_are_one_run():
    assert len(stage_configs(VAE, start="vae-fashion")) == 1
    (config,) = stage_configs(VAE, dataset="mnist")
    assert (config.weight_name, config.ssim_weight) == ("mnist-vae-fashion", 0.0)


def test_whoever_holds_images_out_does_not_learn_them():
    assert stage_configs(SHORT, checkpoint="cae-2")[-1].train_on_all
    assert not any(config.train_on_all for config in stage_configs(SHORT, checkpoint="cae-2", validation=0.1))


def test_an_option_that_a_recipe_lacks_is_named():
    recipe = replace(RECIPE, stages={"cae-2": ({}, {"warp": 1.0})})
    with pytest.raises(ValueError, match="stage 2 of cae-2 has an option that there is not: warp"):
        stage_configs(recipe, checkpoint="cae-2")


def test_ctrl_c_between_stages_says_how_to_go_on(given, monkeypatch):
    words = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
    monkeypatch.setattr("sys.argv", ["train/autoencoder.py", *words])
    stopped_in(2, monkeypatch)
    with pytest.raises(SystemExit, match=r"finished stages are kept. Go on with: .* --checkpoint=cae-2 .* --resume"):
        stages.run(SHORT)


@pytest.mark.parametrize("checkpoint", list_checkpoints())
def test_every_shipped_weight_can_be_made_from_random_numbers(checkpoint):
    card = load_card(checkpoint)
    recipe = import_module(f"train.{get_architecture(card.model).family}").RECIPE
    configs = stage_configs(recipe, checkpoint=checkpoint)
    upon = {"classifier-photos": "classifier-resnet"}.get(checkpoint, "")  # which can be made so, too
    assert {config.start for config in configs} == {upon}
    assert configs[-1].weight_name == checkpoint
    assert len({config.folder for config in configs}) == len(configs)


@pytest.mark.parametrize("checkpoint", list_checkpoints())
def test_the_recipe_and_the_card_agree_on_the_stages(checkpoint):
    """But for which images were held out, which are others now, and where a run is told how to compute."""
    card = load_card(checkpoint)
    recipe = import_module(f"train.{get_architecture(card.model).family}").RECIPE
    configs, held = stage_configs(recipe, checkpoint=checkpoint), stages_of(card)
    assert len(configs) == len(held)
    free = {"validation", "keep_last", "train_on_all", "start", "precision", "compile"}
    for config, stage in zip(configs, held, strict=True):
        expected = {name: value for name, value in asdict(config).items() if name in stage and name not in free}
        assert expected == {name: stage[name] for name in expected}
    assert len(expected) >= 7
    assert re.fullmatch(rf"python -m train\.\w+ --checkpoint {checkpoint}( --.*)?", card.recipe["command"])


def test_torch_is_as_random_in_every_stage(given, tmp_path):
    """The seed is set anew: a stage that is made alone after a stop sees what it sees in an unbroken chain."""
    make_chain(given)
    first = hashes(tmp_path / "run")
    torch.rand(7)
    make_chain(given)
    assert hashes(tmp_path / "run") == first
