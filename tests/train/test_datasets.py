"""Every recipe on images that are not its own: what it makes, measures and leaves out, and what it refuses."""

import json
from importlib import import_module

import numpy as np
import pytest
import torch
from PIL import Image

from core.checkpoint import CheckpointError, load_card, load_model
from core.data.image_set import DataError
from core.data.synthetic import synthetic
from core.models.classifier import Classifier
from core.registry import create_model, list_models
from core.training.config import short_name
from demos.server.added_models.weight_folders import WeightFolders
from tests.conftest import write_pictures
from train import all as all_models
from train import evaluate
from train.common import metrics
from train.common.metrics import GENERATION
from train.common.stages import make

CHECKPOINTS = {
    "autodecoder": ["ad"],
    "autoencoder": ["cae-27"],
    "classifier": ["classifier-resnet", "classifier-fashionnet"],
    "dcgan": ["dcgan"],
    "denoiser": ["denoiser-unet", "denoiser-cae", "denoiser-cae-both"],
    "face_vae": ["vae-faces-32"],
    "flow": ["flow"],
    "vae": ["vae-fashion"],
}
QUICK = {"epochs": 1, "limit": 64, "batch_size": 32}


@pytest.fixture(autouse=True)
def _quick(tmp_path_factory, monkeypatch):
    monkeypatch.setattr(metrics, "FITTED", 4)  # images that codes are fitted to, which takes a second each
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="module")
def colours(tmp_path_factory):
    """A folder of 240 coloured pictures of ten classes."""
    return write_pictures(tmp_path_factory.mktemp("data") / "Bright colours", synthetic(240, (3, 32, 32)))


@pytest.fixture(scope="module")
def heap(tmp_path_factory):
    """A folder of 80 grey pictures without classes."""
    folder = tmp_path_factory.mktemp("heap")
    for i, image in enumerate(synthetic(80).images):
        Image.fromarray(image[0].numpy()).save(folder / f"{i}.png")
    return folder


def trained(recipe, folder, output, **options):
    """The model that a recipe makes of a folder."""
    recipe = import_module(f"train.{recipe}").RECIPE
    config = recipe.config(**QUICK | {"dataset": f"folder:{folder}", "output": str(output)} | options)
    make(recipe, config)
    return load_model(output / f"{config.weight_name}.json")


@pytest.mark.parametrize("name", sorted(set(list_models()) - {"face-vae"}))
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 28, 28), (1, 32, 32), (3, 32, 32)])
def test_every_architecture_takes_small_images_of_either_size(name, shape):
    model = create_model(name, image_shape=shape).eval()
    x = synthetic(4, shape).batch(torch.arange(4)).image
    if isinstance(model, Classifier):
        assert model(x).shape == (4, 10)
    elif hasattr(model, "decode"):
        assert model.decode(torch.randn(2, model.config.latent_dim)).shape == (2, *shape)
    if not isinstance(model, Classifier) and name not in ("dcgan", "flow"):
        assert model(x).shape == x.shape
    if name == "dcgan":
        assert model.discriminate(x).shape == (4,)


@pytest.mark.slow
@pytest.mark.parametrize(("recipe", "checkpoint"), [(r, c) for r, found in CHECKPOINTS.items() for c in found])
def test_a_recipe_trains_on_a_folder_and_its_card_says_so(recipe, checkpoint, colours, tmp_path):
    model = trained(recipe, colours, tmp_path, checkpoint=checkpoint)
    card = model.card
    assert card.name == f"bright-colours-{checkpoint}"
    assert card.config["image_shape"] == [3, 32, 32]
    assert card.dataset["name"] == "Bright colours"
    assert card.recipe["dataset"] == f"folder:{colours}"
    assert f"--dataset folder:{colours}" in card.recipe["command"]
    assert card.class_names == [f"class {k}" for k in range(10)]
    assert (card.report, card.goal) == ({}, {})  # which are of other images
    assert not {f"test_{name}" for name in GENERATION} & card.metrics.keys()


def test_every_recipe_is_tried():
    from tests.train.test_recipes import RECIPES

    assert {*CHECKPOINTS, "head", "photo_classifier"} == set(RECIPES)


def test_a_head_takes_an_encoder_of_the_same_images(colours, tmp_path):
    with pytest.raises(CheckpointError, match=r"cae-27 takes images \(1, 28, 28\).*are \(3, 32, 32\).*--encoder"):
        trained("head", colours, tmp_path)
    trained("autoencoder", colours, tmp_path)
    encoder = str(tmp_path / "bright-colours-cae-27.json")
    with pytest.raises(CheckpointError, match=r"--teacher classifier-resnet knows other classes than Bright colours"):
        trained("head", colours, tmp_path, encoder=encoder)
    head = trained("head", colours, tmp_path, encoder=encoder, teacher="")
    assert head.card.recipe["encoder"] == encoder
    assert len(head.card.class_names) == 10


GENERATORS = ["dcgan", *(pytest.param(name, marks=pytest.mark.thorough) for name in ("autoencoder", "vae", "flow"))]


@pytest.mark.parametrize("recipe", GENERATORS)
def test_figures_of_samples_are_left_out_by_name_where_no_classifier_knows_the_images(recipe, heap, tmp_path):
    card = trained(recipe, heap, tmp_path, epochs=2).card
    assert not {f"test_{name}" for name in GENERATION} & card.metrics.keys()
    assert all(name in card.note for name in GENERATION)
    assert card.class_names == []
    if recipe == "dcgan":
        assert card.recipe["kept_epoch"] == 2


@pytest.mark.parametrize("recipe", GENERATORS)
def test_samples_are_measured_by_a_classifier_of_the_same_images(recipe, colours, tmp_path):
    trained("classifier", colours, tmp_path)
    features = str(tmp_path / "bright-colours-classifier-resnet.json")
    card = trained(recipe, colours, tmp_path, features=features).card
    assert {f"test_{name}" for name in GENERATION} <= card.metrics.keys()
    assert card.note == ""


def test_samples_are_not_measured_by_a_classifier_of_other_images(colours, tmp_path):
    with pytest.raises(CheckpointError, match="--features classifier-resnet knows other classes"):
        trained("dcgan", colours, tmp_path, features="classifier-resnet")


def test_a_classifier_needs_two_classes(heap, tmp_path):
    with pytest.raises(DataError, match="has no classes; a classifier needs two at least"):
        trained("classifier", heap, tmp_path)
    one = write_pictures(tmp_path / "one", synthetic(40).subset(torch.full((40,), 3)))
    for i, path in enumerate(one.rglob("*.png")):
        Image.fromarray(np.random.default_rng(i).integers(0, 256, (28, 28), dtype=np.uint8)).save(path)
    with pytest.raises(DataError, match="has 1 class; a classifier needs two at least"):
        trained("classifier", one, tmp_path)


def test_the_mixture_with_photos_is_of_clothes_alone(colours, tmp_path):
    with pytest.raises(DataError, match=r"for your own pictures take train\.classifier"):
        trained("photo_classifier", colours, tmp_path)


def test_a_face_model_that_halves_too_often_says_which_does_not(heap, tmp_path):
    with pytest.raises(DataError, match=r"have 28 pixels a side: take --checkpoint vae-faces-32"):
        trained("face_vae", heap, tmp_path, checkpoint="vae-faces-256")


def test_an_unknown_dataset_is_reported(tmp_path):
    with pytest.raises(DataError, match="There is no dataset 'clothes'"):
        trained("vae", tmp_path, tmp_path, dataset="clothes")


def test_a_weight_is_named_as_asked(colours, tmp_path):
    assert trained("vae", colours, tmp_path, name="my-vae.2").card.name == "my-vae.2"
    config = import_module("train.vae").Config
    for name in ("../vae", ".vae", "a/b", "a b"):
        with pytest.raises(ValueError, match="cannot name a file"):
            config(name=name)
    assert config().weight_name == "vae-fashion"


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        ("mnist", "mnist"),
        ("folder:/a/My Pictures!/", "my-pictures"),
        ("folder:猫", "pictures"),
        ("folder:/", "pictures"),
    ],
)
def test_files_are_named_by_the_dataset(dataset, name):
    assert short_name(dataset) == name


def test_a_model_of_a_folder_is_evaluated_on_that_folder(colours, tmp_path):
    card = trained("autoencoder", colours, tmp_path).card
    out = tmp_path / "table.json"
    evaluate.main([str(tmp_path / f"{card.name}.json"), "--json", str(out)])
    (row,) = json.loads(out.read_text())
    assert row["measured"] == pytest.approx(card.metrics["test_mse"], rel=1e-4)


@pytest.mark.slow
def test_all_models_are_made_of_a_folder_within_the_minutes(colours, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(all_models, "TRIED", 0.1)
    monkeypatch.setattr(all_models, "SHORTEST", 2)
    all_models.main(["--dataset", f"folder:{colours}", "--minutes", "0.2", "--output", str(tmp_path)])
    names = {path.stem for path in tmp_path.glob("*.json")}
    assert names == {f"bright-colours-{kind}" for kind in ("classifier", "cae", "vae", "denoiser", "gan")}
    assert not list(tmp_path.glob("state*"))
    card = load_card(tmp_path / "bright-colours-gan.json")
    assert card.recipe["features"] == str(tmp_path / "bright-colours-classifier.json")
    assert "test_frechet" in card.metrics
    assert load_card(tmp_path / "bright-colours-cae.json").config["latent_dim"] == 8
    assert set(WeightFolders([tmp_path], ()).look()) == names  # the app offers all of them
    shown = capsys.readouterr()
    assert "5 models are in" in shown.out
    assert "5 of 5, denoiser, epoch" in shown.err
    before = (tmp_path / "bright-colours-gan.json").read_bytes()
    all_models.main(["--dataset", f"folder:{colours}", "--minutes", "0.2", "--output", str(tmp_path), "--resume"])
    assert (tmp_path / "bright-colours-gan.json").read_bytes() == before


def test_pictures_without_classes_get_no_classifier(heap, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(all_models, "TRIED", 0.1)
    monkeypatch.setattr(all_models, "SHORTEST", 2)
    all_models.main(["--dataset", f"folder:{heap}", "--minutes", "0.1", "--output", str(tmp_path)])
    assert len(list(tmp_path.glob("*.json"))) == len(WeightFolders([tmp_path], ()).look()) == 4
    assert "it gets no classifier" in capsys.readouterr().out


@pytest.mark.parametrize("count", [3, 7, 503])  # 500 are a batch
def test_a_denoiser_is_measured_on_any_number_of_images(count):
    data = synthetic(10).subset(torch.arange(count) % 10)
    recipe = import_module("train.denoiser").RECIPE
    found = metrics.compute_metrics(recipe.metrics, torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1)), data, "test")
    assert found.keys() == {"test_psnr"}
    assert np.isfinite(found["test_psnr"])


@pytest.mark.parametrize(
    ("count", "seconds", "epochs", "images"),
    [
        (640, 100.0, 8, 640),  # a pass of ten steps takes 10 seconds, and a validation 2
        (640, 1e9, 40, 640),  # more would not help
        (32, 1e9, 25, 8 * 64),  # a small dataset is gone through several times
        (64_000, 100.0, 8, 10 * 64),  # of a large one there is only time for a part
        (64_000, 20.0, 2, 8 * 64),  # or validating would take too large a share of it
        (64_000, 0.0, 1, 64),
    ],
)
def test_epochs_fit_into_the_time(count, seconds, epochs, images, monkeypatch):
    monkeypatch.setattr(all_models, "_pace", lambda *_: (1.0, 2.0))
    monkeypatch.setattr(all_models, "SHORTEST", 5)
    recipe = import_module("train.vae").RECIPE
    data = synthetic(10).subset(torch.arange(count) % 10)
    found, part = all_models.fit_into(seconds, recipe, recipe.config(), data, data, 40)
    assert (found, len(part)) == (epochs, images)


def test_a_model_whose_time_is_over_stops_with_what_it_has(heap, tmp_path, monkeypatch):
    monkeypatch.setattr(all_models, "fit_into", lambda seconds, recipe, config, learning, *_: (50, learning))
    monkeypatch.setattr(all_models, "PLANS", [plan for plan in all_models.PLANS if plan.kind == "cae"])
    monkeypatch.setattr(all_models, "LATEST", 0.0)
    (path,) = all_models.train_all(f"folder:{heap}", 1.0, tmp_path, "", 0, False)
    assert len(load_model(path).card.history) == 1


@pytest.mark.parametrize("minutes", ["0", "-1", "nan", "inf"])
def test_minutes_are_a_number_above_0(minutes):
    with pytest.raises(SystemExit):
        all_models.main(["--dataset", "mnist", "--minutes", minutes])
