"""Face datasets, which never leave the machine they are on: LFW photographs, the course's 1,000 small ones, attributes.

LFW is research data without a stated licence, so nothing of it ships; get it where torchvision's LFW page says and put
it into `data/` beside this project, or name the folder that holds it with --data-root or LOOM_DATA:

    lfw-deepfunneled/PERSON/PERSON_0001.jpg      13,233 photographs, 250x250
    lfw-simplified/X_train.npy                   bytes, (1000, 3, 32, 32): the array of the course
    lfw-attributes/attributes.csv                probability of each attribute, one photograph a row
"""

import csv
import math
import os
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from core.data.face_photos import TIGHT
from core.data.files import check_split
from core.data.image_set import DataError, ImageSet
from core.data.registry import register_dataset

DATA = Path(__file__).resolve().parents[2] / "data"
SOURCE = {
    "name": "Labeled Faces in the Wild, deep-funneled",
    "source": "http://vis-www.cs.umass.edu/lfw/",
    "licence": "none stated; research use; not shipped",
}
HELD_OUT = 0.1  # share of the people whose photographs are the test set
ATTRIBUTES = ("Smiling", "Eyeglasses", "Mouth_Slightly_Open", "Wearing_Hat", "Gray_Hair", "Bald")
UNJUDGED = 0.05  # share of the photographs that the table may lack; as published it lacks 289 of 13,233
COURSE_TEST = 200  # of the course's 1,000 images


@register_dataset(
    "lfw", title=SOURCE["name"], image_shape=(3, 128, 128), licence=SOURCE["licence"], source=SOURCE["source"]
)
@lru_cache(maxsize=1)  # 650 MB, and half a minute to read
def load_lfw(split: str, data_root: str | Path | None = None) -> ImageSet:
    """LFW faces cropped to 128x128, in colour; a tenth of the people, with all their photographs, are the test set.

    Args:
        split: "train" or "test".
        data_root: Folder that holds `lfw-deepfunneled/`; else LOOM_DATA, else `data/` beside the project.

    Returns:
        Photographs whose label is the person's number, in the order of the file names, and the probabilities of
        ATTRIBUTES as a classifier of another project predicted them; NaN for the few without a prediction.

    Raises:
        DataError: If the photographs are missing, or one is damaged or not 250x250.
        ValueError: If the split is another word.
    """
    from torchvision.datasets import ImageFolder  # takes a second to import

    check_split(split)
    folder = _find("lfw-deepfunneled", data_root)
    try:
        photos = ImageFolder(str(folder))
    except FileNotFoundError as error:
        raise DataError(f"{folder} has no folders of people with photographs ({error}). {_FIX}") from error
    test = _test_people(len(photos.classes))
    chosen = [i for i, person in enumerate(photos.targets) if (person in test) == (split == "test")]
    images = np.stack([_crop(Path(photos.imgs[i][0])) for i in tqdm(chosen, "reading faces", leave=False)])
    return ImageSet(
        images=torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(),
        labels=torch.tensor(photos.targets)[chosen],
        index=torch.tensor(chosen),
        classes=(),
        source=SOURCE | {"split": f"{split}: {len(chosen)} photographs; no person is in both parts"},
        attributes=_read_attributes(data_root, [Path(photos.imgs[i][0]).name for i in chosen]),
    )


def held_out_photos(data_root: str | Path | None = None) -> list[Path]:
    """The whole photographs, 250x250, of the people held out, sorted.

    Raises:
        DataError: If there are none.
    """
    folder = _find("lfw-deepfunneled", data_root)
    people = sorted(path for path in folder.iterdir() if path.is_dir())
    test = _test_people(len(people))
    return [photo for k, person in enumerate(people) if k in test for photo in sorted(person.glob("*.jpg"))]


@cache
def load_course_faces(split: str, side: int = 32, data_root: str | Path | None = None) -> ImageSet:
    """The course's 1,000 faces: 800 drawn at random to train on, 200 to test on.

    Args:
        split: "train" or "test".
        side: Height and width they are resized to, bilinearly.
        data_root: Folder that holds `lfw-simplified/`; else LOOM_DATA, else `data/` beside the project.

    Raises:
        DataError: If the array is missing, damaged or of another shape.
        ValueError: If the split is another word.
    """
    check_split(split)
    path = _find("lfw-simplified", data_root) / "X_train.npy"
    try:
        pixels = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path} cannot be read ({error}). {_FIX}") from error
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != (3, 32, 32):
        raise DataError(f"{path}: expected bytes (n, 3, 32, 32), found {pixels.dtype} {pixels.shape}. {_FIX}")
    images = torch.from_numpy(pixels)
    if side != 32:
        images = F.interpolate(images.float(), size=(side, side), mode="bilinear").round().byte()
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    chosen = order[:COURSE_TEST] if split == "test" else order[COURSE_TEST:]
    source = SOURCE | {"split": f"{split}: {len(chosen)} of the course's 1,000 small images"}
    return ImageSet(images[chosen], torch.zeros(len(chosen), dtype=torch.long), chosen, (), source)


@register_dataset(
    "lfw-small", title="Labeled Faces in the Wild, 1,000 small ones", image_shape=(3, 32, 32),
    licence=SOURCE["licence"], source=SOURCE["source"],
)  # fmt: skip
def load_small_faces(split: str, data_root: str | Path | None = None) -> ImageSet:
    """The course's 1,000 faces at their own size, 32x32; as load_course_faces()."""
    return load_course_faces(split, 32, data_root)


_FIX = (
    "The faces do not ship: get them as torchvision's page on LFWPeople says, and put them into data/ beside the "
    "project, or name the folder that holds them with --data-root or LOOM_DATA."
)


def _find(name: str, data_root: str | Path | None) -> Path:
    roots = [Path(root).expanduser() for root in (data_root, os.environ.get("LOOM_DATA"), DATA) if root]
    for root in roots:
        if (root / name).is_dir():
            return root / name
    raise DataError(f"No folder {name} in {', '.join(map(str, roots))}. {_FIX}")


def _test_people(count: int) -> set[int]:
    order = torch.randperm(count, generator=torch.Generator().manual_seed(0))
    return set(order[: round(HELD_OUT * count)].tolist())


def _read_attributes(data_root: str | Path | None, photos: list[str]) -> Tensor:
    path = _find("lfw-attributes", data_root) / "attributes.csv"
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = {row["image"]: [float(row[name]) for name in ATTRIBUTES] for row in csv.DictReader(file)}
        found = torch.tensor([rows.get(name, [math.nan] * len(ATTRIBUTES)) for name in photos])
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). {_FIX}") from error
    except KeyError as error:
        raise DataError(f"{path} has no column {error}. {_FIX}") from error
    except (ValueError, TypeError) as error:
        raise DataError(f"{path} is damaged ({error}). {_FIX}") from error
    if (missing := int(found[:, 0].isnan().sum())) > UNJUDGED * len(photos):
        raise DataError(f"{path} has no row for {missing} of {len(photos)} photographs. {_FIX}")
    return found


def _crop(path: Path) -> np.ndarray:
    try:
        with Image.open(path) as photo:
            if photo.size != (250, 250):
                raise DataError(f"{path} is {photo.size[0]}x{photo.size[1]}, expected 250x250. {_FIX}")
            return np.asarray(photo.convert("RGB").crop(TIGHT))
    except (OSError, UnidentifiedImageError, SyntaxError) as error:
        raise DataError(f"{path} is damaged ({error}). {_FIX}") from error
