"""What *Features* says of the maps that mislead is so, on the very points and runs that it shows."""

import numpy as np
import pytest

from core.data.known_truth import chance, generate
from core.metrics import neighbor_agreement
from core.reduction import PCA, TSNE
from demos.server.features import ITERATIONS
from tests.helpers.islands import islands

N = 300  # points, as 30 images of each class


def tsne(name, perplexity, seed=0, start="random"):
    X, labels = generate(name, N)
    return TSNE(perplexity=perplexity, n_iter=ITERATIONS, init=start, seed=seed).fit_transform(X), labels


def count(Y, k):
    return len(set(islands(Y, k)))


def centre_distances(Y, labels):
    """Between the middles of the classes of a map, the diagonal left out."""
    centres = np.stack([Y[labels == k].mean(0) for k in np.unique(labels)])
    apart = np.linalg.norm(centres[:, None] - centres, axis=2)
    return apart[~np.eye(len(centres), dtype=bool)].reshape(len(centres), -1)


def test_noise_clumps_with_few_neighbours_and_agrees_with_nothing():
    few, many = tsne("noise", 2), tsne("noise", 30)
    assert count(few[0], 3) > 20
    assert count(many[0], 3) == 1
    for Y, labels in (few, many):
        assert neighbor_agreement(Y, labels) == pytest.approx(chance(labels), abs=0.03)


def test_the_tight_cluster_looks_half_as_wide_and_is_a_tenth():
    def widths(Y, labels):
        wide, tight = (Y[labels == k].std(0).mean() for k in (0, 1))
        return wide / tight

    assert 1.7 < widths(*tsne("two", 30)) < 2.8
    X, labels = generate("two", N)
    assert 8 < widths(PCA(2).fit_transform(X), labels) < 12


def test_a_line_breaks_and_bends_until_it_starts_straight_and_sees_far():
    def straightness(Y):
        return PCA(2).fit(Y).explained_variance_ratio_[0]

    (broken, _), (whole, _), (straight, _) = (
        tsne("line", 5), tsne("line", 5, start="pca"), tsne("line", 100, start="pca")
    )  # fmt: skip
    assert (count(broken, 5), count(whole, 5)) == (2, 1)
    assert straightness(broken) < 0.8 < straightness(whole) < 0.99 < straightness(straight)
    assert straightness(generate("line", N)[0]) == pytest.approx(1)


def test_a_knot_is_cut_with_30_neighbours_and_one_loop_with_100():
    def torn(Y):
        steps = np.linalg.norm(np.diff(np.vstack([Y, Y[:1]]), axis=0), axis=1)
        return int((steps > 8 * np.median(steps)).sum())

    assert torn(tsne("trefoil", 30)[0]) >= 2
    assert torn(tsne("trefoil", 100)[0]) == 0


def test_groups_of_clusters_show_only_with_more_neighbours_than_a_cluster_has():
    def in_own_group(Y, labels):
        apart = np.insert(centre_distances(Y, labels), np.arange(9) * 9, np.inf).reshape(9, 9)
        return np.mean(apart.argsort(1)[:, :2] // 3 == np.arange(9)[:, None] // 3)

    few, many = tsne("nested", 10), tsne("nested", 50)
    assert count(few[0], 5) == 9
    assert in_own_group(*few) < 0.5
    assert in_own_group(*many) == 1
    X, labels = generate("nested", N)
    assert in_own_group(PCA(2).fit_transform(X), labels) == 1


def test_two_starts_share_the_groups_alone_where_neighbours_reach_that_far():
    def alike(perplexity):
        maps = [centre_distances(*tsne("nested", perplexity, seed)).ravel() for seed in (0, 1)]
        return np.corrcoef(*maps)[0, 1]

    assert alike(10) < 0.5
    assert alike(50) > 0.8
    first, second = (centre_distances(*tsne("nested", 10, seed)).argmin(1) for seed in (0, 1))
    assert (first != second).sum() > 4  # most islands have another one next to them


@pytest.mark.parametrize("perplexity", [5, 30, 100])
def test_two_clusters_stay_two(perplexity):
    Y, labels = tsne("two", perplexity)
    island = islands(Y)
    assert len(set(zip(island, labels, strict=True))) == len(set(island)) == 2
