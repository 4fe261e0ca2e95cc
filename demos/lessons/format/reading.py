"""Read a lesson from its Markdown file; whatever is wrong with it is told with its line.

---
title: What is a latent space?
minutes: 5
level: beginner
---

## A picture becomes two numbers

Every dot is a test image, and its place is its code $z$.

?tab=latent_map&model=cae-2
Point at: plot
Question: Where will the boots be?
- [x] together
- [ ] everywhere
Cover: plot
Why: Pictures that look alike get codes that are close.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl

import yaml
from pydantic import ValidationError

from demos.lessons.format.lesson import ANSWERS, LEVELS, STEPS, WORDS, Head, Lesson, Question, Step
from demos.lessons.format.places import parameters_of, parts_of, tab_names
from demos.ui.markup import to_html

GLOSSARY = "glossary.md"
BYTES = 200_000  # of a file
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEY = re.compile(r"(Point at|Question|Answer|Cover|Why):\s*(.*)")
CHOICE = re.compile(r"-\s+\[([ xX])\]\s+(.*)")
NUMBER = re.compile(r"(-?[\d.]+)\s*±\s*([\d.]+)\s*,\s*from\s+(-?[\d.]+)\s+to\s+(-?[\d.]+)\s*(.{0,12})")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: `line` counts from 1, 0 is the whole file."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}{f', line {self.line}' if self.line else ''}: {self.sentence}"


@dataclass
class _Draft:
    """The lines of one step, each with its number."""

    line: int
    title: str
    text: list[str] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    keys: dict[str, tuple[int, str]] = field(default_factory=dict)
    choices: list[tuple[int, bool, str]] = field(default_factory=list)


class Reader:
    """Reads one file and collects what is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file, self.problems = file, []

    def complain(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(self.file, line, sentence))

    def attempt(self, line: int, make: Callable[[], Result], otherwise: Result) -> Result:
        try:
            return make()
        except ValueError as error:
            self.complain(line, str(error))
            return otherwise

    def html(self, line: int, text: str) -> str:
        return self.attempt(line, lambda: to_html(text), "")

    # ---- the front matter
    def head(self, lines: list[str]) -> tuple[Head | None, int]:
        """The front matter, and the index of the first line behind it."""
        if not lines or lines[0].strip() != "---":
            self.complain(1, "The file must begin with a line --- and then title, minutes and level.")
            return None, 0
        end = next((k for k, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
        if end is None:
            self.complain(1, "The front matter has no end: write a second line --- below it.")
            return None, len(lines)
        return self._head(lines[1:end]), end + 1

    def _head(self, lines: list[str]) -> Head | None:
        try:
            values = yaml.safe_load("\n".join(lines))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            self.complain((mark.line if mark else 0) + 2, "The front matter must have lines such as `minutes: 5`.")
            return None
        if not isinstance(values, dict):
            self.complain(2, "The front matter must have lines such as `minutes: 5`.")
            return None
        try:
            return Head.model_validate({str(key): value for key, value in values.items()})
        except ValidationError as error:
            for one in error.errors():
                name = str(one["loc"][0]) if one["loc"] else ""
                line = next((k for k, text in enumerate(lines, 2) if text.startswith(f"{name}:")), 1)
                self.complain(line, _head_sentence(name, one["type"]))
            return None

    # ---- the steps
    def drafts(self, lines: list[str], first: int) -> list[_Draft]:
        """What stands under each heading."""
        drafts: list[_Draft] = []
        for number, raw in enumerate(lines[first:], first + 1):
            line = raw.strip()
            if line.startswith("## "):
                drafts.append(_Draft(number, line[3:].strip()))
            elif line and not drafts:
                self.complain(number, "A step begins with a heading: ## and its title.")
                break
            elif line:
                self._sort(drafts[-1], number, line)
        return drafts

    def _sort(self, draft: _Draft, number: int, line: str) -> None:
        if line.startswith("?"):
            draft.links.append((number, line))
        elif found := KEY.fullmatch(line):
            if found[1] in draft.keys:
                self.complain(number, f"This step has a second line `{found[1]}:`.")
            draft.keys[found[1]] = (number, found[2])
        elif found := CHOICE.fullmatch(line):
            draft.choices.append((number, found[1] != " ", found[2]))
        else:
            draft.text.append(line)

    def step(self, draft: _Draft) -> Step:
        text = " ".join(draft.text)
        if not text:
            self.complain(draft.line, "This step says nothing: write one to three sentences under its heading.")
        if len(text.split()) > WORDS:
            self.complain(
                draft.line, f"This step has {len(text.split())} words; more than {WORDS} are not read in class."
            )
        if len(draft.links) != 1:
            self.complain(draft.line, f"A step has one line ?tab=..., this one has {len(draft.links)}.")
        line, link = draft.links[0] if draft.links else (draft.line, "?")
        tab = self.tab(line, link) if draft.links else None
        return Step(
            title=self.html(draft.line, draft.title),
            text=self.html(draft.line, text),
            link=link,
            parts=self.parts(draft, "Point at", tab),
            question=self.question(draft, tab) if "Question" in draft.keys else self._no_question(draft),
        )

    def tab(self, line: int, link: str) -> str | None:
        """The tab that a link opens, if all that it says is right as far as can be known without the page."""
        pairs = parse_qsl(link[1:], keep_blank_values=True)
        tab = dict(pairs).get("tab", "")
        if tab not in tab_names():
            self.complain(line, f'There is no tab "{tab}"; there are {", ".join(tab_names())}.')
            return None
        known = parameters_of(tab)
        for name, _ in pairs:
            if known is not None and name not in ("tab", *known):
                self.complain(line, f'A link of {tab} has no "{name}"; it may have {", ".join(known)}.')
        return tab

    def parts(self, draft: _Draft, key: str, tab: str | None) -> tuple[str, ...]:
        line, text = draft.keys.get(key, (draft.line, ""))
        names = tuple(name.strip() for name in text.split(",") if name.strip())
        for name in names:
            if tab and name not in parts_of(tab):
                self.complain(line, f'The tab {tab} has no part "{name}"; it has {", ".join(parts_of(tab))}.')
        return names

    def _no_question(self, draft: _Draft) -> None:
        for key in ("Answer", "Cover", "Why"):
            if key in draft.keys:
                self.complain(draft.keys[key][0], f"There is a line `{key}:`, but no line `Question:` before it.")
        if draft.choices:
            self.complain(draft.choices[0][0], "There are answers, but no line `Question:` before them.")

    def question(self, draft: _Draft, tab: str | None) -> Question:
        line, text = draft.keys["Question"]
        why_line, why = draft.keys.get("Why", (line, ""))
        if not why:
            self.complain(line, "This question needs a line `Why:` with the reason of its right answer.")
        return Question(
            text=self.html(line, text),
            why=self.html(why_line, why),
            covers=self.parts(draft, "Cover", tab),
            **(self._number(draft) if "Answer" in draft.keys else self._choices(draft, line)),
        )

    def _choices(self, draft: _Draft, line: int) -> dict:
        right = [k for k, (_, is_right, _) in enumerate(draft.choices) if is_right]
        if not ANSWERS[0] <= len(draft.choices) <= ANSWERS[1]:
            self.complain(line, f"A question has {ANSWERS[0]} to {ANSWERS[1]} lines `- [ ] answer`, or one `Answer:`.")
        elif len(right) != 1:
            self.complain(line, f"Mark one answer with [x]; {len(right)} are marked.")
        answers = tuple(self.html(number, text) for number, _, text in draft.choices)
        return {"answers": answers, "right": right[0] if right else None}

    def _number(self, draft: _Draft) -> dict:
        line, text = draft.keys["Answer"]
        found = NUMBER.fullmatch(text.strip())
        values = self.attempt(line, lambda: [float(part) for part in found.groups()[:4]] if found else [], [])
        if not values or not values[2] <= values[0] <= values[3] or values[2] == values[3]:
            self.complain(line, "Write the number as `Answer: 88 ± 5, from 0 to 100 %`.")
            return {}
        number, within, low, high = values
        return {"number": number, "within": within, "low": low, "high": high, "unit": found[5].strip()}


def lesson_files(folder: Path) -> list[Path]:
    """The lessons of a folder: its Markdown files but the glossary."""
    return [path for path in sorted(folder.glob("*.md")) if path.name != GLOSSARY]


def read_lesson(path: Path) -> tuple[Lesson | None, list[Problem]]:
    """The lesson in a file and what is wrong with it; None for the lesson if anything is."""
    reader = Reader(path.name)
    if not NAME.fullmatch(path.stem):
        reader.complain(0, "Name the file with small letters, digits and single hyphens, such as my-lesson.md.")
    lines = lines_of(reader, path)
    if lines is None:
        return None, reader.problems
    head, first = reader.head(lines)
    drafts = reader.drafts(lines, first)
    if not drafts and not reader.problems:
        reader.complain(len(lines), "This lesson has no steps: begin each with ## and its title.")
    if len(drafts) > STEPS:
        reader.complain(drafts[STEPS].line, f"A lesson has at most {STEPS} steps; this one has {len(drafts):,}.")
        return None, reader.problems
    steps = tuple(reader.step(draft) for draft in drafts)
    problems = sorted(reader.problems, key=lambda problem: problem.line)
    if problems or head is None:
        return None, problems
    return Lesson(name=path.stem, head=head, steps=steps), []


def lines_of(reader: Reader, path: Path) -> list[str] | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        reader.complain(0, f"The file cannot be read ({error.strerror}).")
        return None
    if len(content) > BYTES:
        reader.complain(0, f"The file is too large: a lesson has at most {BYTES // 1000} kB.")
        return None
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        reader.complain(content[: error.start].count(b"\n") + 1, "The file is not UTF-8; save it as UTF-8 text.")
        return None


def _head_sentence(name: str, kind: str) -> str:
    wanted = {
        "title": "The title must be a text of 1 to 80 characters.",
        "minutes": "The minutes must be a whole number from 1 to 180.",
        "level": f"The level must be one of {', '.join(LEVELS)}.",
        "order": "The order must be a whole number from 0 to 1000.",
    }
    if name not in wanted:
        return f'The front matter has no "{name}"; it has {", ".join(wanted)}.'
    return f"The front matter needs a line `{name}: ...`. {wanted[name]}" if kind == "missing" else wanted[name]
