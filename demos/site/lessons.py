"""The lessons that a page without a server can lead through."""

from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import parse_qs

from demos.lessons.format.lesson import Lesson
from demos.lessons.format.library import Library
from demos.lessons.format.reading import Problem


class SiteLibrary(Library):
    """Lessons all of whose tabs are there.

    Args:
        folders: As for a Library.
        tabs: Names.
    """

    def __init__(self, folders: Sequence[Path], tabs: Collection[str]) -> None:
        super().__init__(folders)
        self._tabs = set(tabs)

    def lessons(self) -> tuple[list[Lesson], list[Problem]]:
        """Those, and what is wrong with files that are none."""
        lessons, problems = super().lessons()
        return [lesson for lesson in lessons if tabs_of(lesson) <= self._tabs], problems


def tabs_of(lesson: Lesson) -> set[str]:
    """The tabs that its steps open."""
    return {name for step in lesson.steps for name in parse_qs(step.link.lstrip("?")).get("tab", [])}
