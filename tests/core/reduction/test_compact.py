import numpy as np
import pytest
from sklearn.metrics.pairwise import euclidean_distances

from core.metrics import calinski_harabasz
from core.reduction import PCA, compact


@pytest.fixture
def wide():
    return np.random.default_rng(0).normal(size=(40, 3000)) * np.linspace(3, 0.1, 3000) + 5


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-9), (np.float32, 1e-4)])
def test_distances_are_preserved(wide, dtype, tolerance):
    Z = compact(wide.astype(dtype))
    assert Z.shape == (40, 39)
    assert Z.dtype == dtype
    np.testing.assert_allclose(euclidean_distances(Z), euclidean_distances(wide), rtol=tolerance, atol=1e-3)


def test_so_are_pca_and_the_index(wide):
    Z, labels = compact(wide), np.arange(40) % 4
    mine, straight = PCA(3).fit(Z), PCA(3).fit(wide)
    np.testing.assert_allclose(mine.explained_variance_ratio_, straight.explained_variance_ratio_, rtol=1e-9)
    np.testing.assert_allclose(np.abs(mine.transform(Z)), np.abs(straight.transform(wide)), rtol=1e-6, atol=1e-8)
    assert calinski_harabasz(Z, labels) == pytest.approx(calinski_harabasz(wide, labels))


def test_tall_data_stay_as_they_are():
    X = np.random.default_rng(1).normal(size=(30, 10))
    assert compact(X) is X


def test_points_in_few_dimensions_need_few_columns(wide):
    flat = wide[:, :2] @ np.random.default_rng(2).normal(size=(2, 500))
    assert compact(flat).shape == (40, 2)


def test_points_that_are_all_equal_survive():
    assert compact(np.ones((5, 9), np.float32)).shape == (5, 1)
