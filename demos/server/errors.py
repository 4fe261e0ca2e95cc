"""What the user reads about a failure, and what the operator reads in the log."""

import logging
import os
import traceback
from collections.abc import Callable

from core.checkpoint import WEIGHTS, CheckpointError
from core.data.image_set import DataError
from core.serving.batcher import Busy
from core.serving.limits import MESSAGE

EXPECTED = (ValueError, Busy, CheckpointError, DataError)  # failures whose message is for the visitor
UNEXPECTED = "Something went wrong here ({}). Try something else; the other tabs still work."
DISK = "The server cannot write files at the moment: its disk may be full or read-only. What needs no file still works."
LOG = logging.getLogger("loom")


def user_message(function: Callable, error: Exception) -> str:
    """The sentence for the visitor; a failure that nobody expected is logged for the operator, without its data."""
    if isinstance(error, EXPECTED):
        text = str(error).replace(f"{WEIGHTS.parent}{os.sep}", "")  # visitors need not know where the app lies
        return text if len(text) <= MESSAGE else f"{text[:MESSAGE]} ..."
    LOG.error("%s failed: %s", function.__qualname__, origin(error))
    if isinstance(error, OSError):
        return DISK
    return UNEXPECTED.format(type(error).__name__)


def origin(error: Exception) -> str:
    """Kind and place of an error, without the values that its message may quote."""
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{type(error).__name__} at {frame.f_code.co_filename}:{line}"
