"""Photos that people took of their clothes at home, as the networks of Fashion-MNIST get them.

The public-domain *clothing-dataset-small*, one folder a kind: put it into `data/` beside this project, or name the
folder that holds it with --data-root or LOOM_DATA:

    clothes-photos/{train,validation}/KIND/*.jpg
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch

from core.data.fashion_mnist import FASHION_CLASSES
from core.data.image_set import DataError, ImageSet
from core.data.photos import SHARPEN, SIZE, ClothesPhoto, fit_square, read_clothes, trim_to

DATA = Path(__file__).resolve().parents[2] / "data"
FOLDER = "clothes-photos"
SOURCE = {
    "name": "clothing-dataset-small",
    "source": "https://github.com/alexeygrigorev/clothing-dataset-small",
    "licence": "CC0 1.0",
}
KINDS = {
    "dress": {3},
    "longsleeve": {2, 6},
    "outwear": {4},
    "pants": {1},
    "shirt": {6},
    "t-shirt": {0},
}  # right answers
STRANGE_KINDS = ("hat", "shorts", "skirt")  # none of the ten
STRANGE = -1  # label of a picture of no class
PULLOVER_OR_SHIRT = -2  # label of a long sleeve: either is right
TAUGHT = {"dress": 3, "longsleeve": PULLOVER_OR_SHIRT, "outwear": 4, "pants": 1, "shirt": 6, "t-shirt": 0}


def find_photos(split: str, data_root: str | Path | None = None) -> dict[str, list[Path]]:
    """The files of each kind, sorted.

    Args:
        split: "train" or "validation".
        data_root: Folder that holds `clothes-photos/`; else LOOM_DATA, else `data/` beside the project.

    Raises:
        DataError: If there is no such folder.
        ValueError: If the split is another word.
    """
    if split not in ("train", "validation"):
        raise ValueError(f'split must be "train" or "validation", got {split!r}')
    roots = [Path(root).expanduser() for root in (data_root, os.environ.get("LOOM_DATA"), DATA) if root]
    folder = next((root / FOLDER / split for root in roots if (root / FOLDER / split).is_dir()), None)
    if folder is None:
        raise DataError(
            f"No folder {FOLDER}/{split} in {', '.join(map(str, roots))}. The photos do not ship: get the "
            "public-domain clothing-dataset-small and put it there, or name the folder that holds it with --data-root "
            "or LOOM_DATA."
        )
    return {path.name: sorted(path.glob("*.jpg")) for path in sorted(folder.iterdir()) if path.is_dir()}


def read_photos(files: list[Path], use: Callable[[ClothesPhoto, int], np.ndarray]) -> list[np.ndarray]:
    """What a function makes of every photo and its number, several at a time: OpenCV lets go of Python's lock."""

    def one(number: int) -> np.ndarray:
        return use(read_clothes(files[number].read_bytes()), number)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return list(pool.map(one, range(len(files))))


def load_photos(split: str, data_root: str | Path | None = None, kinds: tuple[str, ...] = tuple(KINDS)) -> ImageSet:
    """Every photo of some kinds, cut out and made 28x28; its label is the number of its kind, `classes` their names.

    Raises:
        DataError: If the photos are missing.
    """
    found = find_photos(split, data_root)
    files = [(path, k) for k, kind in enumerate(kinds) for path in found.get(kind, [])]
    pixels = read_photos([path for path, _ in files], lambda photo, _: photo.pixels)
    return _image_set(pixels, [k for _, k in files], kinds, split)


def load_taught_photos(data_root: str | Path | None = None, a_kind: int = 6000, strange: int = 6000) -> ImageSet:
    """The training photos in many versions each, labelled as in TAUGHT, and pictures of none of the classes.

    Args:
        a_kind: Images of each kind of KINDS, so that all weigh the same.
        strange: Images labelled STRANGE: photos of STRANGE_KINDS, and half as many again of bare grounds and noise.
    """
    found = find_photos("train", data_root)
    pixels, labels = [], []
    groups = {kind: (found.get(kind, []), a_kind, TAUGHT[kind]) for kind in KINDS}
    groups["strange"] = ([path for kind in STRANGE_KINDS for path in found.get(kind, [])], strange, STRANGE)
    for files, count, label in groups.values():
        versions = max(1, round(count / max(len(files), 1)))
        versions_by_photo = read_photos(
            files, lambda photo, number, versions=versions: _versions(photo, number, versions)
        )
        pixels += [image for stack in versions_by_photo for image in stack]
        labels += [label] * sum(map(len, versions_by_photo))
    grounds = [path for files in found.values() for path in files][: strange // 2]
    pixels += read_photos(grounds, _ground)
    labels += [STRANGE] * len(grounds)
    return _image_set(pixels, labels, FASHION_CLASSES, "train")


def _image_set(pixels: list[np.ndarray], labels: list[int], classes: tuple[str, ...], split: str) -> ImageSet:
    if not pixels:
        raise DataError(f"{FOLDER}/{split} holds no photo of {', '.join(classes)}.")
    images = torch.from_numpy(np.stack(pixels)).unsqueeze(1)
    return ImageSet(images, torch.tensor(labels), torch.arange(len(labels)), classes, SOURCE | {"split": split})


def _versions(photo: ClothesPhoto, seed: int, count: int) -> np.ndarray:
    """The photo as the stages make it, then turned, stretched, cut a little wider or closer, lighter or darker."""
    rng = np.random.default_rng(seed)
    return np.stack([photo.pixels] + [changed(photo, rng) for _ in range(count - 1)])


def changed(photo: ClothesPhoto, rng: np.random.Generator) -> np.ndarray:
    """A photo as it might have been taken and cut out another time: uint8, shape (28, 28)."""
    grey, mask = photo.stages["negative"], photo.mask.astype(np.uint8)
    h, w = mask.shape
    side = 2 * max(h, w)
    turn, shear = np.deg2rad(rng.normal(0, 9)), rng.normal(0, 0.06)
    stretch = np.diag(np.exp(rng.normal(0, 0.09, 2)))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    A = rotation @ np.array([[1, shear], [0, 1]]) @ stretch
    matrix = np.column_stack([A, side / 2 - A @ (w / 2, h / 2)])
    if rng.random() < 0.5:
        matrix[0] = [-matrix[0, 0], -matrix[0, 1], side - matrix[0, 2]]
    kernel = np.ones((3, 3), np.uint8)
    mask = (lambda m: m, lambda m: cv2.erode(m, kernel), lambda m: cv2.erode(m, kernel, iterations=2))[rng.integers(3)](
        mask
    )
    mask = cv2.warpAffine(mask, matrix, (side, side)) > 0
    if mask.sum() < 50:
        return photo.pixels
    light = cv2.warpAffine(grey, matrix, (side, side)).astype(np.float32) / 255
    light = light ** np.exp(rng.normal(0, 0.25)) * np.exp(rng.normal(0, 0.12))
    if rng.random() < 0.1:
        light = light[mask].max() + light[mask].min() - light  # as if it had not been negated
    trimmed = trim_to(np.where(mask, (light * 255).clip(0, 255), 0).astype(np.uint8), mask)
    return fit_square(trimmed, SIZE, True, SHARPEN if rng.random() < 0.7 else 0)


def _ground(photo: ClothesPhoto, seed: int) -> np.ndarray:
    """A picture of no clothes: a piece of bare ground or cloth from a corner of a photo, or noise."""
    rng = np.random.default_rng(seed)
    if rng.random() < 0.25:
        noise = rng.normal(rng.uniform(40, 200), rng.uniform(20, 90), (SIZE, SIZE)).astype(np.float32)
        blur = rng.choice([0, 1, 2, 4])
        return (cv2.GaussianBlur(noise, (0, 0), float(blur)) if blur else noise).clip(0, 255).astype(np.uint8)
    grey = cv2.cvtColor(photo.stages["upright"], cv2.COLOR_RGB2GRAY)
    h, w = grey.shape
    height, width = int(h * rng.uniform(0.15, 0.5)), int(w * rng.uniform(0.15, 0.5))
    top, left = rng.integers(0, h - height + 1), rng.integers(0, w - width + 1)
    piece = grey[top : top + height, left : left + width]
    return fit_square(piece if rng.random() < 0.5 else 255 - piece, SIZE, bool(rng.random() < 0.7))
