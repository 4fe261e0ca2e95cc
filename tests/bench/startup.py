"""How long from `python app.py` to the first page, against importing torch and gradio alone.

python -m tests.bench.startup [--runs 5]
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOAL = 1.5


def seconds_to_import() -> float:
    """Wall time of a process that imports torch and gradio and ends."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch, gradio"], check=True, env=_environment())
    return time.perf_counter() - start


def seconds_to_first_page() -> float:
    """Wall time from starting the app to the last byte of its first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.perf_counter()
    words = [sys.executable, "app.py", "--port", str(port)]
    app = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, env=_environment())
    try:
        while app.poll() is None and time.perf_counter() - start < 120:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=5).read()
                return time.perf_counter() - start
            except OSError:
                time.sleep(0.02)
    finally:
        app.terminate()
        app.wait()
    raise RuntimeError("the app did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    seconds_to_import()  # fills the disk cache
    pairs = [(seconds_to_import(), seconds_to_first_page()) for _ in range(runs)]  # in turn, so that both meet any load
    imports, pages = (statistics.median(column) for column in zip(*pairs, strict=True))
    verdict = "met" if pages / imports <= GOAL else "missed"
    print(f"import torch, gradio  {imports:6.2f} s")
    print(f"app.py to first page  {pages:6.2f} s   ratio {pages / imports:.2f}   goal {GOAL}: {verdict}")


def _environment() -> dict[str, str]:
    return os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"}


if __name__ == "__main__":
    main()
