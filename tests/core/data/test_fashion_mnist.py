import numpy as np
import pytest
import torch

from core.data import fashion_mnist as data
from core.data.fashion_mnist import load_fashion_mnist, load_fashion_sample, load_fashion_training
from core.data.image_set import DataError
from core.data.synthetic import synthetic
from tests.conftest import write_idx


def test_reads_plain_and_gzipped_idx_files(fashion_root):
    train, test = load_fashion_mnist("train", fashion_root), load_fashion_mnist("test", fashion_root)
    assert train.images.shape == (640, 1, 28, 28)
    assert test.images.shape == (100, 1, 28, 28)
    assert torch.equal(test.images, synthetic(100, seed=1).images)
    assert test.labels.tolist() == [i % 10 for i in range(100)]


def test_the_data_root_may_come_from_the_environment_or_be_torchvisions(fashion_root, tmp_path, monkeypatch):
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.parent.mkdir()
    raw.symlink_to(fashion_root)
    monkeypatch.setenv("LOOM_DATA", str(tmp_path))
    assert len(load_fashion_mnist("test")) == 100


def test_a_missing_folder_names_the_path_and_the_fix(tmp_path):
    with pytest.raises(DataError, match=f"{tmp_path}.*apt-get install dataset-fashion-mnist"):
        load_fashion_mnist("train", tmp_path)


def test_a_failed_download_names_the_path_and_the_fix(tmp_path, monkeypatch):
    def refuse(root, download):
        raise RuntimeError("no route to host")

    monkeypatch.delenv("LOOM_DATA", raising=False)
    monkeypatch.setattr(data, "DEBIAN_FASHION", tmp_path / "debian")
    monkeypatch.setattr(data, "DOWNLOAD_FASHION", tmp_path / "download")
    monkeypatch.setattr("torchvision.datasets.FashionMNIST", refuse)
    with pytest.raises(DataError, match=r"debian.*download.*no route to host.*--data-root"):
        load_fashion_mnist("train")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda raw: raw[:-500], "cut short"),
        (lambda raw: raw[:10], "not an IDX file"),
        (lambda raw: b"\x00\x00\x0d\x03" + raw[4:], "not an IDX file"),
        (lambda raw: b"", "not an IDX file"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, damage, words):
    write_idx(tmp_path / "t10k-images-idx3-ubyte", np.zeros((5, 28, 28)))
    write_idx(tmp_path / "t10k-labels-idx1-ubyte", np.zeros(5))
    path = tmp_path / "t10k-images-idx3-ubyte"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=words) as error:
        load_fashion_mnist("test", tmp_path)
    assert str(path) in str(error.value)


def test_a_damaged_gzip_file_is_named(tmp_path):
    write_idx(tmp_path / "t10k-images-idx3-ubyte.gz", np.zeros((5, 28, 28)))
    path = tmp_path / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match="cannot be unpacked"):
        load_fashion_mnist("test", tmp_path)


def test_labels_and_images_must_belong_together(tmp_path):
    write_idx(tmp_path / "t10k-images-idx3-ubyte", np.zeros((5, 28, 28)))
    write_idx(tmp_path / "t10k-labels-idx1-ubyte", np.zeros(4))
    with pytest.raises(DataError, match="one label"):
        load_fashion_mnist("test", tmp_path)


def test_an_unknown_split_is_refused(fashion_root):
    with pytest.raises(ValueError, match="'validation'"):
        load_fashion_mnist("validation", fashion_root)


def test_the_shipped_sample_holds_a_hundred_images_of_each_class():
    sample = load_fashion_sample()
    assert sample.images.shape == (1000, 1, 28, 28)
    assert sample.labels.bincount().tolist() == [100] * 10
    assert len(set(sample.index.tolist())) == 1000
    assert sample.images.float().mean() > 50  # real pictures, not blanks


def test_the_shipped_training_images_are_a_thousand_of_each_class_and_none_is_a_test_image():
    training, sample = load_fashion_training(), load_fashion_sample()
    assert training.images.shape == (10_000, 1, 28, 28)
    assert training.labels.bincount().tolist() == [1000] * 10
    assert len(set(training.index.tolist())) == 10_000
    assert int(training.index.max()) < 60_000
    known = {image.numpy().tobytes() for image in training.images}
    assert not any(image.numpy().tobytes() in known for image in sample.images)
    tops, boots = (training.images[training.labels == k].float().mean(0) for k in (0, 9))
    assert (tops - boots).abs().mean() > 20  # the labels are those of the images


def test_an_altered_sample_is_refused(tmp_path):
    raw = bytearray(data.FASHION_SAMPLE.read_bytes())
    raw[-100] ^= 1
    path = tmp_path / "sample.safetensors"
    path.write_bytes(raw)
    with pytest.raises(DataError, match="altered"):
        load_fashion_sample(path)
    path.write_bytes(raw[:1000])
    with pytest.raises(DataError, match="damaged"):
        load_fashion_sample(path)
    with pytest.raises(DataError, match="missing"):
        load_fashion_sample(tmp_path / "nothing")


def test_a_split_is_reproducible_and_loses_nothing():
    whole = synthetic(50)
    train, held = whole.split(0.2, seed=3)
    again, _ = whole.split(0.2, seed=3)
    assert (len(train), len(held)) == (40, 10)
    assert torch.equal(train.index, again.index)
    assert sorted(train.index.tolist() + held.index.tolist()) == list(range(50))


def test_batches_are_floats_between_zero_and_one_in_order():
    batches = list(synthetic(10).batches(4))
    assert [len(b.label) for b in batches] == [4, 4, 2]
    assert torch.cat([b.index for b in batches]).tolist() == list(range(10))
    image = batches[0].image
    assert image.dtype == torch.float32
    assert 0 <= image.min() < 0.3 < image.max() <= 1


def test_take_limits_and_zero_means_all():
    assert len(synthetic(10).take(3)) == 3
    assert len(synthetic(10).take(0)) == 10
    assert len(synthetic(10).take(99)) == 10
