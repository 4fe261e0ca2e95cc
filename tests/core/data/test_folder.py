"""Pictures of one's own: what side they are on, what is left out, and what is said about it."""

import io
import os
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
import torch
from PIL import Image

from core.data import folder_index, get_dataset
from core.data.image_set import DataError
from core.data.synthetic import synthetic
from tests.conftest import ROOT, write_pictures


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def pictures(tmp_path):
    """A folder of 300 grey pictures of ten classes."""
    return write_pictures(tmp_path / "pictures", synthetic(300))


def load(folder):
    return get_dataset(f"folder:{folder}")


def sides(folder):
    """On which side each picture is, by its bytes."""
    data = load(folder)
    return {
        image.numpy().tobytes(): name
        for name, part in (("train", data.train()), ("test", data.test()))
        for image in part.images
    }


def noise(path, seed=0, size=(30, 30), colour=False):
    """Write a picture of random values, which its seed gives."""
    rng = np.random.default_rng(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rng.integers(0, 256, (*size, 3) if colour else size, dtype=np.uint8)).save(path)


def many(folder, count=20, first=0, **options):
    """Write so many pictures of random values; those of other seeds are others."""
    for seed in range(first, first + count):
        noise(folder / f"{seed}.png", seed, **options)
    return folder


def test_pictures_come_back_as_they_were_with_their_class(pictures):
    data, original = load(pictures), synthetic(300)
    labels = {image.numpy().tobytes(): int(k) for image, k in zip(original.images, original.labels, strict=True)}
    assert data.image_shape == (1, 28, 28)
    assert data.class_names == tuple(f"class {k}" for k in range(10))
    for part in (data.train(), data.test()):
        assert part.labels.tolist() == [labels[image.numpy().tobytes()] for image in part.images]
    assert len(data.train()) + len(data.test()) == 300
    assert 35 <= len(data.test()) <= 85  # a fifth, within three standard deviations
    assert data.notes == ()


def test_a_picture_stays_on_its_side_when_others_come_and_go_or_names_change(pictures):
    before = sides(pictures)
    for i, path in enumerate(sorted(pictures.rglob("*.png"))):
        if i % 3 == 0:
            path.unlink()
        else:
            path.rename(path.with_name(f"renamed {i}.png"))
    many(pictures / "class 3", 30)
    after = sides(pictures)
    assert len(before.keys() & after.keys()) > 180
    assert all(after[picture] == side for picture, side in before.items() if picture in after)


def test_copies_count_once_and_never_stand_on_both_sides(pictures):
    before = load(pictures)
    for path in sorted(pictures.rglob("*.png")):
        content = Image.open(path)
        content.save(path.with_suffix(".bmp"))  # the same pixels in another format
        content.save(path.with_name(f"copy of {path.name}"), optimize=True)
    after = load(pictures)
    for a, b in ((before.train(), after.train()), (before.test(), after.test())):
        assert torch.equal(a.images, b.images)
        assert torch.equal(a.labels, b.labels)
    assert after.notes == ("600 pictures are copies of others: each picture counts once.",)


def test_a_picture_of_two_classes_is_named(pictures):
    original = pictures / "class 2" / "0002.png"
    (pictures / "class 5" / "again.png").write_bytes(original.read_bytes())
    notes = load(pictures).notes
    assert notes[0].startswith("class 5/again.png was left out: it is the same picture as class 2/0002.png")


def test_every_process_finds_the_same_split(pictures, tmp_path):
    code = (
        "import hashlib, sys; from core.data import get_dataset; from core.training.devices import join_processes;"
        "rank, world = join_processes(); data = get_dataset(sys.argv[1]); parts = [data.train(), data.test()];"
        "text = b''.join(p.images.numpy().tobytes() + p.labels.numpy().tobytes() for p in parts);"
        "open(f'{sys.argv[2]}/{rank}', 'w').write(f'{world} {hashlib.sha256(text).hexdigest()}')"
    )
    script = tmp_path / "split.py"
    script.write_text(code)
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    line = [*torchrun, str(script), f"folder:{pictures}", str(tmp_path)]
    done = subprocess.run(line, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    first, second = ((tmp_path / name).read_text() for name in "01")
    assert first == second
    assert first.startswith("2 ")


def test_a_second_reading_opens_no_picture(pictures, monkeypatch):
    before = load(pictures)
    monkeypatch.setattr(folder_index, "read_photo", None)
    after = load(pictures)
    assert torch.equal(before.train().images, after.train().images)
    noise(pictures / "class 1" / "new.png")
    with pytest.raises(TypeError):  # the new one has to be opened
        load(pictures)


@pytest.mark.parametrize("pause", [20.0, 0.0])
def test_what_was_read_before_somebody_stopped_it_is_not_read_again(pictures, monkeypatch, pause):
    read, paths = folder_index._read, []
    files = sorted(path.relative_to(pictures).as_posix() for path in pictures.rglob("*.png"))

    def until_stopped(folder, picture, options):
        paths.append(picture.path)
        if picture.path == files[20]:
            raise KeyboardInterrupt
        return read(folder, picture, options)

    monkeypatch.setattr(folder_index, "PAUSE", pause)
    monkeypatch.setattr(folder_index, "_read", until_stopped)
    with pytest.raises(KeyboardInterrupt):
        load(pictures)
    paths.clear()
    monkeypatch.setattr(folder_index, "_read", lambda *args: paths.append(args[1].path) or read(*args))
    data = load(pictures)
    assert len(data.train()) + len(data.test()) == 300
    assert sorted(paths) == files[20:]


def test_a_damaged_cache_is_made_anew(pictures, tmp_path):
    before = load(pictures)
    (path,) = (folder_index.cache_folder() / "folders").iterdir()
    path.write_bytes(path.read_bytes()[:-100])
    assert torch.equal(load(pictures).train().images, before.train().images)


def test_a_changed_file_and_a_changed_option_are_read_again(pictures):
    assert not has_noise(load(pictures))
    noise(sorted(pictures.rglob("*.png"))[0], seed=7)
    assert has_noise(load(pictures))
    (pictures / "dataset.toml").write_text("size = 32")
    assert load(pictures).image_shape == (1, 32, 32)


def has_noise(data):
    """Whether an image of random values is among the others, whose ground is dark."""
    return any((part.images.float().mean((1, 2, 3)) > 110).any() for part in (data.train(), data.test()))


def test_pictures_without_folders_have_no_classes(tmp_path):
    data = load(many(tmp_path / "heap"))
    assert data.classes == ()
    assert data.train().labels.unique().tolist() == [0]
    assert data.title == "heap"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".gif", ".bmp", ".tif", ".HEIC", ".avif"])
def test_pictures_of_any_format_and_size_are_read(tmp_path, suffix):
    for i in range(12):
        rng = np.random.default_rng(i)
        photo = Image.fromarray(rng.integers(0, 256, (40 + 5 * i, 90, 3), dtype=np.uint8))
        content = io.BytesIO()
        photo.save(content, "HEIF" if suffix == ".HEIC" else Image.registered_extensions()[suffix])
        (tmp_path / f"{i}{suffix}").write_bytes(content.getvalue())
    data = load(tmp_path)
    assert data.image_shape == (3, 32, 32)
    assert len(data.train()) + len(data.test()) == 12
    assert data.notes == ()


def test_damaged_files_are_named_and_left_out(pictures):
    whole = sorted(pictures.rglob("*.png"))[0].read_bytes()
    (pictures / "class 1" / "cut.png").write_bytes(whole[:60])
    (pictures / "class 1" / "empty.png").write_bytes(b"")
    (pictures / "class 1" / "text.jpg").write_text("not a picture")
    (pictures / "class 1" / "notes.txt").write_text("no picture, and not named as one")
    notes = load(pictures).notes
    assert [note.split(" was left out: ")[0] for note in notes] == [
        f"class 1/{name}" for name in ("cut.png", "empty.png", "text.jpg")
    ]
    assert "damaged" in notes[0]
    assert "the file is empty" in notes[1]
    assert load(pictures).notes == notes  # from the cache too


def test_links_do_not_lead_out_of_the_folder(pictures, tmp_path):
    many(tmp_path / "elsewhere", 3)
    (pictures / "class 1" / "out.png").symlink_to(tmp_path / "elsewhere" / "0.png")
    (pictures / "class 1" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (pictures / "class 1" / "itself.png").symlink_to(pictures / "class 1" / "itself.png")
    (pictures / "others").symlink_to(tmp_path / "elsewhere")
    (pictures / "class 1" / "loop").symlink_to(pictures)
    notes = load(pictures).notes
    assert set(notes) == {
        "class 1/out.png was left out: it is a link out of the folder.",
        "class 1/gone.png was left out: it is a link that leads nowhere.",
        "class 1/itself.png was left out: it is a link that leads nowhere.",
        "others was left out: it is a link to a folder.",
        "class 1/loop was left out: it is a link to a folder.",
    }
    assert len(load(pictures).train()) + len(load(pictures).test()) == 300


def test_what_is_hidden_is_not_read(pictures):
    noise(pictures / ".trash" / "a.png")
    noise(pictures / "__MACOSX" / "class 1" / "a.png")
    noise(pictures / "class 1" / "._a.png")
    assert len(load(pictures).train()) + len(load(pictures).test()) == 300


def test_pictures_of_one_pixel_are_named(pictures):
    noise(pictures / "class 1" / "dot.png", size=(1, 1))
    assert load(pictures).notes == (
        "class 1/dot.png was left out: it has 1 x 1 pixels; at least 4 x 4 are needed.",
    )  # fmt: skip


def test_grey_and_coloured_pictures_together_are_read_in_colour(tmp_path):
    many(tmp_path / "a")
    many(tmp_path / "b", colour=True)
    data = load(tmp_path)
    assert data.image_shape == (3, 32, 32)
    assert data.notes[0].startswith("20 of 40 pictures are grey, the others in colour: all are read in colour.")
    (tmp_path / "dataset.toml").write_text("colour = false")
    assert load(tmp_path).image_shape == (1, 28, 28)
    assert load(tmp_path).notes == ()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda root: None, "is not a folder"),
        (lambda root: root.mkdir(), "holds 0 pictures that can be used; at least 10 are needed"),
        (lambda root: many(root, 1), "holds 1 picture that can be used; at least 10 are needed"),
        (lambda root: (many(root, 9), noise(root / "dot.png", size=(1, 1))), "9 pictures .* dot.png was left out"),
        (lambda root: (many(root), many(root / "a", first=50)), "holds pictures and folders of pictures"),
        (lambda root: [noise(root / f"{i}" / "a.png", i) for i in range(61)], "has 61 classes, and at most 60"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_in_a_sentence(tmp_path, make, words):
    make(tmp_path / "pictures")
    with pytest.raises(DataError, match=words):
        load(tmp_path / "pictures")


def test_too_many_pictures_are_refused(pictures, monkeypatch):
    monkeypatch.setattr(folder_index, "MOST", 299)
    with pytest.raises(DataError, match="holds 300 pictures; at most 299"):
        load(pictures)


def test_one_class_is_a_class(tmp_path):
    many(tmp_path / "only")
    assert load(tmp_path).class_names == ("only",)


def test_a_class_that_has_no_picture_on_one_side_is_named(tmp_path):
    many(tmp_path / "a", 40)
    noise(tmp_path / "b" / "single.png", 99)
    assert any(note.startswith("b has no picture to ") for note in load(tmp_path).notes)


def test_of_few_pictures_one_at_least_is_on_each_side(tmp_path):
    for start in range(12):
        folder = tmp_path / str(start)
        for i in range(10):
            noise(folder / f"{i}.png", 100 * start + i)
        data = load(folder)
        assert len(data.test()) >= 1
        assert len(data.train()) + len(data.test()) == 10


def test_classes_may_be_named_in_any_script_and_are_sorted_by_number(tmp_path):
    composed = unicodedata.normalize("NFD", "Äpfel")
    for i, name in enumerate(("猫", "κύων", "حصان", composed, "class 10", "class 9", "<b>&", "a\u200bb")):
        many(tmp_path / name, 12, first=100 * i)
    names = load(tmp_path).class_names
    assert names[:3] == ("<b>&", "ab", "class 9")
    assert names[3] == "class 10"
    assert set(names[4:]) == {"Äpfel", "κύων", "حصان", "猫"}


def test_dataset_toml_names_what_the_folder_holds(pictures):
    (pictures / "dataset.toml").write_text(
        'title = "Rectangles"\nlicence = "CC0 1.0"\nsource = "made by us"\n[classes]\n"class 3" = "three"\n'
    )
    data = load(pictures)
    assert (data.title, data.licence, data.source) == ("Rectangles", "CC0 1.0", "made by us")
    assert data.class_names[2:5] == ("class 2", "three", "class 4")
    assert data.train().source["name"] == "Rectangles"


def test_dataset_toml_that_names_every_class_gives_their_order(tmp_path):
    for name in ("a", "b", "c"):
        many(tmp_path / name, 5, first=100 * ord(name))
    (tmp_path / "dataset.toml").write_text('[classes]\nb = "second letter"\nc = "third"\na = "first"\n')
    assert load(tmp_path).class_names == ("second letter", "third", "first")


def test_fit_crops_pads_or_cuts_out(tmp_path):
    for i in range(10):
        photo = np.full((60, 120), 250, np.uint8)
        photo[20:40, 10:110] = 20 + i
        tmp_path.joinpath(f"{i}.png").write_bytes(png(photo))
    images = {}
    for fit in ("crop", "pad", "cut_out"):
        (tmp_path / "dataset.toml").write_text(f'fit = "{fit}"')
        images[fit] = load(tmp_path).train().images[0, 0].int()
    assert images["crop"][14, 0] < 40  # the bar reaches both sides
    assert images["pad"][14, 0] > 200  # the whole bar is there, and so is ground above it
    assert images["pad"][0].min() > 240
    assert images["cut_out"][0].max() == 0  # on black
    assert images["cut_out"][14, 14] > 200


def png(pixels):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fit = stretch", "is not a TOML file"),
        ('fit = "stretch"', 'fit is \'stretch\', and must be "crop", "pad" or "cut_out"'),
        ('colour = "yes"', "colour is 'yes', and must be true or false"),
        ("size = 64", "size is '64', and must be 28 or 32"),
        ('titel = "x"', "it has no option 'titel'; there are title, licence"),
        ('title = ""', "title is '', and must be text of 1 to 100 characters"),
        (f'title = "{"x" * 5000}"', "x{100}\\.\\.\\.', and must be text"),
        ("classes = 3", "classes is '3', and must be a table"),
        ('[classes]\n"class 3" = 3', "classes.class 3 is '3', and must be a table"),
        ('[classes]\n"class 77" = "x"', "names class 77, and there is no such folder"),
        ('[classes]\n"class 3" = "class 4"', "the same name"),
        ('fit = "cut_out"\ncolour = true', "what is cut out becomes a grey picture of 28 pixels"),
        (f'title = "{"x" * 200_000}"', "at most 100,000 can be read"),
    ],
)
def test_nonsense_in_dataset_toml_is_reported_in_a_sentence(pictures, text, words):
    (pictures / "dataset.toml").write_text(text)
    with pytest.raises(DataError, match=words) as error:
        load(pictures)
    assert "validation error" not in str(error.value)


def test_dataset_toml_must_be_text(pictures):
    (pictures / "dataset.toml").write_bytes(b"\xff\xfe\x00title")
    with pytest.raises(DataError, match="is not a TOML file"):
        load(pictures)
