"""The suite as a folder of files, served by Python's own http.server: its widgets, links and lessons, and no server."""

import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from playwright.sync_api import expect

from core import load_model
from core.checkpoint import load_codes
from core.data.images import to_bytes, to_tensor
from core.export import export_model
from demos.server.models import fashion_sample
from tests.browser.conftest import computing_context, watched
from tests.conftest import ROOT
from tests.helpers.checkpoints import make_dataset, write_checkpoint
from tests.helpers.driving import becomes, becomes_other, intercept, open_tab, scanned

TABS = ["classify", "latent_map", "interpolate", "scoreboard"]
BAG = 803
BIRDS = make_dataset("Birds", ("jay", "crow"), (3, 32, 32))
PLAIN = make_dataset("Plain", ())
LESSON = "walking-between-clothes"


class Quiet(SimpleHTTPRequestHandler):
    """Python's own handler, which would log every request."""

    def log_message(self, *_):
        pass


def write(out, *options, first="classify"):
    """What the command writes, as a folder; first: the tab that it names first."""
    command = [sys.executable, "-m", "demos.site", str(out), *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert re.match(rf"{out}: {first}, .*; \d+ files, \d\d\.\d MB\.\n", ended.stdout)
    return out


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A folder of models on pictures that do not ship, with their graphs."""
    folder = tmp_path_factory.mktemp("own")
    for name, architecture in {"birds-vae": "vae", "birds-net": "fashionnet"}.items():
        export_model(write_checkpoint(folder, name, architecture, *BIRDS))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory, own):
    return write(tmp_path_factory.mktemp("site") / "out", "--tabs", *TABS, "--weights", str(own))


@contextmanager
def served(folder):
    """Its address while it is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def address(folder):
    with served(folder) as address:
        yield address


@pytest.fixture
def page(browser, address):
    """A visitor whose page logs no error, loses no request and calls no other host."""
    with watched(computing_context(browser, address)) as page:
        page.set_default_timeout(60_000)
        yield page


def part(page, tab, selector):
    return page.locator(f"#{tab}-widget {selector}")


def pixels(page, selector):
    return page.evaluate(f"document.querySelector('{selector}').toDataURL()")


def shares(page):
    """The lengths of the first network's bars."""
    script = """[...document.querySelectorAll('#classify-widget .loom-bar')]
      .map((row) => Number(row.querySelector('.fill').style.transform.slice('scaleX('.length, -1)))"""
    return page.evaluate(script)


def needs_app(page, tab, what):
    expect(part(page, tab, ".loom-notice").first).to_have_text(f"{what} needs the app. Start it with: python app.py")


def go(page, tab):
    """Open another tab as a person does."""
    page.locator(f"#{tab}-tab-button").click()
    expect(page.locator(f"#{tab}-tab-button")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[role=tabpanel]:visible")).to_have_count(1)
    page.wait_for_function(f"location.search.includes('tab={tab}')")


def test_a_visitor_goes_through_the_tabs(page, photograph):
    open_tab(page, "classify", image=BAG)
    probs = load_model("classifier-resnet")(to_tensor(fashion_sample().images[BAG, 0].numpy())).softmax(1)[0]
    becomes(page, shares, pytest.approx(probs.tolist(), abs=1e-4))
    expect(page.locator(".loom-answered")).to_have_attribute("data-by", "device")
    before = shares(page)
    box = part(page, "classify", ".pad canvas").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 120, steps=4)
    page.mouse.up()
    becomes_other(page, shares, before)
    expect(part(page, "classify", "[data-pending]")).to_have_count(0)
    part(page, "classify", "").get_by_role("radio", name="Confusion").click()
    expect(part(page, "classify", ".cell-title small")).to_contain_text("test images that ship")
    part(page, "classify", "").get_by_role("radio", name="What moved it").click()
    needs_app(page, "classify", "Showing what moved the decision about this picture")
    photograph(page, "site-classify")

    go(page, "latent_map")
    right = "#latent_map-widget canvas.right"
    expect(part(page, "latent_map", ".right-name")).to_contain_text("reconstructed")
    before = pixels(page, right)
    box = part(page, "latent_map", ".plot .nsewdrag").bounding_box()
    page.mouse.click(box["x"] + 0.97 * box["width"], box["y"] + 0.96 * box["height"])
    becomes_other(page, lambda page: pixels(page, right), before)
    expect(part(page, "latent_map", ".right-name")).to_have_text("decoded exactly")
    part(page, "latent_map", "").get_by_role("button", name="Python").click()
    needs_app(page, "latent_map", "Writing the lines of Python")

    go(page, "scoreboard")
    expect(part(page, "scoreboard", "tbody tr[aria-selected=true]")).to_contain_text("classifier-resnet")
    page.locator("#scoreboard-machine summary").click()
    expect(page.locator("#scoreboard-machine .machine-place")).to_contain_text("classifier-resnet")

    page.go_back()  # as the browser's own button does
    expect(page.locator("#latent_map-tab-button")).to_have_attribute("aria-selected", "true")


def test_links_and_a_lesson_are_opened(page, photograph):
    open_tab(page, "interpolate", model="cae-27", a=703, b=905, alpha=0.25, present=1, __theme="dark")
    expect(page.locator("body.loom-present.dark")).to_have_count(1)
    expect(part(page, "interpolate", "[data-model]")).to_have_value("cae-27")
    expect(part(page, "interpolate", ".interp-alpha output")).to_have_text("0.25")
    expect(part(page, "interpolate", ".strip[data-pending]")).to_have_count(0)
    now = "#interpolate-widget canvas.now"
    before = pixels(page, now)
    part(page, "interpolate", "[data-alpha]").press("End")
    becomes_other(page, lambda page: pixels(page, now), before)
    expect(part(page, "interpolate", ".rows button")).to_have_count(7)
    part(page, "interpolate", "[data-do=gif]").click()
    needs_app(page, "interpolate", "Saving an animation")
    photograph(page, "site-interpolate")

    page.goto(f"/?lesson={LESSON}&step=2")
    expect(page.locator(".lesson-place")).to_contain_text("2 of")
    before = page.url
    page.locator("[data-lesson=next]").click()
    expect(page.locator(".lesson-place")).to_contain_text("3 of")
    page.wait_for_function("before => location.href !== before", arg=before)
    expect(page.locator("[role=tabpanel]:visible")).to_have_count(1)

    page.evaluate("() => { window.print = () => { window.isPrinted = true; }; }")
    page.locator("[data-lesson=print]").click()
    page.wait_for_function("window.isPrinted")
    origin = page.evaluate("location.origin")
    first = page.locator(".handout-code").first
    assert scanned(first) == f"{origin}/?lesson={LESSON}&step=1"

    page.goto("/?tab=live")
    expect(page.locator(".site-notice")).to_have_text(
        "Train live is not part of this page. Start the app to see it: python app.py"
    )
    expect(page.locator("#classify-tab-button")).to_have_attribute("aria-selected", "true")
    expect(part(page, "classify", ".loom-bar.best")).not_to_have_count(0)


def test_models_of_a_folder_compute_too(page, own):
    open_tab(page, "latent_map", model="birds-vae")
    expect(part(page, "latent_map", ".legendtext")).to_have_text(list(BIRDS[0].class_names))
    expect(part(page, "latent_map", ".right-name")).to_contain_text("reconstructed")
    expect(part(page, "latent_map", ".loom-bar.best")).not_to_have_count(0)
    image = load_model(own / "birds-vae.json").decode(load_codes(own / "birds-vae.json")[:1])[0]
    painted = to_bytes(image[None])[0].transpose(1, 2, 0)
    script = """() => {
      const {width, height} = document.querySelector('#latent_map-widget canvas.right');
      const canvas = document.querySelector('#latent_map-widget canvas.right');
      return [...canvas.getContext('2d').getImageData(0, 0, width, height).data];
    }"""
    part(page, "latent_map", ".plot").hover()
    shown = np.array(page.evaluate(script)).reshape(32, 32, 4)[..., :3]
    assert np.abs(shown.astype(int) - painted).max() <= 1

    open_tab(page, "classify", network="birds-net")
    network = load_model(own / "birds-net.json")
    probs = network(BIRDS[1].images[:1].float() / 255).softmax(1)[0]
    becomes(page, shares, pytest.approx(probs.tolist(), abs=1e-4))
    expect(page.locator(".loom-answered")).to_have_attribute("data-by", "device")


def without_wasm(route):
    """The runtime's script in a browser that forbids WebAssembly."""
    route.fulfill(body=f"delete self.WebAssembly;\n{route.fetch().text()}", content_type="text/javascript")


def test_a_browser_that_cannot_compute_says_so(browser, address):
    context = computing_context(browser, address)
    page = context.new_page()
    intercept(page, "**/vendor/onnxruntime-web-*.js", without_wasm)
    page.goto("/?tab=classify")
    words = re.compile(r"^This browser could not compute it: .*WebAssembly.*needs the app")
    expect(part(page, "classify", ".loom-notice").first).to_have_text(words)
    context.close()


def test_one_visit_is_enough(browser, folder):
    context = computing_context(browser, None)
    page = context.new_page()
    page.set_default_timeout(60_000)
    with served(folder) as address:
        page.goto(f"{address}/?tab=scoreboard")
        expect(page.locator(".site-offline")).to_have_text("This page now opens without a network.")
    page.goto(f"{address}/?tab=interpolate&model=cae-27&a=703&b=905")  # nobody serves it any more
    expect(part(page, "interpolate", ".strip[data-pending]")).to_have_count(0)
    expect(part(page, "interpolate", ".strip button")).to_have_count(9)
    go(page, "latent_map")
    expect(part(page, "latent_map", ".right-name")).to_contain_text("reconstructed")
    go(page, "classify")
    expect(part(page, "classify", ".loom-bar.best")).not_to_have_count(0)
    expect(page.locator("body[data-offline]")).to_have_count(0)
    context.close()


@pytest.mark.thorough
def test_models_of_a_folder_make_pictures(browser, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    models = {"birds-gan": ("dcgan", BIRDS), "birds-net": ("fashionnet", BIRDS)}
    models |= {"plain-flow": ("flow", PLAIN), "plain-ad": ("auto-decoder", PLAIN)}
    for name, (architecture, dataset) in models.items():
        export_model(write_checkpoint(own, name, architecture, *dataset))
    tabs = ["gan", "diffusion", "autodecoder"]
    out = write(tmp_path / "out", "--tabs", *tabs, "--weights", str(own), first="autodecoder")
    with served(out) as address, watched(computing_context(browser, address)) as page:
        page.set_default_timeout(60_000)
        page.goto("/?tab=gan&run=birds-gan&view=walk&seed=3")
        expect(part(page, "gan", ".walk-bars .best")).to_have_count(1)
        expect(part(page, "gan", ".walk-bars .name")).to_have_text(list(BIRDS[0].class_names))  # Classify is not there
        part(page, "gan", "[data-choice=view] [data-key=score]").click()
        expect(part(page, "gan", ".rank")).to_have_text(re.compile("of the real and"))
        page.goto("/?tab=diffusion&checkpoint=plain-flow&seed=5&steps=2")  # of which no file tells
        expect(part(page, "diffusion", ".diffusion-view[data-view=paths][data-whole]")).to_be_visible()
        expect(part(page, "diffusion", ".diffusion-near li")).to_have_count(6)
        expect(page.locator(".loom-answered")).to_have_attribute("data-by", "device")
        for view in ("magnitude", "try", "map", "path"):
            page.goto(f"/?tab=autodecoder&model=plain-ad&view={view}")
            expect(part(page, "autodecoder", f".auto-main[data-ready={view}]")).to_be_visible()
            expect(part(page, "autodecoder", ".loom-notice:visible")).to_have_count(0)
        part(page, "autodecoder", "[data-view] [data-key=fit]").click()
        needs_app(page, "autodecoder", "Fitting a code")


# nothing is waited for; while a tab plays, what follows it waits until it rests
IS_THERE = """(tab) => {
  const seen = (what) => [...document.querySelectorAll(`#${tab}-widget ${what}`)].filter((each) => each.offsetParent);
  return seen("button").some(({textContent}) => textContent.trim() === "Pause") || !seen("[data-pending]").length;
}"""
EXAMPLES = ":is(.loom-examples, .features-stories) button"


@pytest.mark.thorough
def test_every_example_of_every_tab_is_there(browser, tmp_path):
    context = computing_context(browser, None)
    with served(write(tmp_path / "out")) as address, watched(context) as page:
        page.set_default_timeout(60_000)
        page.goto(address)
        tabs = [tab.get_attribute("data-tab-id") for tab in page.locator("#tabs [role=tab]").all()]
        assert len(tabs) > len(TABS)
        for tab in tabs:
            page.locator(f"#{tab}-tab-button").click()
            expect(part(page, tab, EXAMPLES).first).to_be_visible()
            for example in part(page, tab, EXAMPLES).all():
                example.click()
                page.wait_for_function(IS_THERE, arg=tab)
                expect(part(page, tab, ".loom-notice:visible")).to_have_count(0)
