"""Metrics against scikit-learn and against cases whose answer is known."""

import numpy as np
import pytest
import scipy
import sklearn
from skimage.metrics import structural_similarity
from sklearn.datasets import make_blobs
from sklearn.decomposition import PCA as SklearnPCA
from sklearn.manifold import trustworthiness as sklearn_trustworthiness
from sklearn.metrics import calinski_harabasz_score
from sklearn.neighbors import KNeighborsClassifier

from core.metrics import (
    calinski_harabasz,
    confusion_matrix,
    course_error,
    frechet_distance,
    higher_is_better,
    knn_accuracy,
    linear_variance,
    margin,
    neighbor_agreement,
    precision_recall,
    preserved_variance,
    psnr,
    ssim,
)
from core.reduction import PCA
from tests.helpers.trustworthiness import trustworthiness


@pytest.fixture
def blobs():
    return make_blobs(300, n_features=8, centers=5, cluster_std=2.0, random_state=0)


def test_calinski_harabasz_agrees_with_sklearn(blobs):
    X, labels = blobs
    assert calinski_harabasz(X, labels) == pytest.approx(calinski_harabasz_score(X, labels), rel=1e-10)


def test_calinski_harabasz_takes_any_labels_and_any_origin(blobs):
    X, labels = blobs
    names = np.array(["shirt", "bag", "boot", "coat", "dress"])[labels]
    assert calinski_harabasz(X + 1e5, names) == pytest.approx(calinski_harabasz(X, labels), rel=1e-6)


def test_calinski_harabasz_by_hand():
    assert calinski_harabasz([[0.0], [2.0], [10.0], [12.0]], [0, 0, 1, 1]) == pytest.approx((100 / 1) / (4 / 2))
    assert calinski_harabasz([[0.0], [0.0], [1.0]], [0, 0, 1]) == np.inf


@pytest.mark.parametrize("labels", [[0, 0, 0, 0], [0, 1, 2, 3]])
def test_calinski_harabasz_needs_classes(labels):
    with pytest.raises(ValueError, match="between 2 and n - 1 = 3 classes"):
        calinski_harabasz(np.eye(4), labels)


@pytest.mark.parametrize("k", [1, 5, 12])
def test_trustworthiness_agrees_with_sklearn(blobs, k):
    X, _ = blobs
    Y = SklearnPCA(2).fit_transform(X)
    assert trustworthiness(X, Y, k) == pytest.approx(sklearn_trustworthiness(X, Y, n_neighbors=k), abs=1e-10)


def test_trustworthiness_knows_good_from_bad(blobs):
    X, _ = blobs
    noise = np.random.default_rng(0).normal(size=(300, 2))
    assert trustworthiness(X, 3 * X) == 1
    assert trustworthiness(X, noise) < 0.6


def test_trustworthiness_in_blocks_is_the_same(blobs, monkeypatch):
    X, _ = blobs
    whole = trustworthiness(X, X[:, :2])
    monkeypatch.setattr("tests.helpers.trustworthiness.BLOCK", 1000)
    assert trustworthiness(X, X[:, :2]) == whole


@pytest.mark.parametrize("k", [0, 150, 2.5])
def test_trustworthiness_refuses_k(blobs, k):
    with pytest.raises(ValueError, match="k must be"):
        trustworthiness(blobs[0], blobs[0], k)


@pytest.mark.parametrize("k", [1, 10])
def test_knn_accuracy_agrees_with_leave_one_out(blobs, k):
    X, labels = blobs
    X, labels = X[:120, :2], labels[:120]
    classifier = KNeighborsClassifier(k)
    expected = np.mean(
        [
            classifier.fit(np.delete(X, i, 0), np.delete(labels, i)).predict(X[i : i + 1])[0] == labels[i]
            for i in range(120)
        ]
    )
    assert 0.5 < expected < 1
    assert knn_accuracy(X, labels, k) == pytest.approx(expected, abs=1e-12)


def test_knn_accuracy_by_hand():
    line = [[0.0], [1.0], [2.5], [10.0], [11.0]]
    assert knn_accuracy(line, ["a", "a", "b", "b", "b"], k=1) == pytest.approx(4 / 5)
    assert knn_accuracy(line, ["a"] * 5, k=2) == 1


def test_neighbor_agreement_by_hand():
    line = [[0.0], [1.0], [2.5], [10.0], [11.0]]
    assert neighbor_agreement(line, ["a", "a", "b", "b", "b"], k=1) == pytest.approx(4 / 5)
    assert neighbor_agreement(line, ["a", "a", "b", "b", "b"], k=2) == pytest.approx((1 + 1 + 0 + 2 + 2) / 2 / 5)


def test_neighbors_of_noise_agree_no_more_than_chance():
    Y, labels = np.random.default_rng(0).normal(size=(1000, 2)), np.arange(1000) % 10
    assert neighbor_agreement(Y, labels) < 0.1 + 0.02


def test_preserved_variance_of_pca_is_its_ratio(blobs):
    X, _ = blobs
    pca = PCA(3).fit(X)
    preserved = preserved_variance(X, pca.inverse_transform(pca.transform(X)))
    assert preserved == pytest.approx(pca.explained_variance_ratio_.sum(), rel=1e-12)


def test_preserved_variance_ends():
    X = np.random.default_rng(0).normal(size=(20, 3))
    assert preserved_variance(X, X) == 1
    assert preserved_variance(X, np.tile(X.mean(axis=0), (20, 1))) == pytest.approx(0)
    with pytest.raises(ValueError, match="same row everywhere"):
        preserved_variance(np.ones((4, 2)), np.ones((4, 2)))


def test_shapes_must_agree(blobs):
    X, labels = blobs
    for call in (
        lambda: calinski_harabasz(X, labels[:-1]),
        lambda: trustworthiness(X, X[:-1]),
        lambda: knn_accuracy(X, labels[:, None]),
        lambda: preserved_variance(X, X[:, :-1]),
    ):
        with pytest.raises(ValueError, match="must have"):
            call()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_must_be_finite(blobs, bad):
    X, labels = blobs
    X[3, 1] = bad
    for call in (
        lambda: calinski_harabasz(X, labels),
        lambda: trustworthiness(X, X),
        lambda: knn_accuracy(X, labels),
    ):
        with pytest.raises(ValueError, match="must be finite, got 1 NaN or infinite"):
            call()


def test_the_confusion_matrix_is_scikit_learns():
    rng = np.random.default_rng(0)
    labels, guesses = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    wanted = sklearn.metrics.confusion_matrix(labels, guesses)
    assert np.array_equal(confusion_matrix(labels, guesses, 4), wanted)
    assert confusion_matrix([0], [2], 3).tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("labels", "guesses"), [([0, 1], [0]), ([0, 4], [0, 1]), ([0, -1], [0, 1]), ([0.0, 1.0], [0, 1])]
)
def test_classes_that_are_none_are_refused(labels, guesses):
    with pytest.raises(ValueError, match=r"as long as each other|whole numbers from 0 to 3"):
        confusion_matrix(labels, guesses, 4)


def test_the_frechet_distance_is_that_of_the_two_normal_distributions():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(500, 6)) @ rng.normal(size=(6, 6)), rng.normal(size=(400, 6)) + 1
    cov_x, cov_y = np.cov(X.T), np.cov(Y.T)
    cross = scipy.linalg.sqrtm(cov_x @ cov_y).real
    wanted = np.square(X.mean(0) - Y.mean(0)).sum() + np.trace(cov_x + cov_y - 2 * cross)
    assert frechet_distance(X, Y) == pytest.approx(wanted)
    assert frechet_distance(X, X) == pytest.approx(0, abs=1e-8)
    assert frechet_distance(X, X + 3) == pytest.approx(6 * 9)


def test_precision_and_recall_separate_fidelity_from_coverage():
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(300, 2)), rng.normal(size=(300, 2)) + 40
    real = np.concatenate([left, right])
    precision, recall = precision_recall(real, rng.normal(size=(400, 2)))  # one of two clusters, well
    assert precision > 0.9
    assert 0.4 < recall < 0.52
    astray = rng.normal((0, 500), size=(600, 2))
    precision, recall = precision_recall(real, np.concatenate([left, right, astray]))
    assert precision == 0.5
    assert recall == 1


def test_precision_and_recall_meet_a_plain_reckoning():
    rng = np.random.default_rng(1)
    real, fake = rng.normal(size=(60, 3)), 1.5 * rng.normal(size=(50, 3))

    def among(points, others, k):
        radii = np.sort(scipy.spatial.distance.cdist(others, others), axis=1)[:, k]
        return np.mean((scipy.spatial.distance.cdist(points, others) <= radii).any(axis=1))

    assert precision_recall(real, fake) == (among(fake, real, 3), among(real, fake, 3))


def test_the_course_error_falls_with_the_batch():
    X = np.zeros((128, 10))
    X_hat = np.full((128, 10), 0.1)
    assert course_error(X, X_hat) == pytest.approx(25.5 / np.sqrt(640))
    assert course_error(X, X_hat, batch_size=16) == pytest.approx(25.5 / np.sqrt(160))


def test_features_must_come_from_the_same_network():
    with pytest.raises(ValueError, match="same width, got 3 and 4"):
        frechet_distance(np.ones((5, 3)), np.ones((5, 4)))
    with pytest.raises(ValueError, match="k must be at most 4"):
        precision_recall(np.ones((5, 3)), np.ones((6, 3)), k=5)
    with pytest.raises(ValueError, match="shape of X"):
        course_error(np.ones((5, 3)), np.ones((5, 4)))


def test_psnr_by_hand():
    X = np.zeros((3, 1, 4, 4))
    X_hat = np.stack([np.full((1, 4, 4), error) for error in (0.1, 0.01, 0.0)])
    assert psnr(X, X_hat) == pytest.approx([20, 40, np.inf])
    with pytest.raises(ValueError, match=r"shape of X, \(3, 1, 4, 4\), got \(2, 1, 4, 4\)"):
        psnr(X, X_hat[:2])


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.5])
def test_structural_similarity_is_scikit_images(noise):
    rng = np.random.default_rng(0)
    X = scipy.ndimage.gaussian_filter(rng.random((6, 1, 28, 20)), (0, 0, 2, 2))
    X_hat = (X + noise * rng.normal(size=X.shape)).clip(0, 1)
    wanted = [structural_similarity(x[0], y[0], data_range=1.0) for x, y in zip(X, X_hat, strict=True)]
    assert ssim(X, X_hat) == pytest.approx(wanted, abs=1e-9)
    assert (ssim(X, X_hat) == pytest.approx(1)) == (noise == 0)


def test_structural_similarity_needs_two_images_as_large_as_a_window():
    with pytest.raises(ValueError, match=r"shape of X, \(2, 28, 28\), got \(1, 28, 28\)"):
        ssim(np.zeros((2, 28, 28)), np.zeros((1, 28, 28)))
    for shape in ((2, 6, 28), (28, 28)):
        with pytest.raises(ValueError, match="7 pixels or more each way"):
            ssim(np.zeros(shape), np.zeros(shape))


@pytest.mark.parametrize("d", [1, 2, 3])
def test_linear_variance_of_pca_is_its_explained_share_and_no_map_has_more(blobs, d):
    X, _ = blobs
    pca = PCA(d).fit(X)
    best = linear_variance(X, pca.transform(X))
    assert best == pytest.approx(pca.explained_variance_ratio_.sum())
    assert best == pytest.approx(preserved_variance(X, pca.inverse_transform(pca.transform(X))))
    other = np.random.default_rng(0).normal(size=(len(X), d))
    assert 0 <= linear_variance(X, other) < best
    assert linear_variance(X, np.zeros((len(X), d))) == 0


def test_linear_variance_of_the_data_themselves_is_one(blobs):
    X, _ = blobs
    assert linear_variance(X, 3 * X - 7) == pytest.approx(1)
    with pytest.raises(ValueError, match="as many rows"):
        linear_variance(X, X[:5])


def test_a_margin_is_positive_where_the_target_is_met():
    assert margin("test_accuracy", 0.95, 0.93) == pytest.approx(0.02)
    assert margin("test_mse", 0.010, 0.016) == pytest.approx(0.006)
    assert margin("test_mse", 0.02, 0.016) < 0
    assert higher_is_better("both_psnr")
    assert not higher_is_better("test_cross_entropy")
