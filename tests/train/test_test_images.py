"""No recipe looks at a test image: train.evaluate alone reads them, of a finished model."""

import ast
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
import torch

from core.data.image_set import DataError, ImageSet
from core.data.synthetic import synthetic
from tests.conftest import ROOT
from tests.train.test_recipes import RECIPES
from train import face_vae, photo_classifier
from train.common import metrics, recipe, stages
from train.common.stages import make, stage_configs

READER = "evaluate.py"
NAMES = {"load_fashion_sample", "held_out_photos"}  # functions that read nothing but test images
# a live run shows a visitor's page how well it does on the shipped sample, and its weights never ship
FILES = [path for path in (ROOT / "train").rglob("*.py") if path.name != READER and path.parent.name != "live"]


def looks(tree: ast.AST) -> list[int]:
    """Lines that name the test part of a dataset, or use what reads it."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            is_prefix = getattr(node.func, "id", "") == "compute_metrics"  # of a figure's name
            names_it = any(isinstance(a, ast.Constant) and a.value == "test" for a in arguments) and not is_prefix
            if names_it or getattr(node.func, "attr", "") == "test":
                found.append(node.lineno)
        if isinstance(node, ast.Compare) and any(getattr(c, "value", "") == "test" for c in node.comparators):
            found.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and NAMES & {alias.name for alias in node.names}:
            found.append(node.lineno)
        if isinstance(node, ast.Attribute) and node.attr in NAMES:
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_but_evaluate_names_the_test_images(path):
    assert looks(ast.parse(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        "data = recipe.images(config, 'test')", "data = load(split='test')", "data = dataset.test()",
        "from core.data.fashion_mnist import load_fashion_sample", "x = fashion_mnist.load_fashion_sample()",
        "if split == 'test': pass",
    ],
)  # fmt: skip
def test_a_look_would_be_found(code):
    assert looks(ast.parse(code)) == [1]


def test_evaluate_is_seen_to_look():
    assert looks(ast.parse((ROOT / "train" / READER).read_text("utf-8")))


class Looked(AssertionError):
    """A test image was asked for."""


def training_alone(split: str, *_: object, shape: tuple[int, int, int] = (1, 28, 28)) -> ImageSet:
    """A stand-in for every loader, which has no test images to give."""
    if split != "train":
        raise Looked(split)
    data = synthetic(96, shape)
    if shape[0] == 1:
        return data
    return replace(
        data, classes=(), classifier="", attributes=torch.rand(96, 6).repeat(1, 1) if shape[1] == 128 else None
    )


@pytest.fixture
def no_test_images(monkeypatch):
    monkeypatch.setattr(recipe, "load_fashion_mnist", training_alone)
    recipe.fashion.cache_clear()
    monkeypatch.setattr("train.evaluate.load_fashion_sample", lambda: training_alone("test"))
    monkeypatch.setattr(face_vae, "load_lfw", lambda split, root: training_alone(split, shape=(3, 128, 128)))
    monkeypatch.setattr(
        face_vae, "load_course_faces", lambda split, side, root: training_alone(split, shape=(3, side, side))
    )
    clothes = synthetic(24)
    monkeypatch.setattr(photo_classifier, "load_taught_photos", lambda *_: replace(clothes, index=-1 - clothes.index))
    kinds = replace(synthetic(6), labels=torch.arange(6), classes=tuple(photo_classifier.KINDS))
    monkeypatch.setattr(photo_classifier, "validation_photos", lambda _: kinds)
    monkeypatch.setattr(metrics, "FITTED", 4)
    yield
    recipe.fashion.cache_clear()


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_trains_without_a_look(name, no_test_images, tmp_path, monkeypatch):
    """All of a run but finish(), which looks."""
    monkeypatch.setattr(stages, "finish", lambda recipe, config, model, *_: finished.append(model))
    family = import_module(f"train.{name}").RECIPE
    finished = []
    given = {"epochs": 1, "limit": 32, "batch_size": 16, "output": str(tmp_path)}
    if name == "face_vae":
        given["checkpoint"] = "vae-faces-32"
    assert make(family, *stage_configs(family, **given), given=given) is None
    assert len(finished) == 1


def test_what_finishes_a_run_does_look(no_test_images, tmp_path):
    family = import_module("train.autoencoder").RECIPE
    with pytest.raises(Looked):
        make(family, family.config(epochs=1, limit=32, output=str(tmp_path)))


@pytest.mark.parametrize("name", [name for name in RECIPES if name not in ("face_vae", "photo_classifier")])
def test_every_recipe_chooses_by_the_same_held_out_images(name, no_test_images):
    family = import_module(f"train.{name}").RECIPE
    images = family.images(family.config(), "train")
    expected = images.hold_out()[1].index.tolist()
    for checkpoint in family.config.checkpoints:
        for config in stage_configs(family, checkpoint=checkpoint):
            training, held_out = family.parts(config)
            assert held_out.index.tolist() == (expected[: family.choose_by] if family.choose_by else expected)
            assert bool(set(training.index.tolist()) & set(expected)) == config.train_on_all


def test_a_classifier_is_not_chosen_without_an_image_of_a_class(no_test_images, monkeypatch):
    few = synthetic(96)
    labels = few.labels.where(few.labels != 7, torch.zeros_like(few.labels))
    labels[7] = 7
    monkeypatch.setattr(recipe, "load_fashion_mnist", lambda *_: replace(few, labels=labels))
    recipe.fashion.cache_clear()
    family = import_module("train.classifier").RECIPE
    with pytest.raises(DataError, match="No image of class 'Sneaker' is held out to choose by"):
        family.parts(family.config())


def test_train_is_where_the_recipes_are():
    assert Path(recipe.__file__).parents[1] / "vae.py" in FILES
