"""Models in folders that the operator names: found, named where they cannot be used, found again when they change."""

import json
import logging
import re
import shutil

import pytest

from demos.server.added_models.weight_folders import WeightFolders
from demos.server.services import Services
from demos.ui.datasets import load_models
from tests.helpers.checkpoints import make_dataset, write_checkpoint
from tests.helpers.handlers import ask


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A checkpoint of a small autoencoder; tests copy it."""
    folder = tmp_path_factory.mktemp("made")
    write_checkpoint(folder, "rings-cae", "autoencoder", *make_dataset("Rings"))
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "runs")


def test_a_model_in_a_folder_is_there_without_a_restart(made, tmp_path):
    services = Services(weights=[tmp_path])
    assert services.models.look() == []
    for part in made.iterdir():
        shutil.copy(part, tmp_path)
    (model,) = services.models.look()
    assert model.name == "rings-cae"
    assert model.dataset.title == "Rings"
    assert services.models.look() == [model]  # it is not made anew
    (tmp_path / "rings-cae.safetensors").unlink()
    assert services.models.look() == []
    with pytest.raises(ValueError, match="no model 'rings-cae'"):
        services.models.any("rings-cae")


def test_a_model_that_is_trained_again_takes_the_place_of_the_old_one(folder):
    services = Services(weights=[folder])
    (before,) = services.models.look()
    write_checkpoint(folder, "rings-cae", "vae", *make_dataset("Rings"))
    (after,) = services.models.look()
    assert after is not before
    assert services.models.any("rings-cae").card.model == "vae"


def _cut(folder):
    path = folder / "rings-cae.safetensors"
    path.write_bytes(path.read_bytes()[:-1])


def _change(folder, **values):
    path = folder / "rings-cae.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (_cut, "its SHA-256 is not its card's"),
        (lambda folder: (folder / "rings-cae.json").unlink(), r"rings-cae.json does not exist"),
        (lambda folder: (folder / "rings-cae.safetensors").unlink(), r"rings-cae.safetensors does not exist"),
        (lambda folder: (folder / "rings-cae.json").write_text("nonsense"), "is not a card"),
        (lambda folder: (folder / "rings-cae.json").write_text("[1, 2]"), "is not a card"),
        (lambda folder: _change(folder, config=5), "is not a card .*its config is 5"),
        (lambda folder: _change(folder, dataset="x"), "is not a card .*its dataset is 'x'"),
        (lambda folder: _change(folder, class_names=None), "is not a card .*its class_names is None"),
        (lambda folder: _change(folder, model="nonsense"), "names architecture 'nonsense'"),
        (lambda folder: _change(folder, class_names=["a", "b"]), "knows other classes than Rings"),
        (lambda folder: (folder / "rings-cae.dataset.safetensors").write_bytes(b""), "is damaged"),
        (lambda folder: (folder / "rings-cae.dataset.safetensors").unlink(), "a sample of its images is missing"),
        (lambda folder: (folder / "rings-cae.codes.safetensors").write_bytes(b"no"), "codes.safetensors is damaged"),
    ],
)
def test_what_cannot_be_used_is_named_once_and_skipped(folder, caplog, damage, sentence):
    write_checkpoint(folder, "whole", "autoencoder", *make_dataset("Rings"))
    damage(folder)
    folders = WeightFolders([folder], ())
    with caplog.at_level(logging.WARNING, "loom"):
        assert list(folders.look()) == ["whole"]
        assert list(folders.look()) == ["whole"]
    (record,) = caplog.records
    assert "rings-cae" in record.message
    assert "left out" in record.message
    assert re.search(sentence, record.message)


def test_a_taken_name_is_named_and_skipped(folder, made, tmp_path, caplog):
    other = shutil.copytree(made, tmp_path / "other")
    write_checkpoint(folder, "cae-27", "autoencoder", *make_dataset("Rings"))
    services = Services(weights=[folder, other])
    with caplog.at_level(logging.WARNING, "loom"):
        assert [model.card.name for model in services.models.look()] == ["rings-cae"]
    assert services.models["cae-27"].is_shipped
    said = " ".join(record.message for record in caplog.records)
    assert "cae-27.json is left out: a shipped model has the same name" in said
    assert f"{other / 'rings-cae.json'} is left out: {folder / 'rings-cae.json'} has the same name" in said


def test_the_state_of_a_run_under_way_is_no_model(folder, caplog):
    for name in ("state.safetensors", ".rings-cae.json.12.tmp", "log.csv"):
        (folder / name).write_bytes(b"-")
    with caplog.at_level(logging.WARNING, "loom"):
        assert list(WeightFolders([folder], ()).look()) == ["rings-cae"]
    assert not caplog.records


def test_a_folder_that_goes_away_takes_its_models_along(folder):
    folders = WeightFolders([folder], ())
    assert folders.look()
    shutil.rmtree(folder)
    assert folders.look() == {}


def test_the_page_gets_the_models_and_the_tabs_that_open_them(folder):
    services = Services(weights=[folder])
    services.models.tabs = {"maps": lambda model: model.can("encode"), "names": lambda model: model.can("activations")}
    write_checkpoint(folder, "rings-net", "fashionnet", *make_dataset("Rings"))
    cae, net = ask(load_models, services)["models"]
    assert (cae["name"], cae["opens"], cae["size"], cae["side"]) == ("rings-cae", ["maps"], 3, 28)
    assert (net["name"], net["opens"]) == ("rings-net", ["names"])
    assert cae["dataset"] == net["dataset"]
    assert cae["dataset"]["title"] == "Rings"
    assert services.models.classifier_of(services.models["rings-cae"]).name == "rings-net"
