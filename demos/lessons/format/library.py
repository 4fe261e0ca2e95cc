"""The lessons that a page offers: those shipped, and a teacher's own, read again when a file has changed."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from demos.lessons.format.glossary import shipped_terms
from demos.lessons.format.lesson import LEVELS, Lesson
from demos.lessons.format.reading import Problem, lesson_files, read_lesson
from demos.room.requests import Address
from demos.server.address import link_for_others
from demos.server.services import Services
from demos.ui.fields import Request

SHIPPED = Path(__file__).resolve().parent.parent


class AddressRequest(Request):
    """The address of the page, without a query, as its visitor reached it."""

    address: Address


class Library:
    """Lessons of a few folders; one of a later folder takes the place of one with the same name before.

    Args:
        folders: Of Markdown files, each a lesson.
    """

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        self.folders = tuple(folders)
        self.own_address: Callable[[], str | None] = lambda: None  # for other machines, where they can reach the app
        self._read: dict[Path, tuple[tuple[int, int], Lesson | None, list[Problem]]] = {}

    def lessons(self) -> tuple[list[Lesson], list[Problem]]:
        """Every lesson, the easy ones first, and what is wrong with files that are none."""
        found: dict[str, Lesson] = {}
        problems: list[Problem] = []
        for path in (path for folder in self.folders for path in lesson_files(folder)):
            lesson, wrong = self._lesson(path)
            problems += wrong
            if lesson:
                found[lesson.name] = lesson
        return sorted(found.values(), key=_place), problems

    def links(self) -> dict[str, list[str]]:
        """By lesson, the state of every step: a page that opens on a step shows it from the start."""
        return {lesson.name: [step.link for step in lesson.steps] for lesson in self.lessons()[0]}

    async def load_lessons(self, services: Services, request: Request) -> dict:
        """All lessons for the page, with the problems of a teacher's own, and the glossary."""
        lessons, problems = await asyncio.to_thread(self.lessons)
        return {
            "lessons": [lesson.model_dump() for lesson in lessons],
            "problems": [str(one) for one in problems],
            "terms": shipped_terms(),
        }

    async def find_address(self, services: Services, request: AddressRequest) -> dict:
        """The address under which others reach the page, for the links of a hand-out."""
        return {"address": link_for_others(request.address, "", await asyncio.to_thread(self.own_address))}

    def _lesson(self, path: Path) -> tuple[Lesson | None, list[Problem]]:
        try:
            stat = path.stat()
        except OSError:  # it went since the folder was listed
            return None, []
        stamp = (stat.st_mtime_ns, stat.st_size)
        if path not in self._read or self._read[path][0] != stamp:
            self._read[path] = (stamp, *read_lesson(path))
        return self._read[path][1:]


def _place(lesson: Lesson) -> tuple[int, int, str]:
    return LEVELS.index(lesson.head.level), lesson.head.order, lesson.head.title
