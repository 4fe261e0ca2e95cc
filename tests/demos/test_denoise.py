import base64
import io
import json
import math
import re

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from core.data.fashion_mnist import load_fashion_sample
from core.noise import grid
from core.noise.functions import ONE_LEVEL
from core.noise.grid import DENOISERS, NOISY, ONE_NOISE
from core.noise.kinds import KINDS, STEPS
from demos.denoise import handlers as denoise
from demos.ui.images import to_base64
from tests.conftest import ROOT
from tests.helpers.handlers import ask, call

ROWS = (NOISY, *DENOISERS)
BOOT = 902


@pytest.fixture(scope="module")
def boot() -> np.ndarray:
    return load_fashion_sample().images[BOOT, 0].numpy()


@pytest.fixture(scope="module")
def photo(boot, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("pictures") / "boot.png"
    Image.fromarray(boot).save(path)
    return str(path)


def strip(pixels, noise="gaussian", levels=None, seed=0):
    return ask(denoise.load_strip, pixels=to_base64(pixels), noise=noise, levels=levels, seed=seed)


def picture(answer) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["sprite"].split(",")[1]))).convert("L"))


def tile(answer, row, column) -> np.ndarray:
    return picture(answer)[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]


@pytest.mark.parametrize("kind", KINDS)
def test_one_answer_holds_every_level_and_every_denoiser(boot, kind):
    answer = strip(boot, kind)
    blocks, columns = max(1, len(KINDS[kind].parameters)), STEPS if KINDS[kind].parameters else 1
    assert answer["columns"] == columns
    assert picture(answer).shape == (28 * blocks * len(ROWS), 28 * columns)
    assert np.shape(answer["psnr"]) == np.shape(answer["ssim"]) == (blocks * len(ROWS), columns)
    assert len(json.dumps(answer, allow_nan=False)) < 600_000


@pytest.mark.parametrize("kind", ["gaussian", "both", "poisson"])
def test_metrics_are_those_of_the_tiles(boot, kind):
    answer = strip(boot, kind)
    for row in range(len(answer["psnr"])):
        for column in (3, 20, 40):
            error = np.square((tile(answer, row, column).astype(float) - boot) / 255).mean()
            assert answer["psnr"][row][column] == pytest.approx(-10 * math.log10(error), abs=0.05)  # bytes are rounded


def test_without_noise_nothing_is_changed(boot):
    answer = strip(boot, "gaussian")
    assert np.array_equal(tile(answer, 0, 0), boot)
    assert answer["psnr"][0][0] is None
    assert answer["ssim"][0][0] == 1
    assert strip(boot, "none")["psnr"][0] == [None]


def test_the_denoiser_that_learned_wins_where_it_learned(boot):
    answer = strip(boot, "salt_and_pepper")
    at = KINDS["salt_and_pepper"].parameters[0].values.index(0.2)
    decibels = {name: answer["psnr"][row][at] for row, name in enumerate(ROWS)}
    assert max(decibels, key=decibels.__getitem__) == "denoiser-unet"
    assert decibels["denoiser-cae"] > decibels["cae-27"]
    assert decibels["median"] > decibels[NOISY] + 3


def test_a_seed_repeats_and_another_differs(boot):
    assert strip(boot, seed=5) == strip(boot, seed=5)
    assert strip(boot, seed=5)["sprite"] != strip(boot, seed=6)["sprite"]


def test_the_other_slider_stands_where_it_was_put(boot):
    low, high = strip(boot, "both", [0.0, 0.5]), strip(boot, "both", [0.5, 0.5])
    assert low["psnr"][0] == high["psnr"][0]  # the first slider's way does not know where that slider stands
    assert low["psnr"][len(ROWS)] != high["psnr"][len(ROWS)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_endpoint_gives_what_the_page_shows(photo, boot, kind):
    noisy, result, metrics = call(denoise.denoise_photo, photo, kind, seed=4)
    answer = strip(boot, kind, seed=4)
    at = KINDS[kind].parameters[0].values.index(KINDS[kind].start[0]) if KINDS[kind].parameters else 0
    assert np.array_equal(noisy, tile(answer, 0, at))
    assert np.abs(result.astype(int) - tile(answer, 1, at)).max() <= 1  # a batch of another size rounds otherwise
    assert metrics["psnr"][NOISY] == answer["psnr"][0][at]
    assert metrics["psnr"]["denoised"] == pytest.approx(answer["psnr"][1][at], abs=0.01)
    assert metrics["levels"] == list(KINDS[kind].start)


def crossing(pixels, seed=0):
    return ask(denoise.load_one_noise, pixels=to_base64(pixels), seed=seed)


def test_each_network_of_one_noise_meets_each_of_these_kinds(boot):
    answer = crossing(boot, seed=4)
    assert (answer["columns"], picture(answer).shape) == (3, (28 * 4, 28 * 3))
    assert np.shape(answer["psnr"]) == np.shape(answer["ssim"]) == (4, 3)
    for column, (kind, (level, *_)) in enumerate(ONE_LEVEL.items()):
        alone = ask(denoise.load_strip, pixels=to_base64(boot), noise=kind, levels=None, seed=4, denoisers=[*ONE_NOISE])
        at = KINDS[kind].parameters[0].values.index(level)
        for row in range(4):
            assert np.abs(tile(answer, row, column).astype(int) - tile(alone, row, at)).max() <= 1
            assert answer["psnr"][row][column] == pytest.approx(alone["psnr"][row][at], abs=0.01)


def test_in_the_example_each_network_is_best_on_the_noise_it_met():
    example = re.search(r"image: (\d+)", (ROOT / "demos/denoise/state.js").read_text("utf-8"))
    psnr = np.array(crossing(load_fashion_sample().images[int(example[1]), 0].numpy())["psnr"])[1:]
    assert (psnr.argmax(0) == np.arange(3)).all()
    assert (np.sort(psnr, axis=0)[-1] - np.sort(psnr, axis=0)[-2] > 0.3).all()
    assert f"?tab=denoise&image={example[1]}&view=one-noise" in (ROOT / "docs/reports.md").read_text("utf-8")


def test_another_draw_or_an_invalid_picture_of_the_networks_of_one_noise(boot):
    assert crossing(boot) == crossing(boot)
    assert crossing(boot)["sprite"] != crossing(boot, seed=1)["sprite"]
    assert "pixels" in ask(denoise.load_one_noise, pixels="AAAA", seed=0)["error"]
    assert "seed must be" in crossing(boot, seed=-1)["error"]


@pytest.mark.parametrize("name", ONE_NOISE)
def test_the_endpoint_takes_a_network_of_one_noise(photo, boot, name):
    kind = ONE_NOISE[name]
    metrics = call(denoise.denoise_photo, photo, kind, model=name)[2]
    row, column = 1 + list(ONE_NOISE).index(name), list(ONE_LEVEL).index(kind)
    assert metrics["model"] == name
    assert metrics["psnr"]["denoised"] == pytest.approx(crossing(boot)["psnr"][row][column], abs=0.01)


def test_the_endpoint_takes_levels_and_models(photo):
    once = call(denoise.denoise_photo, photo, "both", 0.3, 1, "median", 0.4)[2]
    assert (once["levels"], once["model"], once["seed"]) == ([0.3, 0.4], "median", 1)
    worse = call(denoise.denoise_photo, photo, "both", 0.3, 1, "median", 0.6)[2]
    assert worse["psnr"][NOISY] < once["psnr"][NOISY]
    assert set(once["ssim"]) == {NOISY, "denoised"}


def test_the_grid_shows_the_measured_values():
    answer = ask(denoise.load_grid)
    assert answer["images"] == 1000
    json.dumps(answer, allow_nan=False)


def test_a_missing_grid_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "GRID", tmp_path / "grid.json")
    assert "python -m train.denoising_grid" in ask(denoise.load_grid)["error"]


@pytest.mark.parametrize("kind", ["rain", "", None, 3, [], {}])
def test_an_unknown_noise_is_reported(boot, photo, kind):
    assert "noise must be one of none, salt_and_pepper" in strip(boot, kind)["error"]
    with pytest.raises(gr.Error, match="noise must be one of"):
        call(denoise.denoise_photo, photo, kind)


@pytest.mark.parametrize("level", [math.nan, math.inf, -0.1, 1e300, "0.3", [0.3], True])
def test_an_absurd_level_is_reported(boot, photo, level):
    words = "level (standard deviation) must be a number from 0 to 1"
    assert words in strip(boot, "gaussian", [level])["error"]
    with pytest.raises(gr.Error, match=r"level \(standard deviation\) must be"):
        call(denoise.denoise_photo, photo, "gaussian", level)
    with pytest.raises(gr.Error, match=r"level \(pixels hit\) must be"):
        call(denoise.denoise_photo, photo, "both", 0.1, second_level=level)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, math.nan, None, "1", True])
def test_an_absurd_seed_is_reported(boot, photo, seed):
    assert "seed must be a whole number" in strip(boot, seed=seed)["error"]
    with pytest.raises(gr.Error, match="seed must be a whole number"):
        call(denoise.denoise_photo, photo, seed=seed)


@pytest.mark.parametrize("name", ["bm3d", "classifier-resnet", "", None, 3, []])
def test_an_unknown_denoiser_is_reported(photo, name):
    with pytest.raises(gr.Error, match=r"no denoiser .* there are: denoiser-unet, denoiser-cae, cae-27, median"):
        call(denoise.denoise_photo, photo, model=name)


@pytest.mark.parametrize("pixels", [None, "", "?", "AAAA", 3, []])
def test_invalid_pixels_are_reported(pixels):
    answer = ask(denoise.load_strip, pixels=pixels, noise="gaussian", levels=None, seed=0)
    assert "pixels" in answer["error"]


def test_a_missing_or_broken_picture_is_reported(tmp_path):
    with pytest.raises(gr.Error, match="No picture was given"):
        call(denoise.denoise_photo, None)
    (tmp_path / "text.png").write_bytes(b"not a picture")
    with pytest.raises(gr.Error, match="not a picture"):
        call(denoise.denoise_photo, str(tmp_path / "text.png"))
