"""A map as a page of its own: whole, small, and of what the tab shows."""

import base64
import json
import re

import numpy as np
import pytest

from core.data.fashion_mnist import load_fashion_sample
from demos.features import handlers as features
from demos.latent_map import handlers as latent_map
from demos.server.features import sample_indices
from tests.helpers.handlers import ask, call

RUN = {"checkpoint": "classifier-resnet", "layer": "fc1", "n": 5, "dimensions": 2, "perplexity": 10, "seed": 0}
TRACES = re.compile(r"Plotly\.newPlot\(\s*\"[^\"]+\",\s*(\[.*?\]),\s*\{\"template\"", re.DOTALL)


def traces(page):
    """What plotly is given to draw."""
    return json.loads(TRACES.search(page)[1])


def points(page):
    """The points of a page in their own order, (n, d)."""
    places = {}
    for trace in traces(page):
        columns = [trace[c] for c in "xyz" if c in trace]
        places |= dict(zip(trace["customdata"], zip(*columns, strict=True), strict=True))
    return np.array([places[i] for i in range(len(places))])


def test_a_page_holds_the_map_its_classes_and_its_pictures():
    page = ask(features.make_page, **RUN | {"method": "PCA"})["page"]
    plane = ask(features.load_plane, **RUN)
    wanted = np.frombuffer(base64.b64decode(plane["points"]), np.float32).reshape(50, 3)[:, :2]
    np.testing.assert_allclose(points(page), wanted, atol=1e-3)
    names = [text for trace in traces(page) for text in trace["text"]]
    number = load_fashion_sample().index[sample_indices(5)[0]]
    assert f"T-shirt/top, test image {number}" in names
    assert "data:image/webp;base64," in page
    assert 'data-pictures="1"' in page
    assert not re.search(r"(src|href)=.https?:", page)  # nothing comes from elsewhere


def test_a_frame_of_tsne_is_kept_as_it_is_shown():
    early, last = (ask(features.make_page, **RUN | {"method": "t-SNE", "frame": f})["page"] for f in (10, 99))
    Y = call(features.embed, layer="fc1", method="t-SNE", n=5, perplexity=10, seed=0)["points"]
    np.testing.assert_allclose(points(last), Y, atol=1e-3)
    assert not np.allclose(points(early), points(last), atol=0.1)


@pytest.mark.parametrize(("data", "dimensions"), [("trefoil", 3), ("noise", 2)])
def test_a_page_of_no_images_names_its_points(data, dimensions):
    page = ask(features.make_page, **RUN | {"data": data, "method": "PCA", "dimensions": dimensions})["page"]
    assert points(page).shape == (50, dimensions)
    assert traces(page)[0]["type"] == ("scatter3d" if dimensions == 3 else "scatter")
    assert "data-pictures" not in page.split("<body>")[1].split("<script")[0]
    assert any("point 1, " in text for trace in traces(page) for text in trace["text"])


def test_a_page_of_1000_points_with_thumbnails_has_at_most_3_mb():
    page = ask(latent_map.make_page, checkpoint="cae-27", map="PCA")["page"]
    assert len(points(page)) == 1000
    assert len(page.encode()) < 3e6
    space = ask(latent_map.load_map, checkpoint="cae-27", map="PCA")
    np.testing.assert_allclose(points(page), np.stack([space["x"], space["y"]], 1), atol=1e-3)
