import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from core.data.image_set import DataError
from core.data.lfw import ATTRIBUTES, load_course_faces, load_lfw


@pytest.fixture
def root(fashion_root, tmp_path):
    """A copy that a test may damage."""
    for name in ("lfw-deepfunneled", "lfw-attributes", "lfw-simplified"):
        shutil.copytree(fashion_root / name, tmp_path / name)
    return tmp_path


def test_faces_are_cropped_and_no_person_is_in_both_parts(fashion_root):
    train, test = (load_lfw(split, fashion_root) for split in ("train", "test"))
    assert train.images.shape[1:] == (3, 128, 128)
    assert len(train) + len(test) == 40
    assert not set(train.labels.tolist()) & set(test.labels.tolist())
    assert train.attributes.shape == (len(train), len(ATTRIBUTES))
    assert train.subset(torch.tensor([3])).attributes.equal(train.attributes[3:4])


def test_the_box_is_the_one_stated(root):
    path = next((root / "lfw-deepfunneled").glob("*/*.jpg"))
    pixels = np.zeros((250, 250, 3), np.uint8)
    pixels[53:181, 61:189] = 255
    for each in (root / "lfw-deepfunneled").glob("*/*.jpg"):
        Image.fromarray(pixels).save(each, quality=100)
    assert load_lfw("test", root).images.min() > 200, path


def test_the_courses_faces_come_in_two_parts_and_any_size(fashion_root):
    train, test = (load_course_faces(split, 32, fashion_root) for split in ("train", "test"))
    assert (len(train), len(test)) == (800, 200)
    assert not set(train.index.tolist()) & set(test.index.tolist())
    assert load_course_faces("test", 64, fashion_root).images.shape == (200, 3, 64, 64)


def damage_jpeg(root):
    path = next((root / "lfw-deepfunneled").glob("*/*.jpg"))
    path.write_bytes(path.read_bytes()[:300])
    return "is damaged"


def shrink_photo(root):
    Image.new("RGB", (200, 250)).save(next((root / "lfw-deepfunneled").glob("*/*.jpg")))
    return "is 200x250, expected 250x250"


def remove_people(root):
    shutil.rmtree(root / "lfw-deepfunneled")
    (root / "lfw-deepfunneled").mkdir()
    return "has no folders of people"


def drop_row(root):
    path = root / "lfw-attributes" / "attributes.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:4]))
    return "has no row for"


def drop_column(root):
    path = root / "lfw-attributes" / "attributes.csv"
    path.write_text(path.read_text().replace("Smiling", "Laughing", 1))
    return "has no column 'Smiling'"


def spoil_value(root):
    path = root / "lfw-attributes" / "attributes.csv"
    path.write_text(path.read_text().replace("0.", "x.", 1))
    return "is damaged"


@pytest.mark.parametrize("spoil", [damage_jpeg, shrink_photo, remove_people, drop_row, drop_column, spoil_value])
def test_damaged_photographs_are_reported(root, spoil):
    words = spoil(root)
    with pytest.raises(DataError, match=words):
        [load_lfw(split, root) for split in ("train", "test")]


def test_a_damaged_array_is_reported(root):
    path = root / "lfw-simplified" / "X_train.npy"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match="cannot be read"):
        load_course_faces("test", 32, root)
    np.save(path, np.zeros((10, 28, 28), np.uint8))
    with pytest.raises(DataError, match=r"expected bytes \(n, 3, 32, 32\), found uint8 \(10, 28, 28\)"):
        load_course_faces("test", 48, root)


def test_missing_faces_are_reported(tmp_path, monkeypatch):
    monkeypatch.setattr("core.data.lfw.DATA", tmp_path)
    monkeypatch.delenv("LOOM_DATA", raising=False)
    with pytest.raises(DataError, match=r"No folder lfw-deepfunneled .*do not ship"):
        load_lfw("test", tmp_path)
    with pytest.raises(ValueError, match='split must be "train" or "test"'):
        load_lfw("validation")
