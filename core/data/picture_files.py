"""A picture file of any kind, from outside, as an upright 8-bit picture. Nothing here knows what is on it."""

import io

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from pillow_heif import register_heif_opener

from core.serving.limits import MAX_BYTES, MAX_PIXELS

register_heif_opener()
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF")  # no SVG or PDF: nothing that runs or includes
NAMES = "PNG, JPEG, WebP, HEIC, AVIF, GIF, BMP or TIFF"
ENOUGH = 2048  # pixels a side; what has many more is made smaller before it is copied about
FULL_SCALES = (1, 255, 1023, 4095, 16383, 65535)  # largest values of pictures of 1, 8, 10, 12, 14 and 16 bits
_PNG, _TIFF = b"\x89PNG\r\n\x1a\n", (b"II*\x00", b"MM\x00*")
_WIDTH, _HEIGHT, _BITS, _ORIENTATION = 256, 257, 258, 274  # TIFF tags


DARK = "The photo is very dark: do not rely on the answer."
DARK_LEVEL = 64  # grey level that a fiftieth of a photo exceeds unless it is dark


class ImageError(ValueError):
    """A picture cannot be used; the message says what was given and what is wanted."""


def read_photo(content: bytes, colour: bool = False, enough: int = ENOUGH, upright: bool = True) -> Image.Image:
    """The first frame of a picture file as 8-bit grey or as RGB, upright, transparency laid on white.

    Pictures of more than 8 bits keep their range: the smallest of FULL_SCALES that holds every value becomes 255.

    Args:
        colour: RGB instead of grey.
        enough: Pixels a side that are wanted: a larger picture may be read at a smaller size.
        upright: Rotated by the orientation in the file's EXIF data.

    Raises:
        ImageError: If the bytes are empty, too many, no picture, cut short, or unpack to too many pixels.
    """
    if not content:
        raise ImageError(f"The file is empty. Choose a picture: {NAMES}.")
    if len(content) > MAX_BYTES:
        raise ImageError(f"The file is {len(content) / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB can be read.")
    try:
        photo = _opened(content, enough)
        photo = ImageOps.exif_transpose(photo) if upright else photo
        return _opaque(photo).convert("RGB") if colour else _opaque(photo).convert("L")
    except UnidentifiedImageError:
        raise ImageError(f"This is not a picture that can be read: use {NAMES}.") from None
    except Image.DecompressionBombError:
        raise ImageError(
            f"The picture has far more than {MAX_PIXELS / 1e6:.0f} million pixels. Make it smaller."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError, RuntimeError, cv2.error) as error:
        if isinstance(error, ImageError):
            raise
        raise ImageError(f"The picture is damaged and cannot be read ({error}). Save it again and retry.") from None


def is_dark(pixels: np.ndarray) -> bool:
    """Whether hardly anything can be told apart in a picture, uint8 grey (H, W) or RGB (H, W, 3)."""
    return bool(np.percentile(pixels, 98) < DARK_LEVEL)


def to_8_bits(values: np.ndarray) -> np.ndarray:
    """Integers or floats of any range as uint8 of the same shape; what is no number becomes 0.

    The smallest of FULL_SCALES that holds every value becomes 255; where there are negative values, the largest does,
    and the smallest becomes 0.
    """
    if values.dtype == np.uint8:
        return values
    values = np.nan_to_num(values.astype(np.float32), posinf=0, neginf=0)
    low, high = min(0.0, float(values.min(initial=0))), float(values.max(initial=0))
    fitting = (scale for scale in FULL_SCALES if low == 0 and high <= scale)
    scale = next(fitting, high - low)
    return np.rint((values - low) * (255 / scale)).clip(0, 255).astype(np.uint8)


def _opened(content: bytes, enough: int) -> Image.Image:
    """The picture of 8 bits, not much larger than enough, and the orientation that its file gives."""
    try:
        photo = Image.open(io.BytesIO(content), formats=FORMATS)  # reads the header only
    except UnidentifiedImageError:
        if not content.startswith(_TIFF):
            raise
        return _reduced(_deep_colour(content, _checked_size(*_tiff_size(content))), enough)
    _checked_size(*photo.size)
    if _is_deep_colour(content, photo):
        meta = photo.getexif()
        deep = _deep_colour(content, photo.size)
        if not content.startswith(_TIFF):  # OpenCV has turned a TIFF already
            deep.getexif().update(meta)
        return _reduced(deep, enough)
    photo.seek(0)
    photo.draft(photo.mode, (enough, enough))  # a JPEG is unpacked small at once
    photo.load()
    if photo.mode.startswith("I") or photo.mode == "F":
        meta = photo.getexif()
        photo = Image.fromarray(to_8_bits(np.asarray(photo)))
        photo.getexif().update(meta)
    return _reduced(photo, enough)


def _checked_size(width: int, height: int) -> tuple[int, int]:
    if width * height > MAX_PIXELS:
        limit = f"{MAX_PIXELS / 1e6:.0f} million"
        raise ImageError(f"The picture has {width} x {height} pixels; at most {limit} can be read. Make it smaller.")
    return width, height


def _is_deep_colour(content: bytes, photo: Image.Image) -> bool:
    """Whether each of several channels has more than 8 bits, of which Pillow would drop all but the upper 8."""
    if content.startswith(_PNG):
        return content[24] == 16 and content[25] != 0  # bit depth; colour type 0 is grey, which Pillow reads whole
    bits = photo.tag_v2.get(_BITS, ()) if photo.format == "TIFF" else ()
    return len(bits) > 1 and max(bits) > 8


def _tiff_size(content: bytes) -> tuple[int, int]:
    """Width and height of a TIFF that Pillow does not know, such as one of floats in colour.

    Raises:
        UnidentifiedImageError: If its first directory names none.
    """
    file = io.BytesIO(content)
    directory = ImageFileDirectory_v2(file.read(8))
    file.seek(directory.next)
    directory.load(file)
    if not {_WIDTH, _HEIGHT} <= directory.keys():
        raise UnidentifiedImageError("a TIFF without a size")
    return directory[_WIDTH], directory[_HEIGHT]


def _deep_colour(content: bytes, size: tuple[int, int]) -> Image.Image:
    """A picture of 16 bits or floats in colour, read by OpenCV, as 8-bit RGB or RGBA."""
    values = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None or sorted(values.shape[:2]) != sorted(size):
        raise UnidentifiedImageError("not a picture that OpenCV can read")
    if values.ndim == 3:
        values = cv2.cvtColor(values, cv2.COLOR_BGRA2RGBA if values.shape[2] == 4 else cv2.COLOR_BGR2RGB)
    if values.ndim == 3 and values.shape[2] == 4:  # opacity has a range of its own
        return Image.fromarray(np.dstack([to_8_bits(values[..., :3]), to_8_bits(values[..., 3])]))
    return Image.fromarray(to_8_bits(values))


def _reduced(photo: Image.Image, enough: int) -> Image.Image:
    """A picture of many more pixels than enough a side by whole steps smaller, each the mean of a few."""
    step = max(photo.size) // enough
    if step < 2:
        return photo
    meta = photo.getexif()
    if photo.mode in ("1", "P", "PA"):  # the mean of numbers of colours is no colour
        photo = photo.convert("RGBA" if "transparency" in photo.info or photo.mode == "PA" else "RGB")
    smaller = photo.reduce(step)
    smaller.info = {key: photo.info[key] for key in ("transparency",) if key in photo.info}
    smaller.getexif().update(meta)
    return smaller


def _opaque(photo: Image.Image) -> Image.Image:
    if "A" not in photo.getbands() and "transparency" not in photo.info:
        return photo
    photo = photo.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo)
