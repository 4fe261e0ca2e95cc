"""The files that answers name, put in place whole, so that no caller reads half of one.

Gradio names a picture's file by its content as well, but writes it again for every answer, in place: who reads it at
that moment gets 200 with nothing in it.
"""

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np

from core.data.images import encode


def put_whole(folder: Path, pixels: np.ndarray) -> Path:
    """The PNG file of some pixels, in a folder of its own named by them; found if it is there, else made.

    It is touched, so that the sweep of old files lets it live for the caller who is about to read it.

    Args:
        pixels: uint8, (H, W) or (H, W, 3).
    """
    pixels = np.ascontiguousarray(pixels)
    name = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()
    path = folder / name / "image.png"
    try:
        os.utime(path)
    except FileNotFoundError:
        replace_file(path, encode(pixels, "PNG"))
    return path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file under another name and rename it: at any moment it is there whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
