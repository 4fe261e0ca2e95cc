"""Files of many kinds and depths."""

import contextlib
import io
import struct

import cv2
import numpy as np
import pytest
from PIL import Image

from core.data.picture_files import ImageError, read_photo, to_8_bits

RAMP = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))  # (48, 64)


def saved(picture: Image.Image, format: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def by_opencv(values: np.ndarray, end: str) -> bytes:
    return cv2.imencode(end, values)[1].tobytes()


def close(content: bytes, colour: bool = False, within: int = 2) -> bool:
    got = np.asarray(read_photo(content, colour=colour)).astype(int)
    wanted = np.repeat(RAMP[..., None], 3, 2) if colour else RAMP
    return got.shape == wanted.shape and np.abs(got - wanted).max() <= within


@pytest.mark.parametrize("format", ["HEIF", "AVIF"])
@pytest.mark.parametrize("colour", [False, True])
def test_phones_formats_open(format, colour):
    assert close(saved(Image.fromarray(RAMP).convert("RGB"), format, quality=95), colour, within=12)


def test_a_heic_is_rotated_upright():
    exif = Image.Exif()
    exif[274] = 6
    content = saved(Image.new("RGB", (64, 32), "red"), "HEIF", exif=exif.tobytes())
    assert read_photo(content).size == (32, 64)


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
@pytest.mark.parametrize("colour", [False, True])
def test_deep_grey_keeps_its_range(bits, format, colour):
    deep = np.round(RAMP / 255 * (2**bits - 1)).astype(np.uint16)
    assert close(saved(Image.fromarray(deep), format), colour)


@pytest.mark.parametrize("bits", [12, 16])
@pytest.mark.parametrize("end", [".png", ".tiff"])
def test_deep_colour_keeps_its_range(bits, end):
    deep = np.round(np.repeat(RAMP[..., None], 3, 2) / 255.0 * (2**bits - 1)).astype(np.uint16)
    assert close(by_opencv(deep, end), colour=True)


@pytest.mark.parametrize("scale", [1.0, 255.0])
@pytest.mark.parametrize("channels", [1, 3])
def test_floats_keep_their_range(scale, channels):
    values = np.repeat(RAMP[..., None], channels, 2).astype(np.float32) / 255 * scale
    assert close(by_opencv(values, ".tiff"), colour=channels == 3)


def test_channels_stay_in_order():
    deep = np.zeros((8, 8, 3), np.uint16)
    deep[..., 2] = 65535  # OpenCV writes blue first
    assert read_photo(by_opencv(deep, ".png"), colour=True).getpixel((3, 3)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (np.array([0.0, 0.5, 1.0]), [0, 128, 255]),
        (np.array([np.nan, np.inf, 1.0]), [0, 0, 255]),
        (np.array([-1.0, 0.0, 1.0]), [0, 128, 255]),
        (np.array([0, 1], np.int32), [0, 255]),
        (np.array([0, 2047, 4095], np.uint16), [0, 127, 255]),
        (np.array([0, 10**6], np.int32), [0, 255]),
    ],
)
def test_the_scale_is_the_smallest_that_holds_every_value(values, wanted):
    assert to_8_bits(values).tolist() == wanted


def test_a_large_tiff_of_floats_is_refused_by_its_size():
    content = bytearray(by_opencv(np.zeros((48, 64, 3), np.float32), ".tiff"))
    (directory,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, directory)
    for at in range(directory + 2, directory + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from("<HH", content, at)
        if tag in (256, 257):  # width and height
            struct.pack_into("<H" if kind == 3 else "<I", content, at + 8, 60_000)
    with pytest.raises(ImageError, match="60000 x 60000 pixels"):
        read_photo(bytes(content))


def test_noise_in_the_header_of_new_formats_never_raises_anything_else():
    rng = np.random.default_rng(0)
    picture = Image.fromarray(RAMP).convert("RGB")
    good = [saved(picture, "HEIF"), saved(picture, "AVIF")]
    good += [by_opencv(np.repeat(RAMP[..., None], 3, 2).astype(np.float32), ".tiff")]
    good += [by_opencv(np.repeat(RAMP[..., None], 3, 2).astype(np.uint16) * 257, ".png")]
    for trial in range(200):
        raw = bytearray(good[trial % len(good)])
        for place in rng.integers(0, min(len(raw), 200), 4):
            raw[place] = rng.integers(256)
        with contextlib.suppress(ImageError):
            read_photo(bytes(raw))
