"""Thousands of hostile requests, links and gestures to the running app; then every tab must still answer.

python -m tests.bench.fuzz [--cases 5000] [--seed 0] [--workers 6]
python -m tests.bench.fuzz --cases 1000 --seed 3 --kinds links        # a piece: each seed makes other cases

One case in sixteen is a broken link and one in ten a gesture on the touch screen of a phone, a tablet or a laptop, both
in a real Chromium; the others are requests, several at a time.
"""

import argparse
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from demos import tab_id, tabs
from demos.server.errors import UNEXPECTED
from tests.conftest import running_app
from tests.helpers.chromium import chromium
from tests.helpers.fuzzing import REQUESTS, Case, Maker, ask, components, trouble
from tests.helpers.page_fuzzing import LAPTOP, PHONE, TABLET, links, trouble_of_link, troubles_of_fingers, watched

KINDS = ("requests", "links", "gestures")
NEED_A_RUN = ("live-widget",)


def attack(address: str, cases: int, seed: int, workers: int) -> list[tuple[Case, str]]:
    """The cases that went wrong, and how."""
    with httpx.Client(base_url=address, timeout=60) as client, ThreadPoolExecutor(workers) as pool:
        generated = list(Maker(seed, components(client)).cases(cases))
        verdicts = pool.map(lambda case: trouble(client, case), generated)
        return [(case, verdict) for case, verdict in zip(generated, verdicts, strict=True) if verdict]


def attack_links(address: str, count: int, seed: int) -> list[str]:
    """What went wrong on the pages of so many broken links."""
    names, found = [tab_id(tab) for tab in tabs()], []
    with chromium() as browser, watched(browser, address) as (page, errors):
        for link in links(random.Random(f"links {seed}"), count):
            if verdict := trouble_of_link(page, errors, link, names):
                found.append(f"{link[:300]}: {verdict}")
    return found


def attack_by_touch(address: str, count: int, seed: int) -> list[str]:
    """What went wrong under so many gestures, shared out over the tabs."""
    rng, names, found = random.Random(f"gestures {seed}"), [tab_id(tab) for tab in tabs()], []
    with chromium() as browser:
        for k, tab in enumerate(names):
            share = count // len(names) + (k < count % len(names))
            with watched(browser, address, **(PHONE, PHONE, TABLET, LAPTOP)[(k + seed) % 4]) as (page, errors):
                found += troubles_of_fingers(page, errors, tab, rng, share)
    return found


def survivors(address: str) -> dict[str, str]:
    """Each server function's error to a good request; empty if it answers.

    Functions that need a visitor's own run cannot answer: of theirs, only failures that nobody expected count.
    """
    errors = {}
    with httpx.Client(base_url=address, timeout=120) as client:
        for component in components(client):
            widget = component["props"]["elem_id"]
            for name in (name for name in component["props"]["server_fns"] if not name.startswith("read_")):
                request = REQUESTS.get(f"{widget} {name}", REQUESTS.get(name, {}))
                error = ask(client, component["id"], name, request).get("error", "")
                expected = widget in NEED_A_RUN and UNEXPECTED.split("(")[0] not in error
                errors[f"{widget} {name}"] = "" if expected else error
    return errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of cases, the others left out")
    args = parser.parse_args()
    counts = {"links": args.cases // 16, "gestures": args.cases // 10}
    counts["requests"] = args.cases - sum(counts.values())
    counts = {kind: counts[kind] for kind in args.kinds}
    with running_app() as address:
        start = time.monotonic()
        wrong: list[str] = []
        if count := counts.get("requests"):
            found = attack(address, count, args.seed, args.workers)
            wrong += [f"{case.name}: {verdict}\n    {case.content[:300]!r}" for case, verdict in found]
        if count := counts.get("links"):
            wrong += attack_links(address, count, args.seed)
        if count := counts.get("gestures"):
            wrong += attack_by_touch(address, count, args.seed)
        seconds = time.monotonic() - start
        print("\n".join(wrong[:40]))
        cases = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        print(f"{cases} in {seconds:.0f} s, {len(wrong)} wrong (seed {args.seed})", flush=True)
        errors = {name: error for name, error in survivors(address).items() if error}
        print(f"functions that no longer answer a good request: {errors or 'none'}")
    sys.exit(bool(wrong or errors))


if __name__ == "__main__":
    main()
