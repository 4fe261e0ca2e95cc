"""A folder of pictures as a dataset, `folder:PATH`: of any size and format, one folder a class, or without classes.

Which side of the split a picture is on follows from its pixels alone: it stays there when others come or go, when it
is renamed, and on every machine. Of pictures that are the same one counts.
"""

import re
import unicodedata
from collections import Counter
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
    notes = [f"{picture.path} was left out: {picture.problem}." for picture in index.pictures if picture.problem]
    rows = _each_once(index.pictures, notes)
    if len(rows) < FEWEST:
        count = f"{len(rows)} picture{'s' if len(rows) != 1 else ''}"
        raise DataError(
            " ".join([f"{folder} holds {count} that can be used; at least {FEWEST} are needed.", *notes[:NAMED]])
        )
    class_folders = sorted({_class_folder(index.pictures[row]) for row in rows}, key=_natural)
    names = _class_names(class_folders, options, folder)
    variant = _variant(index, rows, options, notes)
    channels, side = variant
    pictures = _FolderPictures(index, rows, variant, class_folders, names, _source(folder, options))
    notes += pictures.lacking()
    return Dataset(
        f"folder:{path}", pictures.source["name"], name_classes(names), (channels, side, side),
        options.licence, pictures.source["source"], pictures.load, notes=tuple(notes),
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
        return self.class_folders.index(_class_folder(self.index.pictures[row]))

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


def _class_folder(picture: Picture) -> str:
    """The first folder of a picture's path, however its accents are composed; none for a picture beside the folders."""
    first, slash, _ = picture.path.partition("/")
    return unicodedata.normalize("NFC", first) if slash else ""


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
        if _class_folder(original) != _class_folder(picture):
            notes.append(f"{picture.path} was left out: it is the same picture as {original.path}, of another class.")
    if copies["all"]:
        notes.append(f"{copies['all']} pictures are copies of others: each picture counts once.")
    return list(first.values())


def _class_names(class_folders: list[str], options: FolderOptions, folder: Path) -> tuple[str, ...]:
    if unknown := sorted(set(options.classes) - set(class_folders)):
        raise DataError(f"{folder / FILE} names {', '.join(unknown)}, and there is no such folder with pictures.")
    if class_folders == [""]:
        return ()
    if "" in class_folders:
        raise DataError(
            f"{folder} holds pictures and folders of pictures. Put every picture into the folder of its class, or all "
            "of them into one folder."
        )
    return tuple(options.classes.get(name, _readable(name)) for name in class_folders)


def _readable(name: str) -> str:
    """A folder's name without what cannot be shown."""
    text = name.encode("utf-8", "replace").decode()
    return "".join(letter for letter in text if letter.isprintable()) or "?"


def _variant(index: FolderIndex, rows: list[int], options: FolderOptions, notes: list[str]) -> tuple[int, int]:
    """Channels and side of the images: in colour if any picture is, unless the options decide."""
    if len(options.variants) == 1:
        return options.variants[0]
    coloured = sum(index.pictures[row].coloured for row in rows)
    if 0 < coloured < len(rows):
        notes.append(
            f"{len(rows) - coloured} of {len(rows)} pictures are grey, the others in colour: all are read in colour. "
            f"Write colour = false into {FILE} to read all in grey."
        )
    grey, colour = options.variants
    return colour if coloured else grey


def _source(folder: Path, options: FolderOptions) -> dict[str, str]:
    name = options.title or _readable(folder.resolve().name)
    return {"name": name, "source": options.source or f"the folder {name}", "licence": options.licence}
