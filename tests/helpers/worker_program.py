"""What the worker pool's tests fork: sends its process id, then does as it is told."""

import os
import time

from core.serving.workers import Worker, serve


def main(worker: Worker) -> None:
    worker.channel.send({"kind": "started", "pid": os.getpid(), "parent": os.getppid()})
    while True:
        match worker.inbox.get()["do"]:
            case "echo":
                worker.channel.send({"kind": "echo", "nice": os.nice(0)})
            case "yield":
                worker.yield_to_others()
            case "work":
                deadline = time.monotonic() + 60
                while time.monotonic() < deadline:
                    pass
            case "crash":
                raise ValueError("a mistake")
            case "eat":
                bytearray(4_000_000_000)


if __name__ == "__main__":
    serve(main)
