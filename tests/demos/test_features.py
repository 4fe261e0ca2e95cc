import asyncio
import base64
import math
import time

import gradio as gr
import numpy as np
import pytest

from core.data.fashion_mnist import load_fashion_sample
from core.data.known_truth import chance, generate
from core.metrics import calinski_harabasz, neighbor_agreement
from core.reduction import PCA
from core.serving.batcher import Busy
from core.serving.jobs import JobPool
from demos.features import handlers as features
from demos.server import features as maps
from demos.server.services import Services
from demos.ui.handlers import api_handler, rpc_handler
from tests.helpers.handlers import SERVICES, ask, call

RESNET = SERVICES.models["classifier-resnet"]
SOURCE = {"checkpoint": "classifier-resnet", "layer": "fc1", "n": 5}
DESCENT = SOURCE | {"dimensions": 2, "perplexity": 10, "seed": 0, "since": 0}


def floats(text, kind=np.float32):
    return np.frombuffer(base64.b64decode(text), kind)


def test_features_come_from_the_model_itself():
    images = load_fashion_sample().images[maps.sample_indices(5)].float() / 255
    for layer in maps.LAYERS:
        X, straight = maps.features(RESNET, layer, 5), RESNET.module.features(images)[layer]
        assert len(X) == 50
        gap = np.linalg.norm(X[3] - X[41])
        assert gap == pytest.approx(float((straight[3] - straight[41]).norm()), rel=1e-3)


def test_more_images_keep_the_ones_before():
    few, more = maps.sample_indices(5).reshape(10, 5), maps.sample_indices(12).reshape(10, 12)
    assert (more[:, :5] == few).all()
    labels = load_fashion_sample().labels.numpy()
    assert (labels[more] == np.arange(10)[:, None]).all()


@pytest.mark.parametrize("layer", ["conv1", "fc1", "output"])
def test_a_plane_is_pca_with_its_scores(layer):
    answer = ask(features.load_plane, **SOURCE | {"layer": layer})
    points, labels = floats(answer["points"]).reshape(50, 3), np.repeat(range(10), 5)
    X = maps.features(RESNET, layer, 5)
    np.testing.assert_allclose(answer["ratio"], PCA(3).fit(X).explained_variance_ratio_, rtol=1e-4)
    assert answer["features_ch"] == pytest.approx(calinski_harabasz(X, labels))
    assert answer["ch"] == pytest.approx((calinski_harabasz(points[:, :2], labels), calinski_harabasz(points, labels)))


def test_classes_part_better_from_layer_to_layer():
    conv1, fc1, output = (ask(features.load_plane, **SOURCE | {"layer": layer})["features_ch"] for layer in maps.LAYERS)
    assert conv1 < fc1 < output


def test_neighbour_agreement_is_that_of_features_and_maps():
    answer, labels = ask(features.load_plane, **SOURCE), np.repeat(range(10), 5)
    points, X = floats(answer["points"]).reshape(50, 3), maps.features(RESNET, "fc1", 5)
    assert answer["features_agreement"] == pytest.approx(neighbor_agreement(X, labels, 4))
    assert answer["agreement"] == pytest.approx([neighbor_agreement(Y, labels, 4) for Y in (points[:, :2], points)])
    last = call(features.embed, layer="fc1", method="t-SNE", n=5, perplexity=10, seed=0)
    assert last["neighbour_agreement"] == pytest.approx(neighbor_agreement(last["points"], labels, 4))
    assert last["calinski_harabasz"] == pytest.approx(calinski_harabasz(last["points"], labels), rel=1e-3)


def test_neighbours_are_the_nearest_in_the_feature_space():
    answer, X = ask(features.load_plane, **SOURCE), maps.features(RESNET, "fc1", 5)
    distance = np.linalg.norm(X[:, None] - X[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    for i in (0, 17, 49):
        assert answer["neighbour"][i] == distance[i].argsort()[:6].tolist()
        assert answer["distance"][i] == pytest.approx(np.sort(distance[i])[:6], abs=2e-3)


def test_the_network_is_quoted_rightly():
    predicted, sample = ask(features.load_plane, **SOURCE)["predicted"], load_fashion_sample()
    for row in (0, 12, 33):
        pixels = sample.images[maps.sample_indices(5)[row], 0].numpy()
        assert predicted[row] == int(np.argmax(asyncio.run(RESNET.probabilities(pixels))))


def test_tsne_comes_frame_by_frame():
    frames, kl = [], []
    while len(kl) < maps.FRAMES:
        answer = ask(features.follow, **DESCENT | {"since": len(kl)})
        steps = floats(answer["points"], np.int16).reshape(-1, 50, 2)
        frames += [step * scale / 32767 for step, scale in zip(steps, answer["scales"], strict=True)]
        kl += answer["kl"]
        assert len(answer["iteration"]) == len(answer["agreement"]) == len(answer["preserved_variance"]) == len(steps)
    assert answer["iteration"][-1] == maps.ITERATIONS
    assert kl[-1] < 0.5 * kl[0]
    last = call(features.embed, layer="fc1", method="t-SNE", n=5, perplexity=10, seed=0)
    np.testing.assert_allclose(frames[-1], last["points"], atol=2e-3 * np.abs(last["points"]).max())


def test_affinities_are_symmetric_and_those_of_tsne():
    p = floats(ask(features.load_affinities, **SOURCE | {"perplexity": 10})["p"]).reshape(50, 6)
    near = np.array(ask(features.load_plane, **SOURCE)["neighbour"])
    assert (p > 0).all()
    assert p.sum() < 1
    mutual = [(i, k, near[j].tolist().index(i), j) for i in range(50) for k, j in enumerate(near[i]) if i in near[j]]
    assert len(mutual) > 50
    for i, k, back, j in mutual:
        assert p[i, k] == pytest.approx(p[j, back])


def test_seeds_differ_and_one_seed_repeats():
    maps = [call(features.embed, method="t-SNE", n=5, perplexity=8, seed=seed)["points"] for seed in (0, 1, 0)]
    assert maps[0] == maps[2]
    assert maps[0] != maps[1]


def test_a_set_of_known_structure_is_laid_out_with_its_own_classes():
    request = SOURCE | {"data": "two", "n": 12}
    answer = ask(features.load_plane, **request)
    X, labels = generate("two", 120)
    assert answer["labels"] == labels.tolist()
    assert answer["indices"] == list(range(120))
    assert answer["predicted"] == []
    np.testing.assert_allclose(floats(answer["points"]).reshape(120, 3), PCA(3).fit_transform(X), atol=1e-3)
    assert answer["features_agreement"] == answer["agreement"][0] == 1
    assert (answer["compared"], answer["chance"]) == (10, pytest.approx(chance(labels)))
    run = DESCENT | request
    last = ask(features.follow, **run | {"since": 99})
    assert last["agreement"] == [1.0]
    assert ask(features.follow, **run | {"since": 99, "start": "PCA"})["points"] != last["points"]


def test_shuffled_labels_take_the_agreement_to_chance_and_leave_the_map():
    straight, shuffled = (ask(features.load_plane, **SOURCE | {"n": 30, "shuffled": s}) for s in (False, True))
    assert straight["points"] == shuffled["points"]
    assert sorted(straight["labels"]) == sorted(shuffled["labels"])
    assert shuffled["chance"] == pytest.approx(29 / 299)
    assert straight["features_agreement"] > 0.85
    assert shuffled["features_agreement"] == pytest.approx(shuffled["chance"], abs=0.03)


@pytest.mark.parametrize(("layer", "n"), [("conv1", 6), ("fc1", 20), ("output", 20)])
def test_a_picture_that_is_on_the_map_lands_on_itself(layer, n):
    row = 3 * n + 2  # the third dress
    image = load_fashion_sample().images[maps.sample_indices(n)[row], 0].numpy()
    request = DESCENT | {"layer": layer, "n": n, "pixels": base64.b64encode(image.tobytes()).decode()}
    plane = floats(ask(features.load_plane, **request)["points"]).reshape(10 * n, 3)
    flat = ask(features.place_picture, **request | {"method": "PCA"})
    np.testing.assert_allclose(flat["point"], plane[row, :2], atol=2e-3 * np.abs(plane).max())
    assert flat["neighbour"][0] == row
    assert flat["distance"][0] == pytest.approx(0, abs=0.2)
    Y = np.array(call(features.embed, layer=layer, method="t-SNE", n=n, perplexity=10, seed=0)["points"])
    placed = ask(features.place_picture, **request | {"method": "t-SNE"})
    nearest = np.linalg.norm(Y - placed["point"], axis=1).argsort()[:5]
    assert row in nearest
    assert placed["predicted"] == ask(features.load_plane, **request)["predicted"][row]


def test_a_map_of_no_images_takes_no_picture():
    pixels = base64.b64encode(bytes(784)).decode()
    answer = ask(features.place_picture, **DESCENT | {"data": "line", "method": "PCA", "pixels": pixels})
    assert "Choose the test images" in answer["error"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"data": "spiral"}, "data must be one of images, noise, two"),
        ({"shuffled": "yes"}, "shuffled must be true or false"),
        ({"start": "zeros"}, "start must be one of random, PCA"),
        ({"checkpoint": "cae-27"}, "no classifier 'cae-27'"),
        ({"checkpoint": None}, "no classifier None"),
        ({"checkpoint": ["x"]}, "no classifier"),
        ({"layer": "fc9"}, "layer must be one of conv1, fc1, output"),
        ({"n": 4}, "from 5 to 100, got 4"),
        ({"n": 5.5}, "whole number"),
        ({"n": True}, "whole number"),
        ({"n": math.nan}, "whole number"),
        ({"n": "30"}, "whole number"),
        ({"dimensions": 1}, "dimensions must be"),
        ({"perplexity": 50}, "from 1 to 49"),
        ({"perplexity": math.inf}, "perplexity must be"),
        ({"perplexity": None}, "perplexity must be"),
        ({"seed": 2**32}, "seed must be"),
        ({"since": 100}, "since must be"),
    ],
)
def test_nonsense_is_reported(change, words):
    assert words in ask(features.follow, **DESCENT | change)["error"]


def test_the_endpoint_explains_an_unknown_method():
    with pytest.raises(gr.Error, match="PCA, t-SNE"):
        call(features.embed, method="UMAP")


def test_another_session_is_served_while_tsne_runs():
    pixels = load_fashion_sample().images[0, 0].numpy()

    embed = api_handler(SERVICES, features.embed)

    async def both():
        long = asyncio.create_task(embed(method="t-SNE", n=40, perplexity=20, seed=77))
        await asyncio.sleep(0.05)
        waits = []
        while not long.done():
            start = time.monotonic()
            await RESNET.probabilities(pixels)
            waits.append(time.monotonic() - start)
        return len(waits), (await long)["points"]

    served, points = asyncio.run(both())
    assert served >= 3
    assert len(points) == 400


def test_too_many_maps_at_once_are_refused_with_a_sentence():
    services = Services()
    services.tsne_jobs = JobPool(workers=1, waiting=1)
    follow = rpc_handler(services, features.follow)

    async def ask_at_once():
        return await asyncio.gather(*(follow(DESCENT | {"seed": 1000 + seed}) for seed in range(6)))

    errors = [answer["error"] for answer in asyncio.run(ask_at_once()) if "error" in answer]
    assert len(errors) == 4
    assert all("try again in a few seconds" in error for error in errors)
    assert issubclass(Busy, RuntimeError)
