"""Lessons in the page: every shipped one step by step; what a visitor touches stays; a teacher's own are offered."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from demos.lessons.format.library import Library
from demos.lessons.format.reading import read_lesson
from tests.browser.conftest import visitor
from tests.browser.test_accessibility import serious, settle
from tests.conftest import running_app
from tests.helpers.driving import READY, listen, open_tab, shared_link, shows, touch_page

LESSONS = Library().lessons()[0]
FIRST = next(lesson for lesson in LESSONS if lesson.name == "what-is-a-latent-space")
OFTEN = {"why-is-my-t-shirt-a-bag"}  # stepped through by `make test`, not only `test-all`
# how much of a ringed part is on the page above the strip: all of it, or 120 pixels of a tall one
RINGS_SEEN = """() => [...document.querySelectorAll('[data-ringed]')].map((part) => {
  const {top, bottom, height, width} = part.getBoundingClientRect();
  const strip = document.querySelector('.lesson-strip').getBoundingClientRect();
  const floor = strip.width > innerWidth / 2 ? strip.top : innerHeight;
  return width > 20 && Math.min(bottom, floor) - Math.max(top, 0) >= Math.min(height, 120) - 1;
})"""


# covers whose question mark is larger than they are
MARKS_CUT_OFF = """() => [...document.querySelectorAll('[data-covered]')].filter((part) => {
  const {content, fontSize} = getComputedStyle(part, '::after');
  return content !== '""' && part.clientHeight < parseFloat(fontSize);
}).map((part) => part.dataset.part)"""


def tab_of(step):
    return parse_qs(step.link[1:])["tab"][0]


def arrive(page, lesson, k):
    """Wait until a step is in the strip and its tab has drawn itself."""
    step = lesson.steps[k]
    page.wait_for_function(
        "place => document.querySelector('.lesson-place')?.textContent === place", arg=f"{k + 1} of {len(lesson.steps)}"
    )
    page.wait_for_selector(f"#{tab_of(step)}-widget {READY}", state="attached", timeout=90_000)
    return step


def wait_for_state(page, step):
    """Wait until the tab, asked for its link, gives all that the step's link says."""
    name, asked = tab_of(step), parse_qs(step.link[1:], strict_parsing=True)
    shared = {}
    for _ in range(100):
        page.evaluate(f"document.querySelector('#{name}-widget .share').click()")
        page.wait_for_function(f"document.querySelector('#{name}-widget .share').dataset.link")
        shared = parse_qs(shared_link(page, name).split("?", 1)[1])
        if {key: shared.get(key) for key in asked} == asked:
            return
        page.wait_for_timeout(200)
    assert {key: shared.get(key) for key in asked} == asked


def check_question(page, step):
    """What would give the answer away is covered until there is one."""
    covered = page.locator(f"#{tab_of(step)}-widget [data-covered]")
    if not step.question:
        expect(covered).to_have_count(0)
        return
    expect(covered).to_have_count(len(set(step.question.covers)))
    shows(page, MARKS_CUT_OFF, [])
    names = {part.get_attribute("data-part") for part in covered.all()}
    assert names == set(step.question.covers)
    if step.question.answers:
        page.locator(f".lesson-strip [data-answer='{step.question.right}']").click()
        expect(page.locator(".lesson-verdict[data-right=true]")).to_have_count(1)
    else:
        page.locator(".lesson-strip [data-lesson=show]").click()
    expect(page.locator(".lesson-verdict")).to_be_in_viewport()
    expect(covered).to_have_count(0)


def step_through(page, lesson, photograph, name):
    page.goto(f"/?lesson={lesson.name}&step=1")
    for k in range(len(lesson.steps)):
        if k:
            page.keyboard.press("PageDown")
        step = arrive(page, lesson, k)
        page.wait_for_selector("[data-ringed]")
        wait_for_state(page, step)
        page.wait_for_function(f"({RINGS_SEEN})().some(Boolean)")
        expect(page.locator("[data-ringed]")).to_have_count(len(step.parts))
        expect(page.locator(".loom-notice:visible")).to_have_count(0)
        shows(page, "document.documentElement.scrollWidth <= innerWidth", True)
        photograph(page, f"lesson-{lesson.name}-{k + 1}{name}")
        check_question(page, step)
        expect(page.locator(".lesson-strip [data-lesson=next]")).to_be_in_viewport(ratio=0.9)
        photograph(page, f"lesson-{lesson.name}-{k + 1}{name}-after") if step.question else None


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(lesson, id=lesson.name, marks=[] if lesson.name in OFTEN else pytest.mark.thorough)
        for lesson in LESSONS
    ],
)
def test_every_step_shows_what_it_says(page, photograph, lesson):
    page.set_viewport_size({"width": 1280, "height": 720})
    step_through(page, lesson, photograph, "")


def test_a_lesson_fits_a_phone(page, photograph):
    page.set_viewport_size({"width": 360, "height": 740})
    step_through(page, FIRST, photograph, "-360")


def test_a_lesson_leads_to_tabs_that_have_no_room_in_the_row(browser, address):
    phone = touch_page(browser, address)
    lesson = next(one for one in LESSONS if one.name == "cae-vae-ad-and-vad")
    phone.goto(f"/?lesson={lesson.name}&step={len(lesson.steps) - 1}")
    arrive(phone, lesson, len(lesson.steps) - 2)
    phone.keyboard.press("PageDown")
    wait_for_state(phone, arrive(phone, lesson, len(lesson.steps) - 1))
    phone.locator("#tabs .overflow-menu > button").click()
    phone.locator("#tabs .overflow-dropdown button", has_text="GAN").click()
    phone.wait_for_function("location.search.includes('tab=gan')")
    phone.context.close()


@pytest.mark.thorough
def test_a_lesson_works_in_the_dark(page, photograph):
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.add_init_script("localStorage.setItem('loom-theme', 'dark')")
    step_through(page, FIRST, photograph, "-dark")
    shows(page, "document.body.classList.contains('dark')", True)


def test_a_lesson_is_large_on_a_projector(page, photograph):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"/?lesson={FIRST.name}&step=2&present=1")
    arrive(page, FIRST, 1)
    shows(page, "parseFloat(getComputedStyle(document.querySelector('.lesson-text p')).fontSize) >= 20", True)
    assert parse_qs(page.url.split("?")[1])["present"] == ["1"]
    photograph(page, "lesson-present")


def test_the_list_leads_to_a_lesson(page, photograph):
    open_tab(page, "classify")
    page.locator("[data-page=lessons]").click()
    page.wait_for_selector(f"[data-open={FIRST.name}]")
    expect(page.locator(".lesson-list [data-open]")).to_have_count(len(LESSONS))
    expect(page.locator(f"[data-open={FIRST.name}]")).to_contain_text(f"{FIRST.head.minutes} minutes")
    photograph(page, "lesson-list")
    page.locator(f"[data-open={FIRST.name}]").click()
    arrive(page, FIRST, 0)
    expect(page.locator(".lesson-text h2")).to_have_text(FIRST.steps[0].title, use_inner_text=True)
    page.locator("[data-lesson=close]").click()
    expect(page.locator(".lesson-strip")).to_be_hidden()
    assert "lesson" not in page.url
    expect(page.locator("[data-ringed], [data-covered]")).to_have_count(0)


def test_what_the_class_does_stays_until_it_goes_back_to_the_step(page):
    page.goto(f"/?lesson={FIRST.name}&step=6")
    arrive(page, FIRST, 5)
    expect(page.locator("[data-lesson=return]")).to_be_hidden()
    page.locator("#latent_map-widget [role=radio]", has_text="t-SNE").click()
    page.wait_for_selector("[data-lesson=return]:visible")
    page.wait_for_function("location.search.includes('map=t-SNE')")
    page.locator("[data-lesson=return]").click()
    page.wait_for_selector("#latent_map-widget [role=radio][aria-checked=true] >> text=PCA")
    wait_for_state(page, FIRST.steps[5])
    expect(page.locator("[data-lesson=return]")).to_be_hidden()


def test_arrows_on_the_strip_dots_and_the_browsers_back_step(page):
    page.goto(f"/?lesson={FIRST.name}&step=1")
    arrive(page, FIRST, 0)
    page.locator(".lesson-strip").focus()
    page.keyboard.press("ArrowRight")
    arrive(page, FIRST, 1)
    page.locator(".lesson-dots [data-step='6']").click()
    arrive(page, FIRST, 6)
    page.go_back()
    wait_for_state(page, arrive(page, FIRST, 1))
    page.keyboard.press("PageUp")
    arrive(page, FIRST, 0)


@pytest.mark.parametrize(
    ("name", "step", "function", "count"),
    [
        ("what-is-a-latent-space", 7, "load_map", 1),
        ("what-a-cnn-sees", 6, "explain", 1),
        ("a-gan-learns-and-collapses", 4, "load_film", 1),
        pytest.param("a-gan-learns-and-collapses", 6, "walk", 1, marks=pytest.mark.thorough),
        ("denoising-and-shift", 4, "load_strip", 2),
        pytest.param("walking-between-clothes", 7, "load_faces", 1, marks=pytest.mark.thorough),
        ("features-become-separable", 3, "load_plane", 5),
        pytest.param("from-noise-to-clothes", 4, "load_paths", 8, marks=pytest.mark.thorough),
    ],
)
def test_what_the_next_step_shows_is_asked_for_once_while_a_class_reads(page, name, step, function, count):
    lesson, asked = next(one for one in LESSONS if one.name == name), []
    calls = f'"fn_name":"{function}"'
    page.on("request", lambda r: asked.append(r.post_data) if calls in (r.post_data or "") else None)
    page.goto(f"/?lesson={name}&step={step - 1}")
    arrive(page, lesson, step - 2)
    for _ in range(150):
        if len(asked) == count:
            break
        page.wait_for_timeout(200)
    assert len(asked) == count  # those of the step before, and those of this one
    page.keyboard.press("PageDown")
    wait_for_state(page, arrive(page, lesson, step - 1))
    listen(page)
    assert len(set(asked)) == len(asked)


def test_a_link_to_no_lesson_says_so_and_lists_those_there_are(page):
    page.goto("/?lesson=nonsense")
    page.wait_for_selector(".lesson-list .loom-notice")
    expect(page.locator(".lesson-list .loom-notice")).to_contain_text('There is no lesson "nonsense"')
    expect(page.locator(".lesson-list [data-open]")).to_have_count(len(LESSONS))


def test_a_teachers_lessons_are_offered_reread_and_their_mistakes_told(browser, tmp_path):
    head = "---\ntitle: Mine <b>\nminutes: 3\nlevel: beginner\n---\n"
    good = f"{head}## <i>One</i>\nSee <img src=x>.\n?tab=classify&image=5\n"
    (tmp_path / "mine.md").write_text(good)
    (tmp_path / "wrong.md").write_text(good.replace("classify", "nowhere"))
    with running_app("--lessons", str(tmp_path)) as address, visitor(browser, address) as page:
        page.goto("/?lesson=mine")
        page.wait_for_selector(".lesson-text h2")
        expect(page.locator(".lesson-text h2")).to_have_text("<i>One</i>")
        expect(page.locator(".lesson-text")).to_contain_text("<img src=x>")
        expect(page.locator(".lesson-strip :is(img, i)")).to_have_count(0)
        (tmp_path / "wrong.md").unlink()
        (tmp_path / "mine.md").write_text(good.replace("Mine <b>", "Changed").replace("level", "levels"))
        page.locator(".lesson-strip [data-lesson=list]").click()
        page.wait_for_selector(".lesson-problems >> text=mine.md, line 4")
        expect(page.locator(".lesson-problems")).not_to_contain_text("wrong.md")


def test_the_address_is_that_of_the_view_and_back_works(page):
    open_tab(page, "classify")
    page.locator("#classify-widget .tiles [data-i]").nth(3).click()
    page.wait_for_function("location.search.includes('image=603')")
    page.locator("#scoreboard-tab-button").click()
    page.wait_for_selector(f"#scoreboard-widget {READY}")
    assert "tab=scoreboard" in page.url
    page.locator("#scoreboard-widget [data-model=cae-27]").click()
    page.wait_for_function("location.search.includes('model=cae-27')")
    page.reload()
    page.wait_for_selector("#scoreboard-widget [aria-selected=true][data-model=cae-27]")
    page.go_back()
    page.wait_for_selector(f"#classify-widget {READY}")
    page.wait_for_selector("#classify-widget .tiles [data-i='603'][aria-pressed=true]")


def test_a_link_may_hide_what_is_not_needed(page):
    open_tab(page, "classify", show="pad,verdict", hide="tabs")
    expect(page.locator("[data-part=pad]")).to_be_visible()
    expect(page.locator("[data-part=probabilities]")).to_be_visible()
    expect(page.locator("[data-part=images]")).to_be_hidden()
    expect(page.locator("#classify-widget .share")).to_be_hidden()
    expect(page.get_by_role("tab", name="Features")).to_be_hidden()
    open_tab(page, "classify", hide="images")
    expect(page.locator("[data-part=images]")).to_be_hidden()
    expect(page.get_by_role("tab", name="Features")).to_be_visible()


def test_views_are_collected_into_a_lesson_of_ones_own(page, tmp_path):
    open_tab(page, "classify", image=5)
    page.locator("[data-page=lessons]").click()
    page.locator("[data-lesson=add]").click()
    page.reload()
    page.locator("[data-page=lessons]").click()
    page.wait_for_selector(".lesson-draft li")
    page.locator("[data-lesson=add]").click()
    expect(page.locator(".lesson-draft li")).to_have_count(2)
    page.locator("[data-remove='1']").click()
    with page.expect_download() as saving:
        page.locator("[data-lesson=save]").click()
    saving.value.save_as(tmp_path / "my-lesson.md")
    lesson, problems = read_lesson(tmp_path / "my-lesson.md")
    assert problems == []
    assert [step.link for step in lesson.steps] == ["?tab=classify&image=5"]


def test_a_term_of_an_explanation_has_a_note_that_leads_to_a_view(page):
    open_tab(page, "classify")
    page.get_by_text("What am I looking at?").click()
    page.locator(".loom-term", has_text="softmax").click()
    note = page.locator(".loom-term-note")
    expect(note).to_contain_text("probabilities")
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    page.locator(".loom-term", has_text="logits").click()
    note.get_by_text("Show it").click()
    page.wait_for_selector("#classify-widget .tiles [data-i='900'][aria-pressed=true]")
    expect(note).to_have_count(0)


def test_axe_finds_nothing_serious_in_the_strip_the_list_and_a_note(page):
    page.goto(f"/?lesson={FIRST.name}&step=3&__theme=light")
    arrive(page, FIRST, 2)
    settle(page)
    assert serious(page) == {}
    page.locator(".lesson-strip [data-lesson=show]").click()
    page.click("[data-page=theme]")
    settle(page)
    assert serious(page, runOnly=["color-contrast"]) == {}
    page.locator(".lesson-strip [data-lesson=list]").click()
    page.wait_for_selector("[data-open]")
    assert serious(page) == {}
