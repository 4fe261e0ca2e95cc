"""A folder of many large pictures: how fast it is indexed, the first time and from the cache, and in how much memory.

python -m tests.bench.folders [--pictures 10000] [--kilobytes 500] [--place /var/tmp]

The pictures are made from few originals by small changes of their quantisation, so that no two have the same pixels.
Each reading is a process of its own. Rates are pictures a second and core, of the time that the process computed.
"""

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
GOAL = 400  # pictures a second and core, from the cache
MEMORY = 1e9  # bytes, goal
ORIGINALS = 8
CLASSES = 10
SIZE = (1600, 1200)
_TABLE = b"\xff\xdb"  # begins a table of quantisation in a JPEG
_STEPS = 10  # values that each of the table's first places takes


def original(kilobytes: int, seed: int) -> bytes:
    """A JPEG of about that size: smooth colours with as much grain as it takes."""
    rng = np.random.default_rng(seed)
    smooth = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)).resize(SIZE, Image.Resampling.BICUBIC)
    grain = rng.normal(0, 1, (SIZE[1], SIZE[0], 1))
    low, high = 0.0, 60.0
    for _ in range(8):  # halve the interval
        strength = (low + high) / 2
        file = io.BytesIO()
        Image.fromarray((np.asarray(smooth) + strength * grain).clip(0, 255).astype(np.uint8)).save(file, "JPEG")
        low, high = (low, strength) if len(file.getvalue()) > 1000 * kilobytes else (strength, high)
    return file.getvalue()


def variant(jpeg: bytes, number: int) -> bytes:
    """The same picture in slightly other colours, another for each number up to 9,999."""
    changed = bytearray(jpeg)
    start = changed.index(_TABLE) + 5  # after the marker, the length and the table's own number
    for place in (0, 1, 2, 4):  # the lowest frequencies, which are left when a picture is unpacked small
        changed[start + place] += number % _STEPS
        number //= _STEPS
    return bytes(changed)


def write(folder: Path, pictures: int, kilobytes: int) -> int:
    """Fill a folder with so many pictures in CLASSES classes; the bytes of all."""
    originals = [original(kilobytes, seed) for seed in range(ORIGINALS)]
    size = 0
    for k in range(CLASSES):
        (folder / f"class {k}").mkdir()
    for i in range(pictures):
        content = variant(originals[i % ORIGINALS], i // ORIGINALS)
        (folder / f"class {i % CLASSES}" / f"{i:05}.jpg").write_bytes(content)
        size += len(content)
    return size


def read(folder: str) -> dict[str, float]:
    """Pictures, seconds and largest memory of this process as it reads a folder as a dataset and its training part."""
    from core.data import get_dataset

    wall, cpu = time.perf_counter(), time.process_time()
    data = get_dataset(f"folder:{folder}")
    pictures = len(data.train()) + len(data.test())
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {
        "pictures": pictures, "wall": wall, "cpu": cpu,
        "memory": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }  # fmt: skip


def readings(folder: Path, cache: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """The first reading and the next one, each in a process of its own."""
    line = [sys.executable, "-m", "tests.bench.folders", "--read", str(folder)]
    for name in ("the first time", "from the cache"):
        environment = os.environ | {"XDG_CACHE_HOME": str(cache)}
        done = subprocess.run(line, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
        yield name, json.loads(done.stdout)


def main() -> None:
    """Print a line for each reading."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--kilobytes", type=int, default=500, help="of each picture, about")
    parser.add_argument("--place", help="folder with room for the pictures, 5 GB by default; they are deleted again")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read(options.read)))
        return
    with tempfile.TemporaryDirectory(dir=options.place) as place:
        folder = Path(place, "pictures")
        folder.mkdir()
        size = write(folder, options.pictures, options.kilobytes)
        print(f"{options.pictures:,} pictures of {size / options.pictures / 1000:.0f} kB")
        rates = {}
        for name, found in readings(folder, Path(place, "cache")):
            rates[name] = found["pictures"] / found["cpu"]
            print(
                f"{name}: {found['pictures']:,.0f} in {found['wall']:.1f} s, {rates[name]:,.0f} a second and core "
                f"({rates[name] / GOAL:.2f} of the goal for the cache), {found['memory'] / 1e6:,.0f} MB "
                f"({found['memory'] / MEMORY:.2f} of the goal)"
            )
        print(f"the cache is {rates['from the cache'] / rates['the first time']:,.0f} times as fast")


if __name__ == "__main__":
    main()
