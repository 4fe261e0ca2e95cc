"""A room in two browsers: one teaches, one follows, votes, goes its own way, and loses the network."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_lessons import FIRST as LESSON
from tests.helpers.driving import READY, becomes, open_tab, scanned, touch_page

SLIDER = "#interpolate-widget [data-alpha]"
SAYS = ".room-says"
PATIENCE = 30_000  # milliseconds, on a busy machine
CUT = 10_000  # milliseconds without the network
SET = "(range, value) => { range.value = value; range.dispatchEvent(new Event('input', {bubbles: true})); }"


@pytest.fixture
def pages(browser, address):
    """A teacher's page and a pupil's phone, whose networks may be cut; each fails the test if a script fails."""
    teacher = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}).new_page()
    pupil = touch_page(browser, address)
    failures = []
    for page in (teacher, pupil):
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: failures.append(str(error)))
    yield teacher, pupil
    for page in (teacher, pupil):
        page.context.close()
    assert failures == []


def open_room(teacher, pupil, tab="interpolate", **query):
    """A room on a tab, with the pupil in it."""
    open_tab(teacher, tab, **query)
    teacher.locator("[data-page=room]").click()
    teacher.locator(".room-dialog [data-room=open]").click()
    code = teacher.locator(".room-letters").inner_text()
    becomes(teacher, lambda page: scanned(page.locator(".room-wall img")), page_of(teacher, code))
    teacher.locator("[data-room=dismiss]").click()
    pupil.goto(f"/?room={code}")
    hears(pupil, "You follow your teacher.")
    hears(teacher, "1 page follows you.")
    pupil.wait_for_selector(f"#{tab}-widget {READY}")
    return code


def page_of(teacher, code):
    """The address that opens a room."""
    return teacher.evaluate("code => `${location.origin}/?room=${code}`", code)


def ask_own_question(teacher):
    """A question with two answers, of which the first is right."""
    teacher.locator("[data-room=write]").click()
    teacher.locator(".room-dialog [name=text]").fill("What is <b>$z$</b>?")
    for k, text in enumerate(("a code", "a letter")):
        teacher.locator(".room-dialog [name=answer]").nth(k).fill(text)
    teacher.locator(".room-dialog [name=right]").first.check()
    teacher.locator(".room-dialog form .room-main").click()


def hears(page, sentence):
    """Wait until the room's bar says something."""
    expect(page.locator(SAYS)).to_contain_text(sentence, timeout=PATIENCE)


def drag(page, value):
    page.locator(SLIDER).first.evaluate(SET, value)


def shown_at(page, value):
    page.wait_for_function(
        "([slider, value]) => Number(document.querySelector(slider).value) === value", arg=[SLIDER, value]
    )


def test_a_pupil_follows_until_it_touches_something(pages, photograph):
    teacher, pupil = pages
    open_room(teacher, pupil)
    drag(teacher, 0.75)
    shown_at(pupil, 0.75)
    teacher.locator("#gan-tab-button").click()
    pupil.wait_for_selector(f"#gan-widget {READY}")
    expect(pupil.locator("#gan-widget")).to_be_visible()
    teacher.locator("#interpolate-tab-button").click()
    pupil.locator("#interpolate-widget").wait_for()
    pupil.locator(SLIDER).first.tap()
    hears(pupil, "You explore on your own.")
    drag(teacher, 0.25)
    pupil.wait_for_timeout(600)
    expect(pupil.locator(SLIDER).first).not_to_have_value("0.25")
    photograph(pupil, "room-pupil")
    pupil.locator("[data-room=follow]").tap()
    shown_at(pupil, 0.25)
    hears(pupil, "You follow your teacher.")


def test_a_vote_is_taken_and_revealed(pages, photograph):
    teacher, pupil = pages
    open_room(teacher, pupil)
    ask_own_question(teacher)
    expect(pupil.locator(".room-asked")).to_contain_text("What is <b>", timeout=PATIENCE)
    expect(pupil.locator(".room-asked math")).to_have_count(1)
    pupil.locator("[data-vote='1']").tap()
    pupil.locator("[data-vote='0']").tap()
    expect(teacher.locator(".room-tally b")).to_have_text(["1", "0"], timeout=PATIENCE)
    expect(pupil.locator(".room-tally")).to_have_count(0)
    photograph(teacher, "room-vote")
    teacher.locator("[data-room=reveal]").click()
    expect(pupil.locator(".room-tally b")).to_have_text(["1", "0"], timeout=PATIENCE)
    expect(pupil.locator(".room-tally [data-right]")).to_contain_text("a code", timeout=PATIENCE)
    photograph(pupil, "room-result")
    teacher.locator("[data-room=drop]").click()
    expect(pupil.locator(".room-asked")).to_have_count(0, timeout=PATIENCE)


def test_a_lessons_question_is_asked_in_the_room_and_uncovers_the_view_for_all(pages):
    teacher, pupil = pages
    open_room(teacher, pupil)
    teacher.locator("[data-page=lessons]").click()
    teacher.locator(f"[data-open={LESSON.name}]").click()
    asking = next(k for k, step in enumerate(LESSON.steps) if step.question and step.question.answers)
    teacher.locator(f".lesson-dots [data-step='{asking}']").click()
    expect(teacher.locator("[data-room=offered]")).to_be_visible(timeout=PATIENCE)
    place = teacher.locator(".lesson-place").inner_text()
    expect(pupil.locator(".lesson-place")).to_have_text(place, timeout=PATIENCE)
    expect(pupil.locator("[data-covered]").first).to_be_attached(timeout=PATIENCE)
    expect(pupil.locator(".lesson-question")).to_be_hidden()  # the room asks it
    teacher.locator("[data-room=offered]").click()
    pupil.locator("[data-vote='0']").tap()
    expect(pupil.locator(".room-note")).to_contain_text("Your answer is in", timeout=PATIENCE)
    teacher.locator("[data-room=reveal]").click()
    for page in pages:
        expect(page.locator("[data-covered]")).to_have_count(0, timeout=PATIENCE)
        expect(page.locator(".lesson-verdict")).to_be_visible(timeout=PATIENCE)


def test_the_teacher_takes_the_controls_and_gives_them_back(pages):
    teacher, pupil = pages
    open_room(teacher, pupil)
    pupil.locator(SLIDER).first.tap()
    hears(pupil, "You explore on your own.")
    teacher.locator("[data-room=lock]").click()
    hears(pupil, "Your teacher has the controls for now.")
    expect(pupil.locator("#tabs")).to_have_attribute("inert", "")
    drag(teacher, 0.75)
    shown_at(pupil, 0.75)
    teacher.locator("[data-room=lock]").click()
    expect(pupil.locator("#tabs")).not_to_have_attribute("inert", "", timeout=PATIENCE)


def test_each_loses_the_network_and_goes_on(pages):
    teacher, pupil = pages
    open_room(teacher, pupil)
    pupil.context.set_offline(True)
    hears(pupil, "connection is lost")
    drag(teacher, 0.75)
    pupil.wait_for_timeout(1000)
    pupil.context.set_offline(False)
    shown_at(pupil, 0.75)
    hears(pupil, "You follow your teacher.")

    teacher.context.set_offline(True)
    hears(pupil, "teacher's page is away")
    drag(teacher, 0.5)
    teacher.context.set_offline(False)
    shown_at(pupil, 0.5)
    hears(pupil, "You follow your teacher.")


@pytest.mark.thorough
def test_each_is_cut_off_for_ten_seconds_within_a_vote_and_comes_back(pages):
    teacher, pupil = pages
    open_room(teacher, pupil)
    ask_own_question(teacher)
    pupil.locator("[data-vote='1']").tap()
    expect(teacher.locator(".room-tally b")).to_have_text(["0", "1"], timeout=PATIENCE)

    pupil.context.set_offline(True)
    hears(pupil, "connection is lost")
    drag(teacher, 0.75)
    teacher.locator("[data-room=reveal]").click()
    pupil.wait_for_timeout(CUT)
    expect(pupil.locator(".room-tally")).to_have_count(0)
    pupil.context.set_offline(False)
    hears(pupil, "You follow your teacher.")
    shown_at(pupil, 0.75)
    expect(pupil.locator(".room-tally b")).to_have_text(["0", "1"], timeout=PATIENCE)  # its vote was kept
    hears(teacher, "1 page follows you.")

    teacher.context.set_offline(True)
    hears(teacher, "connection is lost")
    pupil.wait_for_timeout(CUT)
    shown_at(pupil, 0.75)  # the page stays as it is
    expect(pupil.locator("#interpolate-widget")).to_be_visible()
    teacher.context.set_offline(False)
    hears(teacher, "1 page follows you.")
    drag(teacher, 0.25)
    shown_at(pupil, 0.25)
    teacher.locator("[data-room=drop]").click()
    expect(pupil.locator(".room-asked")).to_have_count(0, timeout=PATIENCE)


def test_a_teacher_who_reloads_goes_on_and_a_copy_of_the_page_watches(pages):
    teacher, pupil = pages
    open_room(teacher, pupil)
    teacher.reload()
    hears(teacher, "1 page follows you.")
    ticket = teacher.evaluate("sessionStorage.getItem('loom-room')")
    copy = teacher.context.new_page()
    copy.add_init_script(f"sessionStorage.setItem('loom-room', {ticket!r})")
    copy.goto("/?tab=scoreboard")
    hears(copy, "Another page of yours teaches here")
    copy.locator("[data-room=lead]").click()
    hears(copy, "1 page follows you.")
    hears(teacher, "Another page of yours teaches here")
    copy.close()
    hears(teacher, "1 page follows you.")
    teacher.locator("[data-room=end]").click()
    for page in pages:
        hears(page, "The room is closed. Your page stays as it is.")


def test_a_wrong_code_is_said_and_can_be_corrected(pages):
    teacher, pupil = pages
    code = open_room(teacher, pupil)
    other = teacher.context.new_page()
    other.goto("/?room=xxxxx&tab=scoreboard")
    expect(other.locator(".room-dialog .loom-notice")).to_contain_text("There is no room XXXXX now.", timeout=PATIENCE)
    other.locator(".room-dialog [name=code]").fill(code.lower())
    other.locator(".room-dialog form .room-main").click()
    hears(other, "You follow your teacher.")
    hears(teacher, "2 pages follow you.")
    assert "room=" not in other.url
