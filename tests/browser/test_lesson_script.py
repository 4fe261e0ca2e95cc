"""What the pupil of tests/bench/lesson.py touches is on the page at its step."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from demos.lessons.format.library import Library
from tests.bench.lesson import SCRIPT

LESSONS = {lesson.name: lesson for lesson in Library().lessons()[0]}
PLACES = {
    (name, title): [part for *place, _, part, _ in SCRIPT if place == [name, title]] for name, title, *_ in SCRIPT
}


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "title"), PLACES)
def test_every_control_of_the_script_is_there(page, name, title):
    step = next(k for k, step in enumerate(LESSONS[name].steps) if step.title == title)
    tab = parse_qs(LESSONS[name].steps[step].link[1:])["tab"][0]
    page.goto(f"/?lesson={name}&step={step + 1}")
    for part in PLACES[name, title]:
        expect(page.locator(f"#{tab}-widget {part}:visible").first).to_be_visible()
