"""A visitor's ZIP: what is read of it, what is left out and named, and that a folder of it is the same dataset."""

import io
import stat
import struct
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from core.data import get_dataset, picture_zip
from core.data.image_set import DataError
from core.data.images import encode
from core.data.picture_zip import collect_pictures, small_square, zip_dataset

NAMES = ("笑顔", "Ärger: laut/leise?", "مبتسم")


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def picture(seed=0, size=(30, 30), colour=False):
    """A PNG of random values, which its seed gives."""
    rng = np.random.default_rng(seed)
    return encode(rng.integers(0, 256, (*size, 3) if colour else size, dtype=np.uint8), "PNG")


def zipped(files, method=zipfile.ZIP_DEFLATED):
    """A ZIP of files by their names; an entry may be a ZipInfo."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as file:
        for name, data in files:
            file.writestr(name, data)
    return content.getvalue()


def many(count=20, folders=("a", "b"), **options):
    return [(f"{folders[i % len(folders)]}/{i}.png", picture(i, **options)) for i in range(count)]


def sizes(found):
    return {Image.open(io.BytesIO(png)).size for _, png in found.pictures}


def test_folders_are_classes_and_pictures_become_small_squares():
    files = [*many(size=(90, 120)), ("a/dull.jpg", picture(50, (20, 40))), ("beside.png", picture(51))]
    found = collect_pictures(zipped(files))
    assert found.classes == ("a", "b")
    assert [label for label, _ in found.pictures] == [0, 1] * 10 + [0, -1]
    assert sizes(found) == {(64, 64), (20, 20), (30, 30)}
    assert found.skipped == []


def test_a_small_picture_is_kept_as_it_is_and_colour_stays():
    for colour in (False, True):
        kept = Image.open(io.BytesIO(small_square(picture(1, (28, 28), colour))))
        assert kept.mode == ("RGB" if colour else "L")
        assert (np.asarray(kept) == np.asarray(Image.open(io.BytesIO(picture(1, (28, 28), colour))))).all()


def on_a_table(side=120):
    """A photo: a light square on a brown, uneven ground."""
    rng = np.random.default_rng(0)
    pixels = np.array([96, 64, 40]) + rng.integers(-12, 13, (side, side, 3))
    pixels[side // 3 : 2 * side // 3, side // 4 : side // 2] = 230
    return encode(pixels.astype(np.uint8), "PNG")


def test_a_page_says_how_pictures_become_squares_unless_the_zip_does():
    photo = ("a/photo.png", on_a_table())
    (_, cut), (_, whole) = (collect_pictures(zipped([photo]), fit).pictures[0] for fit in ("cut_out", "crop"))
    pixels = np.asarray(Image.open(io.BytesIO(cut)))
    assert pixels.shape == (28, 28)
    assert pixels[:, [0, -1]].max() == 0  # the table is gone
    assert np.asarray(Image.open(io.BytesIO(whole))).shape == (64, 64, 3)
    told = zipped([("dataset.toml", 'fit = "crop"'), photo])
    assert collect_pictures(told, "cut_out").pictures[0][1] == whole


def test_folders_around_everything_and_what_systems_add_are_passed_over():
    files = [(f"Desktop/mine/{name}", data) for name, data in many()]
    extra = [("__MACOSX/Desktop/mine/a/._0.png", b"x"), ("Desktop/mine/.DS_Store", b"x"), ("Desktop/Thumbs.db", b"x")]
    found = collect_pictures(zipped(files + extra))
    assert found.classes == ("a", "b")
    assert found.skipped == []


def test_a_folder_of_the_zip_is_the_same_dataset(tmp_path):
    toml = 'title = "faces"\n[classes]\n"2" = "笑顔"\n"1" = "sad"\n'
    content = zipped([("dataset.toml", toml), *many(30, ("1", "2"))])
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        file.extractall(tmp_path)
    here, there = zip_dataset(content), get_dataset(f"folder:{tmp_path}")
    assert here.class_names == there.class_names == ("笑顔", "sad")
    assert here.title == there.title == "faces"
    for split in ("train", "test"):
        mine, other = here.load(split), there.load(split)
        assert torch.equal(mine.images, other.images)
        assert torch.equal(mine.labels, other.labels)


def test_grey_and_coloured_pictures_are_all_read_in_colour():
    files = many(15) + [(f"a/c{i}.png", picture(100 + i, colour=True)) for i in range(5)]
    data = zip_dataset(zipped(files))
    assert data.image_shape == (3, 32, 32)
    assert data.notes[0] == "15 of 20 pictures are grey, the others in colour: all are read in colour."


def entry(name, mode=None, **values):
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    if mode:
        info.external_attr = mode << 16
    for key, value in values.items():
        setattr(info, key, value)
    return info


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("../../evil.png", picture(), "../../evil.png was left out: its path leads out of the ZIP's folder."),
        ("/etc/evil.png", picture(), "its path leads out of the ZIP's folder"),
        ("a\\..\\..\\evil.png", picture(), "its path leads out of the ZIP's folder"),
        ("C:/evil.png", picture(), "its path leads out of the ZIP's folder"),
        (entry("a/link.png", stat.S_IFLNK | 0o777), b"/etc/passwd", "a/link.png was left out: it is a link."),
        (entry("a/x.png", compress_type=zipfile.ZIP_LZMA), picture(), "packed in an unusual way"),
        ("a/text.png", b"no picture at all", "a/text.png was left out: this is not a picture that can be read"),
        ("a/dot.png", picture(0, (1, 1)), "a/dot.png was left out: it has 1 x 1 pixels; at least 4 x 4 are needed."),
        ("a/half.png", picture(0, (60, 60))[:900], "a/half.png was left out: the picture is damaged"),
        ("a/empty.png", b"", "a/empty.png was left out: the file is empty"),
    ],
)
def test_what_cannot_be_used_is_named_and_the_rest_is_read(name, data, words):
    content = zipped([*many(), (name, data)])
    found = collect_pictures(content)
    assert len(found.pictures) == 20
    assert len(found.skipped) == 1
    assert words in found.skipped[0]
    data = zip_dataset(content)
    assert len(data.train()) + len(data.test()) == 20
    assert len(data.notes) == 1


def test_what_unpacks_to_other_than_the_list_says_is_damaged():
    content = bytearray(zipped([*many(), ("a/bomb.png", bytes(1_000_000))]))
    at = content.rfind(b"a/bomb.png") - 46  # its entry in the list at the end
    struct.pack_into("<I", content, at + 24, 1000)  # its size, as the list has it
    found = collect_pictures(bytes(content))
    assert found.skipped == ["a/bomb.png was left out: it is damaged."]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK no zip", "This is not a ZIP file that can be read"),
        (b"", "This is not a ZIP file"),
        (bytes(21_000_000), "The ZIP is 21 MB; at most 20 MB can be read"),
        (zipped([(f"{i}.png", b"") for i in range(10_000)]), "The ZIP holds 10,000 files; at most 1,000 pictures"),
        (zipped([(f"{i}.png", bytes(19_000_000)) for i in range(11)]), "The ZIP unpacks to 209 MB; at most 200 MB"),
        (b"PK\x01\x02" * 30_000, "The ZIP lists more than 20,000 files"),
        (zipped([*many(), ("dataset.toml", "fit = 7")]), 'fit is \'7\', and must be "crop", "pad" or "cut_out"'),
        (zipped(many(61, [f"c{i}" for i in range(61)])), "61 classes, and at most 60 can be told apart"),
    ],
)
def test_a_zip_that_cannot_be_used_is_refused_in_a_sentence(content, words):
    for read in (collect_pictures, zip_dataset):
        with pytest.raises(DataError) as error:
            read(content)
        assert words in str(error.value)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("a/1.png", picture())], "The set holds 1 picture that can be used; at least 10 are needed."),
        ([], "The set holds 0 pictures"),
        ([("a/1.png", b"x")], "a/1.png was left out: this is not a picture"),
        ([*many(), ("beside.png", picture(99))], "Put every picture into the folder of its class"),
    ],
)
def test_a_set_that_cannot_be_trained_on_is_refused_in_a_sentence(files, words):
    with pytest.raises(DataError) as error:
        zip_dataset(zipped(files))
    assert words in str(error.value)


def test_reading_has_an_end(monkeypatch):
    monkeypatch.setattr(picture_zip, "SET_READING", 0.0)
    found = collect_pictures(zipped(many()))
    assert found.pictures == []
    assert "reading the files before it took too long" in found.skipped[0]


def test_names_in_any_script_survive():
    lines = "".join(f'"{i}" = "{name}"\n' for i, name in enumerate(NAMES))
    content = zipped([("dataset.toml", f"[classes]\n{lines}"), *many(20, ("0", "1", "2"))])
    assert collect_pictures(content).classes == zip_dataset(content).class_names == NAMES
    found = collect_pictures(zipped(many(20, ("Äpfel", "りんご"))))
    assert set(found.classes) == {"Äpfel", "りんご"}
