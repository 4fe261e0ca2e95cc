"""Handwriting in the format of MNIST: digits, Japanese characters and Latin letters, 28x28 grey, light on black.

They are looked for in the folder you name (`--data-root` or LOOM_DATA), as torchvision lays them out or in a folder of
the dataset's name, and are otherwise downloaded by torchvision.
"""

from dataclasses import dataclass
from pathlib import Path

import torch

from core.data.files import check_split, find_folder, read_idx_pair
from core.data.image_set import ImageSet
from core.data.registry import register_dataset

DIGITS = tuple("0123456789")
KUZUSHIJI = ("お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo")
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")  # capitals and small letters together
SHAPE = (1, 28, 28)


@dataclass(frozen=True)
class Handwriting:
    """Where the files of a dataset are, and how they are to be read."""

    title: str
    source: str
    licence: str
    classes: tuple[str, ...]
    places: tuple[str, ...]  # below a data root
    downloader: str  # class of torchvision.datasets
    prefixes: tuple[str, str] = ("train", "t10k")  # of the files to train and to test on
    first: int = 0  # label of the first class
    transposed: bool = False  # whether the files hold columns where others hold rows


MNIST = Handwriting(
    "MNIST", "http://yann.lecun.com/exdb/mnist/", "CC BY-SA 3.0, (c) Yann LeCun and Corinna Cortes", DIGITS,
    ("MNIST/raw", "mnist"), "MNIST",
)  # fmt: skip
KMNIST = Handwriting(
    "KMNIST", "https://codh.rois.ac.jp/kmnist/", "CC BY-SA 4.0, KMNIST Dataset, created by CODH", KUZUSHIJI,
    ("KMNIST/raw", "kmnist"), "KMNIST",
)  # fmt: skip
EMNIST_LETTERS = Handwriting(
    "EMNIST Letters", "https://www.nist.gov/itl/products-and-services/emnist-dataset",
    "none stated; derived from NIST Special Database 19", LETTERS, ("EMNIST/raw", "emnist"), "EMNIST",
    ("emnist-letters-train", "emnist-letters-test"), first=1, transposed=True,
)  # fmt: skip


def _known(data: Handwriting) -> dict[str, object]:
    fields = {name: getattr(data, name) for name in ("title", "source", "licence", "classes")}
    return fields | {"image_shape": SHAPE}


@register_dataset("mnist", **_known(MNIST))
def load_mnist(split: str, data_root: str | Path | None = None) -> ImageSet:
    """MNIST: 60,000 handwritten digits to train on or 10,000 to test on.

    Args:
        split: "train" or "test".
        data_root: Folder that holds `MNIST/raw/` or `mnist/`, or one of these.

    Raises:
        DataError: If a file is missing and cannot be downloaded, or does not hold what its name promises.
        ValueError: If the split is another word.

    Source: Gradient-Based Learning Applied to Document Recognition, 1998, doi:10.1109/5.726791.
    """
    return _load(MNIST, split, data_root)


@register_dataset("kmnist", **_known(KMNIST))
def load_kmnist(split: str, data_root: str | Path | None = None) -> ImageSet:
    """Kuzushiji-MNIST: ten characters of old Japanese handwriting, 60,000 images and 10,000; as load_mnist().

    Source: Deep Learning for Classical Japanese Literature, 2018, arXiv:1812.01718.
    """
    return _load(KMNIST, split, data_root)


@register_dataset("emnist-letters", **_known(EMNIST_LETTERS))
def load_emnist_letters(split: str, data_root: str | Path | None = None) -> ImageSet:
    """EMNIST Letters: 124,800 handwritten letters to train on or 20,800 to test on; as load_mnist().

    Source: EMNIST: an extension of MNIST to handwritten letters, 2017, arXiv:1702.05373.
    """
    return _load(EMNIST_LETTERS, split, data_root)


def _load(data: Handwriting, split: str, data_root: str | Path | None) -> ImageSet:
    check_split(split)
    prefix = data.prefixes[split == "test"]
    pattern = f"{data.prefixes[0]}-images-idx3-ubyte*"
    folder = find_folder(data.title, data_root, data.places, pattern, lambda root: _download(data, root))
    fix = f"Delete {folder} to download {data.title} again, or name another folder with --data-root."
    images, labels = read_idx_pair(folder, prefix, len(data.classes), fix, data.first)
    if data.transposed:
        images = images.transpose(2, 3).contiguous()
    source = {"name": data.title, "source": data.source, "licence": data.licence, "split": split}
    return ImageSet(images, labels, torch.arange(len(images)), data.classes, source)


def _download(data: Handwriting, root: Path) -> None:
    from torchvision import datasets  # takes a second to import, and most runs never come here

    options = {"split": "letters"} if data.downloader == "EMNIST" else {}
    getattr(datasets, data.downloader)(str(root), download=True, **options)
