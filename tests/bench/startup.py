"""How long from `python app.py` to the first page, against importing torch and gradio alone; and the memory it takes.

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

from tests.bench.fuzz import survivors
from tests.conftest import running_app

ROOT = Path(__file__).resolve().parents[2]
GOAL = 1.3
MEMORY = 1.2e9  # bytes, goal with every tab used


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


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def memory() -> tuple[int, int]:
    """Bytes that the app holds before anything is asked, and after every function of every tab was."""
    with running_app() as address:
        before = resident(address.pid)
        failed = {name: error for name, error in survivors(address).items() if error}
        if failed:
            raise RuntimeError(f"not every tab could be used: {failed}")
        return before, resident(address.pid)


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
    before, after = memory()
    verdict = "met" if after <= MEMORY else "missed"
    print(f"memory at start       {before / 1e6:6.0f} MB")
    print(f"with every tab used   {after / 1e6:6.0f} MB   goal {MEMORY / 1e6:.0f}: {verdict}")


def _environment() -> dict[str, str]:
    return os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"}


if __name__ == "__main__":
    main()
