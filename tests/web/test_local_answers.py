"""What a page computes by itself, in Node, beside what the server answers to the same requests."""

import base64
import io
import json
import subprocess
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from PIL import Image

from core.data.images import to_bytes
from core.models.flow import METHODS
from core.noise.functions import ONE_LEVEL
from core.noise.grid import DENOISERS, MEDIAN, ONE_NOISE
from core.noise.kinds import KINDS
from demos.autodecoder import compute as autodecoder_compute
from demos.autodecoder import handlers as autodecoder
from demos.autodecoder.parts.parameters import distributions, load_parameters
from demos.denoise import handlers as denoise
from demos.diffusion import compute as diffusion_compute
from demos.diffusion import handlers as diffusion
from demos.gan import compute as gan_compute
from demos.gan import handlers as gan
from demos.gan.parts.features import load_features
from demos.server.models import CLASSIFIER, fashion_sample
from demos.server.page_files.local_models import describe_models, shipped_models
from demos.ui.datasets import fashion_dataset
from demos.ui.fields import from_base64
from demos.ui.images import to_base64
from demos.ui.nearest import LAYER
from tests.helpers.handlers import SERVICES, ask
from tests.web.test_javascript import FOLDER, node


def here(tab, props, calls, **served):
    """The answers of the page to calls (name, request), in order; null where the server must answer.

    Args:
        served: By function, what the tab gets of the server.
    """
    sample = fashion_sample()
    given = {
        "tab": tab, "props": props | {"dataset": fashion_dataset()}, "calls": calls,
        "listing": describe_models(shipped_models()), "served": served,
        "sample": {"labels": sample.labels.tolist(), "pixels": to_base64(sample.images[:, 0].numpy())},
    }  # fmt: skip
    result = subprocess.run(
        [node(), FOLDER / "answer_here.js"], input=json.dumps(given), capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def tiles(answer):
    """The pictures that a page lays out itself, (n, 28, 28)."""
    return np.frombuffer(base64.b64decode(answer["sprite"]["bytes"]), np.uint8).reshape(-1, 28, 28)


def assert_same_pictures(given, wanted):
    """Off by one of 255 at most."""
    assert given.shape == wanted.shape
    assert np.abs(given.astype(int) - wanted.astype(int)).max() <= 1


SHOE = to_base64(fashion_sample().images[902, 0].numpy())

GAN = {
    "checkpoint": gan_compute.CHECKPOINT, "classifier": CLASSIFIER, "frames": gan_compute.FRAMES,
    "scored": 40, "stops": gan_compute.STOPS, "layer": LAYER,
}  # fmt: skip
WALK = {"seed": 9_999, "stops": 3}
PICTURES = (
    {"kind": "walk", **WALK, "frame": 40},
    {"kind": "fake", "fake": 39},
    {"kind": "real", "real": 803},
    {"kind": "pixels", "pixels": to_base64(np.arange(784).astype(np.uint8))},
)


@pytest.fixture(scope="module")
def walked():
    calls = [("walk", WALK), ("classify_walk", WALK), *(("describe_picture", each) for each in PICTURES)]
    refused = [("walk", {"seed": 0, "stops": 5}), ("describe_picture", {"kind": "real", "real": 1000})]
    compared = [("compare", each) for each in PICTURES]
    features = ask(load_features)
    return here("gan", GAN, [*calls, *compared, *refused, ("load_scores", {})], load_features=features)


def test_a_walk_is_the_servers(walked):
    walk, named, *_ = walked
    model = SERVICES.models[gan_compute.CHECKPOINT]
    with torch.inference_mode():
        wanted = to_bytes(model.module.decode(gan_compute.walk_codes(model, *WALK.values())))[:, 0]
    assert_same_pictures(tiles(walk), wanted)
    assert walk["logits"] == pytest.approx(ask(gan.walk, **WALK)["logits"], abs=0.01)
    there = ask(gan.classify_walk, **WALK)["probs"]
    np.testing.assert_allclose(named["probs"], there, atol=0.02)  # a byte that is another one moves them


@pytest.mark.parametrize("k", range(len(PICTURES)), ids=[each["kind"] for each in PICTURES])
def test_a_picture_is_judged_as_by_the_server(walked, k):
    given, wanted = walked[2 + k], ask(gan.describe_picture, **PICTURES[k])
    assert_same_pictures(*(from_base64(answer["pixels"], (28, 28)) for answer in (given, wanted)))
    assert given["logit"] == pytest.approx(wanted["logit"], abs=0.01)
    assert given["probs"] == pytest.approx(wanted["probs"], abs=0.02)
    assert_same_neighbours(given["near"], wanted["near"], 2e-4)


@pytest.mark.parametrize("k", range(len(PICTURES)), ids=[each["kind"] for each in PICTURES])
def test_a_picture_is_compared_as_by_the_server(walked, k):
    given, wanted = walked[2 + len(PICTURES) + k], ask(gan.compare, **PICTURES[k])
    assert_same_neighbours(given["near"], wanted["near"], 0.05)  # a byte that is another one moves features


def assert_same_neighbours(given, wanted, tolerance):
    assert given["indices"] == wanted["indices"]
    assert given["distances"] == pytest.approx(wanted["distances"], abs=tolerance)
    assert given["closer"] == pytest.approx(wanted["closer"], abs=0.0021)  # another picture may be just as near


def test_what_the_server_refuses_is_its_to_refuse(walked):
    assert walked[-3:-1] == [None, None]


def test_scores_are_the_servers(walked):
    given, wanted = walked[-1], ask(gan.load_scores)
    places = [wanted["indices"].index(i) for i in given["indices"]]
    assert len(set(places)) == GAN["scored"]
    assert given["real"] == pytest.approx([wanted["real"][k] for k in places], abs=0.01)
    assert given["fake"] == pytest.approx(wanted["fake"][: GAN["scored"]], abs=0.01)
    assert len(tiles(given)) == GAN["scored"]


AUTODECODER = {
    "models": autodecoder_compute.MODELS, "compared": autodecoder_compute.COMPARED,
    "priors": autodecoder_compute.PRIORS, "magnitudes": 41, "alphas": 41, "draws": 8,
    "families": distributions(SERVICES.models), "classifier": CLASSIFIER, "encoder": autodecoder.ENCODER,
}  # fmt: skip
CODES = (
    ("load_magnitudes", {"image": 900}),
    ("load_draws", {"seed": 9_999}),
    ("load_learned", {"image": 99, "seed": 7}),
    ("load_path", {"a": 1, "b": 999}),
    ("compare_models", {"image": 803, "seed": 5}),
)


@pytest.fixture(scope="module")
def decoded():
    calls = [*CODES, ("encode_picture", {"pixels": SHOE})]
    fitted = [("compare_models", {"pixels": SHOE, "seed": 0}), ("load_magnitudes", {"image": 1000})]
    return here("autodecoder", AUTODECODER, calls + fitted, load_parameters=ask(load_parameters))


@pytest.mark.parametrize("k", range(len(CODES)), ids=[name for name, _ in CODES])
def test_what_auto_decoders_make_of_codes_is_the_servers(decoded, k, monkeypatch):
    sheets = []

    async def keep(rows):
        sheets.append(rows)
        return ""

    monkeypatch.setattr(autodecoder, "_sprite", keep)  # which is compressed
    name, request = CODES[k]
    given, wanted = decoded[k], ask(getattr(autodecoder, name), **request)
    assert_same_pictures(tiles(given), sheets[0].reshape(-1, 28, 28))
    assert given.keys() == wanted.keys()
    for key, tolerance in TOLERANCES.items():
        if key in wanted:
            for row, there in zip(as_rows(given[key]), as_rows(wanted[key]), strict=True):
                np.testing.assert_allclose(row, there, atol=tolerance, rtol=1e-4, err_msg=key)


def as_rows(value):
    """Rows of numbers, which may be of different lengths."""
    return value if isinstance(value, list) else [value]


# a byte that is off by one moves the figures of a picture
TOLERANCES = {
    "columns": 0, "nearest": 0, "probs": 0.02, "errors": 2e-4, "edges": 2e-4, "lengths": 1e-4, "codes": 1e-3,
    "mean": 2e-4, "std": 2e-4, "nats": 2e-4,
}  # fmt: skip


def test_an_encoder_gives_the_code_at_once(decoded):
    given, wanted = decoded[len(CODES)], ask(autodecoder.encode_picture, pixels=SHOE)
    assert_same_pictures(*(from_base64(answer["pixels"], (28, 28)) for answer in (given, wanted)))
    assert given["mse"] == pytest.approx(wanted["mse"], abs=1e-4)
    assert (given["checkpoint"], given["size"]) == (wanted["checkpoint"], wanted["size"])


def test_what_must_be_fitted_or_is_not_there_is_the_servers(decoded):
    assert decoded[len(CODES) + 1 :] == [None, None]


DIFFUSION = {
    "flow": diffusion_compute.CHECKPOINT, "classifier": CLASSIFIER, "methods": METHODS, "side": diffusion_compute.SIDE,
    "together": diffusion_compute.TOGETHER, "walk": diffusion_compute.WALK, "walk_columns": diffusion.WALK_COLUMNS,
    "returns": diffusion_compute.return_times(), "return_steps": diffusion_compute.RETURN_STEPS,
    "frames": diffusion_compute.FRAMES, "fillings": diffusion_compute.FILLINGS, "repeats": diffusion_compute.REPEATS,
    "strongest": diffusion_compute.STRONGEST,
}  # fmt: skip
ANY = {"seed": 9_999, "classes": None, "guidance": 0}
BOOT = {"seed": 7, "classes": 9, "guidance": 2.5}
HOLE = np.zeros((28, 28), np.uint8)
HOLE[4:14, 8:20] = 255
WAYS = (
    ("load_paths", ANY | {"steps": 3, "method": "euler", "part": 3}),
    ("load_paths", BOOT | {"steps": 2, "method": "heun", "part": 0}),
    ("trace", ANY | {"steps": 30, "method": "euler", "tile": 63}),
    ("trace", BOOT | {"steps": 3, "method": "heun", "tile": 0}),
    ("bring_back", ANY | {"real": 902}),
    ("walk", ANY | {"steps": 2, "method": "euler", "tile": 3, "to": 60}),
    ("fill", BOOT | {"steps": 3, "method": "euler", "pixels": SHOE, "hole": to_base64(HOLE)}),
)


@pytest.fixture(scope="module")
def in_float32():
    """Of a server whose hardware has bfloat16 a pixel is off by more than one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diffusion_compute, "autocast", lambda *_: nullcontext())
        yield


@pytest.fixture(scope="module")
def moved():
    wrong = [("load_paths", ANY | {"guidance": 1, "steps": 2, "method": "euler", "part": 0})]
    wrong += [("bring_back", ANY | {"real": 1000}), ("bring_back", ANY | {"pixels": "AAAA"})]
    return here("diffusion", DIFFUSION, [*WAYS, ("compare_end", WAYS[2][1]), *wrong])


@pytest.mark.parametrize("k", range(len(WAYS)), ids=[f"{name}-{k}" for k, (name, _) in enumerate(WAYS)])
def test_a_path_is_the_servers(moved, in_float32, k, monkeypatch):
    sheets = []
    monkeypatch.setattr(diffusion_compute, "sprite", lambda tiles, *_, **__: sheets.append(tiles))
    name, request = WAYS[k]
    given, wanted = moved[k], ask(getattr(diffusion, name), **request)
    assert given.keys() == wanted.keys()
    assert given["columns"] == wanted["columns"]
    assert_same_pictures(tiles(given), sheets[0])
    for key, tolerance in {"times": 1e-9, "probs": 0.02}.items():
        if key in wanted:
            np.testing.assert_allclose(given[key], wanted[key], atol=tolerance)


def test_the_end_of_a_path_is_compared_as_by_the_server(moved, in_float32):
    given, wanted = moved[len(WAYS)]["near"], ask(diffusion.compare_end, **WAYS[2][1])["near"]
    assert given["indices"] == wanted["indices"]
    assert given["distances"] == pytest.approx(wanted["distances"], abs=2e-4)


def test_guidance_to_nowhere_and_no_picture_are_the_servers_to_refuse(moved):
    assert moved[len(WAYS) + 1 :] == [None] * 3


DENOISE = {
    "denoisers": DENOISERS, "filter": MEDIAN, "kinds": denoise.describe_kinds(), "one_noise": ONE_NOISE,
    "one_level": ONE_LEVEL,
}  # fmt: skip
FAST = [name for name in DENOISERS if name != denoise.DENOISER]
STRIPS = [
    {"pixels": SHOE, "noise": kind, "levels": list(KINDS[kind].start), "seed": 2**32 - 1, "denoisers": FAST}
    for kind in KINDS
] + [{"pixels": SHOE, "noise": "none", "levels": [], "seed": 0}]  # with the U-Net
CROSSING = {"pixels": SHOE, "seed": 7}


@pytest.fixture(scope="module")
def restored():
    calls = [("load_strip", strip) for strip in STRIPS]
    wrong = [("load_strip", STRIPS[1] | {"levels": levels}) for levels in ([], [2], [0.1, 0.1])]
    small = [("load_one_noise", CROSSING | {"pixels": "AAAA"})]
    return here("denoise", DENOISE, [*calls, ("load_one_noise", CROSSING), *wrong, *small])


def assert_same_strip(given, wanted):
    assert given["columns"] == wanted["columns"]
    sheet = Image.open(io.BytesIO(base64.b64decode(wanted["sprite"].split(",")[1]))).convert("L")
    rows, columns = len(wanted["psnr"]), wanted["columns"]
    there = np.asarray(sheet).reshape(rows, 28, columns, 28).swapaxes(1, 2).reshape(-1, 28, 28)
    assert_same_pictures(tiles(given), there)
    for name, tolerance in (("psnr", 0.01), ("ssim", 0.001)):
        infinite = [[value is None for value in row] for row in wanted[name]]
        assert [[value is None for value in row] for row in given[name]] == infinite
        numbers = [np.array(answer[name], float) for answer in (given, wanted)]
        np.testing.assert_allclose(*numbers, atol=tolerance)


@pytest.mark.parametrize("k", range(len(STRIPS)), ids=[*KINDS, "U-Net"])
def test_every_level_of_a_noise_is_the_servers(restored, k):
    assert_same_strip(restored[k], ask(denoise.load_strip, **STRIPS[k]))


def test_each_network_on_each_noise_is_the_servers(restored):
    assert_same_strip(restored[len(STRIPS)], ask(denoise.load_one_noise, **CROSSING))


def test_levels_and_pictures_that_do_not_fit_are_the_servers_to_refuse(restored):
    assert restored[len(STRIPS) + 1 :] == [None] * 4
