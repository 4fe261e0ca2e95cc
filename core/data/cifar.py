"""CIFAR-10, small colour photographs of ten kinds of things, from its binary version: no pickle is read."""

from pathlib import Path

import numpy as np
import torch

from core.data.files import check_split, find_folder
from core.data.image_set import DataError, ImageSet
from core.data.registry import register_dataset

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SOURCE = {
    "name": "CIFAR-10",
    "source": "https://www.cs.toronto.edu/~kriz/cifar.html",
    "licence": "none stated; (c) Alex Krizhevsky, Vinod Nair and Geoffrey Hinton",
}
FOLDER = "cifar-10-batches-bin"
FILES = {"train": [f"data_batch_{i}.bin" for i in range(1, 6)], "test": ["test_batch.bin"]}
ARCHIVE = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
MD5 = "c32a1d4ab5d03f1284b67883e8d87530"  # of the archive, as its page gives it
SHAPE = (3, 32, 32)
RECORD = 1 + 3 * 32 * 32  # bytes: a label, then the red, green and blue values


@register_dataset(
    "cifar-10", title=SOURCE["name"], classes=CLASSES, image_shape=SHAPE, licence=SOURCE["licence"],
    source=SOURCE["source"],
)  # fmt: skip
def load_cifar(split: str, data_root: str | Path | None = None) -> ImageSet:
    """CIFAR-10: 50,000 images of 32x32 pixels to train on or 10,000 to test on.

    Args:
        split: "train" or "test".
        data_root: Folder that holds `cifar-10-batches-bin/`, or that folder.

    Raises:
        DataError: If a file is missing and cannot be downloaded, or is damaged.
        ValueError: If the split is another word.

    Source: Learning Multiple Layers of Features from Tiny Images, 2009.
    """
    check_split(split)
    folder = find_folder(SOURCE["name"], data_root, (FOLDER,), "*_batch*.bin", _download)
    records = np.concatenate([_read(folder / name) for name in FILES[split]])  # (N, RECORD)
    images = torch.from_numpy(records[:, 1:].reshape(-1, *SHAPE))
    labels = torch.from_numpy(records[:, 0]).long()
    return ImageSet(images, labels, torch.arange(len(images)), CLASSES, SOURCE | {"split": split})


def _read(path: Path) -> np.ndarray:
    if not path.is_file():
        raise DataError(f"{path} is missing. Unpack the binary version of CIFAR-10 there, or delete the folder.")
    values = np.fromfile(path, np.uint8)
    if not values.size or values.size % RECORD or values[::RECORD].max() >= len(CLASSES):
        raise DataError(f"{path} is damaged: it is not made of a label and 32x32 pixels in colour, again and again.")
    return values.reshape(-1, RECORD)


def _download(root: Path) -> None:
    from torchvision.datasets.utils import download_and_extract_archive  # takes a second to import

    download_and_extract_archive(ARCHIVE, str(root), md5=MD5, remove_finished=True)
