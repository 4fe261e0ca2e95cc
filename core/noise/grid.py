"""The trained-versus-tested grid: what every denoiser reaches on every kind and level of noise, measured beforehand."""

import json
from dataclasses import dataclass, fields

from core.checkpoint import WEIGHTS, DamagedCheckpoint, MissingCheckpoint, load_card
from core.noise.kinds import Levels

GRID = WEIGHTS / "denoising-grid.json"
COMMAND = "python -m train.denoising_grid"
MEDIAN = "median"
DENOISERS = ("denoiser-unet", "denoiser-cae", "cae-27", MEDIAN)  # checkpoints, and the classical filter beside them
ONE_NOISE = {  # checkpoints that met one kind of noise alone, and which
    "denoiser-cae-salt-and-pepper": "salt_and_pepper",
    "denoiser-cae-gaussian": "gaussian",
    "denoiser-cae-both": "both",
}
NOISY = "noisy"

COLUMNS: tuple[tuple[str, Levels], ...] = (
    ("none", ()),
    *(("salt_and_pepper", (amount,)) for amount in (0.05, 0.2, 0.4, 0.6)),
    *(("gaussian", (std,)) for std in (0.1, 0.3, 0.5, 0.8)),
    *(("both", pair) for pair in ((0.1, 0.05), (0.2, 0.1), (0.3, 0.2), (0.5, 0.4))),
    *(("speckle", (std,)) for std in (0.25, 0.5, 1.0, 1.5)),
    *(("poisson", (peak,)) for peak in (50.0, 10.0, 5.0, 2.0)),
    *(("box", (share,)) for share in (0.05, 0.1, 0.2, 0.4)),
)


@dataclass(frozen=True)
class DenoisingGrid:
    """Means over the shipped test images; None stands for infinity, of noisy pictures without noise."""

    images: int
    seed: int
    columns: list[dict]  # {"kind", "levels"}
    psnr: dict[str, list[float | None]]  # by denoiser, and "noisy": one number a column, dB
    ssim: dict[str, list[float]]
    classical: list[float | None]  # dB of the best classical filter tuned to just that noise, where it was measured
    one_noise: dict[str, dict[str, float]]  # dB of ONE_NOISE and "noisy", by kind, each at the level of ONE_LEVEL
    weights: dict[str, str]  # hash of each checkpoint's file when it was measured


def load_denoising_grid() -> DenoisingGrid:
    """The shipped grid.

    Raises:
        MissingCheckpoint: If the file is not there.
        DamagedCheckpoint: If it is not such a file, or was measured with other weights than those shipped.
    """
    if not GRID.is_file():
        raise MissingCheckpoint(f"{GRID} does not exist. Make it with `{COMMAND}`.")
    try:
        values = json.loads(GRID.read_text("utf-8"))
        grid = DenoisingGrid(**{field.name: values[field.name] for field in fields(DenoisingGrid)})
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedCheckpoint(f"{GRID} is damaged ({error}). Make it again with `{COMMAND}`.") from error
    if grid.weights != shipped_weights():
        raise DamagedCheckpoint(f"{GRID} was measured with other weights than those shipped. Run `{COMMAND}` again.")
    return grid


def shipped_weights() -> dict[str, str]:
    """Hash of each denoiser's file, as its card has it."""
    return {name: load_card(name).sha256 for name in (*DENOISERS, *ONE_NOISE) if name != MEDIAN}
