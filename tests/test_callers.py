"""Many programs that call the same endpoint with the same arguments at once: a short form of tests/bench/callers.py."""

import argparse
import asyncio

import httpx
import pytest

from tests.bench.callers import ENDPOINTS, count_downloads

pytestmark = pytest.mark.slow  # starts the app


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_caller_gets_whole_pictures(address, name):
    found, _ = asyncio.run(count_downloads(address, argparse.Namespace(callers=8, calls=3), name))
    assert found == {"whole": 24}


def test_every_endpoint_that_gives_a_picture_file_is_called(address):
    endpoints = httpx.get(f"{address}/gradio_api/info", timeout=60).json()["named_endpoints"]
    give = {name for name, one in endpoints.items() if any(part["component"] == "Image" for part in one["returns"])}
    assert give == {f"/{name}" for name in ENDPOINTS}


def test_no_table_of_all_calls_is_made_after_a_call(monkeypatch):
    import app  # which says so to Gradio

    queue = app.demo._queue
    monkeypatch.setattr(queue, "_get_df", lambda records: pytest.fail(f"a table of {len(records)} calls"))
    monkeypatch.setattr(queue, "events_recorded", queue.events_recorded + 10_000)
    assert queue.compute_analytics_summary([{"function": "sample"}]) == {"functions": {}}
    assert queue.ANALYTICS_MAX_EVENTS == 1
