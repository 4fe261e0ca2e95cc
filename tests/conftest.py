"""Fixtures for every test: one seed, small datasets in the files' real format, and the running app."""

import gzip
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from core.data import synthetic

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)
    np.random.seed(0)


def write_idx(path: Path, values: np.ndarray) -> None:
    """Write unsigned bytes as an IDX file, gzipped if the name says so."""
    head = struct.pack(f">{1 + values.ndim}I", 0x0800 + values.ndim, *values.shape)
    raw = head + values.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


@pytest.fixture(scope="session")
def fashion_root(tmp_path_factory) -> Path:
    """A folder with the four files of Fashion-MNIST, holding 640 + 100 synthetic images."""
    root = tmp_path_factory.mktemp("fashion")
    for prefix, count, seed in (("train", 640, 0), ("t10k", 100, 1)):
        data = synthetic(count, seed=seed)
        write_idx(root / f"{prefix}-images-idx3-ubyte.gz", data.images[:, 0].numpy())
        write_idx(root / f"{prefix}-labels-idx1-ubyte", data.labels.numpy())
    return root


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The real app in a process of its own, as `python app.py` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "app.py", "--port", str(port)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _wait_for(f"http://127.0.0.1:{port}", process)
        assert process.poll() is None, "the app died during the tests"
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(address: str, process: subprocess.Popen) -> str:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if urllib.request.urlopen(address, timeout=5).status == 200:
                return address
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the app did not start at {address}")
