"""Questions to a room: of a lesson's step, or the teacher's own."""

from demos.lessons.format.library import Library
from demos.room.requests import AskOfLesson, AskOwn
from demos.server.rooms.errors import RoomError
from demos.server.rooms.question import QuestionText
from demos.ui.markup import to_html


def question_of_lesson(library: Library, request: AskOfLesson) -> QuestionText:
    """The question of a step.

    Raises:
        RoomError: If there is none.
    """
    lesson = next((one for one in library.lessons()[0] if one.name == request.lesson), None)
    question = lesson.steps[request.step].question if lesson and request.step < len(lesson.steps) else None
    if question is None:
        raise RoomError(404, "This step of the lesson asks nothing.")
    return QuestionText(
        text=question.text,
        answers=question.answers,
        low=question.low,
        high=question.high,
        unit=question.unit,
        solution={"right": question.right, "number": question.number, "why": question.why},
        place=f"{request.lesson}.{request.step}",
    )


def own_question(request: AskOwn) -> QuestionText:
    """A question that a teacher has typed: HTML in it is shown as text, `$formulas$` are set.

    Raises:
        RoomError: If a formula cannot be set, or the right answer is none of them.
    """
    if request.right is not None and request.right >= len(request.answers):
        raise RoomError(400, "The right answer must be one of the answers.")
    try:
        text, answers = to_html(request.text), tuple(to_html(answer) for answer in request.answers)
    except ValueError as error:
        raise RoomError(400, str(error)) from error
    return QuestionText(text, answers, solution={"right": request.right, "number": None, "why": ""})
