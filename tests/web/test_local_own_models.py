"""What a page computes with models that do not ship, in Node, beside what the server answers to the same requests."""

import base64
import json
import subprocess
from contextlib import nullcontext

import numpy as np
import pytest
import torch

from core.data.images import to_bytes, to_pictures
from core.models.flow import METHODS
from core.noise import kinds as noise
from demos.autodecoder import handlers as autodecoder
from demos.classify import handlers as classify
from demos.denoise import handlers as denoise
from demos.diffusion import compute as flow_compute
from demos.diffusion import handlers as flow_handlers
from demos.gan import compute as gan_compute
from demos.gan import handlers as gan_handlers
from demos.gan.parts.features import load_features
from demos.interpolate import compute as paths
from demos.interpolate import handlers as interpolate
from demos.latent_map import handlers as latent_map
from demos.latent_map.parts.geometry import load_geometry
from demos.server.page_files.local_models import added_model, describe_models
from demos.server.services import Services
from demos.ui.datasets import describe_dataset, describe_model
from demos.ui.nearest import LAYER
from tests.helpers.checkpoints import write_checkpoint
from tests.helpers.handlers import ask
from tests.helpers.own_datasets import DATASETS, KINDS, from_text, pictures, to_text
from tests.web.test_javascript import FOLDER, node
from train.export import export

MODELS = (
    "grey-autoencoder", "grey-fashionnet", "grey-denoising-autoencoder", "colour-vae", "colour-fashionnet",
    "unlabelled-autoencoder", "grey-dcgan", "colour-dcgan", "unlabelled-dcgan", "grey-flow", "colour-flow",
    "unlabelled-flow", "grey-ad", "colour-ad", "unlabelled-ad",
)  # fmt: skip
FRAMES = [0, 30, 100]
DECODERS = {"grey": "grey-autoencoder", "colour": "colour-vae", "unlabelled": "unlabelled-autoencoder"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def services(folder):
    for name in MODELS:
        dataset, _, kind = name.partition("-")
        export(write_checkpoint(folder, name, KINDS[kind], *DATASETS[dataset]))
    made = Services(weights=[folder])
    made.models.look()
    yield made
    made.close()


@pytest.fixture(scope="module")
def here(services, folder):
    """Gives the answers of a tab to calls (name, request), in order; null where the server must answer."""
    listing = describe_models({name: added_model(services.models[name]) for name in MODELS})

    def answers(tab, name, props, calls, **served):
        images = to_text(pictures(name))
        given = {
            "tab": tab, "props": props | {"dataset": describe_dataset(DATASETS[name][0])}, "calls": calls,
            "listing": listing, "folder": str(folder), "served": served,
            "sample": {"labels": DATASETS[name][1].labels.tolist(), "pixels": images},
        }  # fmt: skip
        script = [node(), FOLDER / "answer_here.js"]
        result = subprocess.run(script, input=json.dumps(given), capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return answers


def assert_same_picture(given, wanted, name):
    shape = pictures(name)[0].shape
    given, wanted = (from_text(text, shape).astype(int) for text in (given, wanted))
    assert np.abs(given - wanted).max() <= 1


@pytest.mark.parametrize("name", DECODERS)
def test_a_map_is_the_servers(services, here, name):
    space = {"checkpoint": DECODERS[name], "map": "PCA"}
    served = ask(load_geometry, services, **space)
    second = ask(latent_map.reconstruct, services, **space, i=2)
    code, (x, y) = second["code"], second["place"]
    calls = [
        ("decode", space | {"x": x, "y": y}), ("reconstruct", space | {"i": 3}),
        ("place_picture", space | {"pixels": to_text(pictures(name)[5])}), ("decode_code", space | {"code": code}),
        ("move", space | {"code": code, "axis": 1, "value": 0.2}),
    ]  # fmt: skip
    for (call, request), given in zip(calls, here("latent_map", name, {}, calls, load_geometry=served), strict=True):
        wanted = ask(getattr(latent_map, call), services, **request)
        assert given.keys() == wanted.keys()
        assert_same_picture(given["pixels"], wanted["pixels"], name)
        assert given["code"] == pytest.approx(wanted["code"], abs=0.002)
        if call != "reconstruct":  # the page knows where its own images are
            assert given["place"] == pytest.approx(wanted["place"], abs=0.002)
        assert given["probs"] == (None if name == "unlabelled" else pytest.approx(wanted["probs"], abs=0.02))
        assert given.get("mse") == pytest.approx(wanted.get("mse"), abs=1e-4)


@pytest.mark.parametrize("name", DECODERS)
def test_a_path_is_the_servers(services, here, name):
    decoder = services.models[DECODERS[name]]
    known = {decoder.name: describe_model(services.models, decoder) | {"kind": "clothes"}}
    props = {
        "known": known, "shown": decoder.name, "classifier": "classifier-fashionnet", "methods": list(paths.METHODS),
        "frames": 100, "reach": paths.BEYOND, "photo": 128, "attribute_range": 2, "attribute_frames": 5,
    }  # fmt: skip
    drawn = {"pixels": to_text(pictures(name)[5])}
    request = {"checkpoint": decoder.name, "a": {"i": 2}, "b": drawn, "method": "spherical", "attributes": []}
    calls = [("path", request | {"beyond": False, "frames": FRAMES, "alpha": 0.5})]
    (given,) = here("interpolate", name, props, calls)
    wanted = ask(interpolate.path, services, **calls[0][1])
    assert given.keys() - {"count"} == wanted.keys() - {"count"}
    for key in ("predicted", "confidence"):
        assert given.get(key) == pytest.approx(wanted.get(key), abs=1)
    ends, there = ([_floats(text) for text in answer["codes"]] for answer in (given, wanted))
    torch.testing.assert_close(ends, there, atol=1e-5, rtol=1e-4)
    z = paths.METHODS["spherical"](*there, torch.tensor(FRAMES)[:, None] / 100)
    with torch.inference_mode():
        painted = to_pictures(to_bytes(decoder.module.decode(z)))
    tiles = from_text(given["sprite"]["bytes"], painted.shape)
    assert np.abs(tiles.astype(int) - painted.astype(int)).max() <= 1


def _floats(text):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32)


@pytest.mark.parametrize("name", ["grey", "colour"])
def test_a_classifier_says_the_same(services, here, name):
    network, pixels = f"{name}-fashionnet", to_text(pictures(name)[7])
    calls = [
        ("classify", {"pixels": pixels, "networks": [network]}),
        ("feature_maps", {"pixels": pixels, "checkpoint": network}),
    ]
    said, maps = here("classify", name, {"warning": "strange"}, calls)
    wanted = ask(classify.classify, services, **calls[0][1])
    assert said["unlike"] == wanted["unlike"] == [""]  # it was not calibrated
    assert said["probs"][0] == pytest.approx(wanted["probs"][0], abs=1e-3)
    layers = ask(classify.feature_maps, services, **calls[1][1])["layers"]
    assert [(layer["name"], layer["shape"]) for layer in maps["layers"]] == [(x["name"], x["shape"]) for x in layers]
    for given, there in zip(maps["layers"], layers, strict=True):
        pair = [from_text(layer["data"], layer["shape"]).astype(int) for layer in (given, there)]
        assert np.abs(pair[0] - pair[1]).max() <= 2


def test_denoisers_are_the_servers_in_grey_and_left_to_it_in_colour(services, here):
    names = ["grey-denoising-autoencoder", "grey-autoencoder", "median"]
    kinds = {
        name: {"parameters": [{"values": p.values} for p in kind.parameters]} for name, kind in noise.KINDS.items()
    }
    props = {"denoisers": names, "filter": "median", "kinds": kinds, "one_noise": {}, "one_level": {}}
    request = {"noise": "gaussian", "levels": [0.2], "seed": 3, "denoisers": names}
    calls = [("load_strip", request | {"pixels": to_text(pictures("grey")[5])}), ("load_one_noise", {"pixels": ""})]
    strip, one_noise = here("denoise", "grey", props, calls)
    wanted = ask(denoise.load_strip, services, **calls[0][1])
    assert one_noise is None  # which no model of a folder has
    for key in ("psnr", "ssim"):
        for row, there in zip(strip[key], wanted[key], strict=True):
            assert row == pytest.approx(there, abs=0.02)
    colour = request | {"denoisers": ["colour-vae"], "pixels": to_text(pictures("colour")[5])}
    assert here("denoise", "colour", props | {"denoisers": ["colour-vae"]}, [("load_strip", colour)]) == [None]


WALK = {"seed": 9_999, "stops": 3}
SCORED = 10


@pytest.mark.parametrize("name", DATASETS)
def test_a_gan_is_the_servers(services, here, name):
    gan, classifier = f"{name}-dcgan", "" if name == "unlabelled" else f"{name}-fashionnet"
    about = {"checkpoint": gan}
    props = about | {
        "classifier": classifier, "frames": gan_compute.FRAMES, "scored": SCORED, "stops": gan_compute.STOPS,
        "layer": LAYER,
    }  # fmt: skip
    picture = {"kind": "walk", **WALK, "frame": 40}
    calls = [("walk", WALK), ("classify_walk", WALK), ("describe_picture", picture), ("compare", picture)]
    features = ask(load_features, services, **about)
    walk, named, described, compared, scores = here(
        "gan", name, props, [*calls, ("load_scores", {})], load_features=features
    )
    model = services.models[gan]
    with torch.inference_mode():
        painted = to_pictures(to_bytes(model.module.decode(gan_compute.walk_codes(model, *WALK.values()))))
    assert_same_tiles(walk, painted)
    assert walk["logits"] == pytest.approx(ask(gan_handlers.walk, services, **about, **WALK)["logits"], abs=0.01)
    probs = ask(gan_handlers.classify_walk, services, **about, **WALK)["probs"]
    np.testing.assert_allclose(named["probs"], probs, atol=0.02)
    wanted = ask(gan_handlers.describe_picture, services, **about, **picture)
    assert_same_picture(described["pixels"], wanted["pixels"], name)
    assert described["logit"] == pytest.approx(wanted["logit"], abs=0.01)
    assert described["probs"] == pytest.approx(wanted["probs"], abs=0.02)
    assert described["near"]["indices"] == wanted["near"]["indices"]
    by_features = ask(gan_handlers.compare, services, **about, **picture)["near"]
    assert (compared["near"] and compared["near"]["indices"]) == (by_features and by_features["indices"])
    wanted = ask(gan_handlers.load_scores, services, **about)
    there = dict(zip(wanted["indices"], wanted["real"], strict=True))
    assert scores["real"] == pytest.approx([there[i] for i in scores["indices"]], abs=0.01)
    assert scores["fake"] == pytest.approx(wanted["fake"][:SCORED], abs=0.01)


@pytest.mark.parametrize("name", DATASETS)
def test_a_flow_is_the_servers(services, here, name, monkeypatch):
    sheets = []
    monkeypatch.setattr(flow_compute, "sprite", lambda tiles, *_, **__: sheets.append(tiles))
    monkeypatch.setattr(flow_compute, "autocast", lambda *_: nullcontext())  # not every machine rounds to bfloat16
    classes = None if name == "unlabelled" else 1
    aim = {"seed": 7, "classes": classes, "guidance": 0 if classes is None else 2.5, "steps": 2}
    calls = [
        ("load_paths", aim | {"method": "heun", "part": 1}), ("trace", aim | {"method": "euler", "tile": 3}),
        ("bring_back", {key: aim[key] for key in ("seed", "classes", "guidance")} | {"real": 2}),
    ]  # fmt: skip
    props = {
        "flow": f"{name}-flow", "classifier": "" if name == "unlabelled" else f"{name}-fashionnet",
        "methods": METHODS, "side": flow_compute.SIDE, "together": flow_compute.TOGETHER,
        "returns": flow_compute.return_times(), "return_steps": flow_compute.RETURN_STEPS,
        "frames": flow_compute.FRAMES, "strongest": flow_compute.STRONGEST,
    }  # fmt: skip
    for (call, request), given in zip(calls, here("diffusion", name, props, calls), strict=True):
        wanted = ask(getattr(flow_handlers, call), services, checkpoint=f"{name}-flow", **request)
        assert given.keys() == wanted.keys()
        assert_same_tiles(given, sheets.pop())
        np.testing.assert_allclose(given.get("probs", []), wanted.get("probs", []), atol=0.02)


@pytest.mark.parametrize("name", ["colour", "unlabelled"])
def test_auto_decoders_are_the_servers(services, here, name, monkeypatch):
    sheets = []

    async def keep(rows):
        sheets.append(rows)
        return ""

    monkeypatch.setattr(autodecoder, "_sprite", keep)  # which is compressed
    decoder = f"{name}-ad"
    known = describe_model(services.models, services.models[decoder])
    props = {
        "models": [decoder], "compared": [], "priors": [], "magnitudes": 41, "alphas": 41, "draws": 8,
        "families": {decoder: known["distribution"]}, "classifier": known["classifier"], "encoder": "",
    }  # fmt: skip
    calls = [("load_magnitudes", {"image": 2}), ("load_draws", {"seed": 9_999}), ("load_path", {"a": 1, "b": 5})]
    answers = here("autodecoder", name, props, calls)
    for (call, request), given in zip(calls, answers, strict=True):
        wanted = ask(getattr(autodecoder, call), services, models=[decoder], **request)
        assert given.keys() == wanted.keys()
        rows = sheets.pop()
        assert_same_tiles(given, rows.reshape(-1, *rows.shape[2:]))
        for key, tolerance in {"errors": 2e-4, "edges": 2e-4, "lengths": 1e-4, "probs": 0.02}.items():
            np.testing.assert_allclose(given.get(key, []), wanted.get(key, []), atol=tolerance)


@pytest.mark.parametrize(
    ("tab", "call", "request_"),
    [
        ("gan", "classify_walk", WALK),
        ("gan", "describe_picture", {"kind": "real", "real": 1}),
        ("diffusion", "trace", {"seed": 7, "classes": 1, "guidance": 0, "steps": 2, "method": "euler", "tile": 3}),
        ("interpolate", "path", {"a": {"i": 2}, "b": {"i": 3}, "method": "spherical", "attributes": [],
                                 "checkpoint": "grey-autoencoder", "beyond": False, "frames": FRAMES, "alpha": 0.5}),
        ("autodecoder", "load_draws", {"seed": 1}),
        ("autodecoder", "load_path", {"a": 1, "b": 5}),
    ],
    ids=["gan-classes", "gan-picture", "diffusion", "interpolate", "draws", "path"],
)  # fmt: skip
def test_where_a_classifier_may_still_come_the_server_knows(here, tab, call, request_):
    decoder = {"name": "grey-autoencoder", "kind": "clothes", "side": 28, "classifier": None}
    props = {
        "checkpoint": "grey-dcgan", "flow": "grey-flow", "classifier": None, "frames": 96, "scored": SCORED,
        "stops": gan_compute.STOPS, "layer": LAYER, "methods": list(paths.METHODS), "side": 8, "together": 16,
        "known": {decoder["name"]: decoder}, "shown": decoder["name"], "reach": paths.BEYOND, "photo": 128,
        "models": ["grey-ad"], "compared": [], "priors": [], "magnitudes": 41, "alphas": 41, "draws": 8,
        "families": {"grey-ad": "gaussian"}, "encoder": "",
    }  # fmt: skip
    assert here(tab, "grey", props, [(call, request_)]) == [None]


def assert_same_tiles(answer, wanted):
    """Of the pictures that a page lays out itself and those of the server, (n, H, W) or (n, H, W, 3)."""
    given = from_text(answer["sprite"]["bytes"], np.squeeze(wanted).shape).astype(int)
    assert np.abs(given - np.squeeze(wanted).astype(int)).max() <= 1
