import base64
import io
import math

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from core.checkpoint import MissingCheckpoint, load_card, load_codes
from core.data.fashion_mnist import load_fashion_sample
from demos.autodecoder import compute
from demos.autodecoder import handlers as autodecoder
from demos.autodecoder.compute import MODELS
from demos.server.decoder import Decoder
from demos.ui.fields import from_base64
from demos.ui.images import to_base64
from tests.helpers.handlers import SERVICES, ask, call

BOOT = 900


def tiles(answer):
    """The sprite of an answer, (rows, columns, 28, 28)."""
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["sprite"].split(",")[1]))).convert("L"))
    rows, columns = picture.shape[0] // 28, picture.shape[1] // 28
    return picture.reshape(rows, 28, columns, 28).swapaxes(1, 2).astype(int)


def pixels(i):
    return load_fashion_sample().images[i, 0].numpy()


def follow(i, steps=20, **request):
    frames, mse = [], []
    while len(mse) <= steps:
        request |= {"pixels": to_base64(pixels(i)), "steps": steps, "since": len(mse)}
        answer = ask(autodecoder.follow_fit, **{"checkpoint": "ad", "start": "guess"} | request)
        frames.append(from_base64(answer["frames"], (len(answer["mse"]), 28, 28)))
        mse += answer["mse"]
    return np.concatenate(frames), mse


def test_the_slider_shows_what_the_endpoint_decodes():
    answer = ask(autodecoder.load_magnitudes, image=BOOT)
    sheet = tiles(answer)
    assert sheet.shape == (4, 41, 28, 28)
    for m, k in ((0, 10), (1, 20), (3, 40)):
        exact = call(autodecoder.magnify, compute.MODELS[m], BOOT, k / 20)
        assert np.abs(sheet[m, k] - exact).mean() < 4  # lossy compression
    assert len(answer["sprite"]) < 600_000


def test_a_code_as_it_was_fitted_is_closest_and_a_vanished_one_is_everybodys():
    boot, shirt = (ask(autodecoder.load_magnitudes, image=i) for i in (BOOT, 600))
    for errors, length, name in zip(boot["errors"], boot["lengths"], compute.MODELS, strict=True):
        assert errors[20] < min(errors[0], errors[40])
        assert length == pytest.approx(load_codes(name)[BOOT].norm().item(), rel=1e-3)
    assert np.abs(tiles(boot)[:, 0] - tiles(shirt)[:, 0]).mean() < 2


def test_the_models_decode_the_same_noise_each_by_its_own_prior():
    answer = ask(autodecoder.load_draws, seed=3)
    assert tiles(answer).shape == (4, 2 + compute.DRAWS, 28, 28)
    assert np.allclose(np.sum(answer["probs"], axis=-1), 1, atol=0.01)
    assert ask(autodecoder.load_draws, seed=3) == answer
    other = ask(autodecoder.load_draws, seed=4)
    assert np.abs(tiles(other)[:, :2] - tiles(answer)[:, :2]).mean() < 4
    assert np.abs(tiles(other)[:, 2:] - tiles(answer)[:, 2:]).mean() > 4


def test_a_learned_distribution_is_given_number_by_number():
    known = ask(autodecoder.load_training)
    assert len(known["labels"]) == 100
    answer = ask(autodecoder.load_learned, image=5, seed=1)
    assert tiles(answer).shape == (3, 1 + compute.DRAWS, 28, 28)
    mean, std, nats = (np.array(answer[key]) for key in ("mean", "std", "nats"))
    assert mean.shape == std.shape == nats.shape == (3, 128)
    assert (std > 0).all()
    gaussian = (mean[0] ** 2 + std[0] ** 2 - 1) / 2 - np.log(std[0])
    exponential = mean[1] - 1 - np.log(mean[1])
    assert np.allclose(nats[0], gaussian, atol=0.02, rtol=0.02)
    assert np.allclose(nats[1][mean[1] > 0.01], exponential[mean[1] > 0.01], atol=0.02, rtol=0.02)
    assert np.allclose(nats[2], -np.log(std[2]), atol=0.02, rtol=0.02)


def test_a_fit_comes_closer_step_by_step_and_its_last_frame_is_its_error():
    frames, mse = follow(BOOT, start="nothing")
    assert len(frames) == len(mse) == 21
    assert mse[-1] < 0.8 * mse[0]
    error = (((frames[-1] / 255.0) - pixels(BOOT) / 255) ** 2).mean()
    assert error == pytest.approx(mse[-1], rel=0.05, abs=1e-4)


def test_a_linear_guess_starts_closer_than_nothing():
    assert follow(BOOT)[1][0] < follow(BOOT, start="nothing")[1][0]


def test_a_fit_works_after_the_service_loaded_the_model():
    SERVICES.models["vad-uniform"].evict()
    call(autodecoder.magnify, "vad-uniform", 0, 1)
    assert len(follow(3, checkpoint="vad-uniform")[1]) == 21


def test_the_way_leads_from_one_image_to_the_other():
    answer = ask(autodecoder.load_path, a=100, b=600)
    sheet = tiles(answer)
    assert sheet.shape == (4, 41, 28, 28)
    assert np.array(answer["probs"]).shape == (4, 41, 10)
    for m, name in enumerate(compute.MODELS):
        for k, i in ((0, 100), (-1, 600)):
            assert np.abs(sheet[m, k] - call(autodecoder.magnify, name, i, 1)).mean() < 4


def test_the_map_of_codes_separates_classes_better_than_chance():
    answer = ask(autodecoder.load_layout, checkpoint="vad-gaussian")
    assert np.isfinite(answer["points"]).all()
    assert len(answer["points"]) == 2000
    assert 0.2 < answer["map_accuracy"] <= 1


def test_the_endpoint_fits_a_picture_file(tmp_path):
    path = tmp_path / "boot.png"
    Image.fromarray(pixels(BOOT)).save(path)
    picture, curve = call(autodecoder.fit_code, str(path), "ad", 20)
    assert picture.shape == (28, 28)
    assert len(curve["mse"]) == 21
    assert curve["mse"][-1] < curve["mse"][0]


@pytest.mark.parametrize("name", ["cae-27", "../ad", "", None, 3, ["ad"]])
def test_an_unknown_model_is_reported(name):
    assert "no auto-decoder" in ask(autodecoder.load_layout, checkpoint=name)["error"]
    with pytest.raises(gr.Error, match="no auto-decoder"):
        call(autodecoder.magnify, name, 0, 1)


@pytest.mark.parametrize("value", [-1, 1000, None, "3", 1.5, True, math.nan, math.inf, [1]])
def test_an_unknown_image_is_reported(value):
    assert "image must be a whole number from 0 to 999" in ask(autodecoder.load_magnitudes, image=value)["error"]
    assert "b must be a whole number" in ask(autodecoder.load_path, a=0, b=value)["error"]
    assert "image must be a whole number from 0 to 99," in ask(autodecoder.load_learned, image=value, seed=0)["error"]
    with pytest.raises(gr.Error, match="image must be"):
        call(autodecoder.magnify, "ad", value, 1)


@pytest.mark.parametrize("value", [-0.1, 4.1, None, "1", math.nan, True])
def test_an_absurd_magnitude_is_reported(value):
    with pytest.raises(gr.Error, match="magnitude must be a number from 0 to 4"):
        call(autodecoder.magnify, "ad", 0, value)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pixels": "!"}, "pixels"), ({"pixels": to_base64(np.zeros(3))}, "784 pixels"), ({"steps": 19}, "steps"),
        ({"steps": 201}, "steps"), ({"since": 21}, "since"), ({"start": "random"}, "start must be"),
        ({"checkpoint": "vae-fashion"}, "no auto-decoder"),
    ],
)  # fmt: skip
def test_a_fit_with_absurd_options_is_reported(wrong, words):
    request = {"checkpoint": "ad", "pixels": to_base64(pixels(0)), "steps": 20, "start": "guess", "since": 0} | wrong
    assert words in ask(autodecoder.follow_fit, **request)["error"]


def test_a_fit_without_a_picture_is_reported():
    with pytest.raises(gr.Error, match="No picture was given"):
        call(autodecoder.fit_code, None)


def test_a_seed_must_be_one():
    assert "seed must be" in ask(autodecoder.load_draws, seed=-1)["error"]
    assert "seed must be" in ask(autodecoder.load_learned, image=0, seed=10_000)["error"]


def test_missing_weights_are_reported(monkeypatch):
    def missing(decoder):
        raise MissingCheckpoint(f"weights/{decoder.name}.json does not exist.")

    monkeypatch.setattr(Decoder, "codes", property(missing))
    assert "does not exist" in ask(autodecoder.load_magnitudes, image=1)["error"]
    with pytest.raises(gr.Error, match="does not exist"):
        call(autodecoder.magnify, "ad", 0, 1)


def test_the_distances_of_draws_put_clothes_before_static():
    distances = autodecoder.frechet_distances(SERVICES.models)
    assert set(distances) == set(MODELS)
    assert distances == {name: load_card(name).metrics["test_frechet"] for name in MODELS}
    assert max(distances, key=distances.get) == "ad"
    assert distances["vad-uniform"] < distances["ad"] / 2


def test_the_classifiers_confidence_cannot_tell_static_from_clothes():
    confidence = np.array(ask(autodecoder.load_draws, seed=0)["probs"])[:, 2:].max(-1).mean(1)
    assert MODELS[int(confidence.argmax())] == "ad"  # whose draws are the furthest from clothes


def test_an_encoder_gives_a_code_at_once():
    answer = ask(autodecoder.encode_picture, pixels=to_base64(pixels(BOOT)))
    picture = from_base64(answer["pixels"], (28, 28)).astype(float)
    assert answer["mse"] == pytest.approx(np.square((picture - pixels(BOOT)) / 255).mean(), abs=1e-6)
    assert (answer["checkpoint"], answer["size"]) == ("cae-27", 27)
    _, mse = follow(BOOT, steps=20, start="nothing")
    assert answer["mse"] < mse[0]  # of a code of zeros
    assert "784 pixels" in ask(autodecoder.encode_picture, pixels=to_base64(np.zeros(3, np.uint8)))["error"]


def test_four_models_make_their_own_of_one_picture():
    answer = ask(autodecoder.compare_models, image=BOOT, seed=2)
    assert tiles(answer).shape == (4, 2, 28, 28)
    assert [len(code) for code in answer["codes"]] == [4, 4, 128, 128]
    for name, error, (decoded, _), nearest in zip(
        compute.COMPARED, answer["errors"], tiles(answer), answer["nearest"], strict=True
    ):
        assert error == pytest.approx(np.square((decoded - pixels(BOOT)) / 255).mean(), abs=2e-3), name
        codes = load_codes(name).float().numpy()
        apart = np.square(codes - codes[BOOT]).sum(1)
        assert nearest == apart.argsort()[1]
    assert min(answer["errors"]) == answer["errors"][2]  # 128 numbers without a prior
    other = ask(autodecoder.compare_models, image=BOOT, seed=3)
    assert (tiles(other)[:, 1] != tiles(answer)[:, 1]).any(axis=(1, 2)).all()
    assert other["codes"] == answer["codes"]


def test_four_models_take_a_drawing():
    answer = ask(autodecoder.compare_models, pixels=to_base64(pixels(BOOT)), seed=2)
    shipped = ask(autodecoder.compare_models, image=BOOT, seed=2)
    assert answer["errors"][:2] == pytest.approx(shipped["errors"][:2], abs=1e-3)
    assert answer["nearest"][0] == shipped["nearest"][0]
    assert "error" in ask(autodecoder.compare_models, pixels="AAAA", seed=2)
