"""The Python lines that a tab offers make what it shows: they are run."""

import base64

import matplotlib
import numpy as np
import pytest

from demos.features import handlers as features
from demos.latent_map import handlers as latent_map
from tests.helpers.handlers import ask

RUN = {"checkpoint": "classifier-resnet", "layer": "fc1", "n": 5, "dimensions": 2, "perplexity": 10, "seed": 0}


@pytest.fixture
def run(monkeypatch):
    """Run lines, and give the variables that they leave."""
    matplotlib.use("Agg")
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)

    def execute(answer):
        variables = {}
        exec(answer["lines"], variables)
        matplotlib.pyplot.close("all")
        return variables

    return execute


def shown_map(request):
    """The points that the page draws, in map units, and what it says of them."""
    if request["method"] == "PCA":
        plane = ask(features.load_plane, **request)
        points = np.frombuffer(base64.b64decode(plane["points"]), np.float32).reshape(-1, 3)
        return points[:, : request["dimensions"]], plane
    answer = ask(features.follow, **request | {"since": request.get("frame", 99)})
    scaled = np.frombuffer(base64.b64decode(answer["points"]), np.int16).reshape(len(answer["kl"]), -1)[0]
    return scaled.reshape(-1, request["dimensions"]) * answer["scales"][0] / 32767, answer


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PCA"},
        {"method": "PCA", "layer": "output", "dimensions": 3, "n": 6, "shuffled": True},
        {"method": "PCA", "layer": "conv1"},
        {"method": "PCA", "data": "nested", "n": 9},
        {"method": "t-SNE", "data": "two", "start": "PCA", "dimensions": 3},
        {"method": "t-SNE", "data": "trefoil", "seed": 4, "frame": 12},
    ],
    ids=lambda change: " ".join(map(str, change.values())),
)
def test_the_lines_of_features_make_its_map(run, change):
    request = RUN | change
    made = run(ask(features.python_lines, **request))
    points, _ = shown_map(request)
    wanted = points * np.sign(np.einsum("nd,nd->d", points, made["Y"]))  # an axis of PCA may be mirrored
    np.testing.assert_allclose(made["Y"], wanted, atol=5e-3 * np.abs(wanted).max())
    assert made["labels"].tolist() == ask(features.load_plane, **request)["labels"]


def test_the_lines_of_a_tsne_map_of_images_make_one_as_good(run):
    made = run(ask(features.python_lines, **RUN | {"method": "t-SNE"}))
    _, answer = shown_map(RUN | {"method": "t-SNE"})
    assert made["tsne"].kl_divergence_ == pytest.approx(answer["kl"][0], rel=0.05)  # rounding may lead it elsewhere


@pytest.mark.parametrize("chosen", ["image", "place", "code"])
@pytest.mark.parametrize("kind", ["PCA", "t-SNE"])
def test_the_lines_of_latent_map_make_its_map_and_picture(run, kind, chosen):
    space = {"checkpoint": "cae-4", "map": kind}
    place = {"x": 1.5, "y": -0.5}
    if chosen == "image":
        answer, more = ask(latent_map.reconstruct, **space, i=321), {"i": 321}
    elif chosen == "place":
        answer, more = ask(latent_map.decode, **space, **place), place | {"is_place": True}
    else:
        answer, more = ask(latent_map.decode_code, **space, code=[1.5, 0, -2, 0.25]), {}
    made = run(ask(latent_map.python_lines, **space, code=answer["code"], **more))
    picture = np.frombuffer(base64.b64decode(answer["pixels"]), np.uint8).reshape(28, 28)
    np.testing.assert_allclose(np.round(255 * made["picture"].clip(0, 1)), picture, atol=1)
    shown = ask(latent_map.load_map, **space)
    points = np.stack([shown["x"], shown["y"]], 1)
    if kind == "PCA":
        np.testing.assert_allclose(made["Y"], points, atol=2e-3)
    else:
        assert made["Y"].std() == pytest.approx(points.std(), rel=0.1)
