"""Faces in photos: the public-domain portrait of matplotlib's sample data, turned, scaled and pasted."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from matplotlib.cbook import get_sample_data
from PIL import Image

from core.data.face_photos import FACE_STAGES, FRAMES, TEMPLATE, ImageError, faces_in, prepare_face, read_face, to_lfw
from core.data.picture_files import read_photo


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    content = Path(get_sample_data("grace_hopper.jpg", asfileobj=False)).read_bytes()
    return np.asarray(read_photo(content, colour=True))


@pytest.fixture(scope="module")
def upright(portrait) -> np.ndarray:
    return prepare_face(portrait).pixels


def rotated(pixels: np.ndarray, degrees: float, scale: float = 1.0) -> np.ndarray:
    h, w = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), degrees, scale)
    return cv2.warpAffine(pixels, matrix, (w, h), borderMode=cv2.BORDER_REPLICATE)


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """Mean squared difference of the pictures in [0, 1], without fine detail, which a shift of a pixel would change."""
    a, b = (cv2.GaussianBlur(pixels, (0, 0), 3).astype(float) / 255 for pixels in (a, b))
    return float(np.square(a - b).mean())


def test_the_eyes_come_to_where_the_models_learned_them(portrait, upright):
    face = faces_in(portrait)[0]
    matrix = to_lfw(face.points)
    eyes = face.points[:2] @ matrix[:, :2].T + matrix[:, 2]
    assert np.abs(eyes - TEMPLATE[:2]).max() < 4
    assert upright.shape == (128, 128, 3)


@pytest.mark.parametrize("degrees", [-20, -10, 10, 20])
def test_a_tilted_face_is_rotated_upright(portrait, upright, degrees):
    assert difference(prepare_face(rotated(portrait, degrees)).pixels, upright) < 0.004


@pytest.mark.parametrize("scale", [0.3, 0.6])
def test_a_small_face_is_enlarged(portrait, upright, scale):
    assert difference(prepare_face(rotated(portrait, 0, scale)).pixels, upright) < 0.006


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_picture_on_its_side_is_rotated(portrait, upright, quarters):
    assert difference(prepare_face(np.ascontiguousarray(np.rot90(portrait, quarters))).pixels, upright) < 0.004


def test_each_model_gets_its_own_frame(portrait):
    tight, head = prepare_face(portrait, "vae-faces"), prepare_face(portrait, "vae-faces-256", size=256)
    assert set(FRAMES) == {"vae-faces", "vae-faces-32", "vae-faces-256"}
    assert head.pixels.shape == (256, 256, 3)
    left, top, right, bottom = (round(side * 256 / 250) for side in FRAMES["vae-faces"])
    inside = cv2.resize(head.pixels[top:bottom, left:right], (128, 128), interpolation=cv2.INTER_AREA)
    assert difference(inside, tight.pixels) < 0.003


def test_the_preprocessing_steps_come_in_order(portrait):
    read = prepare_face(portrait)
    assert tuple(read.stages) == FACE_STAGES
    assert read.chosen == 0
    assert read.note == ""


def test_one_of_several_is_chosen(portrait, upright):
    two = np.concatenate([portrait, portrait[:, ::-1]], 1)
    read = prepare_face(two, face=0)
    assert len(read.faces) == 2
    assert "2 faces" in read.note
    both = [prepare_face(two, face=k).pixels for k in range(2)]
    assert min(difference(pixels, upright) for pixels in both) < 0.004
    assert difference(*both) > 0.004
    with pytest.raises(ImageError, match="no face 3"):
        prepare_face(two, face=2)


def test_without_a_face_the_middle_is_used_and_said():
    noise = np.random.default_rng(0).integers(0, 256, (120, 200, 3)).astype(np.uint8)
    read = prepare_face(noise)
    assert (read.faces, read.chosen) == ((), None)
    assert "Drag a box" in read.note
    assert np.array_equal(read.pixels, read.stages["pixels"])


def test_a_box_by_hand_is_taken_where_no_face_is_found():
    picture = np.zeros((200, 300, 3), np.uint8)
    picture[50:150, 100:200] = 200
    read = prepare_face(picture, box=(1 / 3, 0.25, 2 / 3, 0.75))
    assert read.pixels.min() > 150
    assert read.chosen is None


def test_a_box_around_a_face_chooses_it(portrait):
    two = np.concatenate([portrait, portrait], 1)
    right = prepare_face(two, box=(0.5, 0, 1, 1))
    assert right.faces[right.chosen].points.mean(0)[0] > portrait.shape[1]


def test_an_empty_box_is_refused(portrait):
    with pytest.raises(ImageError, match="too small"):
        prepare_face(portrait, box=(0.5, 0.5, 0.5, 0.6))


def test_a_model_that_is_not_of_faces_is_refused(portrait):
    with pytest.raises(ValueError, match="no face model 'cae-27'"):
        prepare_face(portrait, "cae-27")


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (1, 3000), (3000, 1), (5, 5), (30, 30)])
def test_odd_sizes_give_a_picture(size):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    assert read_face(out.getvalue()).pixels.shape == (128, 128, 3)
