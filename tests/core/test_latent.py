import numpy as np
import pytest
import torch

from core.latent import LatentAxes, LatentMap, lerp, slerp


@pytest.fixture(scope="module")
def codes():
    rng = np.random.default_rng(0)
    return (rng.standard_normal((120, 6)) * [5, 3, 1, 0.5, 0.2, 0.1] + 4).astype(np.float32)


@pytest.mark.parametrize("path", [lerp, slerp])
def test_a_path_starts_at_the_first_code_and_ends_at_the_second(path):
    z0, z1 = torch.randn(3, 8), torch.randn(3, 8)
    torch.testing.assert_close(path(z0, z1, 0.0), z0)
    torch.testing.assert_close(path(z0, z1, 1.0), z1, atol=1e-5, rtol=1e-5)


def test_lerp_halves_and_extrapolates():
    z0, z1 = torch.tensor([0.0, 2.0]), torch.tensor([2.0, 6.0])
    assert lerp(z0, z1, 0.5).tolist() == [1, 4]
    assert lerp(z0, z1, 1.5).tolist() == [3, 8]
    assert lerp(z0, z1, torch.tensor([[0.0], [1.0]])).tolist() == [[0, 2], [2, 6]]


def test_slerp_keeps_the_length_and_goes_evenly():
    z0, z1 = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    third = slerp(z0, z1, 1 / 3)
    assert third.norm().item() == pytest.approx(1)
    assert torch.atan2(third[1], third[0]).item() == pytest.approx(np.pi / 6)


def test_slerp_of_parallel_codes_is_the_line():
    z = torch.tensor([1.0, 2.0])
    torch.testing.assert_close(slerp(z, 3 * z, 0.5), 2 * z)
    torch.testing.assert_close(slerp(z, -z, 0.25), 0.5 * z)
    assert torch.isfinite(slerp(torch.zeros(2), z, 0.5)).all()


@pytest.mark.parametrize("path", [lerp, slerp])
def test_shapes_must_agree(path):
    with pytest.raises(ValueError, match=r"\(2,\) and \(3,\)"):
        path(torch.zeros(2), torch.zeros(3), 0.5)


def test_pca_leads_to_the_plane_and_back(codes):
    space = LatentMap(codes, "PCA")
    back = space.codes_at(space.points)
    on_plane = LatentMap(back, "PCA").codes_at(LatentMap(back, "PCA").points)
    np.testing.assert_allclose(on_plane, back, atol=1e-3)
    # what is lost is only what lies off the plane of the two largest components
    lost = ((codes - back) ** 2).sum() / ((codes - codes.mean(0)) ** 2).sum()
    assert lost < 0.06


def test_a_place_on_a_tsne_point_gives_that_points_code(codes):
    space = LatentMap(codes, "t-SNE")
    np.testing.assert_allclose(space.codes_at(space.points[:5]), codes[:5], atol=0.05)


def test_the_grid_covers_the_bounds_from_the_top_left(codes):
    space = LatentMap(codes, "PCA")
    left, right, bottom, top = space.bounds
    cells = space.grid(4, 2)
    assert cells.shape == (8, 2)
    assert cells[0].tolist() == pytest.approx([left + (right - left) / 8, top - (top - bottom) / 4], rel=1e-4)
    assert cells[-1].tolist() == pytest.approx([right - (right - left) / 8, bottom + (top - bottom) / 4], rel=1e-4)


def test_an_unknown_map_is_refused(codes):
    with pytest.raises(ValueError, match=r"PCA, t-SNE, got 'UMAP'"):
        LatentMap(codes, "UMAP")


def test_codes_are_placed_where_the_map_shows_them(codes):
    space = LatentMap(codes, "PCA")
    np.testing.assert_allclose(space.positions_of(codes), space.points, atol=1e-3)
    space = LatentMap(codes, "t-SNE")
    width = np.ptp(space.points, axis=0).max()
    assert np.abs(space.positions_of(codes) - space.points).max() < 0.05 * width  # in the map that is there
    between = space.positions_of((codes[:1] + codes[1:2]) / 2)
    assert between.shape == (1, 2)


@pytest.mark.parametrize("most", [2, 20])
def test_a_walk_changes_one_coordinate_and_no_other(codes, most):
    axes = LatentAxes(codes, most)
    assert len(axes.names) == len(axes.directions) == min(most, codes.shape[1])
    assert (axes.coordinates(codes) > axes.low).all()
    assert (axes.coordinates(codes) < axes.high).all()
    sweeps = axes.coordinates(axes.sweep(codes[3], 9))  # (K, 9, K)
    for k, swept in enumerate(sweeps):
        np.testing.assert_allclose(swept[:, k], np.linspace(axes.low[k], axes.high[k], 9), rtol=1e-3, atol=1e-3)
        others = [j for j in range(len(axes.names)) if j != k]
        np.testing.assert_allclose(swept[:, others], np.tile(axes.coordinates(codes[3])[others], (9, 1)), atol=1e-3)


def test_few_axes_are_walked_themselves_and_many_by_their_principal_components(codes):
    assert LatentAxes(codes, codes.shape[1]).names[0] == "z1"
    principal = LatentAxes(codes, 2)
    assert principal.names == ["component 1", "component 2"]
    np.testing.assert_allclose(principal.coordinates(codes)[:, :2], LatentMap(codes, "PCA").points, atol=1e-3)
