"""The files that API callers send and get: in a folder of this process alone, for minutes, and gone when it ends.

The page itself writes no file: what a user draws or drops goes to the networks in memory.
"""

import atexit
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

from core.serving.limits import FOLDER_AGE, FOLDER_BYTES

_PREFIX = "latent-loom-"  # then the process's number, so that the next start can clear what a killed one left
_EVERY = 30.0  # seconds between two sweeps


def open_folder() -> str:
    """Make the folder; it is deleted when the process ends.

    Raises:
        SystemExit: If no folder can be written to.
    """
    for parent in (os.environ.get("GRADIO_TEMP_DIR"), None, "/dev/shm"):  # None: where temporary files go
        try:
            folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
        except OSError:
            continue
        _clear_remains(folder)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return str(folder)
    raise SystemExit("No folder for temporary files can be written to. Free some space, or name one in TMPDIR.")


def make_folder(kind: str) -> Path:
    """A folder of this process that no sweep touches, for what lives as long as a session; its maker deletes it."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-{kind}-", dir=_parent()))


def keep_swept(folder: Path) -> None:
    """Delete in the background, as long as the process lives, what is older than FOLDER_AGE."""

    def work() -> None:
        while folder.is_dir():
            time.sleep(_EVERY)
            sweep(folder)

    threading.Thread(target=work, name="sweep", daemon=True).start()


def sweep(folder: Path, age: float = FOLDER_AGE) -> None:
    """Delete the files in a folder that are older than so many seconds, and the folders that this leaves empty."""
    for path in sorted(folder.rglob("*"), reverse=True):  # what lies deeper first
        try:
            if path.is_dir():
                path.rmdir()
            elif time.time() - path.stat().st_mtime > age:
                path.unlink()
        except OSError:  # not empty, or gone already
            continue


def is_full(folder: Path, limit: int = FOLDER_BYTES) -> bool:
    """Whether the files in a folder have more bytes than they may."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(where, name)).st_size
            except FileNotFoundError:  # swept meanwhile
                continue
    return total > limit


def _parent() -> Path | None:
    """Where this process's own folder lies; None, where temporary files go, before it has one."""
    folder = Path(os.environ.get("GRADIO_TEMP_DIR", ""))
    return folder.parent if folder.name.startswith(f"{_PREFIX}{os.getpid()}-") else None


def _clear_remains(ours: Path) -> None:
    """Delete the folders of processes that were killed, beside ours.

    One of our own number is of a process before us: in a container the app has the same number at every start.
    """
    for left in ours.parent.glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).split("-")[0]
        if left != ours and pid.isdigit() and (int(pid) == os.getpid() or not _alive(int(pid))):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 is Ctrl-C
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
