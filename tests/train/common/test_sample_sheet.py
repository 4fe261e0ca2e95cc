import io

import numpy as np
import pytest
from PIL import Image

from core.data.fashion_mnist import load_fashion_sample
from core.registry import create_model
from train.common.sample_sheet import sample_sheet


@pytest.mark.parametrize(("name", "rows"), [("autoencoder", 6), ("vae", 10), ("dcgan", 8)])
def test_a_sample_sheet_shows_what_a_model_can_generate(name, rows):
    model, test = create_model(name).eval(), load_fashion_sample()
    picture = np.asarray(Image.open(io.BytesIO(sample_sheet(model, test))))
    assert picture.shape == (28 * rows, 28 * 16)
    if name != "dcgan":  # the originals stand above their reconstructions and the ways between
        originals = picture[28 * (rows - 6) : 28 * (rows - 5)].reshape(28, 16, 28).swapaxes(0, 1)
        assert (originals == test.images[:16, 0].numpy()).all()


def test_a_sample_sheet_of_few_images_repeats_them():
    assert sample_sheet(create_model("vae").eval(), load_fashion_sample().take(3))


def test_what_decodes_nothing_has_no_sheet():
    assert sample_sheet(create_model("fashionnet").eval(), load_fashion_sample()) is None
