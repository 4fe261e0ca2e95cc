"""Features on other datasets than Fashion-MNIST: pixels, a classifier's layers, and codes."""

import base64

import matplotlib
import numpy as np
import pytest

from demos.features import handlers as features
from demos.server.services import Services
from tests.helpers.checkpoints import make_dataset, write_checkpoint
from tests.helpers.handlers import ask
from tests.helpers.own_datasets import DATASETS, make_services, pictures, to_text


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    kinds = ("autoencoder", "vae", "ad", "fashionnet", "dcgan")
    return make_services(tmp_path_factory.mktemp("weights"), kinds, names=["grey"])


@pytest.fixture(params=DATASETS)
def name(request):
    return request.param


SEEN = [("autoencoder", "codes"), ("ad", "codes"), ("vae", "pixels"), ("fashionnet", "fc1"), ("fashionnet", "output")]


@pytest.mark.parametrize(("architecture", "layer"), SEEN)
def test_features_map_what_a_model_makes_of_its_own_images(services, name, architecture, layer):
    dataset, sample = DATASETS[name]
    if f"{name}-{architecture}" not in [each.name for each in services.models.look()]:
        pytest.skip("there is no such model")
    run = {
        "checkpoint": f"{name}-{architecture}", "layer": layer, "n": 9, "dimensions": 2, "perplexity": 5, "seed": 0,
    }  # fmt: skip
    answer = ask(features.load_plane, services, **run)
    assert answer["labels"] == sample.labels[answer["indices"]].tolist()
    assert len(answer["indices"]) == sum(min(9, int((sample.labels == k).sum())) for k in sample.labels.unique())
    points = np.frombuffer(base64.b64decode(answer["points"]), np.float32).reshape(-1, 3)
    near = np.linalg.norm(points[0] - points[answer["neighbour"][0][0]])
    assert near <= answer["distance"][0][0] * 1.01 + 1e-2  # a map of PCA makes no distance longer
    assert (answer["agreement"][0] is None) == (answer["ch"][0] is None) == (not dataset.classes)
    assert bool(answer["predicted"]) == (architecture == "fashionnet")
    for dimensions in (2, 3):
        frames = ask(features.follow, services, **run | {"dimensions": dimensions, "start": "PCA"}, since=99)
        assert len(frames["kl"]) == 1
    landed = ask(
        features.place_picture, services, **run, method="PCA", pixels=to_text(pictures(name)[answer["indices"][3]])
    )
    assert (landed["predicted"] is None) == (architecture != "fashionnet")
    if architecture != "ad":  # an auto-decoder fits a code of its own
        assert landed["neighbour"][0] == 3
        np.testing.assert_allclose(landed["point"], points[3, :2], atol=2e-2 * np.abs(points).max())
    page = ask(features.make_page, services, **run, method="PCA")["page"]
    assert f"test image {int(sample.index[answer['indices'][0]])}" in page


def test_features_compute_what_their_python_lines_compute(services, name, monkeypatch):
    matplotlib.use("Agg")
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    for architecture, layer in SEEN:
        model = f"{name}-{architecture}"
        if model not in [each.name for each in services.models.look()]:
            continue
        request = {
            "checkpoint": model, "layer": layer, "n": 9, "method": "PCA", "dimensions": 2, "perplexity": 5, "seed": 0,
        }  # fmt: skip
        monkeypatch.chdir(services.models[model].path.parent)  # where the lines look for the card
        made = {}
        exec(ask(features.python_lines, services, **request)["lines"], made)
        answer = ask(features.load_plane, services, **request)
        points = np.frombuffer(base64.b64decode(answer["points"]), np.float32).reshape(-1, 3)[:, :2]
        wanted = points * np.sign(np.einsum("nd,nd->d", points, made["Y"]))
        np.testing.assert_allclose(made["Y"], wanted, atol=5e-3 * np.abs(wanted).max())
        assert made["labels"].tolist() == answer["labels"]


def test_features_refuse_what_a_model_has_not(services, tmp_path):
    few = make_dataset("Few", ("a", "b"), count=6)
    write_checkpoint(tmp_path, "few", "autoencoder", *few)
    with_few = Services(weights=[tmp_path])
    with_few.models.look()
    request = {"checkpoint": "grey-autoencoder", "layer": "codes", "n": 9}
    assert "must be one of pixels, codes" in ask(features.load_plane, services, **request | {"layer": "fc1"})["error"]
    assert "from 5 to 20" in ask(features.load_plane, services, **request | {"n": 21})["error"]
    gan_instead = ask(features.load_plane, services, **request | {"checkpoint": "grey-dcgan"})
    assert "no classifier 'grey-dcgan'" in gan_instead["error"]
    assert ask(features.load_plane, with_few, **request | {"checkpoint": "few", "n": 5})["error"] == (
        "Few comes with 6 test images; a map needs 8. Train on more pictures."
    )
