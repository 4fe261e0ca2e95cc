"""The guard alone, around an app that answers everything."""

import asyncio
import json

import pytest

from demos.server import middleware
from demos.server.middleware import Guard


async def answering(scope, receive, send):
    body = (await receive())["body"] if scope["method"] == "POST" else b""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"referrer-policy", b"unsafe-url")]})
    await send({"type": "http.response.body", "body": body})


async def failing(scope, receive, send):
    raise KeyError("secret")


async def breaking(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise KeyError("secret")


async def stopping(scope, receive, send):
    head = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]}
    await send(head)
    await send({"type": "http.response.body", "body": b"x" * 10, "more_body": True})
    raise RuntimeError("Response content shorter than Content-Length")


def ask(app, method="GET", path="/", body=b"", headers=(), receive=None):
    """Status, headers and body of an answer."""
    sent = []

    async def given():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    asyncio.run(app(scope, receive or given, send))
    content = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, content


JSON = [(b"content-type", b"application/json")]
CALL, SERVER = "/gradio_api/call/classify", "/gradio_api/component_server"


def test_every_answer_has_our_headers_once():
    status, headers, _ = ask(Guard(answering))
    assert (status, headers["referrer-policy"]) == (200, "same-origin")
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "; worker-src 'self';" in headers["content-security-policy"]  # no script that the page has put together
    assert "'wasm-unsafe-eval'" in headers["content-security-policy"]  # which the models in the browser need
    assert "camera=(self)" in headers["permissions-policy"]  # for the page itself, and no frame in it
    assert "microphone=()" in headers["permissions-policy"]


def test_a_body_arrives_as_it_was_sent():
    body = json.dumps({"data": [1, "é"]}).encode()
    assert ask(Guard(answering), "POST", CALL, body, JSON)[2] == body
    assert ask(Guard(answering), "POST", f"/behind/a/proxy{CALL}", body, JSON)[2] == body


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "/gradio_api/vibe-edit", b"{}", JSON, 404),
        ("POST", "/", b"{}", JSON, 404),
        ("DELETE", "/", b"", (), 405),
        ("GET", "/a\0b", b"", (), 400),
        ("GET", "/gradio_api/file=http://127.0.0.1/", b"", (), 404),
        ("POST", CALL, b"{", JSON, 400),
        ("POST", CALL, b"[" * 100_000, JSON, 400),
        ("POST", CALL, b'{"session_hash": "' + b"x" * 101 + b'"}', JSON, 400),
        ("POST", SERVER, b"{}", [(b"content-type", b"multipart/form-data; boundary=x")], 415),
        ("POST", SERVER, b"[" + b"1," * 200_000 + b"1]", JSON, 413),
        ("POST", CALL, b" " * 200_001, JSON, 413),
    ],
)
def test_a_refusal_gives_its_reason_in_a_sentence(method, path, body, headers, status):
    got, sent, content = ask(Guard(answering), method, path, body, headers)
    assert got == status
    assert json.loads(content)["error"].endswith((".", "!"))
    assert sent["content-type"] == "application/json"


def test_a_failure_shows_nothing_of_itself():
    for method, status in (("GET", 500), ("POST", 400)):
        got, _, content = ask(Guard(failing), method, CALL, b"{}", JSON)
        assert got == status
        assert b"secret" not in content
    assert ask(Guard(breaking))[2] == b""  # a stream that had begun is ended


def test_who_waits_as_the_server_stops_is_told_to_try_again():
    async def cancelled(*_):
        raise asyncio.CancelledError

    status, headers, content = ask(Guard(cancelled))
    assert (status, headers["retry-after"]) == (503, "2")
    assert b"try again" in content


def test_an_answer_cut_short_closes_its_connection():
    """The server closes it where the app raises; whoever reads would otherwise wait for the rest."""
    with pytest.raises(RuntimeError, match="shorter"):
        ask(Guard(stopping))


def test_too_many_or_too_large_requests_at_once_get_a_retry_later(monkeypatch):
    monkeypatch.setattr(middleware, "OPEN_REQUESTS", 0)
    status, headers, content = ask(Guard(answering))
    assert (status, headers["retry-after"]) == (503, "2")
    assert b"busy" in content
    monkeypatch.setattr(middleware, "OPEN_REQUESTS", 1)
    monkeypatch.setattr(middleware, "BYTES_AT_ONCE", 10)
    guard = Guard(answering)
    assert ask(guard, "POST", CALL, b'{"data": [1]}', JSON)[0] == 503
    assert ask(guard, "POST", CALL, b"{}", JSON)[0] == 200  # what was refused is no longer counted


def test_a_request_that_never_arrives_is_given_up(monkeypatch):
    async def never():
        await asyncio.sleep(60)

    monkeypatch.setattr(middleware, "READING", 0.05)
    assert ask(Guard(answering), "POST", CALL, receive=never)[0] == 408


def test_no_upload_is_taken_when_the_folder_is_full():
    form = [(b"content-type", b"multipart/form-data; boundary=x")]
    assert ask(Guard(answering, full=lambda: True), "POST", "/gradio_api/upload", b"--x--", form)[0] == 503
    assert ask(Guard(answering), "POST", "/gradio_api/upload", b"--x--", form)[0] == 200
