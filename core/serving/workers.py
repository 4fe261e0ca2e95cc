"""Processes that start at once: forked from a warm one, which has imported everything they need.

A WorkerPool starts `python -m MODULE`; that module imports what its work needs and calls serve(main). Each start() has
it fork, and the two sides talk in lines of JSON over a socket of their own. Whoever closes the socket ends the process
at once, whatever it is doing; so does the end of the pool, or of the program that started it.

Why not the fork server of `multiprocessing`: it imports the main module of its program into each process, here the
whole page (measured: 2.4 s a start; here a new run sends its first message after 0.07 s); it has the environment of
its program, GPU and threads included, and there is only one a program; it neither limits memory nor ends its processes
with a killed parent; and it sends pickles, which we read nowhere.
"""

import ctypes
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Message = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
NICENESS = 10  # whoever drags a slider goes first, but not before a process has shown that it lives
MEMORY = 1_500_000_000  # bytes of address space a process may add to what it was forked with
_PR_SET_PDEATHSIG = 1
# one thread, or a fork would hang; and no GPU, which a forked process cannot share
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


class Channel:
    """One end of a talk in lines of JSON."""

    def __init__(self, end: socket.socket) -> None:
        self._socket, self._lines, self._lock = end, end.makefile("rb"), threading.Lock()

    def send(self, message: Message) -> bool:
        """Send a message; False if the other side is gone."""
        try:
            with self._lock:
                self._socket.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            return False
        return True

    def __iter__(self) -> Iterator[Message]:
        """What the other side sends, until it is gone."""
        try:
            for line in self._lines:
                if line.endswith(b"\n"):  # one that was cut short is none
                    yield json.loads(line)
        except OSError:
            return

    def close(self) -> None:
        """End the talk; the other side notices at once."""
        with suppress(OSError):  # it may have gone already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@dataclass(frozen=True)
class Worker:
    """What a forked process has to talk with."""

    channel: Channel
    inbox: "queue.Queue[Message]"  # what the other side has sent so far

    def yield_to_others(self) -> None:
        """Go on at a low priority; to be called once the first result has been sent."""
        os.nice(NICENESS)


class WorkerPool:
    """A warm process to fork from, started at first use and again whenever it has ended.

    Args:
        module: Its name, for `python -m`; runs serve().
    """

    def __init__(self, module: str) -> None:
        self.module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None

    def warm(self) -> None:
        """Start the process unless it runs; returns at once, while it imports."""
        with self._lock:
            self._running()

    def start(self) -> Channel:
        """Fork a process and give the channel to talk with it.

        Raises:
            RuntimeError: If this system cannot fork, or the module does not start.
        """
        if not hasattr(os, "fork"):
            raise RuntimeError("models cannot be trained live on this system; use Linux")
        with self._lock:
            for _ in range(2):  # it may have ended without our having noticed
                ours, theirs = socket.socketpair()
                with theirs:
                    try:
                        socket.send_fds(self._running(), [b"f"], [theirs.fileno()])
                        return Channel(ours)
                    except OSError:
                        ours.close()
                        self._process.kill()
                        self._process.wait()
        raise RuntimeError(f"python -m {self.module} does not start; see the server's log")

    def close(self) -> None:
        """End the process, and with it all that were forked from it."""
        with self._lock:
            if self._process:
                self._control.close()
                self._process.kill()
                self._process.wait()
                self._process = None

    def _running(self) -> socket.socket:
        if self._process is None or self._process.poll() is not None:
            self._control, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", self.module, str(theirs.fileno())],
                    cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                    env=os.environ | _ENVIRONMENT,
                    start_new_session=True,  # Ctrl-C in a terminal is for the server, whose end it notices
                )  # fmt: skip
        return self._control


def serve(main: Callable[[Worker], None]) -> None:
    """Fork for every socket that comes over the one named on the command line, until that is closed.

    The caller must not have run anything in several threads: a fork copies only one of them.
    """
    if len(sys.argv) < 2:
        sys.exit("error: this is started by the app; open its page")
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the dead
    parent = os.getpid()
    while True:
        request, sockets, *_ = socket.recv_fds(control, 1, 1)
        if not request:
            return
        if os.fork() == 0:
            control.close()
            _live(main, socket.socket(fileno=sockets[0]), parent)
        os.close(sockets[0])


def _live(main: Callable[[Worker], None], end: socket.socket, parent: int) -> None:
    """The whole life of a forked process."""
    channel, inbox = Channel(end), queue.Queue()
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _die_with(parent)
        _limit_memory()
        threading.Thread(target=_listen, args=(channel, inbox), daemon=True).start()
        main(Worker(channel, inbox))
    except MemoryError:
        channel.send({"kind": "error", "text": "The run needed too much memory. Choose a narrower model."})
    except Exception as error:  # sent to whoever started it; the traceback is for the server's log
        traceback.print_exc()
        channel.send({"kind": "error", "text": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(0)  # nothing that was inherited is to be cleaned up twice


def _listen(channel: Channel, inbox: "queue.Queue[Message]") -> None:
    for message in channel:
        inbox.put(message)
    os._exit(0)  # nobody wants the result any more


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource  # which other systems lack

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
