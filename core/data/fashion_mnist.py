"""Fashion-MNIST, whole or the parts that ship.

It is looked for in a folder you name, then where Debian's package `dataset-fashion-mnist` puts it, then
downloaded by torchvision. The demo needs none of these: 1,000 real test images ship in `weights/`, and 10,000 real
training images to train on live.
"""

import gzip
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
from core.data.image_set import DataError, ImageSet

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
IDX_MAGIC = {1: 0x0801, 3: 0x0803}  # unsigned bytes in 1 (labels) or 3 (images) dimensions


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
    if split not in ("train", "test"):
        raise ValueError(f'split must be "train" or "test", got {split!r}')
    prefix = "train" if split == "train" else "t10k"
    folder = _find_fashion_folder(data_root or os.environ.get("LOOM_DATA"))
    images = _read_idx(folder, f"{prefix}-images-idx3-ubyte", dimensions=3)
    labels = _read_idx(folder, f"{prefix}-labels-idx1-ubyte", dimensions=1)
    if images.shape[1:] != (28, 28) or len(images) != len(labels) or labels.max(initial=0) > 9:
        raise DataError(
            f"{folder}: expected 28x28 images with one label 0..9 each, found images {images.shape} and labels "
            f"{labels.shape} up to {labels.max(initial=0)}. {_FIX_FASHION}"
        )
    return ImageSet(
        images=torch.from_numpy(images).unsqueeze(1),
        labels=torch.from_numpy(labels).long(),
        index=torch.arange(len(images)),
        classes=FASHION_CLASSES,
        source=FASHION_SOURCE | {"split": split},
    )


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
    labels, index = tensors["labels"].long(), tensors["index"].long()
    return ImageSet(images, labels, index, FASHION_CLASSES, FASHION_SOURCE | {"split": split})


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


def _read_idx(folder: Path, name: str, dimensions: int) -> np.ndarray:
    """Unsigned bytes of an IDX file: a big-endian magic number, the sizes, then the values."""
    path = next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)
    if path is None:
        raise DataError(f"{folder / name}[.gz] is missing. {_FIX_FASHION}")
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, ValueError, gzip.zlib.error) as error:
        raise DataError(f"{path} cannot be unpacked ({error}). {_FIX_FASHION}") from error
    size = 4 * (1 + dimensions)
    if len(raw) < size or int.from_bytes(raw[:4], "big") != IDX_MAGIC[dimensions]:
        raise DataError(f"{path} is not an IDX file of {dimensions}-dimensional bytes. {_FIX_FASHION}")
    shape = np.frombuffer(raw[4:size], ">u4").astype(np.int64)
    values = np.frombuffer(raw, np.uint8, offset=size)
    if values.size != shape.prod():
        raise DataError(f"{path} is cut short: {values.size} values, its header promises {shape}. {_FIX_FASHION}")
    return values.reshape(shape).copy()
