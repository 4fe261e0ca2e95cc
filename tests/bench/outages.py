"""The network is cut at a random moment of many visits over all tabs: what recovers by itself, and when.

python -m tests.bench.outages [--visits 50] [--seed 0]
python -m tests.bench.outages --first 10 --visits 8 --notes outages.jsonl       # in pieces, which one file collects
python -m tests.bench.outages --visits 0 --notes outages.jsonl                  # the table of what it collected

A visit opens a tab, does what people do there, and goes to a second tab, during or after an outage of 1, 6 or 20
seconds. Afterwards it must be as if nothing had happened: each tab shows something and no complaint, no run has ended,
nothing waits, what was asked in vain is answered, and so is a question asked anew.

Seconds to recover run from the moment the network is back until both tabs have been looked at. Where that takes longer
than it should, the same is done in a page of its own where nothing is cut: the machine's share. The server is in use:
each tab was opened once before it is visited, so that no model is loaded meanwhile.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from playwright.sync_api import TimeoutError as Late

from demos import tab_id, tabs
from tests.bench.browser import load, served, verdict
from tests.helpers.chromium import chromium
from tests.helpers.driving import CALLS, READY

OUTAGES = (1, 6, 20)  # seconds
GOAL = 3.0  # seconds until both tabs work again, once the network is back
PATIENCE = 20.0  # seconds after which a tab counts as dead, or an answer as never given
MOMENTS = 4.0  # seconds from the start of a visit within which the network is cut
PENDING = "#{tab}-widget [data-pending]:visible"
COMPLAINTS = "#{tab}-widget .loom-notice:visible, .toast-body:visible"
SAME_PAGE = "window.loomVisit === true"  # said before the outage: the page was not loaded anew


@dataclass
class Visit:
    """What became of one."""

    number: int
    outage: int
    tabs: tuple[str, str]
    dead: list[str] = field(default_factory=list)  # tabs that show nothing
    complaints: list[str] = field(default_factory=list)  # what tabs still say of the outage
    runs_ended: int = 0
    pending: list[str] = field(default_factory=list)  # tabs that still wait for an answer
    unanswered: list[str] = field(default_factory=list)  # functions asked in vain and not again
    reconnected: float = 0.0  # seconds until the page no longer says that it is offline
    recovered: float = 0.0  # seconds until both tabs have all that they asked for
    uncut: float = 0.0  # seconds that the same took without an outage, where `recovered` was long

    @property
    def is_right(self) -> bool:
        return not (self.dead or self.complaints or self.runs_ended or self.pending or self.unanswered)


class Questions:
    """What a page asks server functions in vain, until it is answered."""

    def __init__(self, page: Page) -> None:
        self.lost: set[str] = set()
        page.on("requestfailed", lambda request: self.lost.update(self._name(request)))
        page.on("requestfinished", lambda request: self.lost.difference_update(self._name(request)))

    def _name(self, request: Request) -> list[str]:
        is_call = request.method == "POST" and CALLS.search(request.url)
        return [f"{request.post_data_json['component_id']} {request.post_data_json['fn_name']}"] if is_call else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=50)
    parser.add_argument(
        "--first", type=int, nargs="+", default=[0], help="numbers of visits: these, and from the last one on"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--notes", type=Path, help="a file that collects the visits of many pieces, one a line")
    args = parser.parse_args()
    visits = _read(args.notes)
    used: set[str] = set()
    if args.visits:
        with served("app.py", "--port") as address, chromium() as browser:
            *single, first = args.first
            for number in (*single, *range(first, first + args.visits - len(single))):
                one = visit(browser, address, number, args.seed, used)
                visits = [*(known for known in visits if known.number != number), one]  # made again: the last counts
                if args.notes:
                    with args.notes.open("a") as notes:
                        notes.write(json.dumps(asdict(one)) + "\n")
    report(visits)


def _read(notes: Path | None) -> list[Visit]:
    """The visits in a file of notes, the last one of each number."""
    lines = notes.read_text().splitlines() if notes and notes.exists() else []
    return list({one.number: one for one in (Visit(**json.loads(line)) for line in lines)}.values())


def report(visits: list[Visit]) -> None:
    """Print the table."""
    print(f"{len(visits)} visits, {load()}")
    print("outage  visits  dead  complaints  runs ended  waiting  unanswered  seconds to recover: median, worst")
    for outage in OUTAGES:
        if some := [one for one in visits if one.outage == outage]:
            times, first = [one.recovered for one in some], [one.reconnected for one in some]
            kinds = [[bool(one.dead), bool(one.complaints), one.runs_ended, bool(one.pending), bool(one.unanswered)]
                     for one in some]  # fmt: skip
            dead, complaints, ended, waiting, unanswered = (sum(kind) for kind in zip(*kinds, strict=True))
            print(
                f"{outage:4d} s  {len(some):6d}  {dead:4d}  {complaints:10d}  {ended:10d}  {waiting:7d}  "
                f"{unanswered:10d}  {statistics.median(times):.1f}, {max(times):.1f} "
                f"({verdict(max(times), GOAL)}); of them until online: {statistics.median(first):.1f}, {max(first):.1f}"
            )


def visit(browser: Browser, address: str, number: int, seed: int, used: set[str]) -> Visit:
    """One visit: two tabs, the network cut at a random moment; every tab is first or second in turn.

    Args:
        used: Tabs that were opened on this server before; those of the visit join.
    """
    rng, names = random.Random(f"{seed} {number}"), [tab_id(tab) for tab in tabs()]
    first, second = names[number % len(names)], rng.choice(names)
    one = Visit(number, OUTAGES[number % len(OUTAGES)], (first, second))
    moment = rng.uniform(0, MOMENTS)
    for tab in {first, second} - used:
        with opened(browser, address, tab, 0) as (_, page):
            expect(page.locator(PENDING.format(tab=tab))).to_have_count(0, timeout=60_000)
        used.add(tab)
    with opened(browser, address, first, moment) as (context, page):
        questions = Questions(page)
        page.evaluate("window.loomVisit = true")
        context.set_offline(True)
        act(page, first)
        page.wait_for_timeout(500)
        page.locator(f"#{second}-tab-button").click()
        page.wait_for_timeout(1000 * one.outage - 500)
        context.set_offline(False)
        started = time.monotonic()
        expect(page.locator(".loom-connection")).to_be_empty(timeout=1000 * PATIENCE)
        one.reconnected = time.monotonic() - started
        seconds_until_both_work(page, second, first, one.dead)
        one.recovered = time.monotonic() - started
        for tab in dict.fromkeys((second, first)):
            look_at(page, tab, one)
        one.unanswered = unanswered(page, questions)
        if not page.evaluate(SAME_PAGE):
            one.complaints.append("the page was loaded anew")
    if one.recovered > GOAL:
        with opened(browser, address, first, moment) as (_, page):
            act(page, first)
            one.uncut = seconds_until_both_work(page, second, first)
    if not one.is_right or one.recovered > GOAL:
        print(one, flush=True)
    return one


@contextmanager
def opened(browser: Browser, address: str, tab: str, moment: float) -> Iterator[tuple[BrowserContext, Page]]:
    """A fresh visitor's page, so many seconds after its tab showed something."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"/?tab={tab}" + ("&play=1&epochs=200&images=500" if tab == "live" else ""))
    page.wait_for_selector(f"#{tab}-widget {READY}")
    page.wait_for_timeout(1000 * moment)
    yield context, page
    context.close()


def act(page: Page, tab: str) -> None:
    """Something that asks the server: the first slider of a tab, else its first button."""
    slider = page.locator(f"#{tab}-widget input[type=range]:visible:enabled").first
    if slider.count():
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
    else:
        page.locator(f"#{tab}-widget button:visible:enabled").first.click()


def seconds_until_both_work(page: Page, second: str, first: str, dead: list[str] | None = None) -> float:
    """Seconds until two tabs, shown one after the other, have something to show and the page is not offline."""
    started = time.monotonic()
    for tab in dict.fromkeys((second, first)):
        page.locator(f"#{tab}-tab-button").click()
        try:
            page.wait_for_selector(f"#{tab}-widget {READY}", timeout=1000 * PATIENCE)
            expect(page.locator(".loom-connection")).to_be_empty(timeout=1000 * PATIENCE)
            expect(page.locator(PENDING.format(tab=tab))).to_have_count(0, timeout=1000 * PATIENCE)
        except (Late, AssertionError):
            if dead is None:
                raise
            dead.append(tab)
    return time.monotonic() - started


def look_at(page: Page, tab: str, one: Visit) -> None:
    """Note what a tab shows after the outage, and after a question asked anew."""
    page.locator(f"#{tab}-tab-button").click()
    if tab in one.dead:
        return
    if tab == "live" and one.tabs[0] == "live":
        one.runs_ended += page.locator("#live-widget [data-state]").first.get_attribute("data-state") == "ended"
    else:
        act(page, tab)
    try:
        expect(page.locator(PENDING.format(tab=tab))).to_have_count(0, timeout=1000 * PATIENCE)
    except AssertionError:
        one.pending.append(tab)
    one.complaints += [f"{tab}: {text}" for text in page.locator(COMPLAINTS.format(tab=tab)).all_inner_texts()]


def unanswered(page: Page, questions: Questions) -> list[str]:
    """The server functions that were asked in vain and got no answer afterwards."""
    deadline = time.monotonic() + PATIENCE
    while questions.lost and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    return sorted(questions.lost)


if __name__ == "__main__":
    main()
