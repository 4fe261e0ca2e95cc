import dataclasses
import json

import pytest

from core.checkpoint import DamagedCheckpoint, MissingCheckpoint
from core.noise import grid
from core.noise.functions import ONE_LEVEL
from core.noise.grid import COLUMNS, DENOISERS, NOISY, ONE_NOISE, load_denoising_grid
from core.noise.kinds import KINDS, checked


def test_the_shipped_grid_is_whole_and_of_the_shipped_weights():
    grid = load_denoising_grid()
    assert [(one["kind"], tuple(one["levels"])) for one in grid.columns] == list(COLUMNS)
    assert set(grid.psnr) == set(grid.ssim) == {NOISY, *DENOISERS}
    for values in (*grid.psnr.values(), *grid.ssim.values(), grid.classical):
        assert len(values) == len(COLUMNS)
    assert all(0 <= value <= 1 for values in grid.ssim.values() for value in values)
    assert grid.images == 1000


def test_every_kind_is_in_the_grid_at_levels_its_parameters_have():
    assert {kind for kind, _ in COLUMNS} == set(KINDS)
    for kind, levels in COLUMNS:
        assert checked(kind, levels) == levels
        assert all(level in parameter.values for parameter, level in zip(KINDS[kind].parameters, levels, strict=True))


def test_training_on_noise_pays_on_that_noise():
    grid = load_denoising_grid()
    for c, (kind, _) in enumerate(COLUMNS):
        if KINDS[kind].trained and kind != "none":
            for name in ("denoiser-unet", "denoiser-cae"):
                assert grid.psnr[name][c] > grid.psnr["cae-27"][c]


def test_each_network_that_met_one_noise_is_best_on_it():
    grid = load_denoising_grid()
    assert set(grid.one_noise) == {NOISY, *ONE_NOISE}
    assert list(ONE_NOISE.values()) == list(ONE_LEVEL)
    for name, kind in ONE_NOISE.items():
        others = [grid.one_noise[other][kind] for other in grid.one_noise if other != name]
        assert grid.one_noise[name][kind] > max(others) + 0.1, kind
        c = COLUMNS.index((kind, ONE_LEVEL[kind]))
        assert grid.one_noise[NOISY][kind] == grid.psnr[NOISY][c]
        assert grid.one_noise[name][kind] > grid.psnr["denoiser-cae"][c]  # which met every kind at every level


def test_a_grid_that_cannot_be_used_says_how_to_make_it(tmp_path, monkeypatch):
    values = dataclasses.asdict(load_denoising_grid())
    monkeypatch.setattr(grid, "GRID", tmp_path / "grid.json")
    with pytest.raises(MissingCheckpoint, match=r"python -m train\.denoising_grid"):
        load_denoising_grid()
    for text in ("{", "[]", "{}"):
        grid.GRID.write_text(text)
        with pytest.raises(DamagedCheckpoint, match=r"damaged .* Make it again with `python -m train\.denoising_grid`"):
            load_denoising_grid()
    grid.GRID.write_text(json.dumps(values | {"weights": dict.fromkeys(values["weights"], "0")}))
    with pytest.raises(DamagedCheckpoint, match="other weights"):
        load_denoising_grid()
