"""One session's live run, from the server's side, and the states it goes through."""

import time
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from core.serving.workers import Channel, Message
from core.training.live import LiveModel, live_model
from demos.server.errors import DISK
from demos.server.temp_files import make_folder

GONE = "This run has ended. Press Reset to start a new one."


class RunState(str, Enum):
    """What a run does; the page knows the values."""

    NEW = "new"  # nothing yet
    WAITING = "waiting"  # in line for its turn
    TRAINING = "training"
    PAUSED = "paused"  # as its visitor or a limit has it
    FINISHED = "finished"  # of itself: all passes or patience
    DIVERGED = "diverged"  # of itself: a loss that is no number; its last finite weights can be taken
    ENDED = "ended"  # for good, its process is gone

    __str__ = str.__str__


_ALWAYS = {RunState.PAUSED, RunState.FINISHED, RunState.DIVERGED, RunState.ENDED}
NEXT_STATES = {  # where a run may go from each
    RunState.NEW: {RunState.WAITING} | _ALWAYS,
    RunState.WAITING: {RunState.TRAINING} | _ALWAYS,
    RunState.TRAINING: {RunState.WAITING} | _ALWAYS,
    RunState.PAUSED: {RunState.WAITING} | _ALWAYS,
    RunState.FINISHED: {RunState.WAITING} | _ALWAYS,
    RunState.DIVERGED: {RunState.ENDED},
    RunState.ENDED: set(),
}


@dataclass(eq=False)
class LiveRun:
    """A run, its process once it has one, and what that has sent. Only LiveRuns.transition() changes its state."""

    session: str  # of the page
    model: str
    values: dict[str, float]  # of its hyperparameters
    dataset: Message | None = None  # a visitor's pictures (core/data/dataset_message.py); none: the shipped clothes
    folder: Path = field(default_factory=lambda: make_folder("live"))
    channel: Channel | None = None  # to its process
    state: RunState = RunState.NEW
    words: str = ""  # for people: why it rests or has ended
    opening: Message | None = None  # the first message of its process
    frames: deque[Message] = field(default_factory=deque)  # not fetched yet
    frame_count: int = 0  # so far, those fetched among them
    saved: str = ""  # name of the last checkpoint
    saved_step: int = -1
    saves: int = 0  # how often that was tried
    is_unsaved: bool = False  # whether the last try failed: there was no room on the disk
    number: int = 0  # that the page gave it; 0: none
    obeyed: deque[int] = field(default_factory=lambda: deque(maxlen=64))  # numbers of the page's last commands
    learned: Message | None = None  # what the page is told of `dataset`
    heard: float = field(default_factory=time.monotonic)  # when its page last asked
    rested: float = field(default_factory=time.monotonic)  # since when, if it does
    seconds: float = 0.0  # of training

    @property
    def live_model(self) -> LiveModel:
        """What it trains."""
        return live_model(self.model)

    @property
    def is_active(self) -> bool:
        """Whether it trains, or would if it were its turn."""
        return self.state in (RunState.TRAINING, RunState.WAITING)

    @property
    def card(self) -> Path:
        """Of the last checkpoint it saved.

        Raises:
            ValueError: If there is none yet, or the disk had no room for it.
        """
        if self.is_unsaved:
            raise ValueError(DISK)
        if not self.saved:
            raise ValueError("There is no model to take yet: press Play first.")
        return self.folder / f"{self.saved}.json"
