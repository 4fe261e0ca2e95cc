"""Fixtures for every test: one seed, small datasets in the files' real format, and the running app."""

import gzip
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.data.clothes_photos import KINDS, STRANGE_KINDS
from core.data.image_set import ImageSet
from core.data.lfw import ATTRIBUTES
from core.data.synthetic import synthetic

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items):
    """Files with slow tests come first: the last file to start decides when the last worker ends."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)
    np.random.seed(0)


def write_idx(path: Path, values: np.ndarray) -> None:
    """Write unsigned bytes as an IDX file, gzipped if the name says so."""
    head = struct.pack(f">{1 + values.ndim}I", 0x0800 + values.ndim, *values.shape)
    raw = head + values.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


def write_clothes(root: Path, train: int, test: int) -> None:
    """Write synthetic images of clothes as Fashion-MNIST's files, of which one is not compressed."""
    for prefix, count, seed in (("train", train, 0), ("t10k", test, 1)):
        data = synthetic(count, seed=seed)
        write_idx(root / f"{prefix}-images-idx3-ubyte.gz", data.images[:, 0].numpy())
        write_idx(root / f"{prefix}-labels-idx1-ubyte", data.labels.numpy())


def write_pictures(root: Path, data: ImageSet) -> Path:
    """Write images as PNG files, those of class 3 into the folder "class 3", and return the folder."""
    for i, (image, label) in enumerate(zip(data.images, data.labels.tolist(), strict=True)):
        folder = root / f"class {label}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image.permute(1, 2, 0).squeeze(-1).numpy()).save(folder / f"{i:04}.png")
    return root


def write_faces(root: Path) -> None:
    """Write synthetic photographs and attributes of LFW, and the course's array of small faces."""
    rows = ["image," + ",".join(ATTRIBUTES)]
    photos = synthetic(40, (3, 250, 250)).images.permute(0, 2, 3, 1).numpy()
    for i, photo in enumerate(photos):
        person, k = f"Person_{i // 4}", i % 4 + 1
        folder = root / "lfw-deepfunneled" / person
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(photo).save(folder / f"{person}_{k:04}.jpg")
        rows.append(f"{person}_{k:04}.jpg," + ",".join(f"0.{(i + a) % 10}" for a in range(len(ATTRIBUTES))))
    for name in ("lfw-attributes", "lfw-simplified"):
        (root / name).mkdir()
    (root / "lfw-attributes" / "attributes.csv").write_text("\n".join(rows) + "\n")
    np.save(root / "lfw-simplified" / "X_train.npy", synthetic(1000, (3, 32, 32)).images.numpy())


def write_photos(root: Path) -> None:
    """Write photos of coloured rectangles under the kinds of clothes that classifier-photos learns."""
    rng = np.random.default_rng(0)
    for k, kind in enumerate((*KINDS, *STRANGE_KINDS)):
        for split, count in (("train", 3), ("validation", 2)):
            folder = root / "clothes-photos" / split / kind
            folder.mkdir(parents=True)
            for i in range(count):
                photo = np.full((80, 60, 3), 230, np.uint8)
                photo[10 + k : 70 - k, 10 + 2 * i : 50] = rng.integers(0, 160, 3)
                Image.fromarray(photo).save(folder / f"{i}.jpg")


@pytest.fixture(scope="session")
def fashion_root(tmp_path_factory) -> Path:
    """A folder of every dataset in its files' own form, holding 640 + 100 synthetic clothes and faces of 10 people."""
    root = tmp_path_factory.mktemp("fashion")
    write_clothes(root, train=640, test=100)
    write_faces(root)
    write_photos(root)
    return root


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of the real app."""
    with running_app() as address:
        yield address


class Address(str):
    """Where the app answers."""

    pid: int  # of its process


@contextmanager
def running_app(
    *options: str,
    folder: Path = ROOT,
    environment: dict[str, str] | None = None,
    prepare: Callable[[], None] | None = None,
    ends: int | None = None,
) -> Iterator[Address]:
    """The real app in a process of its own, as `python app.py` starts it; its address.

    Args:
        options: For app.py.
        folder: A copy of the repository to run.
        environment: Added to ours.
        prepare: Called in the new process before the app.
        ends: The app is ended meanwhile, within seconds, with this code; otherwise it must live.
    """
    port = free_port()
    words = [sys.executable, "app.py", "--port", str(port), *options]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(words, cwd=folder, env=os.environ | (environment or {}), preexec_fn=prepare, **silent)
    try:
        address = Address(wait_for(f"http://127.0.0.1:{port}", process))
        address.pid = process.pid
        yield address
        if ends is None:
            assert process.poll() is None, "the app died during the tests"
        else:
            assert process.wait(10) == ends
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(address: str, process: subprocess.Popen) -> str:
    """The address, once a process answers there.

    Raises:
        RuntimeError: If it ends, or does not answer within 90 seconds.
    """
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if urllib.request.urlopen(address, timeout=5).status == 200:
                return address
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the app did not start at {address}")
