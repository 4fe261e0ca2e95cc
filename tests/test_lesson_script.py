"""The pupil of tests/bench/lesson.py does what the shipped lessons say, and what is counted adds up."""

from itertools import pairwise

import pytest

from demos.lessons.format.library import Library
from tests.bench.lesson import GESTURES, MINUTES, PLAYED, SCRIPT, Asked, kind_of, show

LESSONS = {lesson.name: lesson for lesson in Library().lessons()[0]}


@pytest.mark.parametrize("name", dict.fromkeys(name for name, *_ in SCRIPT))
def test_the_script_walks_a_lesson_forwards(name):
    titles = [step.title for step in LESSONS[name].steps]
    places = [titles.index(title) for lesson, title, *_ in SCRIPT if lesson == name]
    assert all(before <= after for before, after in pairwise(places))


def test_the_script_takes_no_longer_than_the_lesson():
    followed = {name for name, *_ in SCRIPT} - set(PLAYED)
    assert MINUTES / 2 < sum(LESSONS[name].head.minutes for name in followed) < MINUTES


def test_every_gesture_is_known_and_stays_in_its_box():
    assert {gesture for _, _, gesture, _, _ in SCRIPT} == {"click", *GESTURES}
    for path in GESTURES.values():
        assert all(0 < x < 1 and 0 < y < 1 for k in range(20) for x, y in path(k))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/gradio_api/component_server/", "questions"),
        ("/models/0a1b/cae-27.safetensors", "models and runtime"),
        ("/web/0a1b/classify/widget.js", "page files"),
    ],
)
def test_requests_are_counted_by_kind(path, kind):
    assert kind_of(path) == kind


def test_the_table_shows_every_function_and_the_ratio(capsys):
    before = Asked(actions=4, questions=[{"fn_name": "decode"}] * 8 + [{"fn_name": "walk"}] * 2)
    after = Asked(actions=4, questions=[{"fn_name": "walk"}])
    show(before, after)
    shown = capsys.readouterr().out
    assert "10 questions before, 1 after, ratio 0.10, goal 0.1: met" in shown
    assert [line.split() for line in shown.splitlines()[-2:]] == [["decode", "8", "0"], ["walk", "2", "1"]]
    assert before.rate() == 2.5
