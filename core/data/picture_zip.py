"""A ZIP of pictures from outside, in which folders are classes: read in memory, one file at a time."""

import io
import re
import stat
import time
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from core.data.folder import class_folder, class_name, dataset_of_index, readable, sort_classes
from core.data.folder_index import FolderIndex, Picture, fit_picture, is_coloured, open_picture, read_picture
from core.data.folder_options import FILE, LONGEST, Fit, FolderOptions, parse_options
from core.data.image_set import DataError
from core.data.images import encode
from core.data.photos import ImageError
from core.data.registry import MAX_CLASSES, Dataset
from core.serving.limits import MAX_BYTES, SET_ENTRIES, SET_PICTURES, SET_READING, SET_SIDE, SET_UNPACKED

NAME = "my-pictures"  # of the dataset
TITLE = "my pictures"  # of a set without one
SOURCE = "pictures of a visitor"
_ENTRY = b"PK\x01\x02"  # begins each entry of the list of files
_HIDDEN = ("__macosx", "thumbs.db", "desktop.ini")  # what systems add of their own
_LIST, _READ = (BadZipFile, NotImplementedError, ValueError, EOFError), (BadZipFile, zlib.error, EOFError, ValueError)


@dataclass(frozen=True)
class FoundPictures:
    """What a ZIP holds, as a page collects it."""

    title: str | None
    classes: tuple[str, ...]  # names, in the order of their labels
    pictures: list[tuple[int, bytes]]  # label, -1 in no folder; PNG of a small square
    skipped: list[str]  # a sentence about each file that could not be used


class PictureZip:
    """The files of a ZIP that may be pictures.

    A folder around everything counts as none, and hidden files are passed over.

    Raises:
        DataError: If it is no ZIP, or holds too many files or bytes, or a `dataset.toml` that cannot be used.
    """

    def __init__(self, content: bytes) -> None:
        if len(content) > MAX_BYTES:
            raise DataError(f"The ZIP is {len(content) / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB can be read.")
        if content.count(_ENTRY) > SET_ENTRIES:
            raise DataError(f"The ZIP lists more than {SET_ENTRIES:,} files. Take out what is no picture.")
        try:
            self._zip = ZipFile(io.BytesIO(content))
        except _LIST:
            raise DataError("This is not a ZIP file that can be read. Make it again.") from None
        self.skipped: list[tuple[str, str]] = []  # path, and why
        entries = [(_parts(info.filename), info) for info in self._zip.infolist() if not info.is_dir()]
        files: list[tuple[tuple[str, ...], ZipInfo]] = []
        for parts, info in entries:
            if _is_hidden(parts):
                continue
            if problem := _problem(info):
                self.skipped.append(("/".join(parts), problem))
            else:
                files.append((parts, info))
        around = _wrappers([parts for parts, _ in files if parts[-1] != FILE])
        self.options = self._options(files, around)
        self._pictures = [("/".join(parts[around:]), info) for parts, info in files if parts[-1] != FILE]
        self._check_size()

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Path and content of each file; those that cannot be unpacked, or come too late, are skipped."""
        started = time.thread_time()
        for path, info in self._pictures:
            if time.thread_time() - started > SET_READING:
                self.skipped.append((path, "reading the files before it took too long. Send fewer or smaller ones"))
                continue
            try:
                content = self._read(info)
            except _READ:
                self.skipped.append((path, "it is damaged"))
            else:
                yield path, content

    def _options(self, files: list[tuple[tuple[str, ...], ZipInfo]], around: int) -> FolderOptions:
        """What the `dataset.toml` beside the classes says."""
        found = [info for parts, info in files if len(parts) == around + 1 and parts[-1] == FILE]
        if not found:
            return FolderOptions()
        try:
            return parse_options(self._read(found[0]), FILE)
        except _READ:
            raise DataError(f"{FILE} is damaged. Make the ZIP again.") from None

    def _read(self, info: ZipInfo) -> bytes:
        with self._zip.open(info) as file:
            return file.read(info.file_size)  # never more than the list says, whatever it unpacks to

    def _check_size(self) -> None:
        if len(self._pictures) > SET_PICTURES:
            raise DataError(
                f"The ZIP holds {len(self._pictures):,} files; at most {SET_PICTURES:,} pictures can be used. "
                "Take some away."
            )
        size = sum(info.file_size for _, info in self._pictures)
        if size > SET_UNPACKED:
            raise DataError(
                f"The ZIP unpacks to {size / 1e6:,.0f} MB; at most {SET_UNPACKED / 1e6:.0f} MB can be read. "
                "Make the pictures smaller, or send fewer at once."
            )


def collect_pictures(content: bytes, fit: Fit = "crop") -> FoundPictures:
    """The pictures of a ZIP as a page collects them: small squares.

    Args:
        content: The ZIP.
        fit: How they become squares, unless the ZIP's own `dataset.toml` says it.

    Raises:
        DataError: If it is no ZIP, holds too much, too many classes, or a `dataset.toml` that cannot be used.
    """
    archive = PictureZip(content)
    options = archive.options
    if "fit" in options.model_fields_set:
        fit = options.fit
    found = []
    for path, picture in archive:
        try:
            found.append((class_folder(path), small_square(picture, fit)))
        except ImageError as error:
            archive.skipped.append((path, str(error).rstrip(".")))
    folders = sort_classes({folder for folder, _ in found if folder}, options)
    if len(folders) > MAX_CLASSES:
        raise DataError(
            f"The ZIP holds {len(folders)} classes, and at most {MAX_CLASSES} can be told apart in a chart. "
            "Join some of its folders."
        )
    return FoundPictures(
        options.title,
        tuple(class_name(folder, options).strip()[:LONGEST] or "?" for folder in folders),
        [(folders.index(folder) if folder else -1, png) for folder, png in found],
        [f"{readable(path)} was left out: {reason[:1].lower()}{reason[1:]}." for path, reason in archive.skipped],
    )


def small_square(content: bytes, fit: Fit = "crop") -> bytes:
    """A picture file as a PNG, a square of at most SET_SIDE pixels, in grey where it has no colour.

    Raises:
        ImageError: If it is no picture that can be used.
    """
    photo = open_picture(content)
    side = min(SET_SIDE, *photo.size)
    channels = 3 if is_coloured(photo) and fit != "cut_out" else 1
    pixels = fit_picture(photo, content, (channels, side), fit)
    return encode(pixels[0] if channels == 1 else np.ascontiguousarray(pixels.transpose(1, 2, 0)), "PNG")


def zip_dataset(content: bytes) -> Dataset:
    """The pictures of a ZIP as a dataset, split and named as those of a folder are.

    Its sample holds every picture.

    Raises:
        DataError: If it cannot be used.
    """
    archive = PictureZip(content)
    read = [read_picture(Picture(path, len(data), 0), data, archive.options) for path, data in archive]
    pictures = [picture for picture, _ in read] + [Picture(path, 0, 0, problem=why) for path, why in archive.skipped]
    pixels = {
        variant: np.stack([images.get(variant, _blank(variant)) for _, images in read] or [_blank(variant)])
        for variant in archive.options.variants
    }
    folders = {class_folder(picture.path) for picture in pictures if picture.digest}
    classes = {folder: name for folder, name in archive.options.classes.items() if folder in folders}
    options = archive.options.model_copy(update={"classes": classes, "source": archive.options.source or SOURCE})
    return dataset_of_index(FolderIndex(pictures, pixels), options, NAME, "The set", options.title or TITLE)


def _blank(variant: tuple[int, int]) -> np.ndarray:
    channels, side = variant
    return np.zeros((channels, side, side), np.uint8)


def _parts(name: str) -> tuple[str, ...]:
    """A path's folders and name, however accents are composed; "/" first stands for the root."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/"))
    root = ("/",) if text.startswith("/") or re.match("[A-Za-z]:", text) else ()
    return root + tuple(part for part in text.split("/") if part not in ("", "."))


def _is_hidden(parts: tuple[str, ...]) -> bool:
    return not parts or any(
        (part.startswith(".") and part != "..") or part.lower() in _HIDDEN for part in parts if part != "/"
    )


def _wrappers(paths: list[tuple[str, ...]]) -> int:
    """How many folders lie around all the others."""
    depth = 0
    while paths and all(len(path) >= depth + 3 and path[: depth + 1] == paths[0][: depth + 1] for path in paths):
        depth += 1
    return depth


def _problem(info: ZipInfo) -> str:
    """Why a file is not unpacked; empty if it can be."""
    parts = _parts(info.filename)
    if "/" in parts or ".." in parts:
        return "its path leads out of the ZIP's folder"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link"
    if info.flag_bits & 1:
        return "it is encrypted"
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "it is packed in an unusual way: make the ZIP again with your system's own command"
    if info.file_size > MAX_BYTES:
        return f"it is {info.file_size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB can be read"
    return ""
