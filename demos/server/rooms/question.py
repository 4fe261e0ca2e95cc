"""A question to a room, and the votes that pages gave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from demos.server.rooms.errors import NO_QUESTION, RoomError

BINS = 10  # bars of a question for a number
Phase = Literal["open", "closed", "revealed"]


@dataclass(frozen=True)
class QuestionText:
    """What is asked; text and answers are safe HTML.

    Args:
        text: The question.
        answers: To choose from; none where a number is asked for.
        low: Smallest number that can be given.
        high: Largest.
        unit: Behind the number.
        solution: What is shown after the vote: `right`, `number` and `why`, as far as they are known.
        place: Of the question in a lesson, "NAME.STEP"; empty for one of the teacher's own.
    """

    text: str
    answers: tuple[str, ...] = ()
    low: float = 0
    high: float = 0
    unit: str = ""
    solution: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""


class Question:
    """A question while the room deals with it.

    Args:
        number: That tells it from the ones before.
        asked: Its text.
    """

    def __init__(self, number: int, asked: QuestionText) -> None:
        self.number, self.asked = number, asked
        self.phase: Phase = "open"
        self.votes: dict[str, float] = {}  # by page, which has one

    def vote(self, page: str, value: float, most: int) -> None:
        """Take a page's vote; a second one takes the place of its first.

        Args:
            value: Place of the answer from 0, or the number.
            most: Votes that are taken in all.

        Raises:
            RoomError: If the question is closed, or has no such answer.
        """
        if self.phase != "open" or (page not in self.votes and len(self.votes) >= most):
            raise RoomError(409, NO_QUESTION)
        answers = len(self.asked.answers)
        if answers and value not in range(answers):
            raise RoomError(400, f"There are {answers} answers to choose from.")
        if not answers and not self.asked.low <= value <= self.asked.high:
            raise RoomError(400, f"Give a number from {self.asked.low:g} to {self.asked.high:g}.")
        self.votes[page] = value

    def counts(self) -> list[int]:
        """Votes by answer; of numbers, by tenth of their range."""
        counts = [0] * (len(self.asked.answers) or BINS)
        for value in self.votes.values():
            counts[self._place(value)] += 1
        return counts

    def _place(self, value: float) -> int:
        if self.asked.answers:
            return int(value)
        width = (self.asked.high - self.asked.low) or 1
        return min(BINS - 1, int((value - self.asked.low) / width * BINS))

    def shown(self, is_teacher: bool) -> dict[str, Any]:
        """The question as a page gets it: pupils see the tally and the solution once they are revealed."""
        asked = self.asked
        shown = {
            "number": self.number, "phase": self.phase, "place": asked.place, "text": asked.text,
            "answers": list(asked.answers), "low": asked.low, "high": asked.high, "unit": asked.unit,
        }  # fmt: skip
        if is_teacher or self.phase == "revealed":
            shown["counts"] = self.counts()
        if self.phase == "revealed":
            shown["solution"] = dict(asked.solution)
        return shown
