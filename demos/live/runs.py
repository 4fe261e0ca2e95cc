"""The runs of Train live: one a visitor, each in a process of its own, a few at a time, all ended and freed in time."""

import asyncio
import atexit
import shutil
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.serving.batcher import Busy
from core.serving.limits import FRAMES_UNREAD, RESTING, RUNS, RUNS_TOGETHER, SILENCE, TRAINING, TURN
from core.serving.scheduler import Scheduler
from core.serving.workers import Channel, Message, WorkerPool
from core.training.live import HYPERPARAMETERS, LiveModel, check, live_model
from demos.server.session_models import on_leave

TICK = 0.1  # seconds between two looks at all runs
_LOOK = 0.015  # seconds between two looks for news of one
GONE = "This run has ended. Press Reset to start a new one."
CRASHED = "The run ended unexpectedly: its process is gone. What was recorded stays here; press Reset to start again."


@dataclass(frozen=True)
class Limits:
    """What keeps one machine usable for all visitors; core.serving.limits tells what each is."""

    together: int = RUNS_TOGETHER
    turn: float = TURN
    runs: int = RUNS
    training: float = TRAINING
    resting: float = RESTING
    silence: float = SILENCE
    unread: int = FRAMES_UNREAD


@dataclass(eq=False)
class LiveRun:
    """One visitor's run, from the server's side."""

    visit: str
    model: str
    values: dict[str, float]
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="loom-live-")))
    channel: Channel | None = None  # to its process, once it has one
    state: str = "new"  # new, training, waiting, paused, finished, ended
    words: str = ""  # why it rests or has ended
    wants: bool = False  # to compute
    computes: bool = False  # was told to
    opening: Message | None = None  # what it told first
    frames: deque = field(default_factory=deque)  # not fetched yet
    told: int = 0  # frames so far
    saved: str = ""  # name of the last checkpoint
    saved_step: int = -1
    saves: int = 0  # how often it was saved
    heard: float = field(default_factory=time.monotonic)  # when its page last asked
    rested: float = field(default_factory=time.monotonic)  # since when, if it does
    seconds: float = 0.0  # of training

    @property
    def live_model(self) -> LiveModel:
        """What it trains."""
        return live_model(self.model)

    @property
    def card(self) -> Path:
        """Of the last checkpoint it saved.

        Raises:
            ValueError: If there is none yet.
        """
        if not self.saved:
            raise ValueError("There is no model to take yet: press Play first.")
        return self.folder / f"{self.saved}.json"


WHY = {
    "paused": "",
    "finished": "All passes are done. Raise the passes to go on, or press Reset.",
    "patience": "Stopped: no better validation within the patience. The best weights were taken back.",
    "diverged": "The loss is no longer a number: the steps were too large. Lower the learning rate and press Reset.",
}


class LiveRuns:
    """Every visitor's run, and the one place where their limits are kept.

    Args:
        limits: What may be used.
        worker_pool: Where processes come from.
    """

    def __init__(self, limits: Limits | None = None, worker_pool: WorkerPool | None = None) -> None:
        self.limits = limits or Limits()
        self.worker_pool = worker_pool or WorkerPool("train.live.session")
        self.scheduler = Scheduler(self.limits.together, self.limits.turn, self.limits.runs)
        self._runs: dict[str, LiveRun] = {}  # by visit
        self._lock = threading.RLock()
        self._keeper: threading.Thread | None = None

    # ---- what a visitor asks for

    def open(self, visit: str, model: str, values: dict[str, Any]) -> LiveRun:
        """A new run, instead of the one this visitor had; it computes nothing before play() or step().

        Raises:
            ValueError: If there is no such model or hyperparameter.
            Busy: If too many visitors have one.
        """
        chosen = check(model, values)
        with self._lock:
            self.close(visit)
            if sum(run.state != "ended" for run in self._runs.values()) >= self.limits.runs:
                raise Busy(f"{self.limits.runs} visitors train already; try again in a few minutes.")
            run = self._runs[visit] = LiveRun(visit, model, chosen)
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="live", daemon=True)
                self._keeper.start()
        return run

    def run_of(self, visit: str) -> LiveRun:
        """A visitor's run.

        Raises:
            ValueError: If there is none.
        """
        if visit not in self._runs:
            raise ValueError(GONE)
        return self._runs[visit]

    def play(self, visit: str) -> None:
        """Compute as soon as it is this run's turn.

        Raises:
            ValueError: If it has ended or may not compute any longer.
            Busy: If the line is full.
        """
        with self._lock:
            run = self._ready(visit)
            self.scheduler.enqueue(run)
            run.wants, run.words = True, ""
            self._serve(run)

    def pause(self, visit: str) -> None:
        """Rest, and let others compute."""
        with self._lock:
            self._stop(self.run_of(visit))

    def step(self, visit: str) -> None:
        """Take one batch's step, then rest."""
        with self._lock:
            run = self._ready(visit)
            self._stop(run)
            self._process(run).send({"do": "step"})
            run.state, run.words, run.rested = "paused", "", time.monotonic()

    def change(self, visit: str, values: dict[str, Any]) -> None:
        """Change hyperparameters that may change while the model learns.

        Raises:
            ValueError: If one may not.
        """
        with self._lock:
            run = self._ready(visit)
            for name, value in values.items():
                if name not in run.values or not HYPERPARAMETERS[name].live_editable:
                    raise ValueError(f"{name} cannot change while the model learns; press Reset to start over with it")
                values[name] = HYPERPARAMETERS[name].check(value)
            run.values |= values
            if run.channel:
                run.channel.send({"do": "change", "values": values})

    async def save(self, visit: str) -> LiveRun:
        """Have the model written as it is now; a run that has ended keeps its last."""
        run = self.run_of(visit)
        if run.channel and run.state != "ended":
            before = run.saves
            run.channel.send({"do": "save"})
            deadline = time.monotonic() + 20
            while run.saves == before and run.state != "ended" and time.monotonic() < deadline:
                await asyncio.sleep(_LOOK)
        return run

    async def follow(self, visit: str, since: int, state: str, patience: float = 1.0) -> tuple[LiveRun, list[Message]]:
        """The frames from number `since` on, as soon as there is one, the state is another one, or patience ends."""
        deadline = time.monotonic() + patience
        while True:
            run = self.run_of(visit)
            run.heard = time.monotonic()
            if run.told > since or run.state != state or run.heard > deadline:
                break
            await asyncio.sleep(_LOOK)
        while run.frames and run.frames[0]["k"] < since:
            run.frames.popleft()
        return run, list(run.frames)

    def line(self, run: LiveRun) -> tuple[int, int]:
        """Its place in line, 0 if it need not wait, and how many wait."""
        return self.scheduler.position(run) or 0, len(self.scheduler)

    def close(self, visit: str) -> None:
        """End a visitor's run and free all it had."""
        with self._lock:
            run = self._runs.pop(visit, None)
            if run:
                self._end(run, GONE)
                run.frames.clear()
                shutil.rmtree(run.folder, ignore_errors=True)

    def close_all(self) -> None:
        """End everything."""
        for visit in list(self._runs):
            self.close(visit)
        self.worker_pool.close()

    # ---- what keeps the limits

    def _ready(self, visit: str) -> LiveRun:
        run = self.run_of(visit)
        if run.state == "ended":
            raise ValueError(run.words)
        if run.seconds > self.limits.training:
            raise ValueError(
                f"A run may train for {self.limits.training / 60:.0f} minutes here. Take it, or press Reset."
            )
        return run

    def _process(self, run: LiveRun) -> Channel:
        if run.channel is None:
            try:
                run.channel = self.worker_pool.start()
            except RuntimeError as error:
                raise Busy(str(error)) from error
            run.channel.send({"model": run.model, "values": run.values, "folder": str(run.folder)})
            threading.Thread(target=self._listen, args=(run, run.channel), name="live-run", daemon=True).start()
        return run.channel

    def _listen(self, run: LiveRun, channel: Channel) -> None:
        for message in channel:
            with self._lock:
                self._hear(run, message)
        with self._lock:
            if run.channel is channel and run.state != "ended":
                self._end(run, run.words or CRASHED)

    def _hear(self, run: LiveRun, message: Message) -> None:
        kind = message.pop("kind")
        if kind == "frame":
            run.seconds = message["seconds"]
            run.frames.append(message | {"k": run.told})
            run.told += 1
            while len(run.frames) > self.limits.unread:
                run.frames.popleft()
        elif kind == "begin":
            run.opening = message
        elif kind == "saved":
            run.saved, run.saved_step, run.saves = message["name"], message["step"], run.saves + 1
        elif kind == "error":
            self._end(run, f"The run ended: {message['text']}")
        elif kind == "rest" and message["why"] != "paused":
            self._stop(run, told=True)
            run.state, run.words = "finished", WHY[message["why"]]

    def _stop(self, run: LiveRun, told: bool = False, words: str = "") -> None:
        """Let a run rest, unless it does; `told`: it does so of itself."""
        if run.computes and not told:
            run.channel.send({"do": "pause"})
        self.scheduler.remove(run)
        run.wants = run.computes = False
        run.rested = time.monotonic()
        if run.state in ("training", "waiting"):
            run.state, run.words = "paused", words

    def _end(self, run: LiveRun, words: str) -> None:
        self.scheduler.remove(run)
        run.wants = run.computes = False
        run.state, run.words = "ended", words
        if run.channel:
            run.channel.close()
            run.channel = None

    def _serve(self, run: LiveRun) -> None:
        """Let a run compute or wait, as its place in line has it."""
        mine = self.scheduler.position(run) == 0
        if mine and not run.computes:
            self._process(run).send({"do": "play"})
        elif run.computes and not mine:
            run.channel.send({"do": "pause"})
            run.rested = time.monotonic()
        run.computes, run.state = mine, "training" if mine else "waiting"

    def _keep(self) -> None:
        """Look at every run again and again, as long as there is one."""
        while True:
            time.sleep(TICK)
            with self._lock:
                self.scheduler.rotate()
                for run in list(self._runs.values()):
                    self._look_after(run)
                if not self._runs:
                    self._keeper = None
                    return

    def _look_after(self, run: LiveRun) -> None:
        now, limits = time.monotonic(), self.limits
        if now - run.heard > limits.silence:
            return self.close(run.visit)
        if run.wants:
            try:
                self._serve(run)
            except Busy as error:
                return self._end(run, str(error))
            if run.seconds > limits.training:
                minutes = f"{limits.training / 60:.0f} minutes"
                self._stop(run, words=f"The {minutes} that a run may train here are over. Its model can be taken.")
        elif run.channel and now - run.rested > limits.resting:
            self._end(run, "The run rested too long and was ended; its last weights can still be taken.")
        return None


LIVE = LiveRuns()
on_leave(LIVE.close)
atexit.register(LIVE.close_all)
