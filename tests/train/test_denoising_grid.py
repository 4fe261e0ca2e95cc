import json

import pytest
import torch

from core.data.fashion_mnist import load_fashion_sample
from core.noise.grid import COLUMNS, load_denoising_grid
from train.denoiser import CLASSICAL
from train.denoising_grid import BENCHED, denoisers, grid_column, main, one_noise


def test_a_recomputed_column_equals_the_published_one():
    x = load_fashion_sample().batch(torch.arange(1000)).image
    c = COLUMNS.index(("salt_and_pepper", (0.2,)))
    rows = {name: denoise for name, denoise in denoisers().items() if name != "denoiser-unet"}  # quick ones
    grid = load_denoising_grid()
    for name, (decibels, similarity) in grid_column(x, *COLUMNS[c], grid.seed, rows).items():
        assert decibels == pytest.approx(grid.psnr[name][c], abs=0.02)
        assert similarity == pytest.approx(grid.ssim[name][c], abs=0.002)


def test_what_networks_of_one_noise_reach_is_as_published():
    x, grid = load_fashion_sample().batch(torch.arange(1000)).image, load_denoising_grid()
    for name, found in one_noise(x, grid.seed).items():
        assert found == pytest.approx(grid.one_noise[name], abs=0.02)


def test_the_command_writes_a_grid(tmp_path, capsys):
    path = tmp_path / "grid.json"
    main(["--images", "10", "--output", str(path)])
    grid = json.loads(path.read_text())
    assert grid["images"] == 10
    assert len(grid["psnr"]["denoiser-unet"]) == len(COLUMNS)
    assert grid["psnr"]["noisy"][0] is None  # infinity: no noise
    assert "25 columns, 10 images each" in capsys.readouterr().out


@pytest.mark.parametrize("flags", [["--images", "0"], ["--images", "1001"], ["--seed", "-1"]])
def test_an_impossible_option_is_refused(flags):
    with pytest.raises(SystemExit):
        main(flags)


def test_every_classical_figure_has_its_column():
    assert set(BENCHED.values()) == set(CLASSICAL)
    assert set(BENCHED) <= set(COLUMNS)
