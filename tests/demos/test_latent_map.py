import base64
import io
import math
from dataclasses import replace
from itertools import pairwise

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image

from core.checkpoint import load_card, load_model, save_checkpoint
from core.data.fashion_mnist import load_fashion_sample
from core.losses import COLLAPSED, gaussian_kl
from demos.latent_map import compute
from demos.latent_map import handlers as latent_map
from demos.latent_map.parts.geometry import load_geometry as latent_map_geometry
from demos.server.decoder import Decoder
from demos.ui.fields import from_base64
from demos.ui.images import to_base64
from tests.helpers.handlers import SERVICES, ask, call

CAE = SERVICES.models["cae-27"]


@pytest.mark.parametrize("kind", ["PCA", "t-SNE"])
def test_a_map_places_nearly_every_image_inside_its_bounds(kind):
    answer = ask(latent_map.load_map, map=kind)
    left, right, bottom, top = answer["bounds"]
    x, y = np.array(answer["x"]), np.array(answer["y"])
    assert len(x) == len(y) == 1000
    assert ((left < x) & (x < right) & (bottom < y) & (y < top)).mean() > 0.96


@pytest.mark.parametrize("kind", ["PCA", "t-SNE"])
def test_neighbours_on_the_map_are_of_one_class_more_often_than_by_chance(kind):
    points, labels = compute.latent_map(CAE, kind).points, load_fashion_sample().labels.numpy()
    squared = ((points[:, None] - points[None]) ** 2).sum(-1)
    np.fill_diagonal(squared, np.inf)
    same = (labels[squared.argmin(1)] == labels).mean()
    assert same > (0.35 if kind == "PCA" else 0.65)


@pytest.mark.parametrize("kind", ["PCA", "t-SNE"])
def test_the_grid_under_the_map_shows_what_a_click_decodes(kind):
    answer = ask(latent_map.load_map, map=kind)
    columns, rows = answer["columns"], answer["rows"]
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["grid"].split(",")[1]))).convert("L"))
    assert picture.shape == (28 * rows, 28 * columns)
    row, column = rows // 3, columns // 4
    x, y = compute.latent_map(CAE, kind).grid(columns, rows)[row * columns + column]
    exact = from_base64(ask(latent_map.decode, x=float(x), y=float(y), map=kind)["pixels"], (28, 28))
    tile = picture[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]
    assert np.abs(tile.astype(int) - exact).mean() < 6  # lossy compression


def test_different_points_decode_to_different_pictures():
    left, right, bottom, top = compute.latent_map(CAE, "PCA").bounds
    pictures = [call(latent_map.decode_point, x, (bottom + top) / 2) for x in np.linspace(left, right, 5)]
    for a, b in pairwise(pictures):
        assert a.shape == (28, 28)
        assert np.abs(a.astype(int) - b).mean() > 3


def test_a_click_returns_the_code_and_the_class():
    answer = ask(latent_map.decode, x=0, y=0, map="PCA")
    assert len(answer["code"]) == 27
    assert sum(answer["probs"]) == pytest.approx(1, abs=1e-5)


def test_a_test_image_is_reconstructed_with_its_error():
    answer = ask(latent_map.reconstruct, i=100)
    original = load_fashion_sample().images[100, 0].numpy()
    picture = from_base64(answer["pixels"], (28, 28))
    assert answer["mse"] == pytest.approx((((original - picture.astype(float)) / 255) ** 2).mean())
    assert answer["mse"] < 0.03
    assert answer["pixels"] != to_base64(original)


def test_the_networks_code_beats_pca_of_the_same_size():
    answers = [ask(latent_map.reconstruct, checkpoint="cae-2", i=i, map="PCA") for i in range(0, 1000, 50)]
    assert np.mean([a["mse"] for a in answers]) < 0.8 * np.mean([a["pca_mse"] for a in answers])
    assert all(len(a["code"]) == 2 for a in answers)


@pytest.mark.parametrize("checkpoint", list(latent_map.spaces(SERVICES.models)))
def test_every_space_has_a_map_sliders_and_random_codes(checkpoint):
    size = latent_map.spaces(SERVICES.models)[checkpoint]
    answer = ask(latent_map.load_map, checkpoint=checkpoint, map="PCA")
    assert answer["dimensions"] == size
    assert len(answer["axes"]) == min(size, 6)
    assert all(axis["low"] < axis["high"] for axis in answer["axes"])
    drawn = [ask(latent_map.draw, checkpoint=checkpoint, map="PCA") for _ in range(2)]
    assert drawn[0]["code"] != drawn[1]["code"]
    assert len(drawn[0]["code"]) == size
    again = ask(latent_map.decode_code, checkpoint=checkpoint, code=drawn[0]["code"], map="PCA")
    original, copy = (from_base64(a["pixels"], (28, 28)).astype(int) for a in (drawn[0], again))
    assert np.abs(original - copy).max() < 5  # a code is sent with three decimals


@pytest.mark.parametrize("checkpoint", ["cae-2", "cae-27"])
def test_what_a_slider_shows_ahead_is_what_its_end_decodes(checkpoint):
    axes = ask(latent_map.load_map, checkpoint=checkpoint, map="PCA")["axes"]
    code = ask(latent_map.reconstruct, checkpoint=checkpoint, i=100, map="PCA")["code"]
    ahead = ask(latent_map.sweep, checkpoint=checkpoint, code=code)
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(ahead["sprite"].split(",")[1]))).convert("L"))
    steps = ahead["columns"]
    assert picture.shape == (28 * len(axes), 28 * steps)
    for k, axis in enumerate(axes):
        value = axis["low"] + (axis["high"] - axis["low"]) * 10 / (steps - 1)
        moved = ask(latent_map.move, checkpoint=checkpoint, code=code, axis=k, value=value, map="PCA")
        tile = picture[28 * k : 28 * k + 28, 280:308].astype(int)
        assert np.abs(tile - from_base64(moved["pixels"], (28, 28))).mean() < 4  # lossy compression
        assert ask(latent_map.sweep, checkpoint=checkpoint, code=moved["code"])["values"][k] == pytest.approx(
            value, abs=0.02
        )


def test_a_vae_is_drawn_from_its_prior_and_an_autoencoder_from_its_codes():
    codes = CAE.codes.numpy()
    drawn = np.array([ask(latent_map.draw, checkpoint="cae-27", map="PCA")["code"] for _ in range(60)])
    assert np.abs(drawn.mean(0) - codes.mean(0)).max() < 1.2 * codes.std(0).max()
    assert 0.6 < drawn.std(0).mean() / codes.std(0).mean() < 1.4
    drawn = np.array([ask(latent_map.draw, checkpoint="vae-fashion", map="PCA")["code"] for _ in range(60)])
    assert np.abs(drawn.mean(0)).max() < 0.6
    assert 0.8 < drawn.std(0).mean() < 1.2


@pytest.mark.parametrize("name", ["cae-28", "classifier-resnet", "../cae-27", None, 3])
def test_an_unknown_space_is_reported(name):
    for function in (latent_map.load_map, latent_map.decode, latent_map.draw, latent_map.sweep):
        assert "no latent space" in ask(function, checkpoint=name, map="PCA")["error"]
    with pytest.raises(gr.Error, match="no latent space"):
        call(latent_map.decode_point, 0, 0, "PCA", name)


@pytest.mark.parametrize("code", [None, [], [1] * 26, ["a"] * 27, [math.nan] * 27, [1e9] * 27, {}, [[1]] * 27])
def test_an_invalid_code_is_reported(code):
    assert "code" in ask(latent_map.decode_code, code=code, map="PCA")["error"]
    assert "code" in ask(latent_map.sweep, code=code)["error"]


@pytest.mark.parametrize(
    ("axis", "value", "words"), [(6, 0, "axis"), (-1, 0, "axis"), (None, 0, "axis"), (0, None, "value")]
)
def test_an_unknown_slider_is_reported(axis, value, words):
    assert words in ask(latent_map.move, code=[0] * 27, axis=axis, value=value, map="PCA")["error"]


@pytest.mark.parametrize("x", [math.nan, math.inf, -1e9, 1e300, None, "1", [1], True])
def test_an_absurd_point_is_reported(x):
    assert "x must be a number from" in ask(latent_map.decode, x=x, y=0, map="PCA")["error"]
    with pytest.raises(gr.Error, match="y must be a number from"):
        call(latent_map.decode_point, 0, x)


@pytest.mark.parametrize("kind", ["UMAP", "", None, "../PCA"])
def test_an_unknown_map_is_reported(kind):
    assert "map must be one of PCA, t-SNE" in ask(latent_map.load_map, map=kind)["error"]
    assert "map must be one of" in ask(latent_map.decode, x=0, y=0, map=kind)["error"]


@pytest.mark.parametrize("i", [-1, 1000, None, "3", 1.5, True])
def test_an_unknown_image_is_reported(i):
    assert "i must be a whole number" in ask(latent_map.reconstruct, i=i)["error"]


def test_what_each_number_of_a_vae_carries_adds_up_to_its_divergence():
    answer, card = ask(latent_map.load_map, checkpoint="vae-fashion"), load_card("vae-fashion")
    assert len(answer["nats"]) == 4
    assert min(answer["nats"]) > COLLAPSED  # none has collapsed
    trained = card.history[-1]["kl"] * 784 / card.recipe["kl_weight"]
    assert sum(answer["nats"]) == pytest.approx(trained, rel=0.05)
    image = ask(latent_map.reconstruct, checkpoint="vae-fashion", i=100)
    mu, logvar = SERVICES.models["vae-fashion"].module.posterior(load_fashion_sample().images[100:101].float() / 255)
    assert image["nats"] == pytest.approx(gaussian_kl(mu.T, logvar.T).tolist(), abs=1e-3)
    assert image["kl_weight"] == card.recipe["kl_weight"]


def test_an_autoencoder_without_a_prior_has_no_divergence():
    assert ask(latent_map.load_map)["nats"] is None
    assert "nats" not in ask(latent_map.reconstruct, i=100)


def test_a_number_that_says_nothing_has_collapsed(tmp_path):
    model = load_model("vae-fashion")
    with torch.no_grad():
        last = [layer for layer in model.encoder.modules() if isinstance(layer, torch.nn.Linear)][-1]
        for part in (1, 5):  # mean and log variance of the second number
            last.weight[part] = 0
            last.bias[part] = 0
    save_checkpoint(model, replace(model.card, name="dead"), tmp_path)
    decoder = Decoder("dead", tmp_path / "dead.json", SERVICES.batcher, SERVICES.fit_jobs)
    means = compute.divergences(decoder).mean(axis=0)
    assert (means < COLLAPSED).tolist() == [False, True, False, False]


@pytest.mark.parametrize("kind", ["PCA", "t-SNE"])
def test_a_picture_of_ones_own_is_placed_where_the_map_has_its_like(kind):
    plane, image = compute.latent_map(CAE, kind), load_fashion_sample().images[7, 0].numpy()
    own = ask(latent_map.place_picture, map=kind, pixels=to_base64(image))
    left, right, bottom, top = plane.bounds
    away = np.abs(np.array(own["place"]) - plane.points[7]) / (right - left, top - bottom)
    assert away.max() < (0.01 if kind == "PCA" else 0.03)
    assert own["mse"] == pytest.approx(ask(latent_map.reconstruct, map=kind, i=7)["mse"], abs=1e-4)
    assert own["pca_mse"] == ask(latent_map.reconstruct, map=kind, i=7)["pca_mse"]
    other = ask(latent_map.place_picture, map=kind, pixels=to_base64(255 - image))
    assert other["place"] != own["place"]


def test_a_random_code_has_a_place_on_a_t_sne_map():
    drawn = ask(latent_map.draw, map="t-SNE")
    assert len(drawn["place"]) == 2


def test_a_picture_of_the_wrong_size_is_reported():
    assert "784 pixels" in ask(latent_map.place_picture, pixels=to_base64(np.zeros(783, np.uint8)))["error"]


def floats(packed):
    return np.frombuffer(base64.b64decode(packed["data"]), "<f4").reshape(packed["shape"]).astype(np.float64)


@pytest.mark.parametrize("checkpoint", ["cae-27", "cae-2", "vae-fashion"])
def test_a_page_computes_with_its_tables_what_the_server_does(checkpoint):
    answer = ask(latent_map_geometry, checkpoint=checkpoint, map="PCA")
    tables = {name: floats(packed) for name, packed in answer["tables"].items()}
    decoder = SERVICES.models[checkpoint]
    code = compute.code_at(decoder, "PCA", 1.0, -0.5)
    np.testing.assert_allclose([1, 1.0, -0.5] @ tables["plane"], code, atol=1e-4)
    axes = compute.latent_axes(decoder)
    along = (code - tables["axes"][0]) @ tables["axes"][1]
    np.testing.assert_allclose(code + (0.5 - along) * tables["axes"][1], axes.moved(code, 0, [0.5])[0], atol=1e-4)
    assert (answer["low"], answer["high"]) == (axes.low.tolist(), axes.high.tolist())
    x, (mean, *components) = decoder.pictures[7].ravel() / 255, tables["images"]
    back = mean + (x - mean) @ np.array(components).T @ np.array(components)
    assert np.abs(255 * back.clip(0, 1) - compute.by_pca(decoder, decoder.pictures[7]).ravel()).max() < 0.51
    assert answer["classifier"] == "classifier-fashionnet"
    left, right, bottom, top = answer["reach"]
    for x, y in ((left, top), (right, bottom)):
        assert "pixels" in ask(latent_map.decode, checkpoint=checkpoint, map="PCA", x=x, y=y)
    assert "x must" in ask(latent_map.decode, checkpoint=checkpoint, map="PCA", x=right + 1e-3, y=top)["error"]


def test_a_vaes_tables_have_its_divergences_and_a_tsne_maps_its_points():
    answer = ask(latent_map_geometry, checkpoint="vae-fashion", map="t-SNE")
    tables = {name: floats(packed) for name, packed in answer["tables"].items()}
    assert "plane" not in tables
    decoder = SERVICES.models["vae-fashion"]
    np.testing.assert_array_equal(tables["points"], compute.latent_map(decoder, "t-SNE").points)
    np.testing.assert_allclose(tables["nats"], compute.divergences(decoder), atol=1e-6)
    np.testing.assert_array_equal(tables["draw"], np.vstack([np.zeros(4), np.eye(4)]))
    assert "nats" not in ask(latent_map_geometry, checkpoint="cae-2", map="PCA")["tables"]


def test_codes_are_drawn_from_the_distribution_of_those_of_the_sample():
    mean, factor = compute.spread_of_codes(CAE)
    codes = CAE.codes.numpy().astype(np.float64)
    np.testing.assert_allclose(mean, codes.mean(0), atol=1e-6)
    np.testing.assert_allclose(factor @ factor.T, np.cov(codes.T), atol=1e-6)
