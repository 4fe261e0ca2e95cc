"""Nearest neighbours against scikit-learn, in one block and in many."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from core.reduction.neighbors import nearest_neighbors


def expected(X, k, queries=None):
    distance, index = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(X).kneighbors(queries)
    return index, distance**2


@pytest.mark.parametrize("n", [30, 700, 3000])
def test_agrees_with_sklearn(n):
    X = np.random.default_rng(0).normal(size=(n, 10)).astype(np.float32)
    index, distance = nearest_neighbors(X, 20)
    wanted_index, wanted_distance = expected(X, 20)
    assert np.mean(index == wanted_index) > 0.999  # float32 may swap two at all but equal distance
    np.testing.assert_allclose(distance, wanted_distance, rtol=1e-4)
    assert (index != np.arange(n)[:, None]).all()


def test_blocks_do_not_matter(monkeypatch):
    X = np.random.default_rng(1).normal(size=(500, 6))
    whole, _ = nearest_neighbors(X, 7)
    monkeypatch.setattr("core.reduction.brute_force._BLOCK", 3000)
    np.testing.assert_array_equal(nearest_neighbors(X, 7)[0], whole)


def test_sorted_data_defeat_no_group():
    X = np.sort(np.random.default_rng(0).normal(size=(2500, 1)), axis=0)
    wanted = expected(X, 30)[1]
    off = np.abs(nearest_neighbors(X, 30)[1] - wanted)
    assert (off < 2e-3 * wanted[:, -1:]).all()  # rounding counts against the distances that set sigma


def test_queries_may_be_points_themselves():
    X = np.random.default_rng(2).normal(size=(200, 5))
    index, distance = nearest_neighbors(X, 1, X[:50])
    np.testing.assert_array_equal(index[:, 0], np.arange(50))
    np.testing.assert_allclose(distance, 0, atol=1e-12)


def test_tight_clusters_far_apart_are_searched_in_float64():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(4, 5))[rng.integers(0, 4, 400)] * 1e3 + 1e-2 * rng.normal(size=(400, 5))
    index, distance = nearest_neighbors(X, 5)
    wanted_index, wanted_distance = expected(X, 5)
    assert np.mean(np.sort(index) == np.sort(wanted_index)) > 0.99
    np.testing.assert_allclose(distance, wanted_distance, rtol=1e-3)


def test_all_points_equal():
    index, distance = nearest_neighbors(np.full((40, 3), 0.1), 4)
    assert (distance == 0).all()
    assert (index != np.arange(40)[:, None]).all()


def test_every_point_can_be_asked_for():
    X = np.random.default_rng(4).normal(size=(9, 2))
    index, _ = nearest_neighbors(X, 8)
    np.testing.assert_array_equal(np.sort(np.c_[index, np.arange(9)], axis=1), np.tile(np.arange(9), (9, 1)))


@pytest.fixture
def cells(monkeypatch):
    """Make a few thousand points count as many."""
    monkeypatch.setattr("core.reduction.neighbors._EXACT_UP_TO", 500)
    monkeypatch.setattr("core.reduction.neighbors._CELL", 50)
    monkeypatch.setattr("core.reduction.neighbors._SEEN", 0.3)


def test_cells_find_nearly_all_neighbors(cells):
    rng = np.random.default_rng(5)
    X = rng.normal(size=(4000, 6)) @ rng.normal(size=(6, 20))
    index, distance = nearest_neighbors(X, 15)
    wanted_index, wanted_distance = expected(X, 15)
    hits = np.mean([np.isin(ours, peer).mean() for ours, peer in zip(index, wanted_index, strict=True)])
    assert 0.95 < hits < 1  # in cells indeed
    assert distance.mean() < 1.02 * wanted_distance.mean()
    assert (index != np.arange(4000)[:, None]).all()
    assert all(len(set(row)) == 15 for row in index)
    np.testing.assert_allclose(distance[:, 3], ((X - X[index[:, 3]]) ** 2).sum(axis=1), rtol=1e-3)


def test_cells_survive_equal_points_and_outliers(cells):
    rng = np.random.default_rng(6)
    X = np.r_[np.zeros((1500, 4)), rng.normal(size=(500, 4)), rng.normal(size=(3, 4)) + 1e3]
    index, distance = nearest_neighbors(X, 12)
    assert (index != np.arange(2003)[:, None]).all()
    np.testing.assert_allclose(distance[:1500], 0, atol=1e-6)
    assert (np.sort(index[2000:], axis=1)[:, -2:] >= 2000).all()
