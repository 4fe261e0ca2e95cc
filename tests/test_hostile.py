"""Hostile visitors: a short form of tests/bench/fuzz.py, and what they try by name. The app must outlive them all."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from core.data.images import encode
from core.serving.limits import BODY, MAX_BYTES, PICTURE_BODY
from tests.bench.fuzz import attack, survivors
from tests.conftest import ROOT
from tests.helpers.fuzzing import GREY, REQUESTS, ask, components

pytestmark = pytest.mark.slow  # starts the app

CASES = 500


@pytest.fixture(scope="module")
def client(address):
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def functions(client):
    return {
        (c["props"]["elem_id"].removesuffix("-widget"), f): c["id"]
        for c in components(client)
        for f in c["props"]["server_fns"]
    }


@pytest.fixture
def read_upload(client, functions):
    """What the page is told about a picture file."""

    def read(content):
        return ask(
            client, functions["denoise", "read_upload"], "read_upload", {"file": base64.b64encode(content).decode()}
        )

    return read


def test_every_function_outlives_hostile_requests(address):
    wrong = attack(address, CASES, seed=20261122, workers=4)
    assert [(case.name, verdict, case.content[:200]) for case, verdict in wrong] == []
    assert {name: error for name, error in survivors(address).items() if error} == {}


@pytest.mark.parametrize(
    "route", ["vibe-edit", "process_recording", "run-history/connect", "stream/x", "undo-vibe-edit"]
)
def test_what_the_page_does_not_post_is_not_served(client, route):
    assert client.post(f"/gradio_api/{route}", json={}).status_code == 404


@pytest.mark.parametrize("size", ["", "/64", "/99999"])
def test_the_icon_is_not_drawn_in_sizes_that_a_request_names(client, size):
    assert client.get("/favicon.ico").status_code == 200
    assert client.get(f"/pwa_icon{size}").status_code == 404


@pytest.mark.parametrize(
    "path", ["file=https://example.com/x.png", "proxy=https://example.com/", "deep_link?session_hash=x"]
)
def test_no_other_host_is_contacted_and_nothing_stored_for_whoever_asks(client, path):
    assert client.get(f"/gradio_api/{path}").status_code == 404


@pytest.mark.parametrize(
    "address_given", ["https://example.com/shirt.png", "http://127.0.0.1:22/", "ftp://example.com/x"]
)
def test_a_picture_is_not_fetched_from_an_address(client, address_given):
    body = {"data": [{"path": address_given, "meta": {"_type": "gradio.FileData"}}]}
    answer = client.post("/gradio_api/call/classify", json=body)
    assert answer.status_code == 400
    assert "Send the file itself" in answer.json()["error"]


def test_large_bodies_are_refused(client, functions):
    envelope = {"component_id": functions["classify", "classify"], "fn_name": "classify", "session_hash": "x"}
    for data in ("x" * (PICTURE_BODY + 1), [[]] * BODY):
        answer = client.post("/gradio_api/component_server", json=envelope | {"data": data})
        assert answer.status_code == 413
        assert "too large" in answer.json()["error"]
    assert client.post("/gradio_api/call/classify", content=b"x" * (BODY + 1)).status_code == 413


def test_a_body_without_a_length_is_counted(client):
    answer = client.post("/gradio_api/call/classify", content=(b"x" * 50_000 for _ in range(20)))
    assert answer.status_code == 413


def test_an_upload_for_the_page_may_be_as_large_as_it_says(read_upload):
    noise = np.random.default_rng(0).integers(0, 255, (2300, 2300, 3), np.uint8)
    content = encode(noise, "PNG", compress_level=0)
    assert 0.7 * MAX_BYTES < len(content) < MAX_BYTES
    assert "pixels" in read_upload(content)
    assert "at most 20 MB" in read_upload(content + bytes(MAX_BYTES - len(content) + 1))["error"]


@pytest.mark.parametrize("name", ["page.html", "vector.svg", "../../../../tmp/loom.svg"])
def test_an_uploaded_file_never_runs_in_the_page(client, name):
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    path = client.post("/gradio_api/upload", files={"files": (name, script)}).json()[0]
    assert "/../" not in path
    answer = client.get(f"/gradio_api/file={path}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/etc/passwd", str(ROOT / "app.py"), "/proc/self/environ", "../../etc/passwd"])
def test_no_file_of_the_server_is_read(client, path):
    body = {"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}]}
    event = client.post("/gradio_api/call/classify", json=body).json()["event_id"]
    text = client.get(f"/gradio_api/call/classify/{event}").text
    assert "event: error" in text
    assert "Traceback" not in text
    assert client.get(f"/gradio_api/file={path}").status_code in (403, 404)


def test_concurrent_cancels_and_resets_of_forged_sessions_disturb_nobody(client, functions):
    forged = {"session_hash": "tests", "fn_index": 0, "event_id": "x"}

    def disturb(i):
        return client.post(f"/gradio_api/{('reset', 'cancel')[i % 2]}", json=forged).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = pool.map(disturb, range(60))
        answers = [ask(client, functions["classify", "classify"], "classify", {"pixels": GREY}) for _ in range(20)]
    assert max(statuses) < 500
    assert all("probs" in answer for answer in answers)


def test_a_strange_session_id_is_no_trouble(client, functions):
    body = {"data": REQUESTS["classify"], "component_id": functions["classify", "classify"], "fn_name": "classify"}
    for session in ("", "../../etc/passwd", "\0", "x" * 100):
        assert "probs" in client.post("/gradio_api/component_server", json=body | {"session_hash": session}).json()
    for session in ("x" * 101, 7, ["x"]):  # kept for every one: they may not be long
        answer = client.post("/gradio_api/component_server", json=body | {"session_hash": session})
        assert answer.status_code == 400
        assert "session" in answer.json()["error"]


def test_the_policy_names_no_other_host(client):
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "*" not in policy


def test_an_error_quotes_little_of_what_was_given(client, functions):
    answer = ask(client, functions["latent_map", "decode"], "decode", {"checkpoint": json.dumps(["x"] * 20_000)})
    assert len(answer["error"]) < 400
