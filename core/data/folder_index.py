"""The pictures of a folder: found, read once, and remembered in a cache until a file or an option changes."""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from tqdm import tqdm

from core.checkpoint import CheckpointError, write_atomically
from core.data.files import cache_folder
from core.data.folder_options import Fit, FolderOptions
from core.data.image_set import DataError
from core.data.photos import GREY, ImageError, read_clothes, read_photo
from core.serving.limits import MAX_BYTES

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif"}
)  # fmt: skip
ENOUGH = 256  # pixels a side that a picture is read at
SMALLEST = 4  # pixels of the shorter side
MOST = 50_000  # pictures in a folder
THREADS = 4  # at most: one picture may take 200 MB while it is unpacked
PAUSE = 20.0  # seconds of reading after which what is read is stored
VERSION = 1  # of the cache

Images = dict[tuple[int, int], np.ndarray]  # of each (channels, side): uint8 (C, side, side)


@dataclass(frozen=True)
class Picture:
    """A file of the folder, and what reading it showed."""

    path: str  # below the folder, with forward slashes
    size: int  # bytes
    modified: int  # nanoseconds since 1970
    digest: str = ""  # SHA-256 of its pixels; none: it cannot be used
    coloured: bool = False
    problem: str = ""  # why it cannot be used

    @property
    def known_by(self) -> tuple[str, int, int]:
        """What is the same as long as the file is."""
        return self.path, self.size, self.modified


@dataclass(frozen=True)
class FolderIndex:
    """Every picture of a folder, in the order of the paths, and its pixels at each size that it may be used at."""

    pictures: list[Picture]
    pixels: dict[tuple[int, int], np.ndarray]  # of each (channels, side): uint8 (N, C, side, side), zeros if unusable

    def without(self, rows: set[int]) -> "FolderIndex":
        """The same of all pictures but some."""
        if not rows:
            return self
        left = [i for i in range(len(self.pictures)) if i not in rows]
        return FolderIndex([self.pictures[i] for i in left], {v: images[left] for v, images in self.pixels.items()})


def index_folder(folder: Path, options: FolderOptions) -> FolderIndex:
    """Read the pictures of a folder and of the folders in it; those in the cache are not opened again.

    Raises:
        DataError: If there are too many.
    """
    found = list(_scan(folder))
    if len(found) > MOST:
        raise DataError(f"{folder} holds {len(found):,} pictures; at most {MOST:,} can be used. Take some away.")
    path = _cache_path(folder, options)
    known, stored = _load(path)
    rows = {picture.known_by: row for row, picture in enumerate(known)}
    pictures = [known[rows[p.known_by]] if p.known_by in rows else p for p in found]
    pixels = {v: np.zeros((len(found), v[0], v[1], v[1]), np.uint8) for v in options.variants}
    for i, picture in enumerate(found):
        if picture.known_by in rows:
            for variant, images in pixels.items():
                images[i] = stored[variant][rows[picture.known_by]]
    new = [i for i, picture in enumerate(found) if picture.known_by not in rows and not picture.problem]
    index = FolderIndex(pictures, pixels)
    if new:
        _read_new(folder, options, index, new, path)
    elif len(known) != len(found):
        _store(path, index)
    return index


def _read_new(folder: Path, options: FolderOptions, index: FolderIndex, new: list[int], path: Path) -> None:
    """Read some pictures of an index; what is read is stored now and then, and also when somebody stops it."""
    unread, stored = set(new), time.monotonic()
    pool = ThreadPoolExecutor(min(THREADS, len(os.sched_getaffinity(0))))
    try:
        read = pool.map(lambda i: _read(folder, index.pictures[i], options), new)
        for i, (picture, images) in tqdm(zip(new, read, strict=True), "reading pictures", len(new), leave=False):
            index.pictures[i] = picture
            for variant, image in images.items():
                index.pixels[variant][i] = image
            unread.discard(i)
            if time.monotonic() - stored > PAUSE:
                _store(path, index.without(unread))
                stored = time.monotonic()
    finally:
        pool.shutdown(cancel_futures=True)
        _store(path, index.without(unread))


def _scan(folder: Path) -> Iterator[Picture]:
    """The picture files below a folder, sorted; no link leads out of it, and none to a folder is followed."""
    root = folder.resolve()
    for place, folders, names in os.walk(folder):
        hidden = {name for name in folders if name.startswith(".") or name == "__MACOSX"}
        folders[:] = sorted(set(folders) - hidden)
        here = Path(place)
        for name in [n for n in folders if (here / n).is_symlink()]:
            yield Picture((here / name).relative_to(folder).as_posix(), 0, 0, problem="it is a link to a folder")
        for name in sorted(names):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield _stat(here / name, folder, root)


def _stat(path: Path, folder: Path, root: Path) -> Picture:
    name = path.relative_to(folder).as_posix()
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root):
            return Picture(name, 0, 0, problem="it is a link out of the folder")
        status = path.stat()
    except (OSError, RuntimeError):  # RuntimeError: a link to itself, up to Python 3.12
        return Picture(name, 0, 0, problem="it is a link that leads nowhere")
    large = f"it is {status.st_size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB can be read"
    return Picture(name, status.st_size, status.st_mtime_ns, problem=large if status.st_size > MAX_BYTES else "")


def _read(folder: Path, picture: Picture, options: FolderOptions) -> tuple[Picture, Images]:
    try:
        content = (folder / picture.path).read_bytes()
    except OSError as error:
        return replace(picture, problem=_reason(error)), {}
    return read_picture(picture, content, options)


def read_picture(picture: Picture, content: bytes, options: FolderOptions) -> tuple[Picture, Images]:
    """What a file shows, at every size that it may be used at; nothing but the problem if it cannot be used."""
    try:
        photo = open_picture(content)
        images = {variant: fit_picture(photo, content, variant, options.fit) for variant in options.variants}
    except ImageError as error:
        return replace(picture, problem=_reason(error)), {}
    rgb = np.asarray(photo)
    digest = hashlib.sha256(repr(rgb.shape).encode() + rgb.tobytes()).hexdigest()
    return replace(picture, digest=digest, coloured=is_coloured(photo)), images


def open_picture(content: bytes) -> Image.Image:
    """A picture file in RGB, made smaller where it is large.

    Raises:
        ImageError: If it is none, or has too few pixels.
    """
    photo = read_photo(content, colour=True, enough=ENOUGH)
    if min(photo.size) < SMALLEST:
        width, height = photo.size
        raise ImageError(f"it has {width} x {height} pixels; at least {SMALLEST} x {SMALLEST} are needed")
    return photo


def is_coloured(photo: Image.Image) -> bool:
    """Whether a picture in RGB has any colour."""
    return bool(np.ptp(np.asarray(photo), axis=2).mean() > GREY)


def _reason(error: Exception) -> str:
    """An error's message as a part of a sentence."""
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:]


def fit_picture(photo: Image.Image, content: bytes, variant: tuple[int, int], fit: Fit) -> np.ndarray:
    """A picture as uint8 (C, side, side).

    Args:
        photo: The picture in RGB.
        content: Its file.
        variant: Channels and side.
        fit: How it becomes a square.

    Raises:
        ImageError: If the thing on it is to be cut out, and there is none.
    """
    channels, side = variant
    if fit == "cut_out":
        return read_clothes(content).pixels[None]
    image = photo.convert("RGB" if channels == 3 else "L")
    if fit == "crop":
        square = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    else:
        square = ImageOps.pad(image, (side, side), Image.Resampling.LANCZOS, color=_border(image))
    return np.asarray(square).reshape(side, side, channels).transpose(2, 0, 1)


def _border(image: Image.Image) -> int | tuple[int, ...]:
    """The colour along the border of a picture: the median of every channel."""
    pixels = np.asarray(image)
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    median = np.median(rim, axis=0).astype(int)
    return int(median) if median.ndim == 0 else tuple(median.tolist())


def _cache_path(folder: Path, options: FolderOptions) -> Path:
    key = json.dumps([VERSION, str(folder.resolve()), options.fit, options.variants])
    return cache_folder() / "folders" / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.safetensors"


def _load(path: Path) -> tuple[list[Picture], dict[tuple[int, int], np.ndarray]]:
    """What the cache holds; nothing if there is none, or it was cut short: then the pictures are read again."""
    try:
        with safe_open(path, framework="np") as file:
            pictures = [Picture(**row) for row in json.loads(file.metadata()["pictures"])]
            pixels = {tuple(map(int, name.split("x"))): file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return [], {}
    return pictures, pixels


def _store(path: Path, index: FolderIndex) -> None:
    tensors = {f"{channels}x{side}": torch.from_numpy(x) for (channels, side), x in index.pixels.items()}
    rows = json.dumps([asdict(picture) for picture in index.pictures])
    try:
        write_atomically(path, save(tensors, {"pictures": rows}))
    except CheckpointError as error:
        raise DataError(f"The index of the folder cannot be stored: {error}; or set XDG_CACHE_HOME.") from error
