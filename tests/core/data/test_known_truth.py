import numpy as np
import pytest

from core.data.known_truth import KNOWN_TRUTHS, chance, generate
from core.metrics import neighbor_agreement
from core.reduction import PCA


@pytest.mark.parametrize("name", KNOWN_TRUTHS)
def test_a_set_has_as_many_points_as_asked_for_and_the_seed_decides_them(name):
    X, labels = generate(name, 90, seed=3)
    assert (X.dtype, labels.dtype) == (np.float32, np.int64)
    assert len(X) == len(labels) == len(np.unique(X, axis=0)) == 90
    assert sorted(set(labels)) == list(range(len(KNOWN_TRUTHS[name].classes)))
    assert all(np.array_equal(a, b) for a, b in zip(generate(name, 90, seed=3), (X, labels), strict=True))


def test_noise_has_no_structure_that_its_colours_know_of():
    X, labels = generate("noise", 1000)
    assert neighbor_agreement(X, labels) == pytest.approx(chance(labels), abs=0.02)
    assert np.linalg.norm(X.mean(0)) < 0.15
    np.testing.assert_allclose(X.std(0), 1, atol=0.1)


def test_one_of_two_clusters_is_ten_times_as_wide_and_three_times_as_large():
    X, labels = generate("two", 1000)
    wide, tight = X[labels == 0], X[labels == 1]
    assert (len(wide), len(tight)) == (750, 250)
    assert wide.std() / tight.std(0).mean() == pytest.approx(10, rel=0.05)
    assert neighbor_agreement(X, labels) == 1


def test_a_line_is_one_dimensional_and_even():
    X, labels = generate("line", 100)
    assert PCA(2).fit(X).explained_variance_ratio_[0] == pytest.approx(1)
    steps = np.linalg.norm(np.diff(X, axis=0), axis=1)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-3)
    assert (np.diff(labels) >= 0).all()


def test_a_trefoil_closes_and_never_meets_itself():
    X, _ = generate("trefoil", 300)
    apart = np.linalg.norm(X[:, None] - X, axis=2)
    along = np.abs(np.arange(300)[:, None] - np.arange(300))
    far = np.minimum(along, 300 - along) > 15
    assert apart[0, -1] < 0.15
    assert apart[far].min() > 0.5


def test_clusters_in_clusters_stand_as_far_apart_as_is_said():
    X, labels = generate("nested", 900)
    centres = np.stack([X[labels == k].mean(0) for k in range(9)])
    apart = np.linalg.norm(centres[:, None] - centres, axis=2).round()
    assert set(apart[0, 1:3]) == {14}
    assert set(apart[0, 3:]) <= {71, 72}
    assert "71 apart" in KNOWN_TRUTHS["nested"].truth
    assert "14 apart" in KNOWN_TRUTHS["nested"].truth


def test_chance_is_the_share_of_pairs_of_one_class():
    assert chance(np.array([0, 0, 1, 1])) == pytest.approx(1 / 3)
    assert chance(np.zeros(5, int)) == 1


@pytest.mark.parametrize(("name", "n", "words"), [("spiral", 100, "one of noise, two"), ("line", 29, "at least 30")])
def test_nonsense_is_reported(name, n, words):
    with pytest.raises(ValueError, match=words):
        generate(name, n)
