"""Turns a user's photo into network input, in steps that can be shown and switched off."""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageFilter, ImageOps

from core.data.cutout import SIDE, Cutout, cut_out, runs_into_border
from core.data.face_photos import read_face
from core.data.picture_files import DARK, ImageError, is_dark, read_photo

__all__ = ["ImageError", "as_clothes", "as_face", "clothes_stages", "read_clothes", "read_face", "read_photo"]

CLOTHES_STAGES = ("upright", "cut_out", "negative", "trimmed", "on_black", "pixels")
SIZE = 28  # pixels a side of Fashion-MNIST
SHOWN = 112  # pixels a side of the last stage but one
WANTED = 768  # pixels a side that a photo is read at
SHARPEN = 60  # percent of an unsharp mask of radius 1
GREY = 6.0  # mean spread of the channels, in grey levels, up to which a picture has no colour
FLAT = 8  # grey levels: a picture of fewer shows nothing
FAILED = (
    "The clothes could not be separated from the background. Drag a box around them, or paint what belongs to them."
)
BOXED = "Nothing in the box could be separated from the background: all of it is used."
SEVERAL = "There are several pieces in the photo, and one is used. Drag a box around the one that you mean."
CUT_OFF = "The piece runs out of the picture: what is missing may change the answer."
TINY = "The picture has only {} x {} pixels, fewer than the networks look at: do not rely on the answer."
_FLAT = "The picture is of one flat colour: there is nothing on it to recognise."


@dataclass(frozen=True)
class ClothesSteps:
    """Which stages are taken; 28x28 it becomes in any case."""

    upright: bool = True  # rotated as its EXIF data says
    cut_out: bool = True  # the ground goes
    negative: bool | None = None  # None: always, but for a picture without colour on a dark ground
    trim: bool = True  # cut off what is ground all along a side
    on_black: bool = True  # keep the proportions, with black on two sides; else fill the square


@dataclass(frozen=True)
class ClothesPhoto:
    """A photo at every stage, and how far to trust it."""

    stages: dict[str, np.ndarray]  # uint8 pictures by CLOTHES_STAGES: two in RGB, then grey
    mask: np.ndarray  # bool, shape of "upright": the piece; all of it where nothing was cut
    ground: str  # what it lay on: "white", "black", "plain" or "photo"
    negated: bool  # whether grey was turned to its negative
    found: bool  # False: cutting out failed, and the picture is used as it is
    note: str = ""  # sentences for the user; empty if there is nothing to report

    @property
    def pixels(self) -> np.ndarray:
        """What the networks get: uint8, shape (28, 28), light on black."""
        return self.stages["pixels"]


EVERY_STEP = ClothesSteps()


def read_clothes(
    content: bytes,
    steps: ClothesSteps = EVERY_STEP,
    box: tuple[float, float, float, float] | None = None,
    strokes: np.ndarray | None = None,
) -> ClothesPhoto:
    """A picture file of one piece of clothing, made as the pictures of Fashion-MNIST were.

    Args:
        box: Left, top, right and bottom of a box around the piece, as shares (0 to 1) of the upright picture.
        strokes: uint8 (H, W) over the upright picture, at any size: 1 where it is the piece, 2 where it is not.

    Raises:
        ImageError: If the file cannot be read or shows one flat colour, or the box is empty.
    """
    photo = read_photo(content, colour=True, enough=WANTED, upright=steps.upright)
    return prepare_clothes(np.asarray(photo), steps, box, strokes)


def prepare_clothes(
    pixels: np.ndarray,
    steps: ClothesSteps = EVERY_STEP,
    box: tuple[float, float, float, float] | None = None,
    strokes: np.ndarray | None = None,
) -> ClothesPhoto:
    """The same of pixels: uint8 RGB, shape (H, W, 3).

    A picture of 28x28 without colour on black, such as a test image, is left as it is.

    Source: Fashion-MNIST, 2017, arXiv:1708.07747, section 2.
    """
    photo = _at_most(pixels, SIDE)
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    if int(grey.max()) - int(grey.min()) < FLAT and int(np.ptp(photo)) < FLAT:
        raise ImageError(_FLAT)
    colourless = float(np.ptp(photo, axis=2).mean()) < GREY
    light = _has_light_border(grey)
    whole = np.ones(grey.shape, bool)
    cut = Cutout(whole, "photo", True)
    if steps.cut_out:
        cut = cut_out(photo, _box_in_pixels(box, grey.shape), _resized_strokes(strokes, grey.shape))
    by_hand = box is not None or strokes is not None
    as_it_is = colourless and not light and cut.ground == "black" and not by_hand
    mask = whole if as_it_is else cut.mask
    is_cut = steps.cut_out and cut.found and not as_it_is
    negated = steps.negative if steps.negative is not None else (light or (is_cut and not colourless))
    stages = {"upright": photo, "cut_out": np.where(mask[..., None], photo, 255).astype(np.uint8)}
    if as_it_is and grey.shape == (SIZE, SIZE) and steps == EVERY_STEP:
        return ClothesPhoto(stages | dict.fromkeys(CLOTHES_STAGES[2:], grey), mask, cut.ground, False, True)
    negative = 255 - grey if negated else grey
    if colourless or not is_cut:
        negative = _stretched(negative, mask, from_zero=is_cut and cut.ground == "white")
    stages["negative"] = np.where(mask, negative, 0).astype(np.uint8)
    stages["trimmed"] = (
        (trim_to(stages["negative"], mask) if is_cut else _trim(stages["negative"]))
        if steps.trim
        else stages["negative"]
    )
    for name, side in (("on_black", SHOWN), ("pixels", SIZE)):
        stages[name] = fit_square(stages["trimmed"], side, steps.on_black, SHARPEN if is_cut and side == SIZE else 0)
    note = _note(pixels, grey, cut, is_cut, box is not None)
    return ClothesPhoto(stages, mask, cut.ground, negated, cut.found, note)


def _note(pixels: np.ndarray, grey: np.ndarray, cut: Cutout, is_cut: bool, has_box: bool) -> str:
    """What there is to say of how far to trust a picture, as sentences for people."""
    height, width = pixels.shape[:2]
    sentences = {
        FAILED: not cut.found,
        BOXED: cut.is_box,
        SEVERAL: is_cut and cut.others and not has_box,
        CUT_OFF: is_cut and not cut.is_box and runs_into_border(cut.mask),
        DARK: is_dark(grey),
        TINY.format(width, height): max(height, width) < SIZE,
    }
    return " ".join(sentence for sentence, holds in sentences.items() if holds)


STAGES = ("grey", "inverted", "contrast", "trimmed", "centred", "small")  # of a photo that is not cut out


@dataclass(frozen=True)
class Steps:
    """Which steps make a photo like Fashion-MNIST's images without cutting out; grey and small it becomes anyway."""

    invert: bool | None = None  # None: if its border is light
    contrast: bool = True  # the darkest place to black, the brightest to white
    trim: bool = True  # cut off what is black all along a side
    centre: bool = True  # keep the proportions, with black on two sides; else fill the square


def as_clothes(photo: Image.Image, size: int = SIZE) -> np.ndarray:
    """A grey photo made bright on black, trimmed, centred, size x size, with its ground: see read_clothes().

    A picture that already has this size and a dark border is returned as it is.

    Returns:
        uint8, shape (size, size).

    Raises:
        ImageError: If the picture is of one flat colour.
    """
    return clothes_stages(photo, Steps(), size)["small"]


def clothes_stages(photo: Image.Image, steps: Steps, size: int = SIZE, shown: int = 96) -> dict[str, np.ndarray]:
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
    light = _has_light_border(grey)
    if grey.shape == (size, size) and not light and steps == Steps():
        return dict.fromkeys(STAGES, grey.copy())
    if int(grey.max()) - int(grey.min()) < FLAT:
        raise ImageError(_FLAT)
    stages = {"grey": grey, "inverted": 255 - grey if (light if steps.invert is None else steps.invert) else grey}
    whole = np.ones(grey.shape, bool)
    stages["contrast"] = _stretched(stages["inverted"], whole) if steps.contrast else stages["inverted"]
    stages["trimmed"] = _trim(stages["contrast"]) if steps.trim else stages["contrast"]
    for name, side in (("centred", shown), ("small", size)):
        stages[name] = fit_square(stages["trimmed"], side, steps.centre)
    return stages


def as_face(photo: Image.Image, size: int = 128) -> np.ndarray:
    """The largest square in the middle of a colour photo, size x size: uint8, shape (size, size, 3)."""
    return np.asarray(ImageOps.fit(photo, (size, size), Image.Resampling.LANCZOS))


def _at_most(pixels: np.ndarray, side: int) -> np.ndarray:
    if max(pixels.shape[:2]) <= side:
        return np.ascontiguousarray(pixels)
    photo = Image.fromarray(pixels)
    photo.thumbnail((side, side), Image.Resampling.BOX)
    return np.array(photo)


def _has_light_border(grey: np.ndarray) -> bool:
    return bool(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])) > 127)


def _box_in_pixels(
    box: tuple[float, float, float, float] | None, shape: tuple[int, ...]
) -> tuple[int, int, int, int] | None:
    if box is None:
        return None
    h, w = shape[:2]
    left, right = sorted(round(float(np.clip(share, 0, 1)) * w) for share in box[::2])
    top, bottom = sorted(round(float(np.clip(share, 0, 1)) * h) for share in box[1::2])
    if right - left < 3 or bottom - top < 3:
        raise ImageError("The box is too small. Drag it around the whole piece.")
    return left, top, right, bottom


def _resized_strokes(strokes: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray | None:
    if strokes is None:
        return None
    return cv2.resize(np.asarray(strokes, np.uint8), shape[1::-1], interpolation=cv2.INTER_NEAREST)


def _stretched(grey: np.ndarray, mask: np.ndarray, from_zero: bool = False) -> np.ndarray:
    """The darkest place of the piece to black, the brightest to white; a hundredth may be cut off from a cut-out."""
    inside = grey[mask]
    low, high = (inside.min(), inside.max()) if mask.all() else np.percentile(inside, (1, 99.5))
    low = 0.0 if from_zero else float(low)
    return ((grey.astype(np.float32) - low) * (255 / max(float(high) - low, 1.0))).clip(0, 255).astype(np.uint8)


def trim_to(grey: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The smallest box of a picture (H, W) that holds a piece, bool (H, W) and not empty."""
    rows, columns = mask.any(1).nonzero()[0], mask.any(0).nonzero()[0]
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _trim(grey: np.ndarray, threshold: int = 32) -> np.ndarray:
    """The smallest box that holds everything brighter than the threshold; all, if nothing is."""
    bright = grey > threshold
    return trim_to(grey, bright) if bright.any() else grey


def fit_square(grey: np.ndarray, side: int, keep_proportions: bool, sharpen: int = 0) -> np.ndarray:
    """Side x side: the longer side fills it, and black the rest; or both fill it."""
    photo = Image.fromarray(grey)
    scale = side / max(photo.size)
    width, height = (max(1, round(length * scale)) for length in photo.size) if keep_proportions else (side, side)
    photo = photo.resize((width, height), Image.Resampling.LANCZOS)
    if sharpen:
        photo = photo.filter(ImageFilter.UnsharpMask(radius=1, percent=sharpen, threshold=0))
    out = np.zeros((side, side), np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    out[top : top + height, left : left + width] = np.asarray(photo)
    return out
