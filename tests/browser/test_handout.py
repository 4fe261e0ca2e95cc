"""A lesson on paper: pictures of its steps, questions without their answers, codes to scan; on a page or two."""

import re

import pytest
from playwright.sync_api import expect

from demos.lessons.format.library import Library
from tests.browser.test_lessons import FIRST, arrive
from tests.helpers.driving import scanned, shows

LESSONS = Library().lessons()[0]
SHEET = ".loom-handout"
PRINTED = "() => { window.printed = 0; window.print = () => { window.printed += 1; }; }"
# whether every picture has something in it: canvases that are neither empty nor black, drawings, bars or tables
PICTURED = """() => [...document.querySelectorAll('.handout-picture')].map((picture) => {
  const isDrawn = [...picture.querySelectorAll('canvas')].some((canvas) => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width || 1, canvas.height || 1);
    return data[0] > 0 || data.some((value, k) => value !== data[k % 4]);
  });
  const other = 'svg :is(path, polyline, rect, image), img, [style*=background], .loom-bar, td';
  return isDrawn || picture.querySelector(other) !== null;
})"""


def make(page, lesson, step):
    page.add_init_script(f"({PRINTED})()")
    page.goto(f"/?lesson={lesson.name}&step={step}")
    arrive(page, lesson, step - 1)
    page.locator("[data-lesson=print]").click()
    page.wait_for_function("window.printed === 1", timeout=240_000)


def pages(page, path=None):
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(path=path, prefer_css_page_size=True, print_background=True)))


def check_sheet(page, lesson):
    expect(page.locator(f"{SHEET} .handout-step")).to_have_count(len(lesson.steps))
    expect(page.locator(f"{SHEET} .handout-question")).to_have_count(sum(1 for one in lesson.steps if one.question))
    address = page.evaluate("location.origin")
    codes = [scanned(code) for code in page.locator(f"{SHEET} .handout-code").all()]
    assert codes == [f"{address}/?lesson={lesson.name}&step={k}" for k in range(1, len(lesson.steps) + 1)]
    pictured = page.evaluate(PICTURED)
    assert all(pictured)
    assert len(pictured) >= len(lesson.steps) - 1
    whole = page.locator(SHEET).evaluate("sheet => sheet.textContent")
    for step in lesson.steps:
        assert not step.question or re.sub("<[^>]*>", "", step.question.why) not in whole
    expect(page.locator(f"{SHEET} :is([data-part], [data-ringed])")).to_have_count(0)


def test_a_lesson_is_printed_and_the_page_goes_on_where_it_was(page, tmp_path):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.add_init_script("localStorage.setItem('loom-theme', 'dark')")
    make(page, FIRST, 2)
    check_sheet(page, FIRST)
    page.wait_for_function("location.search.includes('.2&')")
    expect(page.locator(SHEET)).to_be_hidden()
    assert 1 <= pages(page) <= 3
    page.emulate_media(media="print")
    expect(page.locator(SHEET)).to_be_visible()
    expect(page.locator(".lesson-strip")).to_be_hidden()
    page.emulate_media(media="screen")
    shows(page, "document.body.classList.contains('dark')", True)
    page.keyboard.press("PageDown")
    arrive(page, FIRST, 2)
    expect(page.locator(SHEET)).to_have_count(0)


def test_making_a_hand_out_can_be_stopped(page):
    page.add_init_script(f"({PRINTED})()")
    page.goto(f"/?lesson={FIRST.name}&step=3")
    arrive(page, FIRST, 2)
    page.locator("[data-lesson=print]").click()
    page.locator("[data-handout=stop]").click()
    expect(page.locator(".handout-progress")).to_be_hidden()
    page.wait_for_function("!document.body.dataset.loomHandout && location.search.includes('.3&')")
    expect(page.locator(SHEET)).to_have_count(0)
    shows(page, "window.printed", 0)


@pytest.mark.thorough
@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
def test_every_lesson_fits_on_paper(page, lesson):
    page.set_viewport_size({"width": 1280, "height": 720})
    make(page, lesson, 1)
    check_sheet(page, lesson)
    assert pages(page) <= 3
