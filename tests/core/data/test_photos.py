"""A visitor's clothes: from a file to what the networks expect, stage by stage."""

import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from core.data.cutout import IS, IS_NOT, cut_out
from core.data.fashion_mnist import load_fashion_sample
from core.data.photos import BOXED, CLOTHES_STAGES, ClothesSteps, ImageError, prepare_clothes, read_clothes

EXAMPLES = Path(__file__).resolve().parents[3] / "demos" / "web" / "examples"


def saved(pixels: np.ndarray, format: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format, **options)
    return out.getvalue()


def rgb(grey: np.ndarray) -> np.ndarray:
    return np.repeat(grey[..., None], 3, 2)


def shirt_mask(height: int = 190, width: int = 150) -> np.ndarray:
    mask = np.zeros((height, width), bool)
    mask[40:170, 50:110] = True
    mask[40:80, 20:140] = True
    return mask


def photo(cloth=(30, 60, 160), ground=(180, 140, 90), seed=0) -> np.ndarray:
    """A blue shirt on a mottled floor that darkens to one side, with a shadow."""
    rng = np.random.default_rng(seed)
    mask = shirt_mask()
    floor = cv2.GaussianBlur(rng.normal(0, 60, mask.shape).astype(np.float32), (0, 0), 3)
    picture = np.array(ground) + floor[..., None] + np.linspace(0, -30, mask.shape[1])[None, :, None]
    picture = np.where(mask[..., None], np.array(cloth) + rng.normal(0, 6, (*mask.shape, 1)), picture)
    return picture.clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return load_fashion_sample().images[::50, 0].numpy()


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return (a & b).sum() / (a | b).sum()


def test_a_shirt_on_a_floor_is_cut_out():
    read = read_clothes(saved(photo()))
    assert read.found
    assert read.note == ""
    assert read.negated
    assert overlap(read.mask, shirt_mask()) > 0.95
    assert read.pixels.shape == (28, 28)
    assert read.pixels[14, 14] > 150  # dark cloth is bright on the negative
    assert read.pixels[25, 1] == 0


def test_the_preprocessing_steps_come_in_order_and_end_with_the_pixels():
    read = read_clothes(saved(photo()))
    assert tuple(read.stages) == CLOTHES_STAGES
    assert read.stages["upright"].shape == (*read.mask.shape, 3)
    assert (read.stages["cut_out"][~read.mask] == 255).all()
    assert (read.stages["negative"][~read.mask] == 0).all()
    assert read.stages["trimmed"].shape == (130, 120)
    assert read.stages["on_black"].shape == (112, 112)
    assert np.array_equal(read.stages["pixels"], read.pixels)


def test_the_same_photo_gives_the_same_pixels():
    assert np.array_equal(read_clothes(saved(photo())).pixels, read_clothes(saved(photo())).pixels)


def test_test_images_come_through_unchanged(images):
    for image in images:
        read = prepare_clothes(rgb(image))
        assert np.array_equal(read.pixels, image)
        assert not read.negated


def test_enlarged_test_images_come_back(images):
    for image in images:
        large = np.asarray(Image.fromarray(image).resize((280, 280), Image.Resampling.BICUBIC))
        read = prepare_clothes(rgb(large), ClothesSteps(trim=False))
        assert read.ground == "black"
        assert np.corrcoef(read.pixels.ravel(), image.ravel())[0, 1] > 0.97


@pytest.mark.parametrize(("ground", "kind"), [(255, "white"), (0, "black")])
def test_what_lies_on_plain_white_or_black_is_cut_at_its_edge(ground, kind):
    picture = np.where(shirt_mask()[..., None], np.array([40, 60, 170]), ground).astype(np.uint8)
    read = prepare_clothes(picture)
    assert (read.ground, read.found) == (kind, True)
    assert overlap(read.mask, shirt_mask()) > 0.98


def test_a_hole_as_large_as_a_handles_stays_open():
    mask = shirt_mask()
    mask[90:120, 60:100] = False
    picture = np.where(mask[..., None], np.array([40, 60, 170]), 255).astype(np.uint8)
    assert not prepare_clothes(picture).mask[100:110, 70:90].any()


def test_a_failed_segmentation_is_reported_and_leaves_the_picture_whole():
    noise = np.random.default_rng(0).integers(0, 256, (60, 50, 3)).astype(np.uint8)
    cut = cut_out(np.full((60, 50, 3), 120, np.uint8))
    assert not cut.found
    assert cut.mask.all()
    read = prepare_clothes(noise)
    assert read.pixels.shape == (28, 28)
    assert read.found or "Drag a box" in read.note


def test_a_box_excludes_everything_outside_it():
    two = np.concatenate([photo(), photo(cloth=(200, 30, 30), seed=1)], 1)
    right = read_clothes(saved(two), box=(0.5, 0, 1, 1))
    columns = right.mask.any(0).nonzero()[0]
    assert columns[0] >= right.mask.shape[1] // 2
    left = read_clothes(saved(two), box=(0, 0, 0.5, 1))
    assert left.mask.any(0).nonzero()[0][-1] <= left.mask.shape[1] // 2


def test_strokes_say_what_belongs_to_the_piece():
    strokes = np.zeros((50, 40), np.uint8)
    strokes[11:20, 5:10] = IS_NOT  # a sleeve, at a quarter of the size
    strokes[41:48, 14:26] = IS  # floor below the hem
    read = read_clothes(saved(photo()), strokes=strokes)
    scale = read.mask.shape[0] / 50
    at = lambda row, column: read.mask[int(row * scale), int(column * scale)]  # noqa: E731
    assert not at(15, 7)
    assert at(44, 20)
    assert at(30, 20)


@pytest.mark.parametrize("box", [(0.5, 0.5, 0.5, 0.9), (2, 2, 3, 3)])
def test_an_empty_box_is_refused(box):
    with pytest.raises(ImageError, match="box is too small"):
        read_clothes(saved(photo()), box=box)


@pytest.mark.parametrize(
    ("steps", "stage", "before"),
    [
        (ClothesSteps(negative=False), "negative", None),
        (ClothesSteps(trim=False), "trimmed", "negative"),
    ],
)
def test_a_stage_not_taken_leaves_the_one_before(steps, stage, before):
    read, whole = read_clothes(saved(photo()), steps), read_clothes(saved(photo()))
    assert not np.array_equal(read.stages[stage], whole.stages[stage])
    if before:
        assert np.array_equal(read.stages[stage], read.stages[before])


def test_without_cutting_out_the_ground_stays():
    read = read_clothes(saved(photo()), ClothesSteps(cut_out=False))
    assert read.mask.all()
    assert np.array_equal(read.stages["cut_out"], read.stages["upright"])


def test_without_black_on_two_sides_the_square_is_filled():
    read = read_clothes(saved(photo()), ClothesSteps(on_black=False))
    assert (read.pixels > 0).any(0).all()


def test_a_photo_is_rotated_upright_unless_this_is_disabled():
    exif = Image.Exif()
    exif[274] = 6
    content = saved(photo(), "JPEG", exif=exif)
    assert read_clothes(content).mask.shape == read_clothes(content, ClothesSteps(upright=False)).mask.shape[::-1]


@pytest.mark.parametrize("value", [0, 127, 255])
def test_a_flat_picture_is_refused(value):
    with pytest.raises(ImageError, match="flat colour"):
        prepare_clothes(np.full((50, 60, 3), value, np.uint8))


@pytest.mark.parametrize("size", [(1, 400), (400, 1), (3, 2), (2, 3000), (9, 9)])
def test_odd_sizes_give_a_picture_or_a_sentence(size):
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    assert prepare_clothes(noise).pixels.shape == (28, 28)


def test_two_pieces_give_the_one_in_the_middle_or_the_larger():
    picture = np.full((120, 190, 3), 250, np.uint8)
    picture[40:90, 70:120] = (30, 30, 120)
    picture[5:40, 2:40] = (120, 30, 30)
    assert overlap(prepare_clothes(picture).mask, cut_out(picture).mask) == 1
    assert not prepare_clothes(picture).mask[:35].any()


def test_a_picture_without_colour_on_dark_ground_is_no_negative_yet(images):
    table = np.full((280, 280), 40.0)
    table[56:224, 56:224] = 40 + np.asarray(Image.fromarray(images[0]).resize((168, 168)), float) * 0.8
    read = prepare_clothes(rgb(table.astype(np.uint8)))
    assert read.found
    assert not read.negated


def test_the_example_photos_are_small_named_and_can_be_cut_out():
    index = json.loads((EXAMPLES / "index.json").read_text("utf-8"))
    assert sorted(entry["file"] for entry in index) == sorted(
        path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.webp")
    )
    assert len(index) == 20
    for entry in index:
        content = (EXAMPLES / entry["file"]).read_bytes()
        assert len(content) <= 20_000
        assert entry["source"].startswith(f"clothing-dataset-small, validation/{entry['kind']}/")
        assert read_clothes(content).found, entry["file"]


def test_a_box_in_which_nothing_is_separated_is_taken_whole():
    shirt = (EXAMPLES / "t-shirt/1.webp").read_bytes()
    box = (0.35, 0.35, 0.65, 0.65)  # all of it cloth
    read = read_clothes(shirt, box=box)
    height, width = read.mask.shape
    assert read.found
    assert read.note == BOXED
    assert read.mask.mean() == pytest.approx(0.09, abs=0.01)
    assert not read.mask[: round(0.34 * height)].any()
    strokes = np.zeros((10, 10), np.uint8)
    strokes[:, 5:] = 2
    half = read_clothes(shirt, box=box, strokes=strokes).mask
    assert not half[:, round(0.51 * width) :].any()
    assert half.any()


def test_a_small_piece_in_a_box_is_cut_out():
    picture = photo()
    far = np.zeros((6 * picture.shape[0], 6 * picture.shape[1], 3), np.uint8) + np.array([180, 140, 90], np.uint8)
    far = (far + np.random.default_rng(1).normal(0, 12, far.shape)).clip(0, 255).astype(np.uint8)
    far[: picture.shape[0], : picture.shape[1]] = picture
    read = read_clothes(saved(far), box=(0, 0, 1 / 6, 1 / 6))
    assert read.found
    assert 0.001 < read.mask.mean() < 1 / 36
