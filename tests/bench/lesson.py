"""What a lesson of 20 minutes asks of the server, and how large a class one app of two cores then carries.

python -m tests.bench.lesson [--pupils 30 600] [--seconds 20]

One pupil follows two lessons of 13 minutes together, and plays for seven with what four others offer. Chromium does it
twice, without the waiting: once the server answers everything (`?local=0`), once the pupil's device answers what it
can. Every request that reaches the network counts; a drag is one action, however many moves it has. Then the questions
that each run asked are asked again by pupils as quick as in the lesson, and by pupils of two actions a second each:
bytes on sockets, in a process that takes part of the machine and says how much of a core it took.
"""

import argparse
import asyncio
import json
import math
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, Request

from demos.lessons.format.library import Library
from tests.bench.browser import load, verdict
from tests.bench.clients import Connection, run_clients
from tests.bench.load import SERVER, row
from tests.conftest import running_app
from tests.helpers.chromium import chromium
from tests.helpers.driving import READY

MINUTES, PACE = 20, 2  # of the lesson; actions a second of a pupil in the class
RATIO, MILLISECONDS = 0.1, 60  # goals
SHIRT, SPACE, WALK = "why-is-my-t-shirt-a-bag", "what-is-a-latent-space", "walking-between-clothes"
GAN, NOISE, FLOW = "a-gan-learns-and-collapses", "denoising-and-shift", "from-noise-to-clothes"
# lesson, title of its step, what the hand does there, with what part of the tab, and how often; steps between are
# walked through, and questions are answered before anything else
SCRIPT = (
    (SHIRT, "Light clothes on black", "click", ".gallery .tiles button", 6),
    (SHIRT, "What has to happen first", "click", "[data-tool=clear]", 1),
    (SHIRT, "What has to happen first", "stroke", ".pad canvas", 12),
    (SPACE, "Every place is a picture", "point", ".nsewdrag", 12),
    (SPACE, "Turn one number", "drag", "[data-axis]", 8),
    (SPACE, "A space made for drawing", "click", "button.draw", 8),
    (WALK, "Your own two pictures", "click", ".interp-gallery .tiles button", 6),
    (WALK, "Your own two pictures", "drag", "[data-alpha]", 6),
    (GAN, "A walk through the codes", "circle", "canvas.ring", 6),
    (GAN, "A walk through the codes", "click", "[data-do=anew]", 3),
    (NOISE, "Your own test", "drag", "[data-part=level] input", 6),
    (NOISE, "Your own test", "click", "[data-part=kinds] button", 4),
    (NOISE, "Your own test", "click", "[data-do=noise]", 3),
    (FLOW, "The other end", "drag", ".paths-player input", 6),
    (FLOW, "Ask for a class", "drag", "[data-guidance]", 2),
)
PLAYED = (WALK, GAN, NOISE, FLOW)  # lessons of which the pupil opens a step, and which are not followed from the start
KINDS = {"questions": "/component_server", "models and runtime": "/models/"}  # by what stands in an address; else files
MOVES = 8  # of a drag
PLACE = "place => document.querySelector('.lesson-place')?.textContent === place"
PENDING = "[data-pending]:not(.features-near, .closer):visible"  # those stay dimmed while a walk plays


@dataclass
class Asked:
    """What one pupil did, and what reached the server.

    Args:
        questions: Bodies of the requests for server functions, each a JSON object.
    """

    actions: int = 0
    requests: Counter = field(default_factory=Counter)  # by kind
    megabytes: Counter = field(default_factory=Counter)
    questions: list[dict] = field(default_factory=list)

    def functions(self) -> Counter:
        """How often each server function was asked."""
        return Counter(question["fn_name"] for question in self.questions)

    def rate(self) -> float:
        """Questions to the server for one action."""
        return len(self.questions) / self.actions


def kind_of(path: str) -> str:
    """Which kind of request a path is."""
    return next((kind for kind, words in KINDS.items() if words in path), "page files")


class Pupil:
    """Somebody in front of a page.

    Args:
        link: Added to the address of each lesson.
    """

    def __init__(self, browser: Browser, address: str, link: str) -> None:
        self.address, self.link, self.asked = address, link, Asked()
        self.lessons = {lesson.name: lesson for lesson in Library().lessons()[0]}
        self.page = browser.new_page(viewport={"width": 1280, "height": 800})
        self.finished: list[Request] = []
        self.waiting: set[Request] = set()
        self.page.on("request", self._note)
        self.page.on("requestfinished", self._end)
        self.page.on("requestfailed", lambda request: self.waiting.discard(request))
        self.place = ("", -1)

    def follow(self, script: tuple) -> Asked:
        """Do all of a script; what it asked of the server."""
        for name, title, gesture, part, times in script:
            step = [step.title for step in self.lessons[name].steps].index(title)
            self._go(name, step)
            for k in range(times):
                self._do(gesture, part, k)
        self._count()
        return self.asked

    def _go(self, name: str, step: int) -> None:
        if self.place[0] != name:
            first = step if name in PLAYED else 0
            self.page.goto(f"{self.address}/?lesson={name}&step={first + 1}{self.link}")
            self._arrive(name, first)
        while self.place[1] < step:
            self.page.locator(".lesson-strip [data-lesson=next]").click()
            self._arrive(name, self.place[1] + 1)

    def _arrive(self, name: str, step: int) -> None:
        steps = self.lessons[name].steps
        place = f"{step + 1} of {len(steps)}"
        self.page.wait_for_function(PLACE, arg=place)
        self.page.wait_for_selector(f"{self._tab(name, step)} {READY}", state="attached")
        self.place = (name, step)
        self._done()
        question = steps[step].question
        if question and question.answers:
            self.page.locator(".lesson-strip [data-answer]").first.click()
            self._done()
        elif question:
            self.page.locator(".lesson-strip [data-lesson=show]").click()
            self._done()

    def _tab(self, name: str, step: int) -> str:
        words = self.lessons[name].steps[step].link.removeprefix("?").split("&")
        return f"#{next(word for word in words if word.startswith('tab='))[4:]}-widget"

    def _do(self, gesture: str, part: str, k: int) -> None:
        found = self.page.locator(f"{self._tab(*self.place)} {part}:visible")
        one = found.nth((k + 1) % found.count())
        if gesture == "click":
            one.click()
        else:
            one.scroll_into_view_if_needed()
            draw(self.page, one.bounding_box(), GESTURES[gesture](k))
        self._done()

    def _done(self) -> None:
        """One action more, once its answer is shown."""
        self.asked.actions += 1
        quiet = 0
        for _ in range(300):
            self.page.wait_for_timeout(100)
            pending = self.page.locator(PENDING).count()
            quiet = 0 if pending or self.waiting else quiet + 1
            if quiet == 4:
                return
        raise RuntimeError(f"{self.place}: no answer in 30 seconds, {[request.url for request in self.waiting]}")

    def _note(self, request: Request) -> None:
        if "/component_server" in request.url or "/models/" in request.url:
            self.waiting.add(request)

    def _end(self, request: Request) -> None:
        self.waiting.discard(request)
        self.finished.append(request)

    def _count(self) -> None:
        for request in self.finished:
            kind, size = kind_of(urlsplit(request.url).path), transferred(request)
            if size:
                self.asked.requests[kind] += 1
                self.asked.megabytes[kind] += size / 1e6
            if kind == "questions":
                self.asked.questions.append(request.post_data_json)


def transferred(request: Request) -> int:
    """Bytes of an answer that came over the network, none if the browser had it."""
    try:
        return max(0, request.sizes()["responseBodySize"])
    except Error:  # of a page that is gone
        return 0


def line(k: int) -> list[tuple[float, float]]:
    """Along a slider, there and back in turn, as shares of its box."""
    places = [(0.2 + 0.6 * m / MOVES, 0.5) for m in range(MOVES + 1)]
    return places if k % 2 else places[::-1]


def circle(k: int) -> list[tuple[float, float]]:
    """A third of a ring."""
    angles = [2 * math.pi * (k + m / MOVES) / 3 for m in range(MOVES + 1)]
    return [(0.5 + 0.42 * math.sin(angle), 0.5 - 0.42 * math.cos(angle)) for angle in angles]


def stroke(k: int) -> list[tuple[float, float]]:
    """A short line on the pad."""
    x, y = point(k)[0]
    return [(0.2 + 0.5 * x + 0.02 * m, 0.2 + 0.5 * y + 0.02 * m) for m in range(MOVES + 1)]


def point(k: int) -> list[tuple[float, float]]:
    """A place that no other is near."""
    return [(0.1 + 0.8 * ((k * 37) % 97) / 97, 0.1 + 0.8 * ((k * 61) % 89) / 89)]


GESTURES = {"drag": line, "circle": circle, "stroke": stroke, "point": point}


def draw(page: Page, box: dict, places: list[tuple[float, float]]) -> None:
    """Press at the first place of a box, move through the others, and let go."""
    x, y = ([start + share * size for share in shares] for start, size, shares in zip(
        (box["x"], box["y"]), (box["width"], box["height"]), zip(*places, strict=True), strict=True))  # fmt: skip
    page.mouse.move(x[0], y[0])
    page.mouse.down()
    for place in zip(x[1:], y[1:], strict=True):
        page.mouse.move(*place)
        page.wait_for_timeout(30)
    page.mouse.up()


def show(before: Asked, after: Asked) -> None:
    """The table of the lesson."""
    ratio = len(after.questions) / len(before.questions)
    print(f"{before.actions} and {after.actions} actions; {len(before.questions)} questions before, "
          f"{len(after.questions)} after, ratio {ratio:.2f}, {verdict(ratio, RATIO)}")  # fmt: skip
    print(f"{'':24} {'before':>8} {'after':>8} {'before':>10} {'after':>10}")
    for kind in sorted({*before.requests, *after.requests}):
        sizes = [f"{asked.megabytes[kind]:7.2f} MB" for asked in (before, after)]
        print(f"{kind:24} {before.requests[kind]:8} {after.requests[kind]:8} {sizes[0]} {sizes[1]}")
    for name, count in before.functions().most_common():
        print(f"  {name:22} {count:8} {after.functions()[name]:8}")
    for name in sorted(after.functions() - before.functions()):
        print(f"  {name} more often after: {after.functions()[name]}")


def asker(address: str, questions: list[dict], seed: int) -> Callable[[], Awaitable[None]]:
    """A pupil who asks again what was asked in the lesson, in any order."""
    connection, rng = Connection(address), random.Random(seed)

    async def send() -> None:
        question = rng.choice(questions) | {"session_hash": f"lesson{seed}"}
        await connection.request("POST", SERVER, json.dumps(question).encode())

    return send


async def check(address: str, questions: list[dict]) -> None:
    """Ask everything once: nothing is measured cold.

    Raises:
        RuntimeError: If the app refuses a question.
    """
    connection = Connection(address)
    for question in questions:
        answer = await connection.ask(SERVER, question)
        if answer and "error" in answer:
            raise RuntimeError(f"{question['fn_name']}: {answer['error']}")
    connection.close()


def simulate(address: str, name: str, asked: Asked, pupils: int, seconds: float, pace: float) -> None:
    """One row: so many pupils of `pace` actions a second, of which the same share asks as in the lesson."""
    asyncio.run(check(address, asked.questions))
    senders = [asker(address, asked.questions, k) for k in range(pupils)]
    start = time.process_time()
    tally = asyncio.run(run_clients(senders, seconds, pace * asked.rate()))
    core = (time.process_time() - start) / tally.seconds
    wanted = pupils * pace * asked.rate()
    goal = verdict(tally.percentile(0.95), MILLISECONDS)
    row(
        f"{pupils} pupils at {pace:.1f}/s, {name}",
        tally,
        f"{goal}; {wanted:.0f}/s wanted; {core:.0%} of a core for the pupils",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pupils", type=int, nargs=2, default=[30, 600], help="before and after")
    parser.add_argument("--seconds", type=float, default=20, help="of each class")
    options = parser.parse_args()
    with running_app() as address:
        with chromium() as browser:
            before, after = (Pupil(browser, address, link).follow(SCRIPT) for link in ("&local=0", ""))
        show(before, after)
        hours = 60 / MINUTES
        print(f"questions a pupil an hour: {hours * len(before.questions):.0f} and {hours * len(after.questions):.0f}")
        print(load(), flush=True)
        for pace in (before.actions / (60 * MINUTES), PACE):
            simulate(address, "all asks", before, options.pupils[0], options.seconds, pace)
            simulate(address, "the rest asks", after, options.pupils[1], options.seconds, pace)


if __name__ == "__main__":
    main()
