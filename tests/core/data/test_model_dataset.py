"""A model's dataset: what lies beside its weights, or what its card names."""

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from core.checkpoint import load_card
from core.data import registry as registry_module
from core.data.image_set import DataError
from core.data.model_dataset import dataset_of, save_dataset
from core.data.registry import register_dataset
from core.data.synthetic import synthetic
from tests.helpers.checkpoints import make_dataset, write_checkpoint


@pytest.fixture
def rings():
    return make_dataset("Rings")


@pytest.fixture
def path(tmp_path, rings):
    return write_checkpoint(tmp_path, "rings-cae", "autoencoder", *rings)


def test_a_dataset_comes_back_from_beside_its_model(path, rings):
    dataset, sample = rings
    back = dataset_of(load_card(path), path)
    assert (back.title, back.classes, back.image_shape) == ("Rings", dataset.classes, dataset.image_shape)
    assert (back.licence, back.source) == ("CC0", "made by a test")
    assert torch.equal(back.sample().images, sample.images)
    assert torch.equal(back.sample().labels, sample.labels)
    assert "somewhere" not in back.name  # the page need not know the folder
    with pytest.raises(DataError, match="Only a sample of Rings"):
        back.train()


def test_models_of_one_dataset_know_it_by_the_same_name(path, tmp_path, rings):
    twin = write_checkpoint(tmp_path, "rings-vae", "vae", *rings)
    other = write_checkpoint(tmp_path, "other-vae", "vae", *make_dataset("Rings", classes=("a", "b", "c")))
    names = [dataset_of(load_card(each), each).name for each in (path, twin, other)]
    assert names[0] == names[1] != names[2]


def test_a_dataset_whose_sample_ships_need_not_lie_there(tmp_path, path, monkeypatch):
    path.with_suffix(".dataset.safetensors").unlink()
    card = replace(load_card(path), class_names=[])
    fashion = replace(card, dataset={"name": "Fashion-MNIST"})
    assert dataset_of(fashion, path).name == "fashion-mnist"
    monkeypatch.setattr(registry_module, "_DATASETS", dict(registry_module._DATASETS))
    known = {"image_shape": (1, 28, 28), "licence": "CC0", "source": "-"}
    register_dataset("rings", title="Rings", load_sample=lambda: synthetic(20), **known)(synthetic)
    assert dataset_of(card, path).name == "rings"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dataset": {}}, "does not say which images.*Train it again"),
        ({"dataset": {"name": "Squares"}}, r"trained on Squares.*rings-cae.dataset.safetensors must lie beside it"),
        ({"dataset": {"name": "MNIST"}}, r"trained on MNIST.*must lie beside it"),
    ],
)
def test_a_dataset_that_is_not_there_is_named(path, changes, sentence):
    path.with_suffix(".dataset.safetensors").unlink()
    with pytest.raises(DataError, match=sentence):
        dataset_of(replace(load_card(path), **changes), path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"class_names": ["a", "b", "c"]}, "knows other classes than Rings"),
        ({"config": {"image_shape": [3, 32, 32]}}, r"takes images of shape 3 x 32 x 32.*Rings are 1 x 28 x 28"),
    ],
)
def test_weights_of_another_dataset_are_refused(path, changes, sentence):
    with pytest.raises(DataError, match=sentence):
        dataset_of(replace(load_card(path), **changes), path)


def _write(path, images=None, labels=None, **known):
    facts = {"title": "T", "licence": "L", "source": "S", "classes": ["a", "b"]} | known
    tensors = {
        "images": torch.zeros(4, 1, 28, 28, dtype=torch.uint8) if images is None else images,
        "labels": torch.tensor([0, 0, 1, 1]) if labels is None else labels,
    }
    save_file(tensors, path.with_suffix(".dataset.safetensors"), {"dataset": json.dumps(facts)})


@pytest.mark.parametrize(
    "change",
    [
        {"labels": torch.tensor([0, 0, 1, 2])},
        {"labels": torch.tensor([0, -1, 1, 1])},
        {"labels": torch.tensor([0, 1])},
        {"images": torch.zeros(4, 1, 28, 28)},
        {"images": torch.zeros(0, 1, 28, 28, dtype=torch.uint8), "labels": torch.zeros(0, dtype=torch.int64)},
        {"images": torch.zeros(4, 2, 28, 28, dtype=torch.uint8)},
        {"images": torch.zeros(1001, 1, 28, 28, dtype=torch.uint8), "labels": torch.zeros(1001, dtype=torch.int64)},
        {"classes": [1, 2]},
        {"classes": "ab", "title": "T" * 10**4, "labels": torch.tensor([9, 9, 9, 9])},
        {"classes": [f"class {k}" for k in range(61)]},
    ],
)
def test_a_damaged_dataset_is_named(path, change):
    _write(path, **change)
    with pytest.raises(DataError, match=r"rings-cae.dataset.safetensors is damaged|61 classes, and at most 60"):
        dataset_of(load_card(path), path)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff" * 64])
def test_a_file_of_nonsense_is_named(path, content):
    path.with_suffix(".dataset.safetensors").write_bytes(content)
    with pytest.raises(DataError, match="is damaged"):
        dataset_of(load_card(path), path)


def test_a_sample_of_other_images_is_not_written(path, rings):
    with pytest.raises(ValueError, match="shape"):
        save_dataset(path, rings[0], synthetic(20, (3, 32, 32)))
    with pytest.raises(ValueError, match="at most 1000"):
        save_dataset(path, rings[0], synthetic(1001))
