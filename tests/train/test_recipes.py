"""Every recipe, as a person runs it: from the command line, killed, resumed, on several processes."""

import csv
import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import pytest
import torch

from core.checkpoint import Card, load_card, load_model, save_checkpoint
from core.data.fashion_mnist import load_fashion_mnist
from core.data.synthetic import synthetic
from core.registry import create_model, get_architecture, list_models
from tests.conftest import write_clothes, write_faces, write_photos
from train.common.recipe import Recipe, ready

pytestmark = pytest.mark.slow  # trains from the command line

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {"all", "denoising_grid", "evaluate", "export", "learning_curves", "publish", "reproduce", "search", "seeds"}
RECIPES = sorted({p.stem for p in (ROOT / "train").glob("[!_]*.py")} - COMMANDS)


def command(recipe, root, output, *flags):
    return [sys.executable, "-m", f"train.{recipe}", "--data-root", root, "--output", output, *flags]


def run(*words, **options):
    done = subprocess.run(list(map(str, words)), cwd=ROOT, capture_output=True, text=True, timeout=300, **options)
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def losses(folder):
    with open(folder / "log.csv") as file:
        return [
            {k: v for k, v in row.items() if k not in ("minutes", "images_per_second")} for row in csv.DictReader(file)
        ]


def test_every_model_has_a_recipe_that_measures_it():
    families = {get_architecture(name).family for name in list_models()}
    assert families <= set(RECIPES)
    assert all(isinstance(import_module(f"train.{recipe}").RECIPE, Recipe) for recipe in RECIPES)


@pytest.fixture(scope="module")
def small_root(tmp_path_factory):
    """Every dataset as in fashion_root, with fewer clothes: to measure a model costs more than to train it."""
    root = tmp_path_factory.mktemp("small")
    write_clothes(root, train=160, test=30)
    write_faces(root)
    write_photos(root)
    return root


ALONE = {"autoencoder", "head", "photo_classifier"}  # the others are trained in test_datasets.py, on other images


@pytest.mark.parametrize(
    "recipe", [pytest.param(name, marks=[] if name in ALONE else pytest.mark.thorough) for name in RECIPES]
)
def test_a_recipe_trains_and_saves_what_it_measured(recipe, small_root, tmp_path):
    limit = 64 if recipe == "autodecoder" else 160  # it fits a code to every image
    done = run(*command(recipe, small_root, tmp_path, "--limit", limit, "--epochs", 2, "--batch-size", 160))
    model = load_model(tmp_path / f"{import_module(f'train.{recipe}').RECIPE.config().checkpoint}.json")
    assert model.card.recipe["limit"] == limit
    assert model.card.recipe["command"].startswith(f"python -m train.{recipe}")
    assert len(model.card.history) == 2
    name, value = next(iter(model.card.metrics.items()))
    assert f"{name} {value:.5f}" in done.stdout


def test_a_killed_run_resumes_to_the_same_loss(fashion_root, tmp_path):
    flags = ("--limit", 600, "--epochs", 12, "--batch-size", 8)
    run(*command("autoencoder", fashion_root, tmp_path / "whole", *flags))
    killed = list(map(str, command("autoencoder", fashion_root, tmp_path / "killed", *flags)))
    process = subprocess.Popen(killed, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    state = tmp_path / "killed" / "state.safetensors"
    deadline = time.monotonic() + 120
    while not state.is_file() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    before = losses(tmp_path / "killed") if (tmp_path / "killed" / "log.csv").is_file() else []
    assert len(before) < 12
    run(*killed, "--resume")
    assert losses(tmp_path / "killed") == losses(tmp_path / "whole")
    cards = [json.loads((tmp_path / name / "cae-27.json").read_text()) for name in ("whole", "killed")]
    assert cards[0]["sha256"] == cards[1]["sha256"]


def test_two_processes_train_like_one(fashion_root, tmp_path):
    flags = ("--limit", 640, "--epochs", 3, "--precision", "float32")
    run(*command("autoencoder", fashion_root, tmp_path / "one", *flags))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", 2]
    run(*torchrun, *command("autoencoder", fashion_root, tmp_path / "two", *flags)[1:])
    one, two = losses(tmp_path / "one"), losses(tmp_path / "two")
    for a, b in zip(one, two, strict=True):
        assert float(b["validation_mse"]) == pytest.approx(float(a["validation_mse"]), rel=0.02)


@pytest.mark.thorough
def test_two_processes_go_through_all_stages(small_root, tmp_path):
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", 2]
    words = command("vae", small_root, tmp_path, "--epochs", 1, "--batch-size", 40)[1:]
    done = run(*torchrun, *words)
    assert done.stdout.count("Stage 1 of 3:") == 1
    card = load_card(tmp_path / "vae-fashion.json")
    stages = [load_card(tmp_path / f"stage-{k}" / "vae-fashion.json") for k in (1, 2)]
    assert [stage["sha256"] for stage in card.recipe["stages"][:2]] == [stage.sha256 for stage in stages]
    before = [stage.sha256 for stage in stages]
    run(*torchrun, *words, "--resume")
    assert [load_card(tmp_path / f"stage-{k}" / "vae-fashion.json").sha256 for k in (1, 2)] == before
    assert load_card(tmp_path / "vae-fashion.json").sha256 == card.sha256


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--data-root", "/nowhere"], "No Fashion-MNIST files"),
        (["--checkpoint", "cae-28"], "--checkpoint cae-28 is unknown"),
        (["--start", "cae-2"], "--start cae-2 is of another architecture"),
        (["--start", "nowhere.json"], "nowhere.json does not exist"),
    ],
)
def test_a_mistake_is_reported_without_a_traceback(flags, words, fashion_root, tmp_path):
    line = list(map(str, command("autoencoder", fashion_root, tmp_path, *flags)))
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_teacher_must_know_classes(fashion_root, tmp_path):
    line = list(map(str, command("head", fashion_root, tmp_path, "--limit", 50, "--teacher", "cae-27")))
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "--teacher cae-27 is no classifier" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_head_learns_what_its_teacher_says(fashion_root, tmp_path):
    flags = ("--limit", 200, "--epochs", 2, "--batch-size", 32)
    for name, share in (("labels", 0), ("taught", 1)):
        run(*command("head", fashion_root, tmp_path / name, *flags, "--teacher-share", share))
    run(*command("head", fashion_root, tmp_path / "alone", *flags, "--teacher", ""))
    assert losses(tmp_path / "labels") == losses(tmp_path / "alone") != losses(tmp_path / "taught")


def test_a_classifier_begins_on_small_images(fashion_root):
    sizes = []
    recipe = import_module("train.classifier").RECIPE
    config = recipe.config(small=0.6)
    training = load_fashion_mnist("train", fashion_root).take(8)
    state, _ = ready(recipe, config, training)
    state.model.conv1.register_forward_hook(lambda layer, images, maps: sizes.append(maps.shape[2]))
    for progress in (0, 0.59, 0.61, 0.99):
        state.step(training.batch(torch.arange(8)), progress)
    assert sizes == [16, 16, 32, 32]


def test_a_deeper_net_starts_from_the_weights_of_a_shallower_one(tmp_path):
    shallow = create_model("unet", num_blocks=(1, 1))
    path = save_checkpoint(shallow, Card("shallow", "unet", asdict(shallow.config), {}, {}, {}, 0, 0.0, 0), tmp_path)
    recipe = import_module("train.denoiser").RECIPE
    config = recipe.config(start=str(path))
    state, _ = ready(recipe, config, training=synthetic(8), num_blocks=(2, 1))
    deep = state.model.state_dict()
    assert all(torch.equal(deep[name], weight.half().float()) for name, weight in shallow.state_dict().items())
    assert deep.keys() > shallow.state_dict().keys()


def test_a_run_starts_from_the_given_weights(fashion_root, tmp_path):
    flags = ("--limit", 200, "--epochs", 1, "--batch-size", 32)
    run(*command("autoencoder", fashion_root, tmp_path / "fresh", *flags))
    run(*command("autoencoder", fashion_root, tmp_path / "on", *flags, "--start", tmp_path / "fresh" / "cae-27.json"))
    fresh, on = (float(losses(tmp_path / name)[0]["validation_mse"]) for name in ("fresh", "on"))
    assert on < fresh
    assert "--start" in load_model(tmp_path / "on" / "cae-27.json").card.recipe["command"]


@pytest.mark.parametrize(
    ("recipe", "name"),
    [
        ("classifier", "flip"), ("classifier", "erase"), ("classifier", "small"), ("classifier", "finish"),
        ("head", "flip"), ("head", "teacher_share"), ("head", "label_smoothing"), ("dcgan", "smoothing"),
        ("dcgan", "slow_from"), ("dcgan", "slow_critic"), ("photo_classifier", "teacher_share"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [-0.1, 1.5, float("nan")])
def test_a_share_lies_between_0_and_1(recipe, name, value):
    config = import_module(f"train.{recipe}").Config
    with pytest.raises(
        ValueError, match=rf"--{name.replace('_', '-')} {value} is out of range: .*at least 0, at most 1"
    ):
        config(**{name: value})
    assert getattr(config(**{name: 1.0}), name) == 1.0
