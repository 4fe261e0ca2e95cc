"""The runs of Train live: one per session, each in its own process, a few at a time, all ended and freed in time."""

import asyncio
import shutil
import threading
import time
from dataclasses import dataclass
from typing import Any

from core.data.dataset_message import to_message
from core.data.registry import Dataset
from core.serving.batcher import Busy
from core.serving.limits import FRAMES_UNREAD, RESTING, RUNS, RUNS_TOGETHER, SILENCE, TRAINING, TURN
from core.serving.scheduler import Scheduler
from core.serving.workers import Channel, Message, WorkerPool
from core.training.live import HYPERPARAMETERS, check, check_classes
from demos.live.live_run import GONE, NEXT_STATES, LiveRun, RunState

TICK = 0.1  # seconds between two looks at all runs
_POLL = 0.015  # seconds between two looks for news of one
_SAVING = 20.0  # seconds that a run gets to write its model
CRASHED = "The run ended unexpectedly: its process is gone. What was recorded stays here; press Reset to start again."
NO_WORKERS = "Nothing can be trained here: the app runs without its trainer. Start it with `python app.py`."
WHY = {  # a run rests of itself
    "finished": "All passes are done. Raise the passes to go on, or press Reset.",
    "patience": "Stopped: no better validation within the patience. The best weights were taken back.",
    "diverged": (
        "The loss is no longer a number: the steps were too large. The last finite weights were kept and can be taken. "
        "Lower the learning rate and press Reset."
    ),
}


@dataclass(frozen=True)
class Limits:
    """Limits that keep one machine usable for everyone; core.serving.limits explains each."""

    together: int = RUNS_TOGETHER
    turn: float = TURN
    runs: int = RUNS
    training: float = TRAINING
    resting: float = RESTING
    silence: float = SILENCE
    unread: int = FRAMES_UNREAD


class LiveRuns:
    """Every session's run, and the one place that enforces their limits.

    Args:
        limits: What may be used.
        worker_pool: Starts their processes; without one no run can train.
    """

    def __init__(self, limits: Limits | None = None, worker_pool: WorkerPool | None = None) -> None:
        self.limits, self.worker_pool = limits or Limits(), worker_pool
        self.scheduler = Scheduler(self.limits.together, self.limits.turn, self.limits.runs)
        self._runs: dict[str, LiveRun] = {}  # by session
        self._lock = threading.RLock()
        self._monitor: threading.Thread | None = None

    # ---- requests of a session

    def warm(self) -> None:
        """Have a process ready to fork runs from, before anybody presses Play."""
        if self.worker_pool:
            self.worker_pool.warm()

    def open(self, session: str, model: str, values: dict[str, Any], dataset: Dataset | None = None) -> LiveRun:
        """A new run, instead of the one this session had; it computes nothing before play() or step().

        Args:
            dataset: A visitor's pictures; the shipped clothes without one.

        Raises:
            ValueError: If there is no such model or hyperparameter, or it cannot learn from these pictures.
            Busy: If too many sessions have one.
        """
        checked = check(model, values)
        if dataset:
            check_classes(model, dataset.class_names)
        pictures = to_message(dataset) if dataset else None
        with self._lock:
            self.close(session)
            if sum(run.state is not RunState.ENDED for run in self._runs.values()) >= self.limits.runs:
                raise Busy(f"{self.limits.runs} visitors are training already; try again in a few minutes.")
            run = self._runs[session] = LiveRun(session, model, checked, pictures)
            if self._monitor is None:
                self._monitor = threading.Thread(target=self._watch, name="live", daemon=True)
                self._monitor.start()
        return run

    def run_of(self, session: str) -> LiveRun:
        """A session's run.

        Raises:
            ValueError: If there is none.
        """
        if session not in self._runs:
            raise ValueError(GONE)
        return self._runs[session]

    def play(self, session: str) -> None:
        """Train as soon as it is this run's turn.

        Raises:
            ValueError: If it has ended or may not train any longer.
            Busy: If the line is full.
        """
        with self._lock:
            run = self._usable(session)
            self.scheduler.enqueue(run)
            if not run.is_active:
                self.transition(run, RunState.WAITING)
            self._follow_schedule(run)

    def pause(self, session: str) -> None:
        """Rest, and let others train."""
        with self._lock:
            run = self.run_of(session)
            run.rested = time.monotonic()
            if run.is_active:
                self.transition(run, RunState.PAUSED)

    def step(self, session: str) -> None:
        """Take one batch's step, then rest."""
        with self._lock:
            run = self._usable(session)
            channel = self._process(run)
            self.transition(run, RunState.PAUSED)
            channel.send({"do": "step"})

    def change(self, session: str, values: dict[str, Any]) -> None:
        """Change hyperparameters that may change while the model learns.

        Raises:
            ValueError: If one may not.
        """
        with self._lock:
            run = self._usable(session)
            for name, value in values.items():
                if name not in run.values or not HYPERPARAMETERS[name].live_editable:
                    raise ValueError(f"{name} cannot change while the model learns; press Reset to start over with it")
                values[name] = HYPERPARAMETERS[name].check(value)
            run.values |= values
            if run.channel:
                run.channel.send({"do": "change", "values": values})

    async def save(self, session: str) -> LiveRun:
        """Have the model written as it is now; a run that has ended keeps its last."""
        run = self.run_of(session)
        if channel := run.channel:
            before, deadline = run.saves, time.monotonic() + _SAVING
            channel.send({"do": "save"})
            while run.saves == before and run.channel and time.monotonic() < deadline:
                await asyncio.sleep(_POLL)
        return run

    async def follow(
        self, session: str, since: int, state: str, patience: float = 1.0
    ) -> tuple[LiveRun, list[Message]]:
        """The frames from number `since` on, as soon as there is one, the state is another one, or patience ends."""
        deadline = time.monotonic() + patience
        while True:
            run = self.run_of(session)
            run.heard = time.monotonic()
            if run.frame_count > since or run.state != state or run.heard > deadline:
                break
            await asyncio.sleep(_POLL)
        while run.frames and run.frames[0]["k"] < since:
            run.frames.popleft()
        return run, list(run.frames)

    def line(self, run: LiveRun) -> tuple[int, int]:
        """Its position in line, 0 if it need not wait, and how many wait."""
        return self.scheduler.position(run) or 0, len(self.scheduler)

    def close(self, session: str) -> None:
        """End a session's run and free all it had."""
        with self._lock:
            if run := self._runs.pop(session, None):
                self._end(run, GONE)
                run.frames.clear()
                shutil.rmtree(run.folder, ignore_errors=True)

    def close_all(self) -> None:
        """End everything."""
        for session in list(self._runs):
            self.close(session)
        if self.worker_pool:
            self.worker_pool.close()

    # ---- states

    def transition(self, run: LiveRun, state: RunState, words: str = "") -> None:
        """Put a run into another state, and have its process, the line and the clock follow.

        Raises:
            RuntimeError: If no run goes from its state to that one.
            Busy: If it has no process and none starts; it stays as it is.
        """
        if state not in NEXT_STATES[run.state]:
            raise RuntimeError(f"a run that is {run.state} cannot be {state} next")
        if state is RunState.TRAINING:
            self._process(run).send({"do": "play"})
        elif run.state is RunState.TRAINING and state not in (RunState.FINISHED, RunState.DIVERGED):  # it says itself
            run.channel.send({"do": "pause"})
        run.state, run.words = state, words
        if state is not RunState.TRAINING:
            run.rested = time.monotonic()
        if not run.is_active:
            self.scheduler.remove(run)
        if state is RunState.ENDED and run.channel:
            run.channel.close()
            run.channel = None

    def _end(self, run: LiveRun, words: str) -> None:
        if run.state is not RunState.ENDED:
            self.transition(run, RunState.ENDED, words)

    def _follow_schedule(self, run: LiveRun) -> None:
        """Have an active run train or wait, as its position in line has it."""
        state = RunState.TRAINING if self.scheduler.position(run) == 0 else RunState.WAITING
        if run.state is not state:
            self.transition(run, state)

    def _usable(self, session: str) -> LiveRun:
        """A session's run.

        Raises:
            ValueError: If it has ended or may not train any longer.
        """
        run = self.run_of(session)
        if run.state in (RunState.ENDED, RunState.DIVERGED):
            raise ValueError(run.words)
        if run.seconds > self.limits.training:
            raise ValueError(
                f"A run may train for {self.limits.training / 60:.0f} minutes here. Take it, or press Reset."
            )
        return run

    # ---- the processes

    def _process(self, run: LiveRun) -> Channel:
        """The channel to a run's process, which is started unless there is one.

        Raises:
            Busy: If none starts.
        """
        if run.channel is None:
            if self.worker_pool is None:
                raise Busy(NO_WORKERS)
            try:
                run.channel = self.worker_pool.start()
            except RuntimeError as error:
                raise Busy(str(error)) from error
            request = {"model": run.model, "values": run.values, "folder": str(run.folder), "dataset": run.dataset}
            run.dataset = None  # its process has it from here on
            run.channel.send(request)
            threading.Thread(target=self._listen, args=(run, run.channel), name="live-run", daemon=True).start()
        return run.channel

    def _listen(self, run: LiveRun, channel: Channel) -> None:
        for message in channel:
            with self._lock:
                self._receive(run, message)
        with self._lock:
            if run.channel is channel:
                self._end(run, run.words or CRASHED)

    def _receive(self, run: LiveRun, message: Message) -> None:
        kind = message.pop("kind")
        if kind == "frame":
            run.seconds = message["seconds"]
            run.frames.append(message | {"k": run.frame_count})
            run.frame_count += 1
            while len(run.frames) > self.limits.unread:
                run.frames.popleft()
        elif kind == "begin":
            run.opening = message
        elif kind == "saved":
            run.saved, run.saved_step, run.saves = message["name"], message["step"], run.saves + 1
            run.is_unsaved = False
        elif kind == "unsaved":
            run.saves, run.is_unsaved = run.saves + 1, True
        elif kind == "error":
            self._end(run, f"The run ended: {message['text']}")
        elif kind == "rest" and message["why"] in WHY and RunState.FINISHED in NEXT_STATES[run.state]:
            state = RunState.DIVERGED if message["why"] == "diverged" else RunState.FINISHED
            self.transition(run, state, WHY[message["why"]])

    # ---- the limits

    def _watch(self) -> None:
        """Look at every run again and again, as long as there is one."""
        while True:
            time.sleep(TICK)
            with self._lock:
                self.scheduler.rotate()
                for run in list(self._runs.values()):
                    self._keep_within_limits(run)
                if not self._runs:
                    self._monitor = None
                    return

    def _keep_within_limits(self, run: LiveRun) -> None:
        now, limits = time.monotonic(), self.limits
        if now - run.heard > limits.silence:
            self.close(run.session)
        elif run.is_active:
            self._run_in_turn(run)
        elif run.channel and now - run.rested > limits.resting:
            self._end(run, "The run was paused too long and has ended; its last weights can still be taken.")

    def _run_in_turn(self, run: LiveRun) -> None:
        try:
            self._follow_schedule(run)
        except Busy as error:
            return self._end(run, str(error))
        if run.seconds > self.limits.training:
            minutes = f"{self.limits.training / 60:.0f} minutes"
            words = f"The {minutes} that a run may train here are over. Its model can be taken."
            self.transition(run, RunState.PAUSED, words)
        return None
