"""Fashion-MNIST, whole or the parts that ship.

It is looked for in a folder you name, then where Debian's package `dataset-fashion-mnist` puts it, then
downloaded by torchvision. The demo needs none of these: 1,000 real test images ship in `weights/`, and 10,000 real
training images to train on live.
"""

import hashlib
import io
import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError, safe_open
from torch import Tensor

from core.checkpoint import WEIGHTS
from core.data.files import check_split, read_idx_pair
from core.data.image_set import DataError, ImageSet
from core.data.registry import register_dataset

FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
FASHION_SOURCE = {
    "name": "Fashion-MNIST",
    "source": "https://github.com/zalandoresearch/fashion-mnist",
    "licence": "MIT, (c) 2017 Zalando SE",
}
DEBIAN_FASHION = Path("/usr/share/datasets/fashion-mnist")
DOWNLOAD_FASHION = Path.home() / ".cache" / "latent-loom"
FASHION_SAMPLE = WEIGHTS / "fashion-mnist-sample.safetensors"
FASHION_TRAINING = WEIGHTS / "fashion-mnist-training.safetensors"
SHEET_COLUMNS = 100  # images in a row of the training sheet, a lossless WebP
CLASSIFIER = "classifier-resnet"  # in whose features generated clothes are compared with real ones


@register_dataset(
    "fashion-mnist", title=FASHION_SOURCE["name"], classes=FASHION_CLASSES, image_shape=(1, 28, 28),
    licence=FASHION_SOURCE["licence"], source=FASHION_SOURCE["source"], load_sample=lambda: load_fashion_sample(),
    classifier=CLASSIFIER,
)  # fmt: skip
def load_fashion_mnist(split: str, data_root: str | Path | None = None) -> ImageSet:
    """Fashion-MNIST, 28x28 grey: 60,000 images to train on or 10,000 to test on.

    Args:
        split: "train" or "test".
        data_root: Folder of the IDX files, plain or gzipped, or torchvision's root above them. The environment
            variable LOOM_DATA stands in for it.

    Raises:
        DataError: If a file is missing and cannot be downloaded, or does not hold what its name promises.
        ValueError: If the split is another word.

    Source: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms, 2017, arXiv:1708.07747.
    """
    check_split(split)
    folder = _find_fashion_folder(data_root or os.environ.get("LOOM_DATA"))
    prefix = "train" if split == "train" else "t10k"
    images, labels = read_idx_pair(folder, prefix, len(FASHION_CLASSES), _FIX_FASHION)
    return _fashion(images, labels, torch.arange(len(images)), split)


def load_fashion_sample(path: Path = FASHION_SAMPLE) -> ImageSet:
    """The 1,000 real test images that ship with the project: 100 of each class, ordered by class.

    Raises:
        DataError: If the file is missing or altered.
    """
    tensors = _read_shipped(path, ("images", "labels", "index"))
    return _shipped(tensors["images"], tensors, "test, 100 images a class")


def load_fashion_training(path: Path = FASHION_TRAINING) -> ImageSet:
    """The 10,000 real training images that ship with the project: 1,000 of each class, ordered by class.

    Raises:
        DataError: If the file is missing or altered.
    """
    tensors = _read_shipped(path, ("sheet", "labels", "index"))
    with Image.open(io.BytesIO(tensors["sheet"].numpy().tobytes())) as sheet:
        pixels = np.asarray(sheet.convert("L"))
    rows = pixels.shape[0] // 28
    tiles = pixels.reshape(rows, 28, SHEET_COLUMNS, 28).swapaxes(1, 2).reshape(-1, 1, 28, 28)
    return _shipped(torch.from_numpy(tiles.copy()), tensors, "train, 1,000 images a class")


def _read_shipped(path: Path, names: tuple[str, ...]) -> dict[str, Tensor]:
    """The tensors of a file of images that ships, once its hash is that of its bytes in the order of the names."""
    if not path.is_file():
        raise DataError(f"{path} is missing: it ships with the repository; get it back with `git checkout -- weights`")
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in names}
            digest = file.metadata()["sha256"]
    except (SafetensorError, KeyError, TypeError) as error:
        raise DataError(f"{path} is damaged ({error}); get it back with `git checkout -- weights`") from error
    if hashlib.sha256(b"".join(t.numpy().tobytes() for t in tensors.values())).hexdigest() != digest:
        raise DataError(f"{path} was altered: its hash differs; get it back with `git checkout -- weights`")
    return tensors


def _shipped(images: Tensor, tensors: dict[str, Tensor], split: str) -> ImageSet:
    return _fashion(images, tensors["labels"].long(), tensors["index"].long(), split)


def _fashion(images: Tensor, labels: Tensor, index: Tensor, split: str) -> ImageSet:
    return ImageSet(images, labels, index, FASHION_CLASSES, FASHION_SOURCE | {"split": split}, classifier=CLASSIFIER)


_FIX_FASHION = (
    "Get the files with `apt-get install dataset-fashion-mnist`, or let torchvision download them by leaving "
    "--data-root and LOOM_DATA unset, or name the folder that holds them with --data-root."
)


def _find_fashion_folder(data_root: str | Path | None) -> Path:
    if data_root is not None:
        root = Path(data_root).expanduser()
        for folder in (root, root / "FashionMNIST" / "raw", root / "fashion-mnist"):
            if any(folder.glob("*-idx?-ubyte*")):
                return folder
        raise DataError(f"No Fashion-MNIST files (train-images-idx3-ubyte[.gz], ...) in {root}. {_FIX_FASHION}")
    if any(DEBIAN_FASHION.glob("*-idx?-ubyte*")):
        return DEBIAN_FASHION
    return _download_fashion(DOWNLOAD_FASHION)


def _download_fashion(root: Path) -> Path:
    from torchvision.datasets import (
        FashionMNIST,
    )  # takes a second to import, and most machines never come here

    try:
        FashionMNIST(str(root), download=True)
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"Fashion-MNIST is neither in {DEBIAN_FASHION} nor could it be downloaded to {root} ({error}). "
            f"{_FIX_FASHION}"
        ) from error
    return root / "FashionMNIST" / "raw"
