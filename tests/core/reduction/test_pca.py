"""PCA against scikit-learn, its own definition and bad input."""

import numpy as np
import pytest
from sklearn.decomposition import PCA as SklearnPCA

from core.reduction import PCA


def sample(n=200, p=12, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + rng.normal(size=p)


@pytest.mark.parametrize(("n", "p"), [(200, 12), (12, 200), (30, 30), (5000, 7)], ids="{}".format)
def test_agrees_with_sklearn_up_to_sign(n, p):
    X = sample(n, p)
    k = min(n - 1, p, 6)
    ours, theirs = PCA(k).fit(X), SklearnPCA(k, svd_solver="full").fit(X)
    np.testing.assert_allclose(ours.mean_, theirs.mean_, atol=1e-12)
    np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=1e-9)
    np.testing.assert_allclose(ours.explained_variance_ratio_, theirs.explained_variance_ratio_, rtol=1e-9)
    signs = np.sign(np.sum(ours.components_ * theirs.components_, axis=1))
    np.testing.assert_allclose(ours.components_, signs[:, None] * theirs.components_, atol=1e-7)
    np.testing.assert_allclose(ours.transform(X), signs * theirs.transform(X), atol=1e-6)


def test_inverse_agrees_with_sklearn_and_is_exact_with_all_components():
    X = sample()
    ours, theirs = PCA(3), SklearnPCA(3)
    back = ours.inverse_transform(ours.fit_transform(X))
    np.testing.assert_allclose(back, theirs.inverse_transform(theirs.fit_transform(X)), atol=1e-9)
    whole = PCA(None)
    np.testing.assert_allclose(whole.inverse_transform(whole.fit_transform(X)), X, atol=1e-10)


def test_transform_serves_new_data():
    X, new = sample(), sample(9, seed=1)
    ours, theirs = PCA(4).fit(X), SklearnPCA(4).fit(X)
    np.testing.assert_allclose(np.abs(ours.transform(new)), np.abs(theirs.transform(new)), atol=1e-8)


@pytest.mark.parametrize("shape", [(40, 9), (9, 40)], ids="{}".format)
def test_components_are_orthonormal_with_a_positive_peak(shape):
    W = PCA(None).fit(sample(*shape)).components_
    np.testing.assert_allclose(W @ W.T, np.eye(9), atol=1e-10)
    assert (W[np.arange(9), np.abs(W).argmax(axis=1)] > 0).all()


def test_signs_do_not_depend_on_the_order_of_rows():
    X = sample()
    shuffled = np.random.default_rng(1).permutation(X)
    np.testing.assert_allclose(PCA(3).fit(X).components_, PCA(3).fit(shuffled).components_, atol=1e-8)


@pytest.mark.parametrize("shape", [(50, 10), (10, 50)], ids="{}".format)
def test_rank_deficient_data(shape):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(shape[0], 2)) @ rng.normal(size=(2, shape[1]))
    pca = PCA(5).fit(X)
    assert pca.explained_variance_ratio_[:2].sum() == pytest.approx(1)
    np.testing.assert_allclose(pca.explained_variance_[2:], 0, atol=1e-12)
    np.testing.assert_allclose(pca.components_ @ pca.components_.T, np.eye(5), atol=1e-9)


def test_constant_columns_get_no_weight_and_constant_data_no_ratio():
    X = sample()
    X[:, 4] = 7.0
    np.testing.assert_allclose(PCA(5).fit(X).components_[:, 4], 0, atol=1e-12)
    flat = PCA(2).fit(np.full((6, 3), 0.1))
    np.testing.assert_array_equal(flat.explained_variance_ratio_, [0, 0])
    np.testing.assert_allclose(flat.transform(np.full((6, 3), 0.1)), 0, atol=1e-15)


def test_duplicated_rows_leave_the_directions_alone():
    X = sample()
    np.testing.assert_allclose(PCA(3).fit(np.r_[X, X]).components_, PCA(3).fit(X).components_, atol=1e-9)


def test_far_from_the_origin():
    X = sample()
    np.testing.assert_allclose(PCA(3).fit(X + 1e6).components_, PCA(3).fit(X).components_, atol=1e-6)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("float16", "float32"),
        ("float32", "float32"),
        ("float64", "float64"),
        ("int32", "float64"),
        ("uint8", "float64"),
    ],
)
def test_types(given, wanted):
    X = np.abs(sample() * 3).astype(given)
    pca = PCA(2)
    Y = pca.fit_transform(X)
    assert Y.dtype == pca.components_.dtype == pca.explained_variance_.dtype == pca.mean_.dtype == wanted
    theirs = SklearnPCA(2).fit_transform(X.astype(np.float64))
    np.testing.assert_allclose(np.abs(Y), np.abs(theirs), atol=1e-3 if wanted == "float32" else 1e-8)


def test_blocks_of_rows_add_up(monkeypatch):
    X = sample()
    whole = PCA(3).fit(X).components_
    monkeypatch.setattr("core.reduction.pca._ROWS", 7)
    np.testing.assert_allclose(PCA(3).fit(X).components_, whole, atol=1e-10)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([[1.0, np.nan], [0.0, 1.0], [2.0, 2.0]], "X must be finite, got 1 NaN"),
        ([[1.0, np.inf], [0.0, 1.0], [2.0, np.inf]], "X must be finite, got 2 NaN or infinite"),
        ([1.0, 2.0, 3.0], r"shape \(n, p\), got 1 dimension"),
        (np.zeros((2, 3, 4)), "got 3 dimension"),
        ([[1.0, 2.0]], "at least 2 row"),
        (np.zeros((3, 0)), "1 column, got shape"),
        ([["a", "b"], ["c", "d"]], "real numbers, got dtype"),
        (np.zeros((3, 2), complex), "real numbers, got dtype complex128"),
        (np.eye(5)[:, :2], r"n_components must be at most 2 for X of shape \(5, 2\), got 3"),
    ],
)
def test_fit_refuses(X, message):
    with pytest.raises(ValueError, match=message):
        PCA(3).fit(X)


@pytest.mark.parametrize("count", [0, -1, 1.5, "2", True])
def test_n_components_must_be_a_positive_integer(count):
    with pytest.raises(ValueError, match="n_components must be an integer of at least 1, got"):
        PCA(count)


def test_use_before_fit_and_wrong_width():
    with pytest.raises(ValueError, match="call fit or fit_transform first"):
        PCA(2).transform(sample())
    pca = PCA(2).fit(sample())
    with pytest.raises(ValueError, match=r"X must have 12 column\(s\) as in fit, got 11"):
        pca.transform(sample(p=11))
    with pytest.raises(ValueError, match=r"Y must have 2 column\(s\)"):
        pca.inverse_transform(np.zeros((4, 3)))
