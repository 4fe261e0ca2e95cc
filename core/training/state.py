"""Where a training run stands: its counters, its best weights, its log; on disk after every epoch."""

import csv
import io
import math
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from torch import Tensor, nn

from core.checkpoint import MismatchedCheckpoint, write_atomically
from core.training.devices import pick_device
from core.training.resume import pack_state, read_state, rng_state, set_rng_state

Row = dict[str, float]

STATE = "state.safetensors"  # in a run's folder


class Stateful(Protocol):
    """Anything a run must carry over a stop: model, optimiser, average."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state: dict[str, Any]) -> Any: ...


class Best:
    """The weights of the epoch whose validation was best."""

    def __init__(self, monitor: str, higher_is_better: bool) -> None:
        self.monitor, self.higher_is_better = monitor, higher_is_better
        self.epoch, self.value, self.weights = -1, float("nan"), {}

    def update(self, epoch: int, row: Row, model: nn.Module) -> None:
        """Take an epoch's weights if its validation is the best so far."""
        value = row[self.monitor]
        better = value > self.value if self.higher_is_better else value < self.value
        if better or self.epoch < 0 or math.isnan(self.value):
            self.epoch, self.value = epoch, value
            self.weights = {name: t.detach().clone() for name, t in model.state_dict().items()}

    def state_dict(self) -> dict[str, Any]:
        return {"epoch": self.epoch, "value": self.value, "weights": self.weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.epoch, self.value, self.weights = state["epoch"], state["value"], state["weights"]


@dataclass
class History:
    """What a run leaves behind: one row an epoch, the minutes it took, and which epoch was saved, from 0."""

    rows: list[Row]
    minutes: float
    kept_epoch: int


class Run:
    """Where a run stands, on disk after every epoch and after an interruption.

    Args:
        folder: Of the state and the log; only the process of rank 0 writes.
        options: What makes the run what it is: a state of other options is not resumed.
        parts: Model, optimisers and whatever else is carried over a stop.
    """

    def __init__(self, folder: Path, options: dict[str, Any], parts: dict[str, Stateful], rank: int) -> None:
        self.folder, self.options, self.parts, self.rank = folder, options, parts, rank
        self.epoch, self.step, self.images = 0, 0, 0
        self.rows: list[Row] = []
        self.sums: dict[str, Tensor] = {}
        self.seconds, self.clock = 0.0, time.monotonic()
        self.path = folder / STATE

    def add(self, losses: dict[str, Tensor], images: int) -> None:
        """Count a step with its losses, scalars, and its images."""
        self.step += 1
        self.images += images
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0) + value.detach().float()

    def finish_epoch(self, row: Row) -> None:
        """Log an epoch, with the minutes since the start and images a second, and write the state."""
        self._tick()
        before = self.rows[-1]["minutes"] if self.rows else 0.0
        minutes = self.seconds / 60
        pace = self.images / max(60 * (minutes - before), 1e-9)
        self.rows.append({"epoch": self.epoch + 1} | row | {"minutes": minutes, "images_per_second": pace})
        self.epoch, self.step = self.epoch + 1, 0
        self.save()
        if self.rank == 0:
            write_atomically(self.folder / "log.csv", _csv(self.rows))

    def save(self) -> None:
        """Write the state, unless another process does."""
        self._tick()
        if self.rank > 0:
            return
        state = {"options": self.options, "epoch": self.epoch, "step": self.step, "images": self.images}
        state |= {"rows": self.rows, "sums": self.sums, "seconds": self.seconds, "rng": rng_state()}
        state |= {"parts": {name: part.state_dict() for name, part in self.parts.items()}}
        write_atomically(self.path, pack_state(state))

    def load(self) -> None:
        """Go on from the state on disk, if there is one.

        Raises:
            DamagedCheckpoint: If it cannot be read.
            MismatchedCheckpoint: If it is that of a run with other options.
        """
        if not self.path.is_file():
            print(f"nothing to resume in {self.path}: starting from the beginning", file=sys.stderr)
            return
        state = read_state(self.path)
        if state["options"] != self.options:
            raise MismatchedCheckpoint(f"{self.path} is of a run with {state['options']}, not {self.options}")
        for name, part in self.parts.items():
            part.load_state_dict(state["parts"][name])
        self.epoch, self.step, self.images = state["epoch"], state["step"], state["images"]
        self.rows, self.sums, self.seconds = state["rows"], state["sums"], state["seconds"]
        self.sums = {name: total.to(pick_device()) for name, total in self.sums.items()}
        set_rng_state(state["rng"])

    def _tick(self) -> None:
        now = time.monotonic()
        self.seconds, self.clock = self.seconds + now - self.clock, now


class Interrupt:
    """Ctrl-C and SIGTERM ask the loop to stop after its step; a second Ctrl-C stops at once."""

    def __enter__(self) -> "Interrupt":
        self.asked = False
        self.before = {s: signal.signal(s, self._ask) for s in (signal.SIGINT, signal.SIGTERM)}
        return self

    def _ask(self, number: int, frame: object) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def __exit__(self, *error: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)


def _csv(rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[-1]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
