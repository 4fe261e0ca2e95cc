"""A folder of pictures as a dataset, `folder:PATH`: of any size and format, one folder a class, or without classes.

Which side of the split a picture is on follows from its pixels alone: it stays there when others come or go, when it
is renamed, and on every machine. Of pictures that are the same one counts.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch

from core.data.files import check_split
from core.data.folder_index import FolderIndex, Picture, index_folder
from core.data.folder_options import FILE, FolderOptions, read_options
from core.data.image_set import DataError, ImageSet
from core.data.registry import Dataset, name_classes, register_collection

HELD_OUT = 0.2  # share of the pictures that models are measured on
FEWEST = 10  # pictures
NAMED = 5  # files that an error names


@register_collection("folder")
def folder_dataset(path: str) -> Dataset:
    """The pictures of a folder: those of each folder in it are a class; without folders there are no classes.

    Args:
        path: Of the folder. A `dataset.toml` in it may give a title, a licence, names of classes, and how to fit.

    Raises:
        DataError: If there is no such folder, or it holds too few pictures, too many classes, or a `dataset.toml` that
            cannot be used.
    """
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder. Write folder:PATH, where PATH holds pictures.")
    options = read_options(folder)
    index = index_folder(folder, options)
    title = options.title or readable(folder.resolve().name)
    grey = f" Write colour = false into {FILE} to read all in grey."
    return dataset_of_index(index, options, f"folder:{path}", str(folder), title, grey)


def dataset_of_index(
    index: FolderIndex, options: FolderOptions, name: str, place: str, title: str, advice: str = ""
) -> Dataset:
    """Pictures that were read as a dataset.

    Args:
        name: The dataset's.
        place: Where the pictures lie, as errors call it.
        title: What the dataset is called.
        advice: What to do if some of the pictures are grey and others in colour.

    Raises:
        DataError: If there are too few pictures, too many classes, or options that do not fit.
    """
    notes = [f"{picture.path} was left out: {picture.problem}." for picture in index.pictures if picture.problem]
    rows = _each_once(index.pictures, notes)
    if len(rows) < FEWEST:
        count = f"{len(rows)} picture{'s' if len(rows) != 1 else ''}"
        raise DataError(
            " ".join([f"{place} holds {count} that can be used; at least {FEWEST} are needed.", *notes[:NAMED]])
        )
    class_folders = sort_classes({class_folder(index.pictures[row].path) for row in rows}, options)
    names = _class_names(class_folders, options, place)
    variant = _variant(index, rows, options, notes, advice)
    channels, side = variant
    source = {"name": title, "source": options.source or f"the folder {title}", "licence": options.licence}
    pictures = _FolderPictures(index, rows, variant, class_folders, names, source)
    notes += pictures.lacking()
    return Dataset(
        name, title, name_classes(names), (channels, side, side), options.licence, source["source"], pictures.load,
        notes=tuple(notes),
    )  # fmt: skip


def is_held_out(digest: str) -> bool:
    """Whether the picture of these pixels, a SHA-256 in hexadecimal digits, is one to measure on."""
    return int(digest[:8], 16) < HELD_OUT * 2**32


@dataclass(frozen=True)
class _FolderPictures:
    """The pictures that can be used."""

    index: FolderIndex
    rows: list[int]  # of the index
    variant: tuple[int, int]
    class_folders: list[str]
    names: tuple[str, ...]
    source: dict[str, str]

    def load(self, split: str, data_root: str | None = None) -> ImageSet:
        """One side of the split, in the order of the digests: at random, and the same everywhere."""
        check_split(split)
        rows = self.side(split)
        images = torch.from_numpy(self.index.pixels[self.variant])[rows]
        labels = torch.tensor([self.label(row) for row in rows])
        source = self.source | {"split": f"{split}: {len(rows)} of {len(self.rows)} pictures, by their hash"}
        return ImageSet(images, labels, torch.tensor(rows), self.names, source)

    def side(self, split: str) -> list[int]:
        """Rows of the pictures on one side; where all would be on the other, the nearest one is."""
        order = sorted(self.rows, key=lambda row: self.index.pictures[row].digest)
        held = sum(is_held_out(self.index.pictures[row].digest) for row in order)
        held = min(max(held, 1), len(order) - 1)  # the digests are sorted: those held out come first
        return order[:held] if split == "test" else order[held:]

    def label(self, row: int) -> int:
        """The class of a picture; 0 without classes."""
        return self.class_folders.index(class_folder(self.index.pictures[row].path))

    def lacking(self) -> list[str]:
        """A sentence about every class that has no picture on one of the sides."""
        sides = {"train": "learn", "test": "measure"}
        labels = {split: {self.label(row) for row in self.side(split)} for split in sides}
        return [
            f"{name} has no picture to {verb} on: add some."
            for i, name in enumerate(self.names)
            for split, verb in sides.items()
            if i not in labels[split]
        ]


def class_folder(path: str) -> str:
    """The first folder of a picture's path, however its accents are composed; none for a picture beside the folders."""
    first, slash, _ = path.partition("/")
    return unicodedata.normalize("NFC", first) if slash else ""


def sort_classes(folders: Iterable[str], options: FolderOptions) -> list[str]:
    """The folders of the classes in the order of their labels: by name, or as `dataset.toml` has them if it has all."""
    by_name = sorted(folders, key=_natural)
    named = [folder for folder in options.classes if folder in by_name]
    return named if len(named) == len(by_name) else by_name


def _natural(name: str) -> list[str | int]:
    """A key that sorts "class 9" before "class 10"."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def _each_once(pictures: list[Picture], notes: list[str]) -> list[int]:
    """Rows of the pictures that can be used, the first of those that are the same."""
    first: dict[str, int] = {}
    copies = Counter()
    for row, picture in enumerate(pictures):
        if not picture.digest:
            continue
        original = pictures[first.setdefault(picture.digest, row)]
        copies["all"] += original is not picture
        if class_folder(original.path) != class_folder(picture.path):
            notes.append(f"{picture.path} was left out: it is the same picture as {original.path}, of another class.")
    if copies["all"]:
        notes.append(f"{copies['all']} pictures are copies of others: each picture counts once.")
    return list(first.values())


def _class_names(class_folders: list[str], options: FolderOptions, place: str) -> tuple[str, ...]:
    if unknown := sorted(set(options.classes) - set(class_folders)):
        raise DataError(f"{place}/{FILE} names {', '.join(unknown)}, and there is no such folder with pictures.")
    if class_folders == [""]:
        return ()
    if "" in class_folders:
        raise DataError(
            f"{place} holds pictures and folders of pictures. Put every picture into the folder of its class, or all "
            "of them into one folder."
        )
    return tuple(class_name(name, options) for name in class_folders)


def class_name(folder: str, options: FolderOptions) -> str:
    """What the class of a folder is called."""
    return options.classes.get(folder, readable(folder))


def readable(name: str) -> str:
    """A folder's name without what cannot be shown."""
    text = name.encode("utf-8", "replace").decode()
    return "".join(letter for letter in text if letter.isprintable()) or "?"


def _variant(
    index: FolderIndex, rows: list[int], options: FolderOptions, notes: list[str], advice: str
) -> tuple[int, int]:
    """Channels and side of the images: in colour if any picture is, unless the options decide."""
    if len(options.variants) == 1:
        return options.variants[0]
    coloured = sum(index.pictures[row].coloured for row in rows)
    if 0 < coloured < len(rows):
        notes.append(
            f"{len(rows) - coloured} of {len(rows)} pictures are grey, the others in colour: all are read in colour."
            f"{advice}"
        )
    grey, colour = options.variants
    return colour if coloured else grey
