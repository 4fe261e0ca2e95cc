"""The Python lines of the tabs without a map make what the server answers: they are run."""

import base64
import io

import matplotlib
import numpy as np
import pytest
import torch
from PIL import Image

from core.data.fashion_mnist import load_fashion_sample
from demos.autodecoder import handlers as autodecoder
from demos.autodecoder.compute import MAGNITUDES, MODELS
from demos.autodecoder.python_lines import python_lines as autodecoder_lines
from demos.classify import handlers as classify
from demos.classify.parts.python_lines import python_lines as classify_lines
from demos.denoise import handlers as denoise
from demos.denoise.python_lines import python_lines as denoise_lines
from demos.diffusion import handlers as diffusion
from demos.diffusion.python_lines import python_lines as diffusion_lines
from demos.gan import handlers as gan
from demos.gan.python_lines import python_lines as gan_lines
from demos.interpolate import handlers as interpolate
from demos.scoreboard import handlers as scoreboard
from demos.scoreboard.python_lines import python_lines as scoreboard_lines
from tests.helpers.handlers import SERVICES, ask

LOSSY = 4.0  # mean difference in bytes between a picture and its packed copy


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run the lines that a tab offers for a request, and give the variables that they leave."""
    matplotlib.use("Agg")
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    monkeypatch.chdir(tmp_path)

    def execute(handler, **request):
        answer = ask(handler, **request)
        assert "error" not in answer, answer
        lines = answer["lines"]
        assert max(map(len, lines.splitlines())) < 600
        variables = {}
        exec(lines, variables)
        matplotlib.pyplot.close("all")
        return variables

    return execute


def pixels_of(i):
    return base64.b64encode(load_fashion_sample().images[i, 0].numpy().tobytes()).decode()


@pytest.fixture
def drawing():
    """A picture that no test image is: a light bar on black."""
    canvas = np.zeros((28, 28), np.uint8)
    canvas[6:24, 9:19] = 200
    return base64.b64encode(canvas.tobytes()).decode()


def tiles(answer, side=28):
    """The pictures of a sprite, (rows, columns, side, side)."""
    content = base64.b64decode(answer["sprite"].partition(",")[2])
    sheet = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    columns = answer["columns"]
    return sheet.reshape(-1, side, columns, side).swapaxes(1, 2).astype(float)


def shown(text):
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)


def difference(a, b):
    return np.abs(np.asarray(a, float) - b).mean()


def test_classify_at_first(run):
    made = run(classify_lines, image=600)
    answer = ask(classify.classify, pixels=pixels_of(600))
    names = classify.networks(SERVICES.models)
    np.testing.assert_allclose(np.stack([made["probs"][name] for name in names]), answer["probs"], atol=1e-4)


@pytest.mark.parametrize("method", ["occlusion", "gradient"])
def test_classify_shows_what_moved_it(run, method):
    made = run(classify_lines, view="evidence", method=method, image=321, checkpoint="classifier-fashionnet")
    answer = ask(classify.explain, pixels=pixels_of(321), method=method, networks=["classifier-fashionnet"])["maps"][0]
    maps = np.frombuffer(base64.b64decode(answer["data"]), np.int16).reshape(10, answer["side"], -1) * answer["scale"]
    assert np.corrcoef(made["maps"].flatten(), maps.flatten())[0, 1] > 0.999
    assert made["maps"].std() == pytest.approx(maps.std(), rel=0.01)


def test_classify_takes_a_drawing(run, drawing):
    made = run(classify_lines, pixels=drawing, networks=["classifier-resnet"])
    answer = ask(classify.classify, pixels=drawing, networks=["classifier-resnet"])
    np.testing.assert_allclose(made["probs"]["classifier-resnet"], answer["probs"][0], atol=1e-4)


def test_classify_shows_two_classes_on_a_plane(run):
    made = run(classify_lines, view="confusion", classes=[0, 6])
    answer = ask(classify.load_scatter, checkpoint="classifier-resnet", classes=[0, 6])
    points = np.frombuffer(base64.b64decode(answer["points"]), np.float32).reshape(-1, 2)
    np.testing.assert_allclose(np.abs(made["Y"]), np.abs(points), atol=0.02 * np.abs(points).max())
    assert made["predicted"].tolist() == answer["predicted"]


@pytest.mark.parametrize("name", ["classifier-fashionnet", "classifier-resnet"])
def test_classify_shows_a_training(run, name):
    made = run(classify_lines, view="training", checkpoint=name)
    history = ask(classify.load_cards, networks=[name])["cards"][0]["history"]
    metric, known = "validation_accuracy", made["history"]
    values = known[metric] if isinstance(known, dict) else [row[metric] for row in known]
    assert values == history[metric]


@pytest.mark.parametrize("state", [
    {"checkpoint": "cae-27", "a": {"i": 0}, "b": {"i": 900}, "alpha": 0.25},
    {"checkpoint": "vad-gaussian", "a": {"i": 5}, "b": {"i": 405}, "alpha": 0.5, "method": "spherical"},
    {"checkpoint": "vae-faces", "a": {"i": 0}, "b": {"i": 1}, "alpha": 0.4},
], ids=lambda state: state["checkpoint"])  # fmt: skip
def test_interpolate(run, state):
    made = run(interpolate.python_lines, **state)
    k = round(100 * state["alpha"])
    answer = ask(interpolate.path, **state, frames=[k])
    content = base64.b64decode(answer["sprite"].partition(",")[2])
    picture = np.asarray(Image.open(io.BytesIO(content)))
    own = (255 * made["model"].decode(made["z"][None]).detach().clamp(0, 1)).round()[0]
    assert difference(own.permute(1, 2, 0).squeeze(), picture) < LOSSY


def test_autodecoder_at_first(run):
    made = run(autodecoder_lines, view="try", seed=3)
    answer = tiles(ask(autodecoder.load_draws, seed=3))
    rows = np.stack(made["pictures"]).reshape(4, 28, 10, 28).swapaxes(1, 2)
    assert difference(rows, answer) < LOSSY


def test_autodecoder_stretches_a_code(run):
    made = run(autodecoder_lines, view="magnitude", image=400, magnitude=28)
    errors = ask(autodecoder.load_magnitudes, image=400)["errors"]
    image = load_fashion_sample().images[400, 0].numpy() / 255
    own = [np.square(picture / 255 - image).mean() for picture in made["pictures"]]
    np.testing.assert_allclose(own, [row[28] for row in errors], atol=2e-4)
    assert MAGNITUDES[28] == pytest.approx(1.4)


def test_autodecoder_walks_between_two(run):
    made = run(autodecoder_lines, view="path", a=100, b=700, alpha=12)
    answer = tiles(ask(autodecoder.load_path, a=100, b=700))
    assert difference(np.stack(made["pictures"]), answer[:, 12]) < LOSSY


def test_autodecoder_compares_four_models(run):
    made = run(autodecoder_lines, view="four", image=250)
    answer = ask(autodecoder.compare_models, image=250, seed=0)
    for code, wanted in zip(made["codes"].values(), answer["codes"], strict=True):
        np.testing.assert_allclose(code, wanted, atol=2e-3)


def test_autodecoder_shows_a_learned_distribution(run):
    made = run(autodecoder_lines, view="learned", training=7, family="vad-exponential", seed=5)
    answer = ask(autodecoder.load_learned, image=7, seed=5)
    row = MODELS.index("vad-exponential") - 1
    np.testing.assert_allclose(made["std"][0], answer["std"][row], atol=1e-3)
    assert difference(made["pictures"], tiles(answer)[row]) < LOSSY


@pytest.mark.parametrize("start", ["nothing", "guess"])
def test_autodecoder_fits_a_code(run, drawing, start):
    made = run(autodecoder_lines, view="fit", pixels=drawing, model="vad-uniform", steps=20, step=18, start=start)
    answer = ask(autodecoder.follow_fit, checkpoint="vad-uniform", pixels=drawing, steps=20, start=start, since=18)
    assert made["error"].item() == pytest.approx(answer["mse"][0], rel=2e-3)


def test_autodecoder_lays_codes_out(run):
    made = run(autodecoder_lines, view="map", models=["ad"])
    points = np.array(ask(autodecoder.load_layout, checkpoint="ad")["points"]).reshape(-1, 2)
    assert made["maps"]["ad"].std() == pytest.approx(points.std(), rel=0.1)  # rounding may lead it elsewhere


@pytest.mark.parametrize("state", [
    {"image": 902, "noise": "gaussian", "levels": [0.2], "seed": 0, "model": "denoiser-unet"},
    {"image": 5, "noise": "both", "levels": [0.1, 0.2], "seed": 7, "model": "median"},
    {"noise": "salt_and_pepper", "levels": [0.2], "seed": 1, "model": "cae-27"},
], ids=lambda state: state["noise"])  # fmt: skip
def test_denoise(run, drawing, state):
    picture = {} if "image" in state else {"pixels": drawing}
    made = run(denoise_lines, **state | picture)
    asked = {"pixels": pixels_of(state["image"])} if "image" in state else picture
    strip = ask(denoise.load_strip, **{k: state[k] for k in ("noise", "levels", "seed")} | asked)
    values = denoise.KINDS[state["noise"]].parameters[0].values
    k = int(np.argmin(np.abs(np.array(values) - state["levels"][0])))
    assert values[k] == pytest.approx(state["levels"][0])
    row = 1 + denoise.DENOISERS.index(state["model"])
    x, noisy = made["x"].numpy(), made["noisy"].numpy()
    assert float(made["psnr"](x, noisy)[0]) == pytest.approx(strip["psnr"][0][k], abs=0.01)
    assert float(made["ssim"](x, made["denoised"].numpy())[0]) == pytest.approx(strip["ssim"][row][k], abs=2e-3)


def test_denoise_of_networks_that_met_one_noise(run, drawing):
    state = {"noise": "none", "levels": [], "seed": 3, "view": "one-noise", "pixels": drawing}
    made = run(denoise_lines, **state)
    answer = ask(denoise.load_one_noise, pixels=drawing, seed=3)
    np.testing.assert_allclose(made["decibels"], answer["psnr"], atol=0.02)


@pytest.mark.parametrize("state", [
    {"kind": "film", "snapshot": 3, "tile": 9},
    {"kind": "walk", "seed": 2, "stops": 4, "frame": 31},
    {"kind": "fake", "fake": 17},
    {"kind": "real", "real": 250},
], ids=lambda state: state["kind"])  # fmt: skip
def test_gan(run, state):
    made = run(gan_lines, **state)
    answer = ask(gan.describe_picture, **state)
    np.testing.assert_allclose(made["picture"].astype(int), shown(answer["pixels"]), atol=1)
    chance = 1 / (1 + np.exp(-answer["logit"]))
    assert made["real"].item() == pytest.approx(chance, abs=0.02)


def test_gan_of_another_run_has_no_score(run):
    made = run(gan_lines, kind="film", run="dcgan-collapse", snapshot=5, tile=0)
    answer = ask(gan.describe_picture, kind="film", run="dcgan-collapse", snapshot=5, tile=0)
    np.testing.assert_array_equal(made["picture"], shown(answer["pixels"]))
    assert "real" not in made


PATHS = {"seed": 0, "steps": 4}


def test_diffusion_at_first(run):
    made = run(diffusion_lines, **PATHS, view="paths", tile=5)
    answer = tiles(ask(diffusion.trace, **PATHS, tile=5))
    assert difference(made["pictures"], answer[0]) < 1


def test_diffusion_asks_for_a_class(run):
    state = PATHS | {"steps": 3, "method": "heun", "classes": 8, "guidance": 2}
    made = run(diffusion_lines, **state, view="paths", tile=1)
    assert difference(made["pictures"], tiles(ask(diffusion.trace, **state, tile=1))[0]) < 1


def test_diffusion_brings_a_picture_back(run, drawing):
    made = run(diffusion_lines, view="picture", seed=4, place=7, pixels=drawing)
    answer = tiles(ask(diffusion.bring_back, seed=4, pixels=drawing))
    assert difference(made["pictures"], answer[:, 7]) < 1


def test_diffusion_fills_a_hole(run):
    hole = np.zeros((28, 28), np.uint8)
    hole[:, 14:] = 255
    state = PATHS | {"real": 905, "hole": base64.b64encode(hole.tobytes()).decode()}
    made = run(diffusion_lines, **state, view="hole")
    assert difference(made["pictures"], tiles(ask(diffusion.fill, **state))[-1]) < 1


def test_diffusion_walks_from_noise_to_noise(run):
    state = {"seed": 1, "steps": 2, "tile": 0, "to": 11}
    made = run(diffusion_lines, **state, view="walk")
    answer = tiles(ask(diffusion.walk, **state)).reshape(-1, 28, 28)
    assert difference(made["pictures"], answer) < 1


def test_diffusion_stands_beside_other_models(run):
    made = run(diffusion_lines, view="others", seed=2)
    answer = tiles(ask(diffusion.load_others, seed=2))
    assert difference(np.stack(list(made["rows"].values())), answer) < 1


def test_diffusion_shows_its_training(run):
    made = run(diffusion_lines, view="training", tile=9, snapshot=20)
    sheet = tiles(ask(diffusion.load_training), side=8 * 28).reshape(-1, 8 * 28, 8 * 28)[20]
    tile = sheet[28:56, 28:56]  # the tenth of 8 in a row
    assert difference(made["picture"], tile) < 12  # packed hard


@pytest.mark.parametrize("model", ["classifier-resnet", "vae-fashion", None])
def test_scoreboard(run, model, capsys):
    made = run(scoreboard_lines, model=model)
    rows = {row["name"]: row for row in ask(scoreboard.load_cards)["rows"]}
    measured = {measure["name"]: measure["value"] for measure in rows[made["card"].name]["measures"]}
    assert made["card"].metrics == measured
    assert model is None or made["card"].name == model
    assert model is not None or len(capsys.readouterr().out.splitlines()) == len(rows)


def test_what_is_no_shipped_model_is_said(monkeypatch):
    monkeypatch.setattr("demos.server.models.Model.is_shipped", False)
    answer = ask(denoise_lines, image=0, noise="none", levels=[], seed=0)
    assert "Python finds shipped models only" in answer["error"]


@pytest.fixture(autouse=True)
def _gradients():
    """Lines are run where somebody would run them: with gradients."""
    with torch.enable_grad():
        yield
