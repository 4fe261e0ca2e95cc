"""Thousands of hostile requests to the running app, several at a time; then every tab must still answer.

python -m tests.bench.fuzz [--cases 2500] [--seed 0] [--workers 6]
"""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from demos.server.errors import UNEXPECTED
from tests.conftest import running_app
from tests.helpers.fuzzing import REQUESTS, Case, Maker, ask, components, trouble

NEED_A_RUN = ("live-widget",)


def attack(address: str, cases: int, seed: int, workers: int) -> list[tuple[Case, str]]:
    """The cases that went wrong, and how."""
    with httpx.Client(base_url=address, timeout=60) as client, ThreadPoolExecutor(workers) as pool:
        generated = list(Maker(seed, components(client)).cases(cases))
        verdicts = pool.map(lambda case: trouble(client, case), generated)
        return [(case, verdict) for case, verdict in zip(generated, verdicts, strict=True) if verdict]


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
    parser.add_argument("--cases", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=6)
    args = parser.parse_args()
    with running_app() as address:
        start = time.monotonic()
        wrong = attack(address, args.cases, args.seed, args.workers)
        seconds = time.monotonic() - start
        for case, verdict in wrong[:40]:
            print(f"{case.name}: {verdict}\n    {case.content[:300]!r}")
        errors = {name: error for name, error in survivors(address).items() if error}
        kinds = dict(Counter(verdict.split(":")[0] for _, verdict in wrong))
        print(f"{args.cases} cases in {seconds:.0f} s, {len(wrong)} wrong {kinds or ''}")
        print(f"functions that no longer answer a good request: {errors or 'none'}")
    sys.exit(bool(wrong or errors))


if __name__ == "__main__":
    main()
