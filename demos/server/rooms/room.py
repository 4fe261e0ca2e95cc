"""One room: what its teacher shows, who is there, and the question that is asked. Nothing personal is in it."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from core.serving.limits import PAGES_IN_ROOM, PUPIL_RATE, ROOM_ABSENCE, ROOM_SILENCE, TEACHER_RATE
from demos.server.rooms.errors import FULL, NO_QUESTION, NOT_IN, NOT_LEADING, TOO_MANY, RoomError
from demos.server.rooms.question import Phase, Question, QuestionText

Clock = Callable[[], float]  # seconds


class Allowance:
    """So many requests a second.

    Args:
        rate: A second.
        burst: At once, after a rest.
        clock: Seconds.
    """

    def __init__(self, rate: float, burst: float, clock: Clock) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self.left, self.last = burst, clock()

    def spend(self) -> None:
        """Take one.

        Raises:
            RoomError: If none is left.
        """
        now = self.clock()
        self.left, self.last = min(self.burst, self.left + (now - self.last) * self.rate), now
        if self.left < 1:
            raise RoomError(429, TOO_MANY)
        self.left -= 1


class Page:
    """A browser's page in a room, known by a name that it made up."""

    def __init__(self, is_teacher: bool, clock: Clock) -> None:
        self.is_teacher, self.heard = is_teacher, clock()
        rate = TEACHER_RATE if is_teacher else PUPIL_RATE
        self.allowance = Allowance(rate, 2 * rate, clock)
        self.streams = 0  # that it listens to


class Room:
    """Made by Rooms.open().

    Args:
        code: That people type.
        clock: Seconds; a test has its own.
    """

    def __init__(self, code: str, clock: Clock) -> None:
        self.code, self.clock = code, clock
        self.key = secrets.token_urlsafe(16)  # of its teacher's pages
        self.view = ""
        self.is_locked = self.is_closed = False
        self.question: Question | None = None
        self.leader: str | None = None  # the page that teaches
        self.pages: dict[str, Page] = {}
        self._asked = 0  # questions so far
        self._left = clock()  # when the teacher was last seen to go
        self._wakers: set[asyncio.Event] = set()
        self._messages: dict[str, bytes] = {}  # by role

    # ---- pages
    def enter(self, name: str, is_teacher: bool) -> None:
        """Let a page in, or in again.

        Raises:
            RoomError: If the room is full.
        """
        if name in self.pages and self.pages[name].is_teacher == is_teacher:
            self.pages[name].heard = self.clock()
            return
        if self.pupil_count() >= PAGES_IN_ROOM and not is_teacher:
            raise RoomError(503, FULL.format(count=PAGES_IN_ROOM))
        gone = [other for other, page in self.pages.items() if not page.streams and not self._is_fresh(page)]
        for other in gone[: max(0, len(self.pages) - PAGES_IN_ROOM)]:
            del self.pages[other]
        if len(self.pages) >= 2 * PAGES_IN_ROOM:
            raise RoomError(503, FULL.format(count=PAGES_IN_ROOM))
        self.pages[name] = Page(is_teacher, self.clock)

    @contextmanager
    def listening(self, name: str) -> Iterator[asyncio.Event]:
        """While a page listens: an event that is set when there is news."""
        page, news = self.page(name), asyncio.Event()
        page.heard = self.clock()
        page.streams += 1
        self._wakers.add(news)
        if page.is_teacher and not self.has_teacher():
            self.leader = name
        self.announce()
        try:
            yield news
        finally:
            page.streams -= 1
            self._wakers.discard(news)
            if name == self.leader and not page.streams:
                self._replace_leader()
            self.announce()

    def page(self, name: str) -> Page:
        """A page that has entered.

        Raises:
            RoomError: If it has not.
        """
        if name not in self.pages:
            raise RoomError(404, NOT_IN)
        return self.pages[name]

    def hear(self, name: str) -> Page:
        """A page asks for something, or says that it is there.

        Raises:
            RoomError: If it is not in the room, or asks for too much.
        """
        page = self.page(name)
        page.allowance.spend()
        page.heard = self.clock()
        return page

    def lead(self, name: str) -> None:
        """Have a page of the teacher's, which watched, teach from now on.

        Raises:
            RoomError: If it is none of the teacher's.
        """
        if not self.hear(name).is_teacher:
            raise RoomError(403, NOT_LEADING)
        self.leader = name
        self.announce()

    def pupil_count(self) -> int:
        """Pages that follow now."""
        return sum(page.streams > 0 and not page.is_teacher for page in self.pages.values())

    def has_teacher(self) -> bool:
        """Whether the page that teaches is there."""
        return self.leader in self.pages and self.pages[self.leader].streams > 0

    def is_silent(self, name: str) -> bool:
        """Whether a page is gone, though its connection does not say so: a laptop that sleeps."""
        return not self._is_fresh(self.page(name))

    def is_left(self) -> bool:
        """Whether its teacher has been away for too long."""
        return not self.has_teacher() and self.clock() - self._left > ROOM_ABSENCE

    def _is_fresh(self, page: Page) -> bool:
        return self.clock() - page.heard <= ROOM_SILENCE

    def _replace_leader(self) -> None:
        """The teacher's page has gone: another one of the teacher's takes its place, if there is any."""
        others = (name for name, page in self.pages.items() if page.is_teacher and page.streams)
        self.leader = next(others, self.leader)
        self._left = self.clock()

    # ---- what the teacher does
    def _led_by(self, name: str) -> None:
        self.hear(name)
        if name != self.leader:
            raise RoomError(403, NOT_LEADING)

    def show(self, name: str, view: str) -> None:
        """Have pupils see a view, as a query of links."""
        self._led_by(name)
        self.view = view
        self.announce()

    def lock(self, name: str, is_locked: bool) -> None:
        """Take pupils' controls away, or give them back."""
        self._led_by(name)
        self.is_locked = is_locked
        self.announce()

    def ask(self, name: str, asked: QuestionText) -> None:
        """Open a question in place of the last one."""
        self._led_by(name)
        self._asked += 1
        self.question = Question(self._asked, asked)
        self.announce()

    def set_phase(self, name: str, phase: Phase | None) -> None:
        """Open or close the vote, reveal tally and solution, or with None take the question away."""
        self._led_by(name)
        if self.question is None:
            raise RoomError(409, NO_QUESTION)
        if phase is None:
            self.question = None
        else:
            self.question.phase = phase
        self.announce()

    def close(self, name: str) -> None:
        """End the room."""
        self._led_by(name)
        self.end()

    def end(self) -> None:
        """End it: every page is told."""
        self.is_closed = True
        self.announce()

    # ---- what a pupil does
    def vote(self, name: str, number: int, value: float) -> None:
        """Take a page's vote on the question with this number.

        Raises:
            RoomError: If another question is asked by now, or this one is closed.
        """
        if self.hear(name).is_teacher:
            raise RoomError(403, "The page that teaches does not vote.")
        if self.question is None or self.question.number != number:
            raise RoomError(409, NO_QUESTION)
        self.question.vote(name, value, 2 * PAGES_IN_ROOM)
        self.announce()

    # ---- what pages get
    def announce(self) -> None:
        """Something has changed."""
        self._messages.clear()
        for news in self._wakers:
            news.set()

    def message(self, name: str) -> bytes:
        """All that a page may know, as one event of a stream; pages of one role get the same bytes."""
        role = self.role(name)
        if role not in self._messages:
            self._messages[role] = b"data: " + orjson.dumps(self._seen_as(role)) + b"\n\n"
        return self._messages[role]

    def role(self, name: str) -> str:
        """ "teacher", "watching" (a second page of the teacher's) or "pupil"."""
        if not self.page(name).is_teacher:
            return "pupil"
        return "teacher" if name == self.leader else "watching"

    def _seen_as(self, role: str) -> dict[str, Any]:
        question = self.question.shown(is_teacher=role != "pupil") if self.question else None
        seen = {
            "role": role, "view": self.view, "is_locked": self.is_locked, "is_closed": self.is_closed,
            "has_teacher": self.has_teacher(), "question": question,
        }  # fmt: skip
        return seen if role == "pupil" else seen | {"pupils": self.pupil_count()}
