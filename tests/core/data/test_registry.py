"""What every dataset promises, on small files in its own format."""

import numpy as np
import pytest
import torch

from core.checkpoint import load_card
from core.data import Dataset, get_dataset, list_datasets
from core.data import registry as registry_module
from core.data.image_set import DataError, ImageSet
from core.data.registry import COLORS, SHAPES, name_classes, register_dataset
from core.data.synthetic import synthetic
from demos.ui.widget import CLASS_COLORS
from tests.conftest import write_idx, write_pictures


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="module")
def root(fashion_root):
    """Every dataset by name, 90 images or more each."""
    for name, first, prefixes in (
        ("MNIST/raw", 0, ("train", "t10k")),
        ("kmnist", 0, ("train", "t10k")),
        ("emnist", 1, ("emnist-letters-train", "emnist-letters-test")),
    ):
        (fashion_root / name).mkdir(parents=True)
        for prefix, count in zip(prefixes, (130, 52), strict=True):
            images = synthetic(count).images[:, 0].numpy()
            labels = np.arange(count) % (26 if first else 10) + first
            write_idx(fashion_root / name / f"{prefix}-images-idx3-ubyte.gz", images)
            write_idx(fashion_root / name / f"{prefix}-labels-idx1-ubyte", labels)
    folder = fashion_root / "cifar-10-batches-bin"
    folder.mkdir()
    for name in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"):
        data = synthetic(50, (3, 32, 32))
        records = torch.cat([data.labels[:, None].byte(), data.images.flatten(1)], 1)
        (folder / f"{name}.bin").write_bytes(records.numpy().tobytes())
    write_pictures(fashion_root / "pictures", synthetic(300, (3, 40, 50)))
    return fashion_root


@pytest.fixture(params=[*list_datasets(), "folder"])
def dataset(request, root) -> Dataset:
    return get_dataset(f"folder:{root / 'pictures'}" if request.param == "folder" else request.param)


def test_a_dataset_is_what_its_entry_says(dataset, root):
    assert dataset.title
    assert dataset.licence
    assert dataset.source
    parts = [dataset.train(str(root)), dataset.test(str(root))]
    for part in parts:
        assert part.images.dtype == torch.uint8
        assert tuple(part.images.shape[1:]) == dataset.image_shape
        assert part.classes == dataset.class_names
        assert part.source["name"]
        assert part.source["licence"] == dataset.licence
        assert len(part) == len(part.labels) == len(part.index) > 0
        assert part.classifier == dataset.classifier
        if dataset.classes:
            assert int(part.labels.max()) < len(dataset.classes)
    assert parts[0].source["split"] != parts[1].source["split"]


def test_classes_can_be_told_apart(dataset):
    marks = {(each.color, each.shape) for each in dataset.classes}
    assert len(marks) == len(dataset.classes)
    assert {each.shape for each in dataset.classes} <= set(SHAPES)


def test_a_sample_has_images_of_every_class_in_order(dataset, root):
    sample = dataset.sample(str(root))
    assert 0 < len(sample) <= 1000
    assert tuple(sample.images.shape[1:]) == dataset.image_shape
    if dataset.classes:
        assert sample.labels.unique().tolist() == list(range(len(dataset.classes)))
        assert sample.labels.tolist() == sorted(sample.labels.tolist())


def test_an_unknown_split_is_refused(dataset, root):
    with pytest.raises(ValueError, match="'validation'"):
        dataset.load("validation", str(root))


def test_missing_files_are_named(dataset, tmp_path):
    if dataset.name.startswith("folder:"):
        pytest.skip("a folder is named by its own path")
    with pytest.raises(DataError, match=str(tmp_path)):
        dataset.train(str(tmp_path))


def test_the_shipped_classifier_of_a_dataset_knows_its_classes(dataset):
    if dataset.classifier:
        assert load_card(dataset.classifier).class_names == list(dataset.class_names)


def test_letters_are_counted_from_a_and_stand_upright(root):
    letters = get_dataset("emnist-letters").train(str(root))
    assert letters.labels[:3].tolist() == [0, 1, 2]
    assert torch.equal(letters.images, synthetic(130).images.transpose(2, 3))


def test_another_datasets_files_are_not_read_in_its_place(root):
    with pytest.raises(DataError, match="No files of MNIST"):
        get_dataset("mnist").train(str(root / "kmnist"))
    assert len(get_dataset("kmnist").train(str(root / "kmnist"))) == 130


def test_a_failed_download_names_the_folder_and_the_option(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise RuntimeError("no route to host")

    monkeypatch.delenv("LOOM_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("torchvision.datasets.KMNIST", refuse)
    monkeypatch.setattr("torchvision.datasets.utils.download_and_extract_archive", refuse)
    for name in ("kmnist", "cifar-10"):
        with pytest.raises(DataError, match=rf"{tmp_path}.*no route to host.*--data-root"):
            get_dataset(name).train()


@pytest.mark.parametrize("damage", [lambda raw: raw[:-1], lambda raw: b"", lambda raw: b"\x0b" + raw[1:]])
def test_a_damaged_file_of_colours_is_named(tmp_path, damage):
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    (folder / "test_batch.bin").write_bytes(damage(bytes(3073)))
    with pytest.raises(DataError, match=r"test_batch.bin is damaged"):
        get_dataset("cifar-10").test(str(tmp_path))
    with pytest.raises(DataError, match=r"data_batch_1.bin is missing"):
        get_dataset("cifar-10").train(str(tmp_path))


def test_an_unknown_dataset_is_reported_with_those_there_are():
    with pytest.raises(DataError, match=r"no dataset 'clothes'.*fashion-mnist.*folder:PATH"):
        get_dataset("clothes")


def test_a_dataset_is_added_in_one_place(monkeypatch):
    monkeypatch.setattr(registry_module, "_DATASETS", dict(registry_module._DATASETS))

    known = {"title": "Rings", "image_shape": (1, 28, 28), "licence": "CC0", "source": "-"}

    @register_dataset("rings", classes=("one", "two"), **known)
    def load_rings(split: str, data_root: str | None = None) -> ImageSet:
        return synthetic(20)

    assert "rings" in list_datasets()
    assert len(get_dataset("rings").train()) == 20
    with pytest.raises(ValueError, match="already registered"):
        register_dataset("rings", **known)(load_rings)


def test_sixty_classes_can_be_told_apart_and_one_more_is_refused():
    assert len({(each.color, each.shape) for each in name_classes(list(map(str, range(60))))}) == 60
    with pytest.raises(DataError, match="61 classes, and at most 60"):
        Dataset("many", "Many", name_classes(list(map(str, range(61)))), (1, 28, 28), "-", "-", synthetic)
    with pytest.raises(DataError, match="the same name"):
        Dataset("twins", "Twins", name_classes(["a", "a"]), (1, 28, 28), "-", "-", synthetic)


@pytest.mark.parametrize("shape", [(2, 28, 28), (1, 28, 32), (1, 27, 27)])
def test_images_are_grey_or_coloured_squares(shape):
    with pytest.raises(ValueError, match="grey or coloured squares"):
        Dataset("odd", "Odd", (), shape, "-", "-", synthetic)


def test_charts_use_the_colours_of_the_registry():
    assert COLORS == CLASS_COLORS
