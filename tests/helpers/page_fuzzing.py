"""Links that nobody shared and fingers that go anywhere, made from a seed, and what a page may not show after them.

Links start from those of the course reports' figures and get their values spoiled. Fingers tap, swipe, pinch and rest
on any place of a tab. A page must become ready, log no error, and never show what only programmers read.
"""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode

from playwright.sync_api import Browser, CDPSession, Dialog, Page
from playwright.sync_api import Error as BrowserError

from tests.conftest import ROOT
from tests.helpers.driving import READY

LINKS = ROOT / "tests" / "browser" / "figure_links.txt"
VALUES = (
    "", " ", "-1", "0", "1", "0.5", "1e9", "1e308", "-1e-320", "NaN", "Infinity", "null", "undefined", "true", "x",
    "constructor", "__proto__", "toString", "cae-27", "classifier-resnet", "PCA", "%", "%00", "\0", "💥", "A",
    "<img src=x onerror=alert(1)>", "'\"><script>alert(1)</script>", "${7*7}", "1,2", "a,b", "9" * 400, "A" * 1045,
    "A" * 3000, "//evil.example", "javascript:alert(1)", "../../etc/passwd", "-0", "0x10", "١٢", "1.5", "2147483648",
)  # fmt: skip
EXTRAS = ("present", "__theme", "tab", "play", "view", "a", "b", "pixels", "code", "seed", "model", "n", "alpha", "x[]")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1366, "height": 768}, "has_touch": True}  # with a touch screen
WRONG_WORDS = re.compile(r"\bNaN\b|\bundefined\b|\[object |\bInfinity\b|Traceback|TypeError")
BAD_SVG = """(root) => [...document.querySelectorAll(root + ' svg *')].filter((part) =>
  [...part.attributes].some(({value}) => !/^(data:|url)/.test(value) && /NaN|undefined|Infinity/.test(value))).length"""
AWAY = re.compile(r"net::ERR_ABORTED|Failed to load resource")  # a page that is left breaks off its requests


def links(rng: random.Random, count: int) -> Iterator[str]:
    """So many links, most of them broken."""
    known = ["?tab=live&model=gan&epochs=3", "?tab=live&model=vae&kl_weight=2"]
    known += [line.split()[-1] for line in LINKS.read_text().splitlines() if "?tab=" in line]
    for _ in range(count):
        query = parse_qsl(rng.choice(known).partition("?")[2], keep_blank_values=True)
        for _ in range(rng.choice([1, 1, 2, 4])):
            spot = rng.randrange(1, len(query) + 1)
            if spot < len(query) and rng.random() < 0.7:
                query[spot] = (query[spot][0], rng.choice(VALUES))
            elif spot < len(query) and rng.random() < 0.3:
                del query[spot]
            else:
                query.append((rng.choice(EXTRAS), rng.choice(VALUES)))
        yield "/?" + urlencode([pair for pair in query if pair != ("play", "1")])


@contextmanager
def watched(browser: Browser, address: str, **options: object) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the list of its errors, which grows."""
    context = browser.new_context(base_url=address, **(options or {"viewport": {"width": 1280, "height": 800}}))
    page, errors = context.new_page(), []
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: errors.append(f"script: {error}"))
    page.on("console", lambda message: errors.append(f"console: {message.text}") if message.type == "error" else None)
    page.on(
        "response", lambda answer: errors.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None
    )
    page.on("dialog", lambda dialog: _close(dialog, errors))
    yield page, errors
    context.close()


def _close(dialog: Dialog, errors: list[str]) -> None:
    """A page that is left may ask first; nothing else may open a dialog."""
    if dialog.type == "beforeunload":
        dialog.accept()
        return
    errors.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def trouble_of_link(page: Page, errors: list[str], link: str, tabs: list[str]) -> str:
    """What is wrong with the page of a link; empty if nothing is."""
    errors.clear()
    asked = dict(reversed(parse_qsl(link.partition("?")[2]))).get("tab", "")
    tab = asked if asked in tabs else tabs[0]
    try:
        page.goto(link)
        page.wait_for_selector(f"#{tab}-widget {READY}, #{tab}-widget .loom-notice:visible")
        page.wait_for_timeout(250)
    except BrowserError as error:
        return f"never ready: {str(error).splitlines()[0]}"
    return trouble_shown(page, errors, tab)


def trouble_shown(page: Page, errors: list[str], tab: str) -> str:
    """What is wrong with a tab as it stands."""
    if found := [error for error in errors if not AWAY.search(error)]:
        return found[0]
    if found := WRONG_WORDS.search(without_quotes(page.locator(f"#{tab}-widget").inner_text())):
        return f"shows {found[0]}"
    if bad := page.evaluate(BAD_SVG, f"#{tab}-widget"):
        return f"{bad} parts of an SVG are no numbers"
    return ""


def without_quotes(text: str) -> str:
    """A text without what it quotes: a sentence may name the broken value."""
    return re.sub(r'"[^"]*"', "", text)


class Fingers:
    """Gestures on a touch page, from a random generator."""

    def __init__(self, page: Page, rng: random.Random) -> None:
        self.page, self.random = page, rng
        self.wire: CDPSession = page.context.new_cdp_session(page)

    def gesture(self) -> str:
        """Do one, anywhere that is visible; its name."""
        move = self.random.choice([self.tap, self.tap, self.tap, self.double_tap, self.swipe, self.swipe, self.pinch])
        move()
        return move.__name__

    def tap(self) -> None:
        self._touch([self._place()])
        self._touch([])

    def double_tap(self) -> None:
        place = self._place()
        for _ in range(2):
            self._touch([place])
            self._touch([])

    def swipe(self) -> None:
        self._drag([self._place()], [self._place()])

    def pinch(self) -> None:
        self._drag([self._place(), self._place()], [self._place(), self._place()])

    def _drag(self, starts: list[tuple], ends: list[tuple], steps: int = 5) -> None:
        self._touch(starts)
        for step in range(1, steps + 1):
            share = step / steps
            self._touch([
                (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
                for (x0, y0), (x1, y1) in zip(starts, ends, strict=True)
            ], "touchMove")  # fmt: skip
        kind = "touchCancel" if self.random.random() < 0.1 else "touchEnd"
        self._touch([], kind)

    def _touch(self, places: list[tuple], kind: str = "") -> None:
        points = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(places)]
        self.wire.send("Input.dispatchTouchEvent", {
            "type": kind or ("touchStart" if points else "touchEnd"), "touchPoints": points,
        })  # fmt: skip

    def _place(self) -> tuple[float, float]:
        size = self.page.viewport_size
        return self.random.uniform(2, size["width"] - 2), self.random.uniform(2, size["height"] - 2)


def troubles_of_fingers(page: Page, errors: list[str], tab: str, rng: random.Random, count: int) -> list[str]:
    """What goes wrong on a tab under so many gestures, each one's name first."""
    page.goto(f"/?tab={tab}")
    page.wait_for_selector(f"#{tab}-widget {READY}")
    fingers, found = Fingers(page, rng), []
    for k in range(count):
        page.mouse.wheel(0, rng.choice([0, 0, 300, -300, 900]))
        errors.clear()
        name = fingers.gesture()
        page.wait_for_timeout(40 if k % 10 else 700)
        if not page.locator(f"#{tab}-widget").is_visible():  # another tab was opened, or the page was left
            page.goto(f"/?tab={tab}")
            page.wait_for_selector(f"#{tab}-widget {READY}")
        if verdict := trouble_shown(page, errors, tab):
            found.append(f"{name} on {tab}: {verdict}")
    return found
