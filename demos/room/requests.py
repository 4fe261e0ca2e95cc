"""What pages send to a room, checked before the room sees it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from core.serving.limits import ROOM_QUESTION, ROOM_STATE
from demos.lessons.format.lesson import ANSWERS
from demos.ui.fields import Flag, Request, Wanted

PageName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,40}$"), Wanted("a name of 16 to 40 letters and digits")
]
Address = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s<>\"]{1,200}$"), Wanted("an address of at most 200 characters")
]
View = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9*._+%&=-]*$", max_length=ROOM_STATE),
    Wanted(f"a view's link of at most {ROOM_STATE:,} characters"),
]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=ROOM_QUESTION),
    Wanted(f"a text of 1 to {ROOM_QUESTION} characters"),
]
Answers = Annotated[tuple[Text, ...], Field(min_length=ANSWERS[0], max_length=ANSWERS[1])]


class FromPage(Request):
    """Base of all: the name that a page made up for itself, which nobody else knows."""

    page: PageName


class Open(FromPage):
    """Open a room.

    Args:
        address: Of the page, without a query, as the teacher reached it.
    """

    address: Address


class Enter(FromPage):
    """Enter a room.

    Args:
        key: That the teacher's pages have.
    """

    key: Annotated[str, StringConstraints(max_length=40)] = ""


class Here(FromPage):
    """Say that the page is there."""


class Lead(FromPage):
    """Teach from this page."""


class Close(FromPage):
    """End the room."""


class Show(FromPage):
    """Show a view.

    Args:
        view: A query as browsers write it, "tab=latent_map&x=1".
    """

    view: View


class Lock(FromPage):
    """Take pupils' controls away, or give them back."""

    is_locked: Flag


class AskOfLesson(FromPage):
    """Ask the question of a lesson's step, which counts from 0."""

    lesson: Annotated[str, StringConstraints(max_length=80)]
    step: Annotated[int, Field(ge=0)]


class AskOwn(FromPage):
    """Ask a question of the teacher's own; which answer is right may stay open."""

    text: Text
    answers: Annotated[Answers, Wanted(f"a list of {ANSWERS[0]} to {ANSWERS[1]} texts")]
    right: Annotated[int, Field(ge=0, lt=ANSWERS[1])] | None = None


class SetPhase(FromPage):
    """Open or close the vote, reveal it, or take the question away."""

    phase: Literal["open", "closed", "revealed"] | None


class Vote(FromPage):
    """Vote on the question with this number."""

    number: Annotated[int, Field(ge=1)]
    value: Annotated[float, Field(allow_inf_nan=False)]
