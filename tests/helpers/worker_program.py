"""What the nursery's tests fork: tells its process id, then does as it is told."""

import os
import time

from core.serving.workers import Work, serve


def work(work: Work) -> None:
    work.channel.send({"kind": "born", "pid": os.getpid(), "parent": os.getppid()})
    while True:
        match work.inbox.get()["do"]:
            case "echo":
                work.channel.send({"kind": "echo", "nice": os.nice(0)})
            case "yield":
                work.yield_to_others()
            case "work":
                deadline = time.monotonic() + 60
                while time.monotonic() < deadline:
                    pass
            case "crash":
                raise ValueError("a mistake")
            case "eat":
                bytearray(4_000_000_000)


if __name__ == "__main__":
    serve(work)
