"""How the tests open a tab, its share link, and listen to what a page asks the server."""

import base64
import io
import re
from contextlib import contextmanager

import cv2
import numpy as np
from PIL import Image
from playwright.sync_api import expect

READY = ":is(.loom-bar.best, [data-ready])"  # what a tab shows once it has something to show


def open_tab(page, name, **query):
    words = "&".join(f"{key}={value}" for key, value in ({"tab": name} | query).items())
    page.goto(f"/?{words}")
    page.wait_for_selector(f"#{name}-widget {READY}", timeout=90_000)


def open_shared(page, browser, name):
    """Press a tab's share button, and open the link it writes in a window of its own; the caller closes that."""
    share = page.locator(f"#{name}-widget .share")
    share.click()
    page.wait_for_function(f"document.querySelector('#{name}-widget .share').dataset.link")
    fresh = browser.new_page(viewport={"width": 1280, "height": 800})
    fresh.set_default_timeout(90_000)
    fresh.goto(share.get_attribute("data-link"))
    fresh.wait_for_selector(f"#{name}-widget {READY}")
    return fresh


def shared_link(page, name):
    return page.locator(f"#{name}-widget .share").get_attribute("data-link")


def shows(page, script, wanted, argument=None):
    """Wait until a script on the page gives what is wanted: a browser paints later than it is told to."""
    becomes(page, lambda page: page.evaluate(script, argument), wanted)


def shows_other(page, script, before, argument=None):
    """Wait until a script on the page gives something else than before."""
    becomes_other(page, lambda page: page.evaluate(script, argument), before)


def becomes(page, read, wanted):
    """Wait until what a function reads from the page is what is wanted."""
    _wait(page, read, lambda found: found == wanted)


def becomes_other(page, read, before):
    """Wait until what a function reads from the page is something else than before."""
    _wait(page, read, lambda found: found != before)


def answered_by(page, who):
    """Wait until the foot of the page says who answered."""
    expect(page.locator(".loom-answered")).to_have_attribute("data-by", who)


def here(page, *names):
    """Wait until models have come to the page."""
    for name in names:
        page.wait_for_selector(f"html[data-loom-models~={name}]", state="attached")


def scanned(locator):
    """The address that a phone reads off a QR picture."""
    picture = locator.evaluate("""async (image) => {
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 10 * image.naturalWidth; // a square of the code is 10 pixels wide
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL();
    }""")
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(picture.split(",")[1]), np.uint8), cv2.IMREAD_GRAYSCALE)
    return cv2.QRCodeDetectorAruco().detectAndDecode(pixels)[0]


def is_seen(locator, most=0.97):
    """Wait until no colour fills more than a share of a part of the page: nothing covers what is drawn there."""

    def fullest(_):
        image = Image.open(io.BytesIO(locator.screenshot())).convert("RGB")
        return max(count for count, _ in image.getcolors(1 << 24)) / (image.width * image.height)

    _wait(locator.page, fullest, lambda share: share < most)


def at_rest(page, read):
    """Wait until what a function reads from the page has not changed for a second, and return it."""
    found, since = read(page), 0
    for _ in range(150):
        page.wait_for_timeout(200)
        before, found = found, read(page)
        since = since + 1 if found == before else 0
        if since == 5:
            return found
    raise AssertionError(f"after 30 seconds the page still changes: {str(found)[:200]}")


def add_new(page, read, seen):
    """Add what a function reads from the page to a set; what is new may be a moment late, what is old is old again."""
    for _ in range(20):
        if (found := read(page)) not in seen:
            break
        page.wait_for_timeout(100)
    seen.add(found)


def _wait(page, read, is_right):
    for _ in range(150):
        if is_right(found := read(page)):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"after 30 seconds the page still gives {str(found)[:200]}")


def listen(page):
    """Wait until a page asks the server for nothing more; the list returned grows with what it asks from then on."""
    asked = []
    page.on("request", lambda r: asked.append(r.url) if r.resource_type in ("fetch", "xhr") else None)
    for _ in range(40):
        asked.clear()
        page.wait_for_timeout(500)
        if not asked:
            return asked
    raise AssertionError(f"the page never stops asking: {asked}")


CALLS = re.compile(r"/component_server/?$")  # where a page asks the server's functions
NEVER_ASKED = "favicon.ico?routed"  # a file that is there, should the question get by


def intercept(page, address, answer):
    """As `page.route`, and wait until it holds: what a busy page asks just then, Chromium lets by, and tells nobody."""
    page.route(address, answer)
    if page.url == "about:blank":
        return
    mine = re.compile(re.escape(NEVER_ASKED))
    page.route(mine, lambda route: route.fulfill(status=204))
    ask = f"fetch('{NEVER_ASKED}', {{cache: 'no-store'}}).then(({{status}}) => status, () => 0)"
    while page.evaluate(ask) != 204:
        page.wait_for_timeout(20)
    page.unroute(mine)


@contextmanager
def failing(page, function="", sentence="It broke."):
    """A server whose functions, or one of them, answer with a problem."""

    def answer(route):
        if function in ("", route.request.post_data_json["fn_name"]):
            route.fulfill(json={"error": sentence})
        else:
            route.continue_()

    intercept(page, CALLS, answer)
    yield
    page.unroute(CALLS)


class Held:
    """The calls of a server function, or those with such data, which a page waits for until they are released."""

    def __init__(self, page, function, is_held=lambda data: True):
        self.page, self.function, self.is_held, self.routes, self.is_released = page, function, is_held, [], False
        self.asked = []  # all functions since then, held or not
        page.on("request", self._note)
        intercept(page, CALLS, self._take)

    def _note(self, request):
        if CALLS.search(request.url):
            self.asked.append(request.post_data_json["fn_name"])

    def _take(self, route):
        body = route.request.post_data_json
        if body["fn_name"] == self.function and self.is_held(body["data"]) and not self.is_released:
            self.routes.append(route)
        else:
            route.continue_()

    def wait(self, count=1):
        """Wait until so many calls are held."""
        for _ in range(300):
            if len(self.routes) >= count:
                return
            self.page.wait_for_timeout(100)
        calls = f"{self.function} was held {len(self.routes)} times, not {count}"
        raise AssertionError(f"{calls}; the page asked for {self.asked} and says {self._said()!r}")

    def _said(self):
        """What the page says of its connection and of problems."""
        return self.page.locator(".loom-connection, .loom-notice:visible").all_inner_texts()

    def release(self):
        """Let all calls through, those to come as well."""
        self.is_released = True
        for route in self.routes:
            route.continue_()
        self.page.wait_for_timeout(600)


def drop_file(page, selector, path):
    """Drop a file on an element, and return whether the page took it."""
    script = """async ([selector, name, bytes]) => {
      const transfer = new DataTransfer(), place = document.querySelector(selector);
      transfer.items.add(new File([new Uint8Array(bytes)], name, {type: 'image/png'}));
      return !place.dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: transfer}));
    }"""
    return page.evaluate(script, [selector, path.name, list(path.read_bytes())])


def touch_page(browser, address, width=360, height=740):
    """A phone; the caller closes its context."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=address, has_touch=True, is_mobile=True
    )
    return context.new_page()


def paste_file(page, path):
    """Paste a file into the page."""
    script = """([name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name));
      document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}));
    }"""
    page.evaluate(script, [path.name, list(path.read_bytes())])
