"""Lessons: what is shipped is right, and what is wrong with a teacher's own is told with file and line."""

import asyncio
import re
import subprocess
import sys

import pytest

from demos.lessons.format.glossary import read_glossary
from demos.lessons.format.lesson import STEPS
from demos.lessons.format.library import SHIPPED, AddressRequest, Library
from demos.lessons.format.places import parameters_of, parts_of, tab_names
from demos.lessons.format.reading import lesson_files, read_lesson
from demos.ui.markup import to_html
from tests.conftest import ROOT
from tests.helpers.handlers import SERVICES

HEAD = "---\ntitle: A lesson\nminutes: 5\nlevel: beginner\n---\n"
STEP = "\n## A step\n\nLook at $z$.\n\n?tab=classify&image=100\nPoint at: pad\n"
ASKED = f"{STEP}Question: Which?\n- [ ] this\n- [x] that\nCover: verdict\nWhy: Because.\n"


@pytest.fixture
def read(tmp_path):
    """Read a text as a lesson: the lesson, and its problems as sentences."""

    def read(text, name="mine.md"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        lesson, problems = read_lesson(path)
        return lesson, [str(problem) for problem in problems]

    return read


def test_a_lesson_is_read(read):
    lesson, problems = read(HEAD + STEP + ASKED)
    assert problems == []
    assert (lesson.name, lesson.head.title, lesson.head.minutes, len(lesson.steps)) == ("mine", "A lesson", 5, 2)
    first, second = lesson.steps
    assert (first.link, first.parts, first.question) == ("?tab=classify&image=100", ("pad",), None)
    assert "<math" in first.text
    assert (second.question.answers, second.question.right, second.question.covers) == (
        ("this", "that"),
        1,
        ("verdict",),
    )


def test_a_question_may_ask_for_a_number(read):
    lesson, problems = read(f"{HEAD}{STEP}Question: How many?\nAnswer: 88 ± 5, from 0 to 100 %\nWhy: So it is.\n")
    assert problems == []
    question = lesson.steps[0].question
    assert (question.number, question.within, question.low, question.high, question.unit) == (88, 5, 0, 100, "%")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "mine.md, line 1: The file must begin with a line ---"),
        ("---\ntitle: A\n", "mine.md, line 1: The front matter has no end"),
        ("---\ntitle: [\n---\n", "mine.md, line 2: The front matter must have lines"),
        ("---\n- a\n---\n", "mine.md, line 2: The front matter must have lines"),
        (HEAD.replace("minutes: 5\n", ""), "mine.md, line 1: The front matter needs a line `minutes: ...`."),
        (HEAD.replace("5", "soon"), "mine.md, line 3: The minutes must be a whole number from 1 to 180."),
        (HEAD.replace("5", "yes"), "mine.md, line 3: The minutes must be a whole number from 1 to 180."),
        (HEAD.replace("beginner", "expert"), "mine.md, line 4: The level must be one of beginner"),
        (HEAD.replace("level", "leve"), 'The front matter has no "leve"'),
        (HEAD, "This lesson has no steps"),
        (f"{HEAD}\nText.\n{STEP}", "mine.md, line 7: A step begins with a heading"),
        (HEAD + STEP.replace("classify", "classfy"), 'mine.md, line 11: There is no tab "classfy"; there are '),
        (HEAD + STEP.replace("?tab=classify&", "?"), 'mine.md, line 11: There is no tab ""'),
        (HEAD + STEP.replace("image", "picture"), 'line 11: A link of classify has no "picture"; it may have image,'),
        (HEAD + STEP.replace("?tab=classify&image=100\n", ""), "A step has one line ?tab=..., this one has 0."),
        (HEAD + STEP.replace("Point", "?tab=gan\nPoint"), "A step has one line ?tab=..., this one has 2."),
        (HEAD + STEP.replace(": pad", ": pads"), 'mine.md, line 12: The tab classify has no part "pads"; it has pad,'),
        (HEAD + STEP.replace("Look at $z$.", ""), "mine.md, line 7: This step says nothing"),
        (HEAD + STEP.replace("Look at", "Look " * 80), "This step has 81 words"),
        (HEAD + STEP.replace("$z$", r"$\left( z$"), r"mine.md, line 7: The formula $\left( z$ cannot be set"),
        (HEAD + STEP.replace("$z$", r"$\zet$"), r"The formula $\zet$ has the unknown command \zet."),
        (HEAD + ASKED.replace("Why: Because.\n", ""), "mine.md, line 13: This question needs a line `Why:`"),
        (HEAD + ASKED.replace("[x]", "[ ]"), "mine.md, line 13: Mark one answer with [x]; 0 are marked."),
        (HEAD + ASKED.replace("[ ]", "[x]"), "mine.md, line 13: Mark one answer with [x]; 2 are marked."),
        (HEAD + ASKED.replace("- [ ] this\n", ""), "mine.md, line 13: A question has 2 to 5 lines"),
        (HEAD + ASKED.replace("Question: Which?\n", ""), "line 13: There are answers, but no line `Question:`"),
        (HEAD + ASKED.replace(": verdict", ": verdicts"), 'The tab classify has no part "verdicts"'),
        (f"{HEAD}{STEP}Question: How many?\nAnswer: many\nWhy: So.\n", "mine.md, line 14: Write the number as"),
        (f"{HEAD}{STEP}Question: How many?\nAnswer: 9 ± 1, from 0 to 5\nWhy: So.\n", "14: Write the number as"),
        (f"{HEAD}{STEP}Point at: verdict\n", "mine.md, line 13: This step has a second line `Point at:`."),
        (b"---\ntitle: \xff\n---\n", "mine.md, line 2: The file is not UTF-8"),
        (HEAD + STEP + "x" * 200_000, "mine.md: The file is too large"),
        (HEAD + "\n## a\n" * 10_000, f"A lesson has at most {STEPS} steps; this one has 10,000."),
        ("---\ntitle: " + "[" * 90_000 + "\n---\n", "The front matter must have lines"),
        ("---\ntitle: 2024-99-99\n---\n", "The front matter must have lines"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(read, text, problem):
    lesson, problems = read(text)
    assert lesson is None
    assert any(problem in one for one in problems), problems


def test_a_file_has_a_name_that_a_link_can_hold(read):
    assert read(HEAD + STEP, "My lesson.md")[1][0].startswith("My lesson.md: Name the file with small letters")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        (r"$\text{<img>}$", "&lt;img&gt;"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("![a](http://x.org/y.png)", "![a](http://x.org/y.png)"),
        ("**bold** and *so* `c<`", "<strong>bold</strong> and <em>so</em> <code>c&lt;</code>"),
    ],
)
def test_html_in_a_text_is_shown_as_text(text, shown):
    assert shown in to_html(text)


def test_a_formula_holds_no_link():
    assert "javascript" not in to_html(r"$\href{javascript:alert(1)}{x}$")


def test_a_title_and_an_answer_are_escaped_too(read):
    lesson, _ = read(
        HEAD + ASKED.replace("A step", "<b>A</b>").replace("this", "<i>this</i>").replace("Because", "<u>")
    )
    step = lesson.steps[0]
    assert "<b>" not in step.title
    assert "<i>" not in "".join(step.question.answers)
    assert "<u>" not in step.question.why


@pytest.mark.parametrize("tab", tab_names())
def test_what_a_lesson_may_name_is_known_from_the_tab(tab):
    assert len(parts_of(tab)) > 1
    known = parameters_of(tab)
    assert known is None or len(known) > 2
    text = (ROOT / "tests" / "browser" / "figure_links.txt").read_text("utf-8")
    for query in re.findall(rf"\?tab={tab}&(\S+)", text):
        assert known is None or {pair.split("=")[0] for pair in query.split("&")} <= set(known)


def test_a_part_has_one_name():
    for tab in tab_names():
        names = re.findall(r'data-part="([^"]+)"', (ROOT / "demos" / tab / "widget.html").read_text("utf-8"))
        assert len(names) == len(set(names)), tab


@pytest.mark.parametrize("path", lesson_files(SHIPPED), ids=lambda path: path.stem)
def test_a_shipped_lesson_is_right(path):
    lesson, problems = read_lesson(path)
    assert problems == []
    assert 3 <= len(lesson.steps) <= 12
    assert all(step.parts for step in lesson.steps)
    assert any(step.question for step in lesson.steps)


def test_a_teachers_folder_is_read_again_when_it_changes(tmp_path):
    library = Library([tmp_path])
    assert library.lessons() == ([], [])
    (tmp_path / "one.md").write_text(HEAD + STEP)
    (tmp_path / "two.md").write_text(HEAD)
    lessons, problems = library.lessons()
    assert [lesson.name for lesson in lessons] == ["one"]
    assert "two.md" in str(problems[0])
    (tmp_path / "two.md").write_text(HEAD + STEP + STEP)
    (tmp_path / "one.md").unlink()
    lessons, problems = library.lessons()
    assert ([lesson.name for lesson in lessons], problems) == (["two"], [])


def test_a_teachers_lesson_takes_the_place_of_a_shipped_one(tmp_path):
    name = lesson_files(SHIPPED)[0].name
    (tmp_path / name).write_text(HEAD + STEP)
    titles = [lesson.head.title for lesson in Library([SHIPPED, tmp_path]).lessons()[0]]
    assert titles.count("A lesson") == 1
    assert len(titles) == len(Library().lessons()[0])


def test_the_page_gets_lessons_and_problems(tmp_path):
    (tmp_path / "one.md").write_text(HEAD + ASKED)
    (tmp_path / "two.md").write_text(HEAD)
    library = Library([tmp_path])
    answer = asyncio.run(library.load_lessons(SERVICES, None))
    assert answer["lessons"][0]["steps"][0]["question"]["right"] == 1
    assert answer["problems"] == ["two.md, line 5: This lesson has no steps: begin each with ## and its title."]
    assert library.links() == {"one": ["?tab=classify&image=100"]}


def test_a_hand_out_names_the_address_that_others_reach():
    library = Library([])
    request = AddressRequest(address="http://127.0.0.1:7860/loom/")
    assert asyncio.run(library.find_address(SERVICES, request)) == {"address": "http://127.0.0.1:7860/loom/"}
    library.own_address = lambda: "10.0.0.7"
    assert asyncio.run(library.find_address(SERVICES, request)) == {"address": "http://10.0.0.7:7860/loom/"}


def check(folder):
    words = [sys.executable, "-m", "demos.lessons", "check", str(folder)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True)


def test_check_says_what_is_wrong_and_what_is_right(tmp_path):
    (tmp_path / "good.md").write_text(HEAD + STEP)
    (tmp_path / "wrong.md").write_text(HEAD + STEP.replace("pad", "pads"))
    result = check(tmp_path)
    assert result.returncode == 1
    assert "wrong.md, line 12: The tab classify has no part" in result.stdout
    assert "good.md is right: 1 steps, 5 minutes." in result.stdout
    (tmp_path / "wrong.md").unlink()
    assert check(tmp_path).returncode == 0
    assert check(tmp_path / "nowhere").returncode == 1


def test_the_lesson_of_the_page_for_teachers_is_right(read):
    text = (ROOT / "docs" / "teaching.md").read_text("utf-8")
    (example,) = re.findall(r"^```markdown\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lesson, problems = read(example, "sneakers.md")
    assert problems == []
    assert len(lesson.steps) == 3


def test_the_glossary_is_right_and_used():
    terms, problems = read_glossary()
    assert problems == []
    forms = [form for term in terms for form in term.forms]
    assert len(forms) == len(set(forms))
    explained = " ".join(path.read_text("utf-8") for path in (ROOT / "demos").glob("*/about.md")).lower()
    for term in terms:
        assert any(form.lower() in explained for form in term.forms), term.forms
