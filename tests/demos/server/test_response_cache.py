"""Answers that all visitors get alike."""

import asyncio
import gzip

import brotli
import pytest

from demos.server.response_cache import ResponseCache, depends_on

BROWSER = [(b"host", b"a"), (b"accept-encoding", b"gzip, br")]


def scope(path="/", headers=BROWSER, method="GET", query=b""):
    return {"type": "http", "method": method, "path": path, "headers": headers, "query_string": query}


def app_of(status=200, kind=b"text/html", calls=None):
    """An app that answers with the path, and notes that it was asked."""

    async def app(scope, receive, send):
        if calls is not None:
            calls.append(scope["path"])
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": scope["path"].encode() * 500, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


async def get(cache, app, asked):
    sent = []

    async def send(message):
        sent.append(message)

    await cache.answer(app, asked, None, send)
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(m.get("body", b"") for m in sent[1:])


def test_an_answer_is_computed_once_however_many_ask():
    calls, cache = [], ResponseCache()

    async def ask_at_once():
        return await asyncio.gather(*(get(cache, app_of(calls=calls), scope()) for _ in range(30)))

    answers = asyncio.run(ask_at_once())
    assert calls == ["/"]
    assert all(brotli.decompress(body) == b"/" * 500 for _, _, body in answers)
    assert answers[0][1][b"content-encoding"] == b"br"


def test_an_answer_that_takes_long_holds_up_no_other():
    cache, may_end = ResponseCache(), asyncio.Event()

    async def slow(scope, receive, send):
        await may_end.wait()
        await app_of()(scope, receive, send)

    async def ask_both():
        late = asyncio.create_task(get(cache, slow, scope("/web/0/first/gan/load_film")))
        await asyncio.sleep(0)
        status, _, body = await asyncio.wait_for(get(cache, app_of(), scope("/assets/a.js")), 30)
        assert not late.done()
        may_end.set()
        return status, brotli.decompress(body), (await late)[0]

    assert asyncio.run(ask_both()) == (200, b"/assets/a.js" * 500, 200)
    assert not cache._making  # no lock outlives its answer


def test_every_browser_gets_what_it_can_unpack():
    cache = ResponseCache()
    for accepted, unpack in ((b"gzip, deflate", gzip.decompress), (b"gzip, br", brotli.decompress)):
        asked = scope(headers=[(b"host", b"a"), (b"accept-encoding", accepted)])
        _, _, body = asyncio.run(get(cache, app_of(), asked))
        assert unpack(body) == b"/" * 500


def test_pictures_are_not_compressed_again_and_scripts_may_be_cached_by_browsers():
    _, headers, body = asyncio.run(get(ResponseCache(), app_of(kind=b"image/png"), scope("/assets/a.png")))
    assert (body, b"content-encoding" in headers) == (b"/assets/a.png" * 500, False)
    assert b"immutable" in headers[b"cache-control"]
    assert int(headers[b"content-length"]) == len(body)


def test_errors_are_not_cached():
    calls, cache = [], ResponseCache()
    for _ in range(2):
        assert asyncio.run(get(cache, app_of(404, calls=calls), scope("/assets/none.js")))[0] == 404
    assert len(calls) >= 2


def test_a_page_under_another_name_is_another():
    other = [(b"host", b"b"), *BROWSER[1:]]
    safe = [*other, (b"x-forwarded-proto", b"https")]
    assert len({depends_on(scope(headers=headers)) for headers in (BROWSER, other, safe)}) == 3
    assert depends_on(scope(query=b"tab=gan")) == depends_on(scope())  # the browser opens the tab


@pytest.mark.parametrize(
    "asked",
    [
        scope(method="HEAD"),
        scope(headers=BROWSER[:1]),
        scope("/assets/a.js", [*BROWSER, (b"range", b"bytes=0-5")]),
        scope(query=b"deep_link=x"),
        scope(query=b"page=x"),
        scope("/config"),
        scope("/gradio_api/file=/tmp/secret.png"),
    ],
)
def test_what_differs_between_sessions_is_not_cached(asked):
    assert depends_on(asked) is None


def test_the_page_runs_its_own_script_before_the_frameworks():
    page = b"<head><script>window.gradio_config = {};</script><script type=module></script></head><body></body>"

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": page})

    for path, is_early in (("/", True), ("/assets/a.html", False)):
        _, _, body = asyncio.run(get(ResponseCache(), app, scope(path)))
        sent = brotli.decompress(body)
        assert (b"window.gradio_config.head" in sent) == is_early
        assert sent.endswith(b"</head><body></body>")
