"""Affinities, forces and divergence against closed forms, finite differences and each other."""

import numpy as np
import pytest

from core.reduction.affinities import conditional_affinities, joint_affinities
from core.reduction.exact import exact_repulsion
from core.reduction.objective import Objective
from core.reduction.repulsion import PotentialField, repulsion


def normal_points(n, d, width, seed=0, dtype=np.float32):
    return np.ascontiguousarray(np.random.default_rng(seed).normal(size=(d, n)) * width, dtype)


def affinities(n=60, perplexity=8.0, seed=0):
    return joint_affinities(np.random.default_rng(seed).normal(size=(n, 5)), perplexity)


def dense(P):
    table = np.zeros((P.n, P.n))
    table[P.row, P.column] = P.p
    return table


def kl(P, Y):
    """Equations (2) and (4) word by word, in float64."""
    W = 1 / (1 + ((Y[:, :, None] - Y[:, None, :]) ** 2).sum(axis=0))
    np.fill_diagonal(W, 0)
    Q = W / W.sum()
    some = P > 0
    return np.sum(P[some] * np.log(P[some] / Q[some]))


@pytest.mark.parametrize("perplexity", [1.5, 5, 30, 89])
@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_rows_have_the_perplexity_asked_for(perplexity, unit):
    D = np.sort(np.random.default_rng(0).chisquare(10, size=(50, 90)), axis=1).astype(np.float32) * np.float32(unit)
    P = conditional_affinities(D, perplexity).astype(np.float64)
    reached = np.exp(-np.sum(P * np.log(np.maximum(P, 1e-300)), axis=1))
    np.testing.assert_allclose(reached, perplexity, rtol=1e-3)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-5)


def test_rows_are_gaussian():
    D = np.linspace(1, 4, 40, dtype=np.float32)[None]
    P = conditional_affinities(D, 10)
    slopes = np.diff(np.log(P)) / np.diff(D)
    np.testing.assert_allclose(slopes, slopes.mean(), rtol=1e-3)


def test_ties_share_a_row():
    P = conditional_affinities(np.array([[0, 0, 0, 0, 1, 2]], np.float32), 3)
    np.testing.assert_allclose(P, [[0.25, 0.25, 0.25, 0.25, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(conditional_affinities(np.zeros((1, 8), np.float32), 3), 1 / 8)


def test_joint_affinities_are_the_mean_of_both_conditionals():
    X = np.random.default_rng(0).normal(size=(40, 4))
    D = ((X[:, None] - X) ** 2).sum(axis=-1)
    order = np.argsort(D + np.diag([np.inf] * 40), axis=1)[:, :18]
    C = np.zeros((40, 40))
    np.put_along_axis(C, order, conditional_affinities(np.take_along_axis(D, order, 1), 6.0), 1)
    P = joint_affinities(X, 6.0)
    np.testing.assert_allclose(dense(P), (C + C.T) / 80, atol=1e-6)
    assert P.p.sum() == pytest.approx(1, abs=1e-5)


def test_leaving_out_the_tail_keeps_symmetry_and_mass():
    P = affinities(300, 10.0)
    trimmed = P.without_tail(0.05)
    table = dense(trimmed)
    assert trimmed.p.size < 0.9 * P.p.size
    assert P.p[P.p < trimmed.p.min() * 0.9].sum() < 0.05
    np.testing.assert_array_equal(table, table.T)
    assert table.sum() == pytest.approx(1, abs=1e-5)
    assert trimmed.p.dtype == np.float32


@pytest.mark.parametrize("d", [2, 3])
def test_exact_repulsion_is_the_double_sum(d):
    Y = normal_points(70, d, 3.0, dtype=np.float64)
    apart = Y[:, :, None] - Y[:, None, :]
    W = 1 / (1 + (apart**2).sum(axis=0))
    force, Z = exact_repulsion(Y)
    np.testing.assert_allclose(force, (W**2 * apart).sum(axis=2), rtol=1e-9, atol=1e-9)
    assert pytest.approx(W.sum() - 70, rel=1e-12) == Z


@pytest.mark.parametrize("d", [2, 3])
@pytest.mark.parametrize("exaggeration", [1.0, 12.0])
def test_exact_gradient_is_the_slope_of_kl(d, exaggeration):
    P = affinities()
    objective = Objective(P, d)
    Y = normal_points(60, d, 2.0, dtype=np.float64)
    table = dense(P)[np.ix_(objective.order, objective.order)]
    gradient = objective.gradient(Y, exaggeration)
    h = 1e-5
    for c, i in [(0, 0), (1, 7), (d - 1, 33), (0, 59)]:
        up, down = Y.copy(), Y.copy()
        up[c, i] += h
        down[c, i] -= h
        # exaggeration scales the part of KL that P enters: -sum p log w
        slope = (kl(table, up) - kl(table, down)) / (2 * h)
        if exaggeration != 1:
            slope += (exaggeration - 1) * (pull(table, up) - pull(table, down)) / (2 * h)
        assert gradient[c, i] == pytest.approx(slope, rel=2e-4, abs=1e-7)


def pull(P, Y):
    """-sum p log w, the attractive part of KL."""
    return np.sum(P * np.log1p(((Y[:, :, None] - Y[:, None, :]) ** 2).sum(axis=0)))


@pytest.mark.parametrize("n", [60, 700])
def test_divergence_is_equation_2(n):
    P = affinities(n)
    objective = Objective(P, 2)
    Y = normal_points(n, 2, 8.0)
    table = dense(P)[np.ix_(objective.order, objective.order)]
    assert objective.divergence(Y) == pytest.approx(kl(table, Y.astype(np.float64)), abs=2e-3)


def test_interpolated_gradient_is_the_slope_of_kl():
    P = affinities(700, 10.0)
    objective = Objective(P, 2)
    assert not objective.exact
    Y = normal_points(700, 2, 8.0)
    table = dense(P)[np.ix_(objective.order, objective.order)]
    gradient = objective.gradient(Y, spacing=0.3)
    direction = normal_points(700, 2, 1.0, seed=5)
    h = 1e-3
    slope = (kl(table, Y + h * direction.astype(float)) - kl(table, Y - h * direction.astype(float))) / (2 * h)
    assert np.sum(gradient * direction, dtype=np.float64) == pytest.approx(slope, rel=0.05)


@pytest.mark.parametrize(("d", "n", "width"), [(2, 1500, 15.0), (3, 800, 2.0)])
def test_interpolation_converges_to_the_exact_forces(d, n, width):
    Y = normal_points(n, d, width)
    exact, Z = exact_repulsion(Y.astype(np.float64))
    errors = []
    for spacing in (1.0, 0.5, 0.25):
        force, interpolated_Z = repulsion(Y, spacing)
        errors.append(np.linalg.norm(force - exact) / np.linalg.norm(exact))
        assert pytest.approx(Z, rel=0.02 * spacing) == interpolated_Z
    assert errors[1] < 0.06
    assert errors[2] < 0.01
    assert errors[0] > 3 * errors[1] > 9 * errors[2]


def test_potential_of_one_point_is_the_kernel():
    field = PotentialField(np.array([[0, 0, 8.0], [0, 0, 6.0]], np.float32), 0.25)
    at = np.array([[2.0, 5.0], [1.0, 6.0]], np.float32)
    phi, slope = field.read(field.around(at))
    r2 = (at**2).sum(axis=0)
    s2 = ((at - [[8], [6]]) ** 2).sum(axis=0)
    np.testing.assert_allclose(phi, 2 / (1 + r2) + 1 / (1 + s2), rtol=3e-3)
    wanted = -4 * at / (1 + r2) ** 2 - 2 * (at - [[8], [6]]) / (1 + s2) ** 2
    np.testing.assert_allclose(slope, wanted, atol=4e-3)


def test_a_wide_map_gets_a_coarser_grid():
    Y = normal_points(50, 2, 1e4)
    field = PotentialField(Y, 0.5)
    assert np.prod(field.strided) < 1 << 24
    assert np.isfinite(repulsion(Y, 0.5)[0]).all()
