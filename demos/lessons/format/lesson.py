"""A lesson: its steps, what each shows and asks; made of a Markdown file by demos.lessons.format.reading."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

STEPS = 40  # of a lesson
ANSWERS = (2, 5)  # to choose from
WORDS = 70  # of a step: what a class reads while its teacher talks
LEVELS = ("beginner", "intermediate", "advanced")

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Part(BaseModel):
    """Base of what a lesson consists of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Head(Part):
    """The front matter.

    Args:
        title: As the list of lessons shows it.
        minutes: That a class needs.
        level: What it takes for granted.
        order: Place among the lessons of its level; those without one come last.
    """

    model_config = ConfigDict(strict=True)

    title: Line
    minutes: Annotated[int, Field(ge=1, le=180)]
    level: Literal[LEVELS]
    order: Annotated[int, Field(ge=0, le=1000)] = 1000


class Question(Part):
    """What the class predicts before the page shows it; answers to choose from, or a number.

    Args:
        text: HTML, as are answers and why.
        answers: 2 to 5, or none where a number is asked for.
        right: Place of the right one.
        number: The right number.
        within: How far off still counts as right.
        low: Left end of the slider.
        high: Right end.
        unit: Behind the number, such as "%".
        why: Why the right answer is right.
        covers: Parts of the page that are covered until there is an answer.
    """

    text: str
    answers: tuple[str, ...] = ()
    right: int | None = None
    number: float | None = None
    within: float = 0
    low: float = 0
    high: float = 0
    unit: str = ""
    why: str
    covers: tuple[str, ...] = ()


class Step(Part):
    """One view of the page.

    Args:
        title: HTML, as is text.
        text: One to three sentences.
        link: The state, "?tab=...".
        parts: That are ringed; the first is scrolled to.
    """

    title: str
    text: str
    link: str
    parts: tuple[str, ...]
    question: Question | None = None


class Lesson(Part):
    """All of it.

    Args:
        name: That links use, `?lesson=NAME`: the file's, without .md.
    """

    name: str
    head: Head
    steps: tuple[Step, ...]
