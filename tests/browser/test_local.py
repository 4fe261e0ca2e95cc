"""Models that compute in the browser go on when the network is gone; where they cannot, the server answers."""

import re
import time
from urllib.parse import urlsplit

import pytest
import torch
from playwright.sync_api import expect

from core import load_model
from core.checkpoint import load_codes
from core.data.fashion_mnist import load_fashion_sample
from core.data.images import to_bytes, to_tensor
from core.noise.kinds import corrupt
from demos.autodecoder.compute import MODELS
from demos.ui.fields import from_base64
from tests.browser.conftest import computing_context, watched
from tests.helpers.driving import CALLS, answered_by, becomes, becomes_other, here, intercept, open_tab

NETWORKS = ("classifier-resnet", "classifier-fashionnet", "classifier-photos")
BAG = 803


@pytest.fixture
def page(browser, address):
    """A visitor whose browser may compute; it must lose no request, even without a network."""
    with watched(computing_context(browser, address)) as page:
        yield page


@pytest.fixture
def unwatched(browser, address):
    """A page that may lose requests, and whose browser computes."""
    context = computing_context(browser, address)
    context.set_default_timeout(90_000)
    yield context.new_page()
    context.close()


def fetched(page):
    """What is fetched of models from now on: the list grows."""
    paths = []
    page.on(
        "request", lambda request: paths.append(path) if "/models/" in (path := urlsplit(request.url).path) else None
    )
    return paths


def bars(page):
    return page.locator("#classify-widget .bars").inner_text()


def shares(page):
    """The lengths of the first network's bars."""
    script = """[...document.querySelectorAll('#classify-widget .loom-bar')]
      .map((row) => Number(row.querySelector('.fill').style.transform.slice('scaleX('.length, -1)))"""
    return page.evaluate(script)


def pixels(page, selector):
    return page.evaluate(f"document.querySelector('{selector}').toDataURL()")


def choose(page, widget, n):
    page.locator(f"#{widget} .tiles button").nth(n).click()


def draw(page):
    """A stroke across the pad."""
    box = page.locator("#classify-widget .pad canvas").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 120, steps=4)
    page.mouse.up()


def test_a_picture_and_a_stroke_are_classified_without_a_network(page):
    paths = fetched(page)
    open_tab(page, "classify", image=BAG)
    answered_by(page, "server")
    assert paths == []  # of a first view
    choose(page, "classify-widget", 5)
    here(page, *NETWORKS)
    assert len([path for path in paths if path.endswith(".wasm.gz")]) == 1
    page.context.set_offline(True)
    before, maps = bars(page), pixels(page, "#classify-widget .layers canvas")
    choose(page, "classify-widget", 11)
    becomes_other(page, bars, before)
    becomes_other(page, lambda page: pixels(page, "#classify-widget .layers canvas"), maps)
    answered_by(page, "device")
    before = bars(page)
    draw(page)
    becomes_other(page, bars, before)
    expect(page.locator("#classify-widget [data-pending]")).to_have_count(0)
    expect(page.locator("#classify-widget .loom-notice")).to_be_hidden()
    expect(page.locator("body[data-offline]")).to_have_count(0)
    expect(page.locator(".loom-answered")).to_have_attribute("title", re.compile("^On this device: classifier-"))


PLACE = """(share) => {
  const box = document.querySelector('#latent_map-widget .plot .nsewdrag').getBoundingClientRect();
  return [box.left + share * box.width, box.top + 0.96 * box.height];
}"""
RIGHT = "#latent_map-widget canvas.right"


def click_map(page, share):
    """Click the map, far from most points, and wait for the exact picture."""
    before = pixels(page, RIGHT)
    page.mouse.click(*page.evaluate(PLACE, share))
    becomes_other(page, lambda page: pixels(page, RIGHT), before)
    expect(page.locator("#latent_map-widget .right-name")).to_have_text("decoded exactly")


def test_a_place_a_slider_and_a_random_code_are_decoded_without_a_network(unwatched):
    page, lost = unwatched, []  # drawn anew, plotly's SVG refers to parts of the page by its address, which is fetched
    page.on("requestfailed", lambda request: lost.append(request.url) if request.method == "POST" else None)
    open_tab(page, "latent_map")
    click_map(page, 0.03)
    here(page, "cae-27", "classifier-fashionnet")  # the latter is wanted when the map's tables have come
    page.context.set_offline(True)
    click_map(page, 0.97)
    answered_by(page, "device")
    place = page.locator("#latent_map-widget .where").inner_text()
    page.locator("#latent_map-widget .axes input").first.press("PageUp")
    becomes_other(page, lambda page: page.locator("#latent_map-widget .where").inner_text(), place)
    before = pixels(page, RIGHT)
    page.get_by_role("button", name="Random code").click()
    becomes_other(page, lambda page: pixels(page, RIGHT), before)
    expect(page.locator("#latent_map-widget .right-name")).to_have_text("decoded exactly")
    expect(page.locator("#latent_map-widget .loom-notice")).to_be_hidden()
    expect(page.locator("body[data-offline]")).to_have_count(0)
    assert lost == []


def test_a_path_to_another_picture_is_scrubbed_without_a_network(unwatched):
    page = unwatched
    open_tab(page, "interpolate", model="cae-27")
    film = "#interpolate-widget .strip button:nth-child(5) canvas"
    choose(page, "interpolate-widget", 30)
    here(page, "cae-27", "classifier-fashionnet")
    page.context.set_offline(True)
    before = pixels(page, film)
    choose(page, "interpolate-widget", 44)
    becomes_other(page, lambda page: pixels(page, film), before)
    expect(page.locator("#interpolate-widget .strip[data-pending]")).to_have_count(0)
    before = pixels(page, "#interpolate-widget canvas.now")
    page.locator("#interpolate-widget [data-alpha]").press("Home")
    becomes_other(page, lambda page: pixels(page, "#interpolate-widget canvas.now"), before)


def is_near(page, selector, picture):
    """Wait until a canvas shows a picture (H, W) in [0, 1], of which each pixel may be off by one of 255."""
    wanted = to_bytes(picture[None, None]).ravel().astype(int)
    page.wait_for_function(
        """([selector, wanted]) => {
      const canvas = document.querySelector(selector);
      const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.length === 4 * wanted.length && wanted.every((v, k) => Math.abs(v - data[4 * k]) <= 1);
    }""",
        arg=[selector, wanted.tolist()],
    )


def test_a_walk_of_the_gan_and_a_score_need_no_network(unwatched):
    page, chance = unwatched, "#gan-widget .gan-verdict .chance"
    open_tab(page, "gan", view="score")
    choose(page, "gan-widget", 30)
    here(page, "dcgan", "classifier-resnet")
    choose(page, "gan-widget", 31)  # has the features of the gallery fetched, if nothing before did
    answered_by(page, "device")
    expect(page.locator("#gan-widget [data-pending]:visible")).to_have_count(0)
    page.context.set_offline(True)
    choose(page, "gan-widget", 44)
    answered_by(page, "device")
    page.wait_for_selector("#gan-widget .gan-look[data-ready]")
    real = load_fashion_sample().images[44]
    with torch.inference_mode():
        share = float(load_model("dcgan").discriminate(to_tensor(real.numpy()))[0])
    expect(page.locator(chance)).to_have_text(f"{round(100 * share)} %")
    page.locator("#gan-widget [data-choice=view] button").nth(1).click()
    with torch.inference_mode():
        first = load_model("dcgan").sample(4, torch.Generator().manual_seed(1))[0, 0]
    is_near(page, "#gan-widget .gan-ring .big", first)
    pending = page.locator("#gan-widget [data-pending]:visible")
    expect(pending).to_have_count(0)
    seed = page.locator("#gan-widget [data-seed]")
    seed.fill("77")
    seed.press("Enter")
    with torch.inference_mode():
        first = load_model("dcgan").sample(4, torch.Generator().manual_seed(77))[0, 0]
    is_near(page, "#gan-widget .gan-ring .big", first)
    expect(pending).to_have_count(0)
    expect(page.locator("#gan-widget .loom-notice")).to_be_hidden()
    expect(page.locator("body[data-offline]")).to_have_count(0)


def test_another_picture_and_another_noise_are_cleaned_without_a_network(unwatched):
    page = unwatched
    open_tab(page, "denoise")
    choose(page, "denoise-widget", 30)
    here(page, "denoiser-unet", "denoiser-cae", "cae-27")
    pending = page.locator("#denoise-widget [data-answer][data-pending]")
    expect(pending).to_have_count(0)
    page.context.set_offline(True)
    choose(page, "denoise-widget", 44)  # of the last class, of which the gallery begins
    clean = to_tensor(load_fashion_sample().images[944].numpy())
    for seed in (0, 1):
        noisy = corrupt(clean, "gaussian", (0.3,), seed)
        is_near(page, "#denoise-widget [data-picture=noisy]", noisy[0, 0])
        with torch.inference_mode():
            is_near(page, "#denoise-widget [data-picture=denoised]", load_model("denoiser-unet")(noisy)[0, 0])
        answered_by(page, "device")
        page.locator("#denoise-widget [data-do=noise]").click()
    expect(pending).to_have_count(0)
    expect(page.locator("#denoise-widget .loom-notice")).to_be_hidden()
    expect(page.locator("body[data-offline]")).to_have_count(0)


def late(route):
    """A server that has much to do."""
    time.sleep(1.2)
    route.continue_()


def test_codes_of_a_slow_server_are_stretched_without_a_network(unwatched):
    page = unwatched
    intercept(page, CALLS, late)
    open_tab(page, "autodecoder", view="magnitude", image=BAG)
    choose(page, "autodecoder-widget", 5)
    here(page, *MODELS)
    expect(page.locator("#autodecoder-widget .auto-five [data-pending]")).to_have_count(0)
    page.context.set_offline(True)
    choose(page, "autodecoder-widget", 11)
    image = int(page.locator("#autodecoder-widget .tiles button").nth(11).get_attribute("data-i"))
    for m, name in enumerate(MODELS):
        with torch.inference_mode():
            wanted = load_model(name).decode(load_codes(name)[image : image + 1].float())
        is_near(page, f"#autodecoder-widget .auto-five figure:nth-child({m + 2}) canvas", wanted[0, 0])
    answered_by(page, "device")
    expect(page.locator("#autodecoder-widget .loom-notice")).to_be_hidden()
    expect(page.locator("body[data-offline]")).to_have_count(0)


def test_paths_of_the_flow_need_no_network(unwatched):
    page, seed = unwatched, "#diffusion-widget .diffusion-controls [data-seed]"
    open_tab(page, "diffusion", steps=1, t=1)
    page.locator(seed).press("Shift")
    here(page, "flow", "classifier-resnet")
    page.wait_for_selector("#diffusion-widget [data-view=paths][data-whole]")
    expect(page.locator("#diffusion-widget [data-pending]:visible")).to_have_count(0)
    page.context.set_offline(True)
    page.locator(seed).fill("77")
    page.locator(seed).press("Enter")
    flow = load_model("flow")
    with torch.inference_mode():
        ends = flow.decode(flow.noise(64, torch.Generator().manual_seed(77)), steps=1)[:, 0]
    sheet = ends.unflatten(0, (8, 8)).transpose(1, 2).reshape(8 * 28, 8 * 28)
    is_near(page, "#diffusion-widget .films canvas", sheet)
    answered_by(page, "device")
    expect(page.locator("#diffusion-widget .loom-notice")).to_be_hidden()
    expect(page.locator("body[data-offline]")).to_have_count(0)


def altered(route):
    """A file of which one byte in the middle is another."""
    body = bytearray(route.fetch().body())
    body[len(body) // 2] ^= 1
    route.fulfill(body=bytes(body), content_type="application/octet-stream")


def without_wasm(route):
    """The runtime's script in a browser that forbids WebAssembly."""
    route.fulfill(body=f"delete self.WebAssembly;\n{route.fetch().text()}", content_type="text/javascript")


def asks_to_classify(request):
    return CALLS.search(request.url) and request.post_data_json["fn_name"] == "classify"


@pytest.mark.parametrize(
    ("path", "spoil", "reason"),
    [
        ("**/classifier-fashionnet.safetensors", altered, "was cut short or altered"),
        ("**/vendor/onnxruntime-web-*.js", without_wasm, "WebAssembly"),
    ],
)
def test_what_cannot_be_computed_here_is_the_servers(unwatched, path, spoil, reason):
    page = unwatched
    intercept(page, path, spoil)
    open_tab(page, "classify", image=BAG)
    choose(page, "classify-widget", 5)
    page.wait_for_function(f"document.documentElement.dataset.loomTrouble?.includes('{reason}')")
    with page.expect_request(asks_to_classify) as request:
        choose(page, "classify-widget", 11)
    answered_by(page, "server")
    shown = from_base64(request.value.post_data_json["data"]["pixels"], (28, 28))
    probs = load_model(NETWORKS[0])(to_tensor(shown)).softmax(1)[0]
    becomes(page, shares, pytest.approx(probs.tolist(), abs=1e-4))


def test_a_script_of_the_worker_that_is_lost_is_asked_for_again(unwatched):
    page, lost = unwatched, []
    intercept(page, "**/web/lib/local/files.js", lambda route: (lost.append(route.request.url), route.abort())[1])
    open_tab(page, "classify", image=BAG)
    choose(page, "classify-widget", 5)
    page.wait_for_function("document.documentElement.dataset.loomTrouble?.includes('was lost')")
    page.unroute("**/web/lib/local/files.js")
    choose(page, "classify-widget", 11)
    here(page, *NETWORKS)
    choose(page, "classify-widget", 5)
    answered_by(page, "device")
    assert lost


def test_a_link_has_the_server_answer_everything(page):
    paths = fetched(page)
    open_tab(page, "classify", image=BAG, local=0)
    before = bars(page)
    choose(page, "classify-widget", 5)
    becomes_other(page, bars, before)
    answered_by(page, "server")
    page.wait_for_function("location.search.includes('local=0')")  # also where the address follows the view
    assert paths == []


def test_a_model_that_a_visitor_trained_needs_no_network(unwatched):
    page = unwatched
    open_tab(page, "live", images=300, epochs=1)  # of the sizes of a shipped autoencoder, whose graphs compute with it
    page.locator("#live-widget [data-do=play]").first.click()
    page.wait_for_function("document.querySelector('#live-widget .live-status').textContent.includes('rests')")
    page.locator("#live-widget [data-open=latent_map]").click()
    expect(page.locator("#latent_map-widget .model")).to_have_value(re.compile("^own-"))
    expect(page.locator("#latent_map-widget [data-pending]")).to_have_count(0)
    click_map(page, 0.03)
    here(page, page.locator("#latent_map-widget .model").input_value(), "classifier-fashionnet")
    page.context.set_offline(True)
    click_map(page, 0.97)
    answered_by(page, "device")
