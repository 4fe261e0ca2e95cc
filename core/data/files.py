"""Where the files of a dataset are looked for, and how its binary ones are read."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.data.image_set import DataError

IDX_MAGIC = {1: 0x0801, 3: 0x0803}  # unsigned bytes in 1 (labels) or 3 (images) dimensions


def cache_folder() -> Path:
    """Where downloads and indices are stored: `latent-loom` in the user's folder for caches."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "latent-loom"


def check_split(split: str) -> None:
    """Raise a ValueError if a split is neither "train" nor "test"."""
    if split not in ("train", "test"):
        raise ValueError(f'split must be "train" or "test", got {split!r}')


def find_folder(
    title: str, data_root: str | Path | None, places: tuple[str, ...], pattern: str, download: Callable[[Path], object]
) -> Path:
    """The folder of a dataset's files: below the root that is named, or else downloaded.

    Args:
        data_root: Folder to look in; the environment variable LOOM_DATA stands in for it.
        places: Where the files may be below it; it may also be one of these places itself.
        pattern: Of a file that must be there.
        download: Puts the files below a folder, at the first of the places.

    Raises:
        DataError: If the root holds no such files, or they cannot be downloaded.
    """
    root = data_root or os.environ.get("LOOM_DATA")
    if root:
        root = Path(root).expanduser()
        itself = [root] if any(root.as_posix().endswith(f"/{place}") for place in places) else []
        for folder in (*itself, *(root / place for place in places)):
            if any(folder.glob(pattern)):
                return folder
        raise DataError(f"No files of {title} ({pattern}) in {' or '.join(str(root / place) for place in places)}.")
    folder = cache_folder() / places[0]
    if not any(folder.glob(pattern)):
        try:
            download(cache_folder())
        except (OSError, RuntimeError) as error:
            raise DataError(
                f"{title} could not be downloaded to {cache_folder()} ({error}). Name the folder that holds "
                f"{places[-1]} with --data-root."
            ) from error
    return folder


def read_idx(folder: Path, name: str, dimensions: int, fix: str) -> np.ndarray:
    """Unsigned bytes of an IDX file, plain or gzipped: a big-endian magic number, the sizes, then the values.

    Args:
        fix: A sentence that says where the files come from, for error messages.

    Raises:
        DataError: If the file is missing, damaged or of other dimensions.
    """
    path = next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)
    if path is None:
        raise DataError(f"{folder / name}[.gz] is missing. {fix}")
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, ValueError, gzip.zlib.error) as error:
        raise DataError(f"{path} cannot be unpacked ({error}). {fix}") from error
    size = 4 * (1 + dimensions)
    if len(raw) < size or int.from_bytes(raw[:4], "big") != IDX_MAGIC[dimensions]:
        raise DataError(f"{path} is not an IDX file of {dimensions}-dimensional bytes. {fix}")
    shape = np.frombuffer(raw[4:size], ">u4").astype(np.int64)
    values = np.frombuffer(raw, np.uint8, offset=size)
    if values.size != shape.prod():
        raise DataError(f"{path} is cut short: {values.size} values, its header promises {shape}. {fix}")
    return values.reshape(shape).copy()


def read_idx_pair(folder: Path, prefix: str, num_classes: int, fix: str, first: int = 0) -> tuple[Tensor, Tensor]:
    """Images (N, 1, 28, 28) as bytes and their labels (N,), counted from 0.

    Args:
        prefix: What both files' names begin with: "train", "t10k".
        first: The label of the first class in the file.

    Raises:
        DataError: If a file is missing or damaged, or the two do not belong together.
    """
    images = read_idx(folder, f"{prefix}-images-idx3-ubyte", 3, fix)
    labels = read_idx(folder, f"{prefix}-labels-idx1-ubyte", 1, fix)
    last = first + num_classes - 1
    fitting = labels.min(initial=255) >= first and labels.max(initial=0) <= last
    if images.shape[1:] != (28, 28) or len(images) != len(labels) or not fitting:
        raise DataError(
            f"{folder}: expected 28x28 images with one label {first}..{last} each, found images {images.shape} and "
            f"labels {labels.shape} up to {labels.max(initial=0)}. {fix}"
        )
    return torch.from_numpy(images).unsqueeze(1), torch.from_numpy(labels).long() - first
