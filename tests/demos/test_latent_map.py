import asyncio
import base64
import io
import math
from itertools import pairwise

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from core.data import load_fashion_sample
from demos import latent_map
from demos._components import explained, from_base64, to_base64


def ask(function, **request):
    return asyncio.run(function(request))


@pytest.mark.parametrize("kind", ["PCA", "t-SNE"])
def test_a_map_places_every_image_inside_its_bounds(kind):
    answer = ask(latent_map.load_map, map=kind)
    left, right, bottom, top = answer["bounds"]
    assert len(answer["x"]) == len(answer["y"]) == 1000
    assert left < min(answer["x"]) < max(answer["x"]) < right
    assert bottom < min(answer["y"]) < max(answer["y"]) < top


@pytest.mark.parametrize("kind", ["PCA", "t-SNE"])
def test_neighbours_on_the_map_are_of_one_class_more_often_than_by_chance(kind):
    points, labels = latent_map.latent_map(kind).points, load_fashion_sample().labels.numpy()
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
    x, y = latent_map.latent_map(kind).grid(columns, rows)[row * columns + column]
    exact = from_base64(ask(latent_map.decode, x=float(x), y=float(y), map=kind)["pixels"], (28, 28))
    tile = picture[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]
    assert np.abs(tile.astype(int) - exact).mean() < 6  # lossy compression


def test_different_places_decode_to_different_pictures():
    left, right, bottom, top = latent_map.latent_map("PCA").bounds
    pictures = [asyncio.run(latent_map.decode_point(x, (bottom + top) / 2)) for x in np.linspace(left, right, 5)]
    for a, b in pairwise(pictures):
        assert a.shape == (28, 28)
        assert np.abs(a.astype(int) - b).mean() > 3


def test_a_click_tells_the_code_and_the_class():
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


@pytest.mark.parametrize("x", [math.nan, math.inf, -1e9, 1e300, None, "1", [1], True])
def test_an_absurd_place_is_told(x):
    assert "x must be a number from" in ask(latent_map.decode, x=x, y=0, map="PCA")["error"]
    with pytest.raises(gr.Error, match="y must be a number from"):
        asyncio.run(explained(latent_map.decode_point)(0, x))


@pytest.mark.parametrize("kind", ["UMAP", "", None, "../PCA"])
def test_an_unknown_map_is_told(kind):
    assert "map must be one of PCA, t-SNE" in ask(latent_map.load_map, map=kind)["error"]
    assert "map must be one of" in ask(latent_map.decode, x=0, y=0, map=kind)["error"]


@pytest.mark.parametrize("i", [-1, 1000, None, "3", 1.5])
def test_an_unknown_image_is_told(i):
    assert "i must be a whole number" in ask(latent_map.reconstruct, i=i)["error"]
