"""A face anywhere in a photo, turned upright by its eyes and cut as the face models were trained.

Every face model learned from Labeled Faces in the Wild, whose pictures hold a face at nearly the same place of
250 x 250 pixels: `vae-faces` from a tight box, the other two from the whole, head and shoulders.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageOps

from core.data.face_detector import Face, find_faces
from core.data.picture_files import DARK, ImageError, is_dark, read_photo

FACE_STAGES = ("upright", "found", "turned", "pixels")
TIGHT = (61, 53, 189, 181)  # left, top, right, bottom in LFW's pictures: a well aligned face of 128x128
HEAD = (0, 0, 250, 250)  # the whole of them: head and shoulders
FRAMES = {"vae-faces": TIGHT, "vae-faces-32": HEAD, "vae-faces-256": HEAD}
# where the detector sees both eyes, the nose and both corners of the mouth in them: medians over 300 photographs
TEMPLATE = np.array([[104.7, 113.0], [146.4, 112.1], [126.0, 137.3], [108.0, 158.5], [144.5, 157.7]])
WEIGHTS = np.array([1.0, 1.0, 0.3, 0.5, 0.5])  # of those points: nose and mouth move as a face turns and speaks
SEARCHED = 640  # pixels a side that faces are looked for in
WANTED = 1600  # pixels a side that a photo is read at
STANDS_UPRIGHT = 0.99  # probability above which a face does: one on its side or its head is seldom given so much
SMALL = 12  # pixels between the eyes below which a face is a blur
NONE = "No face was found. Drag a box around one."
BLURRED = "This face is very small in the photo: the picture of it is blurred."
SEVERAL = "{} faces were found: choose one."


@dataclass(frozen=True)
class FacePhoto:
    """A photo, the faces in it, and one of them cut out."""

    stages: dict[str, np.ndarray]  # uint8 RGB pictures by FACE_STAGES
    faces: tuple[Face, ...]  # in pixels of "upright", the most prominent first
    chosen: int | None  # index of the face shown; None: a box by hand, or the middle of the picture
    note: str = ""  # sentences for the user; empty if there is nothing to report

    @property
    def pixels(self) -> np.ndarray:
        """What the model gets: uint8, shape (size, size, 3)."""
        return self.stages["pixels"]


def read_face(
    content: bytes,
    checkpoint: str = "vae-faces",
    size: int = 128,
    face: int = 0,
    box: tuple[float, float, float, float] | None = None,
) -> FacePhoto:
    """A picture file to the face that a model expects; without a face to be found, the middle of the picture.

    Args:
        checkpoint: A face model of FRAMES, which says how close the crop is.
        size: Pixels a side.
        face: Which of the faces found, from 0, the most prominent first.
        box: Left, top, right and bottom of a box around a face, as shares (0 to 1) of the upright picture.

    Raises:
        ImageError: If the file cannot be read, the box is empty, or there are fewer faces than asked for.
        ValueError: If there is no such face model.
    """
    return prepare_face(np.asarray(read_photo(content, colour=True, enough=WANTED)), checkpoint, size, face, box)


def prepare_face(
    pixels: np.ndarray,
    checkpoint: str = "vae-faces",
    size: int = 128,
    face: int = 0,
    box: tuple[float, float, float, float] | None = None,
) -> FacePhoto:
    """The same of pixels: uint8 RGB, shape (H, W, 3)."""
    if checkpoint not in FRAMES:
        raise ValueError(f"no face model {checkpoint!r}; there are: {', '.join(FRAMES)}")
    faces = tuple(faces_in(pixels))
    if box is not None:
        return _by_hand(pixels, faces, box, checkpoint, size)
    if not faces:
        square = np.asarray(ImageOps.fit(Image.fromarray(pixels), (size, size)))
        stages = {"upright": pixels, "found": square, "turned": square, "pixels": square}
        return FacePhoto(stages, (), None, _with_darkness(NONE, pixels))
    if not 0 <= face < len(faces):
        raise ImageError(f"There is no face {face + 1} in the picture: {len(faces)} were found.")
    chosen = faces[face]
    note = SEVERAL.format(len(faces)) if len(faces) > 1 else ""
    if np.linalg.norm(chosen.points[0] - chosen.points[1]) < SMALL:
        note = BLURRED
    stages = _stages(pixels, to_lfw(chosen.points), checkpoint, size)
    return FacePhoto(stages, faces, face, _with_darkness(note, stages["pixels"]))


def faces_in(pixels: np.ndarray) -> list[Face]:
    """Every face, looked for in a smaller picture, and once more in quarter turns if none surely stands upright.

    Args:
        pixels: uint8 RGB, shape (H, W, 3).
    """
    scale = min(1.0, SEARCHED / max(pixels.shape[:2]))
    small = _shrunk(pixels, scale) if scale < 1 else pixels
    best, rotation = find_faces(small), 0
    for quarters in (1, 3, 2):
        if max((face.probability for face in best), default=0.0) >= STANDS_UPRIGHT:
            break
        faces = find_faces(np.ascontiguousarray(np.rot90(small, quarters)))
        if max((face.probability for face in faces), default=0.0) >= STANDS_UPRIGHT:
            best, rotation = faces, quarters
    return [_rotated_back(face, rotation, small.shape, scale) for face in best]


def to_lfw(points: np.ndarray) -> np.ndarray:
    """The turn, scale and shift that bring landmarks (5, 2) closest to where LFW has them: a matrix (2, 3).

    Weighted least squares over complex numbers: template = a * point + b.
    """
    z, wanted = points[:, 0] + 1j * points[:, 1], TEMPLATE[:, 0] + 1j * TEMPLATE[:, 1]
    w = WEIGHTS / WEIGHTS.sum()
    z0, wanted0 = (w * z).sum(), (w * wanted).sum()
    a = (w * (z - z0).conj() * (wanted - wanted0)).sum() / max((w * np.abs(z - z0) ** 2).sum(), 1e-9)
    b = wanted0 - a * z0
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


def crop(pixels: np.ndarray, matrix: np.ndarray, frame: tuple[int, int, int, int], size: int) -> np.ndarray:
    """What lies in a frame of LFW's pictures, size x size: uint8 (size, size, 3); beyond the photo its edge goes on.

    Args:
        matrix: From the photo to LFW's pictures, (2, 3).
    """
    left, top, right, _ = frame
    zoom = size / (right - left)
    matrix = zoom * (matrix - np.array([[0, 0, left], [0, 0, top]]))  # corners of pixels, not middles, as in PIL
    matrix[:, 2] += matrix[:, :2].sum(1) / 2 - 0.5
    shrink = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if shrink < 0.7:  # averaged first, or fine detail would flicker
        small = _shrunk(pixels, shrink)
        sx, sy = small.shape[1] / pixels.shape[1], small.shape[0] / pixels.shape[0]
        centres = np.array([[1 / sx, 0, 0.5 / sx - 0.5], [0, 1 / sy, 0.5 / sy - 0.5], [0, 0, 1]])  # small to photo
        pixels, matrix = small, matrix @ centres
    return cv2.warpAffine(pixels, matrix, (size, size), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _with_darkness(note: str, pixels: np.ndarray) -> str:
    return f"{note} {DARK}".strip() if is_dark(pixels) else note


def _stages(pixels: np.ndarray, matrix: np.ndarray, checkpoint: str, size: int) -> dict[str, np.ndarray]:
    scale, middle = np.hypot(matrix[0, 0], matrix[1, 0]), np.full(2, HEAD[2] / 2)
    at = np.linalg.solve(matrix[:, :2], middle - matrix[:, 2])  # of the photo
    straight = np.column_stack([scale * np.eye(2), middle - scale * at])  # as large, but not turned
    return {
        "upright": pixels,
        "found": crop(pixels, straight, HEAD, 250),
        "turned": crop(pixels, matrix, HEAD, 250),
        "pixels": crop(pixels, matrix, FRAMES[checkpoint], size),
    }


def _by_hand(
    pixels: np.ndarray, faces: tuple[Face, ...], box: tuple[float, float, float, float], checkpoint: str, size: int
) -> FacePhoto:
    """The face whose middle lies in the box; else the box itself as the tight frame."""
    h, w = pixels.shape[:2]
    left, right = sorted(float(np.clip(share, 0, 1)) * w for share in box[::2])
    top, bottom = sorted(float(np.clip(share, 0, 1)) * h for share in box[1::2])
    if right - left < 8 or bottom - top < 8:
        raise ImageError("The box is too small. Drag it around a whole face.")
    for k, face in enumerate(faces):
        x, y = face.points.mean(0)
        if left <= x <= right and top <= y <= bottom:
            return FacePhoto(_stages(pixels, to_lfw(face.points), checkpoint, size), faces, k)
    scale = (TIGHT[2] - TIGHT[0]) / max(right - left, bottom - top)
    middle = np.array([(TIGHT[0] + TIGHT[2]) / 2, (TIGHT[1] + TIGHT[3]) / 2])
    shift = middle - scale * np.array([(left + right) / 2, (top + bottom) / 2])
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    return FacePhoto(_stages(pixels, matrix, checkpoint, size), faces, None)


def _rotated_back(face: Face, quarters: int, shape: tuple[int, ...], scale: float) -> Face:
    """A face of a picture that was turned by quarters against the clock, in pixels of the one before."""
    h, w = shape[:2]

    def back(points: np.ndarray) -> np.ndarray:
        x, y = points[:, 0], points[:, 1]
        rotated = {0: (x, y), 1: (w - y, x), 2: (w - x, h - y), 3: (y, h - x)}[quarters]
        return np.stack(rotated, 1) / scale

    corners = back(np.array(face.box).reshape(2, 2))
    low, high = corners.min(0), corners.max(0)
    return Face((float(low[0]), float(low[1]), float(high[0]), float(high[1])), face.probability, back(face.points))


def _shrunk(pixels: np.ndarray, scale: float) -> np.ndarray:
    """A picture with each side so many times as long, rounded, and at least one pixel."""
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
