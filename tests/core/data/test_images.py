import contextlib
import io

import numpy as np
import pytest
import torch
from PIL import Image

from core.data.fashion_mnist import load_fashion_sample
from core.data.images import encode, grid, to_bytes, to_tensor
from core.data.photos import STAGES, ImageError, Steps, as_clothes, clothes_stages, read_photo
from core.serving.limits import MAX_BYTES


def png(pixels, mode=None, format="PNG", **options) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels, mode).save(out, format, **options)
    return out.getvalue()


def shirt(size=280, ground=255, cloth=30) -> np.ndarray:
    """A dark shape with sleeves on a light ground."""
    pixels = np.full((size, size), ground, np.uint8)
    u = size // 28
    pixels[4 * u : 25 * u, 9 * u : 19 * u] = cloth
    pixels[4 * u : 9 * u, 4 * u : 24 * u] = cloth
    return pixels


@pytest.fixture(scope="module")
def test_image() -> np.ndarray:
    return load_fashion_sample().images[0, 0].numpy()


def test_a_test_image_comes_through_unchanged(test_image):
    assert np.array_equal(as_clothes(read_photo(png(test_image))), test_image)


def test_every_shipped_image_comes_through_unchanged():
    images = load_fashion_sample().images[:, 0].numpy()
    changed = [i for i, image in enumerate(images) if not np.array_equal(as_clothes(Image.fromarray(image)), image)]
    assert changed == []


def test_a_photo_on_light_ground_becomes_light_clothes_on_black():
    pixels = as_clothes(read_photo(png(shirt())))
    assert pixels.shape == (28, 28)
    assert pixels[14, 14] > 240  # the cloth
    assert pixels[27, 0] < 10  # the ground, below a sleeve
    rows = (pixels > 128).any(1).nonzero()[0]
    columns = (pixels > 128).any(0).nonzero()[0]
    assert (rows[0], rows[-1]) == (0, 27)  # trimmed: the longer side fills the frame
    assert abs((27 - columns[-1]) - columns[0]) <= 1  # and the shorter is centred


def test_transparent_ground_counts_as_white():
    rgba = np.zeros((280, 280, 4), np.uint8)
    rgba[..., 3] = np.where(shirt() < 128, 255, 0)
    assert np.array_equal(as_clothes(read_photo(png(rgba))), as_clothes(read_photo(png(shirt(cloth=0)))))


def test_sixteen_bits_give_the_same_as_eight():
    sixteen = shirt().astype(np.uint16) * 257
    assert np.array_equal(np.asarray(read_photo(png(sixteen))), shirt())


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_named_format_is_read(format):
    assert read_photo(png(shirt(), format=format)).size == (280, 280)


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGB", "RGBA", "CMYK"])
def test_every_colour_mode_becomes_grey(mode):
    out = io.BytesIO()
    Image.fromarray(shirt()).convert(mode).save(out, "TIFF")
    assert read_photo(out.getvalue()).mode == "L"


def test_an_animation_gives_its_first_frame():
    frames = [Image.fromarray(shirt(cloth=c)) for c in (10, 200)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert abs(int(np.asarray(read_photo(out.getvalue())).min()) - 10) < 4


def test_a_photo_taken_sideways_is_rotated_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    out = io.BytesIO()
    Image.new("RGB", (40, 20)).save(out, "JPEG", exif=exif)
    assert read_photo(out.getvalue()).size == (20, 40)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"hello, I am text", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a picture"),
        (b"%PDF-1.4", "not a picture"),
        (png(shirt())[:300], "damaged"),
        (png(shirt())[:20], r"not a picture|damaged"),
        (png(shirt(), format="JPEG")[:-400], "damaged"),
        (b"\x00" * (MAX_BYTES + 1), "MB"),
        (encode(np.zeros((8_000, 8_000), np.uint8), "PNG"), "8000 x 8000 pixels; at most 50 million"),
        (encode(np.zeros((20_000, 20_000), np.uint8), "PNG"), "far more than 50 million pixels"),
    ],
)
def test_what_cannot_be_read_says_why(content, words):
    with pytest.raises(ImageError, match=words):
        read_photo(content)


def test_noise_in_a_header_never_raises_anything_else(test_image):
    rng = np.random.default_rng(0)
    good = [png(shirt(56), format=f) for f in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")]
    for trial in range(600):
        raw = bytearray(good[trial % len(good)])
        for place in rng.integers(0, min(len(raw), 200), 4):
            raw[place] = rng.integers(256)
        with contextlib.suppress(ImageError):
            as_clothes(read_photo(bytes(raw)))


@pytest.mark.parametrize("value", [0, 127, 255])
def test_a_flat_picture_is_refused(value):
    with pytest.raises(ImageError, match="flat colour"):
        as_clothes(Image.new("L", (50, 60), value))


@pytest.mark.parametrize("size", [(1, 400), (400, 1), (3, 2), (5000, 2)])
def test_odd_sizes_give_a_picture(size):
    photo = Image.fromarray(np.random.default_rng(0).integers(0, 256, size[::-1]).astype(np.uint8))
    assert as_clothes(photo).shape == (28, 28)


def test_bytes_and_tensors_are_inverse():
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 1, 16, 16)
    assert np.array_equal(to_bytes(to_tensor(pixels[:, 0])), pixels)
    assert to_bytes(torch.tensor([[[[-1.0, 2.0]]]])).tolist() == [[[[0, 255]]]]


def test_a_grid_lays_tiles_row_by_row():
    tiles = np.stack([np.full((2, 3), i, np.uint8) for i in range(1, 6)])
    laid = grid(tiles, columns=2)
    assert laid.shape == (6, 6)
    assert laid[::2, ::3].tolist() == [[1, 2], [3, 4], [5, 0]]


def test_the_preprocessing_steps_end_with_the_network_input():
    photo = read_photo(png(shirt()))
    stages = clothes_stages(photo, Steps())
    assert tuple(stages) == STAGES
    assert np.array_equal(stages["grey"], np.asarray(photo))
    assert np.array_equal(stages["small"], as_clothes(photo))
    assert stages["centred"].shape == (96, 96)
    assert stages["trimmed"].size < stages["contrast"].size


@pytest.mark.parametrize(
    ("step", "stage"), [("invert", "inverted"), ("contrast", "contrast"), ("trim", "trimmed"), ("centre", "centred")]
)
def test_a_step_not_taken_leaves_the_stage_before(step, stage):
    photo = read_photo(png(shirt()))
    with_it, without = clothes_stages(photo, Steps(invert=True)), clothes_stages(photo, Steps(**{step: False}))
    before = STAGES[STAGES.index(stage) - 1]
    if step != "centre":
        assert np.array_equal(without[stage], without[before])
    assert not np.array_equal(with_it[stage], without[stage])


def test_a_dark_picture_without_contrast_is_not_cropped():
    dark = Image.fromarray(np.pad(np.full((20, 20), 20, np.uint8), 20))
    stages = clothes_stages(dark, Steps(contrast=False))
    assert stages["trimmed"].shape == (60, 60)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF"])
def test_a_large_picture_is_read_small_and_looks_the_same(mode, format):
    pixels = np.zeros((4500, 4500), np.uint8)
    pixels[500:4000, 1500:3000] = 200
    picture = (
        Image.fromarray(pixels.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(pixels).convert(mode)
    )
    out = io.BytesIO()
    try:
        picture.save(out, format, **({"compression": "tiff_deflate"} if format == "TIFF" else {}))
    except (OSError, ValueError):
        pytest.skip(f"{format} holds no {mode}")
    photo = read_photo(out.getvalue())
    assert max(photo.size) <= 2250
    corner, middle = photo.getpixel((5, 5)), photo.getpixel((photo.width // 2, photo.height // 2))
    assert (corner, middle) == pytest.approx((0, 255 if mode == "1" else 200), abs=3)


def test_a_large_picture_is_rotated_upright():
    picture, exif = Image.new("RGB", (6000, 4200), "white"), Image.Exif()
    picture.paste("black", (0, 0, 3000, 2100))
    exif[274] = 6  # to be turned clockwise
    for format in ("JPEG", "PNG"):
        out = io.BytesIO()
        picture.save(out, format, exif=exif)
        photo = read_photo(out.getvalue())
        assert photo.height > photo.width
        assert photo.getpixel((photo.width - 5, 5)) < 3  # what was above left is above right
        assert photo.getpixel((5, 5)) > 252
