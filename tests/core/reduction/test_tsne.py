"""t-SNE judged by its maps, and by how it takes bad input."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits, make_blobs
from sklearn.manifold import TSNE as SklearnTSNE

from core.metrics import knn_accuracy
from core.reduction import PCA, TSNE, procrustes
from core.reduction.affinities import joint_affinities
from tests.helpers.trustworthiness import trustworthiness


@pytest.fixture(scope="module")
def digits():
    return load_digits(return_X_y=True)


@pytest.fixture(scope="module")
def digits_map(digits):
    tsne = TSNE()
    return tsne, tsne.fit_transform(digits[0])


def blobs(n=150, seed=0):
    return make_blobs(n, n_features=10, centers=5, cluster_std=1.0, random_state=seed)


def kl_of(X, Y, perplexity=30.0):
    """KL(P || Q) of a map word by word."""
    P = joint_affinities(X, perplexity)
    W = 1 / (1 + cdist(Y, Y, "sqeuclidean"))
    Z = W.sum() - len(Y)
    return float(np.sum(P.p * np.log(P.p * Z / W[P.row, P.column])))


def test_digits_find_their_kind(digits, digits_map):
    X, labels = digits
    start = np.random.default_rng(0).normal(size=(len(X), 2))
    assert knn_accuracy(start, labels) < 0.5
    assert knn_accuracy(digits_map[1], labels) > 0.95
    assert trustworthiness(X, digits_map[1]) > 0.985


@pytest.mark.parametrize("n", [150, 800], ids=["exact", "interpolated"])
@pytest.mark.parametrize("init", ["pca", "random"])
@pytest.mark.parametrize("n_components", [2, 3])
def test_blobs_find_their_kind(n, init, n_components):
    X, labels = blobs(n)
    tsne = TSNE(n_components, perplexity=15, init=init)
    Y = tsne.fit_transform(X)
    assert Y.shape == (n, n_components)
    assert Y.dtype == np.float32
    assert np.isfinite(Y).all()
    np.testing.assert_allclose(Y.mean(axis=0), 0, atol=1e-3)
    assert knn_accuracy(Y, labels) > 0.95


def test_kl_is_as_low_as_sklearn(digits):
    X = digits[0][:600]
    peer = SklearnTSNE(init="pca", random_state=0).fit_transform(X)
    assert kl_of(X, TSNE().fit_transform(X)) < 1.01 * kl_of(X, peer)


def test_kl_is_that_of_the_map(digits, digits_map):
    X, _ = digits
    tsne, Y = digits_map
    assert kl_of(X, Y) == pytest.approx(tsne.kl_divergence_, abs=2e-3)


@pytest.mark.parametrize("n", [100, 700])
def test_the_same_seed_gives_the_same_map(n):
    X, _ = blobs(n)
    one, two = (TSNE(perplexity=10, init="random", seed=3, n_iter=60).fit_transform(X) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, TSNE(perplexity=10, init="random", seed=4, n_iter=60).fit_transform(X))


def test_iterate_yields_snapshots_that_improve():
    X, _ = blobs()
    tsne = TSNE(perplexity=10)
    snapshots = list(tsne.iterate(X, every=50))
    assert [iteration for iteration, _, _ in snapshots] == [50, 100, 150, 200, 250, 300]
    assert snapshots[-1][2] < snapshots[0][2] - 0.5
    assert len({Y.tobytes() for _, Y, _ in snapshots}) == 6
    np.testing.assert_array_equal(snapshots[-1][1], tsne.embedding_)
    np.testing.assert_array_equal(tsne.embedding_, TSNE(perplexity=10).fit_transform(X))


def test_iterate_may_be_left_early():
    X, _ = blobs()
    tsne = TSNE(perplexity=10)
    iteration, Y, kl = next(tsne.iterate(X, every=20))
    assert (tsne.n_iter_, tsne.kl_divergence_) == (iteration, kl) == (20, kl)
    np.testing.assert_array_equal(tsne.embedding_, Y)


def test_a_settled_map_stops():
    X, _ = blobs()
    patient, hasty = (
        TSNE(perplexity=10, n_iter=2000, tolerance=5e-3),
        TSNE(perplexity=10, n_iter=2000, tolerance=0.5),
    )
    patient.fit_transform(X)
    hasty.fit_transform(X)
    assert hasty.n_iter_ < patient.n_iter_ < 2000
    assert hasty.n_iter_ % 50 == patient.n_iter_ % 50 == 0


@pytest.mark.parametrize("n", [150, 600])
def test_many_iterations_stay_bounded(n):
    X, _ = blobs(n)
    tsne = TSNE(perplexity=10, n_iter=800)
    kl = {iteration: kl for iteration, _, kl in tsne.iterate(X, every=100)}
    assert kl[800] < kl[300] + 0.005
    assert np.ptp(tsne.embedding_) < 300


def test_transform_puts_new_points_among_their_kind(digits):
    X, labels = digits
    tsne = TSNE()
    Y = tsne.fit_transform(X[:1400])
    placed = tsne.transform(X[1400:])
    nearest = ((placed[:, None] - Y) ** 2).sum(axis=-1).argsort(axis=1)[:, :10]
    votes = np.array([np.bincount(labels[row], minlength=10).argmax() for row in nearest])
    assert placed.shape == (397, 2)
    assert np.mean(votes == labels[1400:]) > 0.93
    np.testing.assert_array_equal(tsne.embedding_, Y)


def test_transform_finds_mapped_points_again(digits, digits_map):
    tsne, Y = digits_map
    off = np.linalg.norm(tsne.transform(digits[0][:200]) - Y[:200], axis=1)
    assert np.median(off) < 0.02 * np.ptp(Y)


def test_procrustes_undoes_a_rotation_and_a_mirror():
    Y = np.random.default_rng(0).normal(size=(30, 2))
    rotated = Y @ np.array([[0.6, 0.8], [0.8, -0.6]]) + [5, -3]
    np.testing.assert_allclose(procrustes(rotated, Y), Y, atol=1e-12)
    with pytest.raises(ValueError, match=r"shape of Y, \(30, 2\), got \(30, 3\)"):
        procrustes(Y, np.zeros((30, 3)))


@pytest.mark.parametrize("dtype", ["float16", "float32", "int32", "uint8", "bool"])
def test_types(digits, dtype):
    X = digits[0][:120].astype(dtype)
    Y = TSNE(perplexity=10, n_iter=60).fit_transform(X)
    assert Y.dtype == np.float32
    assert np.isfinite(Y).all()


def test_duplicates_stay_together_and_finite():
    X, _ = blobs(60)
    Y = TSNE(perplexity=5).fit_transform(np.repeat(X, 10, axis=0))
    assert np.isfinite(Y).all()
    assert knn_accuracy(Y, np.repeat(np.arange(60), 10), k=5) > 0.95
    groups = Y.reshape(60, 10, 2)
    np.testing.assert_array_equal(groups, np.broadcast_to(groups[:, :1], groups.shape))
    assert len(np.unique(Y, axis=0)) == 60


@pytest.mark.parametrize("init", ["pca", "random"])
@pytest.mark.parametrize(
    ("n", "rate"), [(50, 200), (100, 500), (50, 1e4), (100, 1e8), (800, 2000), (1000, 5000), (600, 1e6)]
)
@pytest.mark.filterwarnings("error")
def test_no_learning_rate_tears_a_map_apart(n, rate, init):
    X, labels = blobs(n)
    tsne = TSNE(perplexity=10, learning_rate=rate, init=init)
    Y = tsne.fit_transform(X)
    assert np.isfinite(Y).all()
    assert np.ptp(Y) < 300
    assert 0 < tsne.kl_divergence_ == pytest.approx(kl_of(X, Y.astype(np.float64), 10), abs=0.01)
    assert knn_accuracy(Y, labels) > 0.9


@pytest.mark.parametrize(("n", "rate"), [(50, 200), (100, 500)])
def test_kl_at_the_course_reports_rate_is_as_low_as_sklearns(n, rate):
    X, _ = blobs(n)
    peer = SklearnTSNE(perplexity=10, learning_rate=rate, random_state=0, max_iter=1000).fit_transform(X)
    Y = TSNE(perplexity=10, learning_rate=rate).fit_transform(X)
    assert kl_of(X, Y.astype(np.float64), 10) < kl_of(X, peer.astype(np.float64), 10)


@pytest.mark.parametrize("n", [100, 700])
def test_a_map_that_is_not_finite_stops_with_the_rate_and_the_iteration(n, monkeypatch):
    monkeypatch.setattr("core.reduction.tsne._MAX_STEP", None)
    with pytest.raises(ValueError, match=r"learning_rate 1e\+30 is too large: the map is not finite after \d+ iter"):
        TSNE(perplexity=10, learning_rate=1e30).fit_transform(blobs(n)[0])


@pytest.mark.parametrize(
    "X",
    [
        np.c_[blobs(50)[0], np.full(50, 7.0)],
        np.random.default_rng(0).normal(size=(50, 1)),
        1e12 * blobs(50)[0],
        1e-12 * blobs(50)[0],
    ],
    ids=["constant column", "one column", "huge", "tiny"],
)
@pytest.mark.parametrize("n_components", [2, 3])
def test_odd_data_give_a_finite_map(X, n_components):
    Y = TSNE(n_components, perplexity=8).fit_transform(X)
    assert np.isfinite(Y).all()
    assert Y.std() > 0


def test_four_points_are_enough():
    assert TSNE(perplexity=2).fit_transform(np.eye(4)).shape == (4, 2)


def test_units_do_not_matter():
    X, labels = blobs()
    for factor in (1e-30, 1e30):
        assert knn_accuracy(TSNE(perplexity=10).fit_transform(factor * X), labels) > 0.95


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.eye(3), r"at least 4 row\(s\)"),
        (np.eye(20), r"perplexity must be at most n - 1 = 19, got 30.0"),
        (np.full((40, 3), np.nan), "must be finite, got 120 NaN or infinite"),
        (np.r_[np.eye(40), np.full((1, 40), np.inf)], "must be finite, got 40"),
        (np.zeros(40), "got 1 dimension"),
        (np.zeros((40, 3, 3)), "got 3 dimension"),
        (np.zeros((40, 0)), "1 column"),
        ([["a"] * 3] * 40, "real numbers, got dtype"),
        (np.ones((50, 3)), "the data are constant: all 50 rows of X are equal"),
    ],
)
def test_fit_refuses(X, message):
    with pytest.raises(ValueError, match=message):
        TSNE().fit_transform(X)
    with pytest.raises(ValueError, match=message):
        TSNE().iterate(X)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_components": 1}, "n_components must be an integer of at least 2, got 1"),
        ({"n_components": 4}, "n_components must be at most 3, got 4"),
        ({"n_components": 2.0}, "n_components must be an integer"),
        ({"perplexity": 0.5}, "perplexity must be a finite number of at least 1, got 0.5"),
        ({"perplexity": np.nan}, "perplexity must be a finite number"),
        ({"perplexity": "30"}, "perplexity must be a finite number"),
        ({"learning_rate": 0}, "learning_rate must be a finite number above 0, got 0"),
        ({"learning_rate": "fast"}, "learning_rate must be a finite number above 0, got 'fast'"),
        ({"early_exaggeration": 0.9}, "early_exaggeration must be a finite number of at least 1"),
        ({"n_iter": 0}, "n_iter must be an integer of at least 1, got 0"),
        ({"init": "spectral"}, "init must be 'pca', 'random' or an array, got 'spectral'"),
        ({"seed": -1}, "seed must be an integer of at least 0"),
        ({"tolerance": -1e-3}, "tolerance must be a finite number above 0"),
    ],
)
def test_settings_are_checked(settings, message):
    with pytest.raises(ValueError, match=message):
        TSNE(**settings)


def test_use_before_fit_and_wrong_shapes():
    X, _ = blobs(50)
    tsne = TSNE(perplexity=10, n_iter=10)
    with pytest.raises(ValueError, match="no map yet, call fit_transform first"):
        tsne.transform(X)
    tsne.fit_transform(X)
    with pytest.raises(ValueError, match=r"X_new must have 10 column\(s\) as in fit, got 9"):
        tsne.transform(X[:, :9])
    with pytest.raises(ValueError, match=r"init must have shape \(50, 2\) for X of shape \(50, 10\), got \(49, 2\)"):
        TSNE(perplexity=10, init=np.zeros((49, 2))).fit_transform(X)
    with pytest.raises(ValueError, match="every must be an integer"):
        tsne.iterate(X, every=0)


def test_pca_start_keeps_the_overall_shape():
    X = np.c_[np.linspace(0, 100, 200), np.random.default_rng(0).normal(size=(200, 2))]
    Y = TSNE(perplexity=20).fit_transform(X)
    first = PCA(1).fit_transform(X)[:, 0]
    assert abs(np.corrcoef(first, PCA(1).fit_transform(Y)[:, 0])[0, 1]) > 0.9
