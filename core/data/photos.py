"""A picture from outside, on its way to what a network expects."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.serving.limits import MAX_BYTES, MAX_PIXELS

STAGES = ("grey", "inverted", "contrast", "trimmed", "centred", "small")  # of a photo on its way to the networks
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")  # no SVG or PDF: nothing that runs or includes
ENOUGH = 2048  # pixels a side; what has many more is made smaller before it is copied about


class ImageError(ValueError):
    """A picture cannot be used; the message says what was given and what is wanted."""


def read_photo(content: bytes, colour: bool = False) -> Image.Image:
    """The first frame of a picture file as 8-bit grey or as RGB, upright, transparency laid on white.

    Raises:
        ImageError: If the bytes are empty, too many, no picture, cut short, or unpack to too many pixels.
    """
    if not content:
        raise ImageError("The file is empty. Choose a picture: PNG, JPEG, WebP, GIF, BMP or TIFF.")
    if len(content) > MAX_BYTES:
        raise ImageError(f"The file has {len(content) / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB can be read.")
    try:
        photo = Image.open(io.BytesIO(content), formats=FORMATS)  # reads the header only
        width, height = photo.size
        if width * height > MAX_PIXELS:
            limit = f"{MAX_PIXELS / 1e6:.0f} million"
            raise ImageError(
                f"The picture has {width} x {height} pixels; at most {limit} can be read. Make it smaller."
            )
        photo.seek(0)
        photo.draft(photo.mode, (ENOUGH, ENOUGH))  # a JPEG is unpacked small at once
        photo.load()
        photo = ImageOps.exif_transpose(_reduced(photo))
        return _opaque(photo).convert("RGB") if colour else _to_grey(photo)
    except UnidentifiedImageError:
        raise ImageError("This is not a picture that can be read: use PNG, JPEG, WebP, GIF, BMP or TIFF.") from None
    except Image.DecompressionBombError:
        raise ImageError(
            f"The picture has far more than {MAX_PIXELS / 1e6:.0f} million pixels. Make it smaller."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError) as error:
        if isinstance(error, ImageError):
            raise
        raise ImageError(f"The picture is damaged and cannot be read ({error}). Save it again and retry.") from None


@dataclass(frozen=True)
class Steps:
    """Which steps make a photo like Fashion-MNIST's images; grey and small it becomes in any case."""

    invert: bool | None = None  # None: if its border is light
    contrast: bool = True  # the darkest place to black, the brightest to white
    trim: bool = True  # cut off what is black all along a side
    centre: bool = True  # keep the proportions, with black on two sides; else fill the square


def as_clothes(photo: Image.Image, size: int = 28) -> np.ndarray:
    """A grey photo the way Fashion-MNIST was made: bright clothes on black, trimmed, centred, size x size.

    A picture that already has this size and a dark border is returned as it is.

    Returns:
        uint8, shape (size, size).

    Raises:
        ImageError: If the picture is of one flat colour.

    Source: Fashion-MNIST, 2017, arXiv:1708.07747, section 2.
    """
    return clothes_stages(photo, Steps(), size)["small"]


def clothes_stages(photo: Image.Image, steps: Steps, size: int = 28, shown: int = 96) -> dict[str, np.ndarray]:
    """The same, step by step: what a photo is after each, left as it was by a step that is not taken.

    Args:
        shown: Pixels a side of "centred", the last stage but one.

    Returns:
        uint8 pictures by name, in order: "grey", "inverted", "contrast", "trimmed", "centred" and "small", which is
        what the networks get.

    Raises:
        ImageError: If the picture is of one flat colour.
    """
    grey = np.asarray(photo, np.uint8)
    light = bool(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])) > 127)
    if grey.shape == (size, size) and not light and steps == Steps():
        return dict.fromkeys(STAGES, grey.copy())
    stages = {"grey": grey, "inverted": 255 - grey if (light if steps.invert is None else steps.invert) else grey}
    low, high = int(grey.min()), int(grey.max())
    if high - low < 8:
        raise ImageError("The picture is of one flat colour: there is nothing on it to recognise.")
    stages["contrast"] = _stretch(stages["inverted"]) if steps.contrast else stages["inverted"]
    stages["trimmed"] = _trim(stages["contrast"]) if steps.trim else stages["contrast"]
    for name, side in (("centred", shown), ("small", size)):
        trimmed = Image.fromarray(stages["trimmed"])
        small = _centre(trimmed, side) if steps.centre else trimmed.resize((side, side), Image.Resampling.LANCZOS)
        stages[name] = np.asarray(small)
    return stages


def as_face(photo: Image.Image, size: int = 128) -> np.ndarray:
    """The largest square in the middle of a colour photo, size x size: uint8, shape (size, size, 3)."""
    return np.asarray(ImageOps.fit(photo, (size, size), Image.Resampling.LANCZOS))


def _to_grey(photo: Image.Image) -> Image.Image:
    if photo.mode.startswith("I") or photo.mode == "F":  # 16 or 32 bits a pixel
        values = np.nan_to_num(np.asarray(photo, np.float32))
        scale = 65535 if values.max(initial=0) > 255 else 255
        return Image.fromarray((values / scale * 255).clip(0, 255).astype(np.uint8))
    return _opaque(photo).convert("L")


def _reduced(photo: Image.Image) -> Image.Image:
    """A picture of many more pixels than ENOUGH a side by whole steps smaller, each the mean of a few."""
    step = max(photo.size) // ENOUGH
    if step < 2:
        return photo
    meta = photo.getexif()
    if photo.mode in ("1", "P", "PA"):  # the mean of numbers of colours is no colour
        photo = photo.convert("RGBA" if "transparency" in photo.info or photo.mode == "PA" else "RGB")
    elif photo.mode.startswith("I;16"):
        photo = photo.convert("I")
    smaller = photo.reduce(step)
    smaller.info = {key: photo.info[key] for key in ("transparency",) if key in photo.info}
    smaller.getexif().update(meta)
    return smaller


def _opaque(photo: Image.Image) -> Image.Image:
    if "A" not in photo.getbands() and "transparency" not in photo.info:
        return photo
    photo = photo.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo)


def _stretch(pixels: np.ndarray) -> np.ndarray:
    low, high = int(pixels.min()), int(pixels.max())
    return ((pixels.astype(np.float32) - low) * (255 / (high - low))).astype(np.uint8)


def _trim(pixels: np.ndarray, threshold: int = 32) -> np.ndarray:
    """The smallest box that holds everything brighter than the threshold; all, if nothing is."""
    rows, columns = (pixels > threshold).any(1).nonzero()[0], (pixels > threshold).any(0).nonzero()[0]
    if not len(rows):
        return pixels
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _centre(photo: Image.Image, size: int) -> np.ndarray:
    """The longer side becomes `size`; the shorter is filled up with black on both sides."""
    scale = size / max(photo.size)
    width, height = (max(1, round(side * scale)) for side in photo.size)
    small = np.asarray(photo.resize((width, height), Image.Resampling.LANCZOS))
    out = np.zeros((size, size), np.uint8)
    top, left = (size - height) // 2, (size - width) // 2
    out[top : top + height, left : left + width] = small
    return out
