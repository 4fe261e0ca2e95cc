"""Diffusion on other datasets than Fashion-MNIST."""

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from core.checkpoint import save_extra
from demos.diffusion import handlers as diffusion
from demos.diffusion.python_lines import python_lines
from tests.helpers.handlers import ask
from tests.helpers.own_datasets import DATASETS, make_services, pictures, to_text


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    return make_services(tmp_path_factory.mktemp("weights"), ("flow", "fashionnet", "vae"))


@pytest.fixture(params=DATASETS)
def name(request):
    return request.param


def tiles(answer, name):
    """The tiles of an answer's sprite, row by row."""
    _, text = answer["sprite"].split(",")
    whole = np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB"))
    side = DATASETS[name][0].image_shape[1]
    rows, columns = whole.shape[0] // side, whole.shape[1] // side
    assert columns == answer["columns"]
    return whole.reshape(rows, side, columns, side, 3).swapaxes(1, 2)


def test_diffusion_walks_the_paths_of_a_flow_of_its_own_images(services, name):
    dataset, _ = DATASETS[name]
    asked = {"checkpoint": f"{name}-flow", "steps": 3, "seed": 1}
    assert len(tiles(ask(diffusion.load_paths, services, **asked), name)) == 4
    traced = ask(diffusion.trace, services, **asked, tile=2)
    assert tiles(traced, name).shape[:2] == (3, 4)
    assert np.array(traced["probs"]).shape == (4, len(dataset.classes))  # none without a classifier
    near = ask(diffusion.compare_end, services, **asked, tile=2)["near"]
    assert len(near["indices"]) == 6
    assert tiles(ask(diffusion.walk, services, **asked, tile=2, to=3), name).shape[:2] == (5, 5)


def test_diffusion_shows_the_training_of_a_flow_that_came_with_its_film(services):
    model = services.models["colour-flow"]
    images = torch.randint(0, 256, (2, 64, 3, 32, 32), dtype=torch.uint8)
    save_extra(model.path.with_suffix(".snapshots.safetensors"), {"images": images, "steps": torch.arange(2)})
    answer = ask(diffusion.load_training, services, checkpoint="colour-flow")
    assert answer["steps"] == [0, 1]
    _, text = answer["sprite"].split(",")
    assert Image.open(io.BytesIO(base64.b64decode(text))).size == (6 * 8 * 32, 8 * 32)
    assert "does not exist" in ask(diffusion.load_training, services, checkpoint="grey-flow")["error"]


def test_diffusion_has_no_lines_for_a_flow_that_python_does_not_find_by_its_name(services, name):
    answer = ask(python_lines, services, checkpoint=f"{name}-flow", classes=None)
    assert "Python finds shipped models only" in answer["error"]


def test_diffusion_brings_a_picture_back_and_fills_a_hole_in_it(services, name):
    picture = pictures(name)[5]
    asked = {"checkpoint": f"{name}-flow", "seed": 1}
    real, drawn = (
        tiles(ask(diffusion.bring_back, services, **asked, **given), name)
        for given in ({"real": 5}, {"pixels": to_text(picture)})
    )
    assert np.array_equal(real, drawn)
    wanted = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    assert np.array_equal(real[0, -1], wanted)  # noised to the time of the picture itself
    hole = np.zeros(picture.shape[:2], np.uint8)
    hole[:, 10:] = 255
    filled = ask(diffusion.fill, services, **asked, real=5, steps=2, hole=to_text(hole))
    assert np.abs(tiles(filled, name)[-1, :, :, :10].astype(int) - wanted[:, :10]).max() <= 1
    short = ask(diffusion.fill, services, **asked, real=5, hole=to_text(hole[1:]))["error"]
    assert f"expected {hole.size} pixels" in short


def test_a_flow_is_asked_for_classes_of_its_own(services):
    asked = {"checkpoint": "colour-flow", "steps": 2, "guidance": 2}
    assert len(tiles(ask(diffusion.load_paths, services, **asked, classes=1), "colour")) == 3
    assert "from 0 to 1" in ask(diffusion.load_paths, services, **asked, classes=2)["error"]
    assert "no flow 'grey-vae'" in ask(diffusion.load_paths, services, checkpoint="grey-vae")["error"]
