"""Train live as a visitor meets it: play, pause, step, steer, scrub, take, open elsewhere; and what ends a run."""

import os
import re
import signal
import time
import zipfile

import pytest
from playwright.sync_api import expect

from core.checkpoint import load_model
from core.training.live import LIVE_MODELS
from tests.core.serving.test_workers import gone
from tests.demos.test_live import children
from tests.helpers.driving import at_rest, becomes, becomes_other, open_shared, open_tab, shared_link, shows

WIDGET = "#live-widget"
STATUS = f"{WIDGET} .live-status"


@pytest.fixture(autouse=True)
def _patience(page):
    page.set_default_timeout(90_000)


def press(page, name):
    page.locator(f"{WIDGET} [data-do={name}]").first.click()


def wait_for(page, words):
    page.wait_for_function(
        "([selector, words]) => document.querySelector(selector).textContent.includes(words)", arg=[STATUS, words]
    )


def moments(page):
    return int(page.locator(f"{WIDGET} .live-film input").get_attribute("max")) + 1


def wait_for_moments(page, count):
    page.wait_for_function(f"document.querySelector('{WIDGET} .live-film input').max >= {count - 1}")


def picture(page):
    return page.evaluate(
        f"[...document.querySelectorAll('{WIDGET} .live-pictures canvas')].map((c) => c.toDataURL()).join()"
    )


def run_processes():
    """Processes of runs on this machine that belong to this test's app: children of its worker pool."""
    return [pid for pid in children(os.getpid()) if _command(pid).count("train.live.session")]


def _command(pid):
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def parent(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return int(stat.read().rpartition(")")[2].split()[1])


def the_run():
    """The process of the only run: the one forked from the worker pool, which bears the same name."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = [pid for pid in run_processes() if "train.live.session" in _command(parent(pid))]
        if len(found) == 1:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("there is no run, or more than one")


def choose(page, name, value):
    field = page.locator(f"{WIDGET} [data-name={name}] input[type=number]")
    field.fill(str(value))
    field.press("Enter")
    field.blur()


@pytest.mark.thorough
@pytest.mark.parametrize("model", LIVE_MODELS)
def test_what_will_appear_is_shown_before_play(page, model):
    open_tab(page, "live", model=model, images=200)
    promised = page.locator(f"{WIDGET} .live-ahead figcaption").all_inner_texts()
    expect(page.locator(f"{WIDGET} .live-map")).to_be_visible(visible=model != "gan")
    press(page, "step")
    wait_for_moments(page, 1)
    expect(page.locator(f"{WIDGET} .live-ahead")).to_have_count(0)
    expect(page.locator(f"{WIDGET} .live-pictures figcaption")).to_have_text(
        [re.compile(f"^{row}") for row in promised]
    )


def test_a_run_is_played_paused_stepped_steered_scrubbed_and_taken(page, photograph, tmp_path):
    open_tab(page, "live", width=4, images=500, epochs=100)
    press(page, "play")
    wait_for(page, "batch ")
    wait_for_moments(page, 6)
    photograph(page, "live-training")
    press(page, "play")
    wait_for(page, "paused")
    before = at_rest(page, moments)  # what was on its way has come, and no more comes
    press(page, "step")
    wait_for_moments(page, before + 1)
    choose(page, "learning_rate", 0.05)
    press(page, "play")
    wait_for_moments(page, before + 6)
    press(page, "play")
    wait_for(page, "paused")
    expect(page.locator(f"{WIDGET} .live-curves figure:nth-child(2) .key b")).not_to_have_text("")

    page.evaluate("document.activeElement.blur()")
    last = at_rest(page, picture)
    page.keyboard.press("Home")
    page.wait_for_function(f"document.querySelector('{WIDGET} .live-film output').textContent.startsWith('moment 1 ')")
    becomes_other(page, picture, last)
    page.keyboard.press("End")
    becomes(page, picture, last)

    with page.expect_download() as download:
        press(page, "take")
    with zipfile.ZipFile(download.value.path()) as file:
        file.extractall(tmp_path)
    card = load_model(tmp_path / "my-cae.safetensors").card
    assert {"step", "name", "value"} == set(card.recipe["changes"][0])
    assert [change["value"] for change in card.recipe["changes"]] == [0.05]

    page.locator(f"{WIDGET} [data-open=latent_map]").click()
    page.wait_for_selector("#latent_map-widget .loom-bar.best")
    chosen = page.locator("#latent_map-widget .model")
    expect(chosen).to_have_value(re.compile("^own-"))
    expect(chosen.locator("option:checked")).to_contain_text("yours")
    photograph(page, "live-in-latent-map")


def test_a_dead_network_is_named_on_the_page(page):
    open_tab(page, "live", width=4, images=800, batch_size=8, epochs=5, learning_rate=0.3)
    expect(page.locator(f"{WIDGET} .live-problem")).to_be_hidden()
    press(page, "play")
    page.wait_for_selector(f"{WIDGET} .live-problem:visible", timeout=90_000)
    expect(page.locator(f"{WIDGET} .live-problem")).to_contain_text("every picture comes back as the mean picture")
    press(page, "reset")
    page.wait_for_selector(f"{WIDGET} .live-problem", state="hidden")


def test_a_closed_page_ends_its_process(browser, address):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    open_tab(page, "live", images=500, epochs=100)
    press(page, "play")
    wait_for(page, "batch ")
    pid = the_run()
    context.close()
    assert gone(pid, within=90)  # a page whose goodbye is lost keeps its run for half a minute


def test_a_killed_run_is_told_and_another_one_starts(page):
    open_tab(page, "live", width=4, images=500, epochs=100, play=1)
    wait_for_moments(page, 2)
    os.kill(the_run(), signal.SIGKILL)
    page.wait_for_selector(f"{WIDGET} .loom-notice:visible", timeout=30_000)
    expect(page.locator(f"{WIDGET} .loom-notice")).to_contain_text("ended unexpectedly")
    expect(page.locator(f"{WIDGET} .live-status")).to_have_text(re.compile("^" + re.escape("ended")))
    becomes(page, lambda page: moments(page) > 1, True)  # what was recorded stays
    press(page, "reset")
    expect(page.locator(f"{WIDGET} .loom-notice:visible")).to_have_count(0)
    press(page, "play")
    wait_for(page, "batch ")


def test_a_run_plays_by_keyboard_and_its_link_opens_the_choices(page, browser):
    open_tab(page, "live", model="vae", kl_weight=2, images=300, epochs=2, width=4)
    page.keyboard.press(" ")
    wait_for(page, "rests")
    expect(page.locator(f"{WIDGET} .live-advice")).to_contain_text("All passes are done")
    fresh = open_shared(page, browser, "live")
    assert "kl_weight=2" in shared_link(page, "live")
    expect(fresh.locator(f"{WIDGET} [data-name=kl_weight] input[type=number]")).to_have_value("2")
    fresh.wait_for_function(f"document.querySelector('{STATUS}').textContent.includes('pass 2.00 of 2')")
    becomes(fresh, picture, at_rest(page, picture))  # the same choices and seed, the same run
    fresh.close()
    choose(page, "epochs", 3)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(" ")
    wait_for(page, "pass 3.00 of 3")


@pytest.mark.thorough
def test_a_vae_shows_what_its_numbers_carry_and_a_lesson_stays_when_a_run_ends(page, photograph):
    open_tab(page, "live", model="vae", latent_dim=5, images=200, epochs=1, width=4)
    machine = page.locator(f"{WIDGET} .live-machine")
    machine.locator("summary").click()
    expect(machine.locator(".machine-words")).to_contain_text("layers with weights")
    before = machine.locator(".machine-words").inner_text()
    choose(page, "width", 5)
    expect(machine.locator(".machine-words")).not_to_have_text(before)
    expect(machine.locator(".machine-part")).to_have_text(["Encoder", "Decoder"])
    expect(page.locator(f"{WIDGET} .live-loss")).to_be_hidden()
    press(page, "play")
    wait_for(page, "rests")
    expect(page.locator(f"{WIDGET} .live-loss .loom-bar .name")).to_have_text(["z1", "z2", "z3", "z4", "z5"])
    expect(page.locator(f"{WIDGET} .live-map figcaption")).to_contain_text("standard deviations of the prior")
    expect(page.locator(f"{WIDGET} .live-curves figure").nth(1).locator("figcaption")).to_contain_text(
        "KL from N(0, I)"
    )
    photograph(page, "live-vae")
    page.locator(f"{WIDGET} .loom-examples button", has_text="Overfitting").click()
    wait_for(page, "batch ")
    expect(page.locator(f"{WIDGET} .live-loss")).to_be_hidden()  # a classifier has no prior
    choose(page, "epochs", 1)
    wait_for(page, "rests")
    expect(page.locator(f"{WIDGET} .live-advice")).to_contain_text("known by heart")
    expect(page.locator(f"{WIDGET} .live-advice")).to_contain_text("All passes are done")


def test_a_choice_that_needs_a_reset_says_so_and_loses_nothing(page):
    open_tab(page, "live", width=4, images=300, epochs=1)
    press(page, "play")
    wait_for(page, "rests")
    choose(page, "latent_dim", 3)
    expect(page.locator(f"{WIDGET} [data-do=reset]")).to_have_text("Reset to apply")
    becomes(page, lambda page: moments(page) > 1, True)
    press(page, "reset")
    wait_for(page, "not started")
    press(page, "play")
    wait_for(page, "rests")
    assert "latent_dim=3" in (open_link(page))


def open_link(page):
    page.locator(f"{WIDGET} .share").click()
    page.wait_for_function(f"document.querySelector('{WIDGET} .share').dataset.link")
    return shared_link(page, "live")


def test_nonsense_in_a_link_is_ignored(page):
    open_tab(page, "live", model="constructor", width="1e9", seed="x", images="-3", learning_rate="%25")
    expect(page.locator(f"{WIDGET} [data-model]")).to_have_value("cae")
    expect(page.locator(f"{WIDGET} [data-name=width] input[type=number]")).to_have_value("9")


@pytest.mark.parametrize(
    ("model", "tab", "chosen", "ready"),
    [
        ("classifier", "classify", "[data-key='2'][aria-checked=true]", ".loom-bar.best"),
        ("vae", "interpolate", "[data-model] option[value^=own-]:checked", "[data-ready]"),
    ],
)
def test_a_model_opens_in_the_tab_it_is_for(page, photograph, model, tab, chosen, ready):
    open_tab(page, "live", model=model, width=4, images=300, epochs=1)
    press(page, "play")
    wait_for(page, "rests")
    page.locator(f"{WIDGET} [data-open={tab}]").click()
    page.wait_for_selector(f"#{tab}-widget {ready}")
    page.wait_for_function(f'document.querySelector("#{tab}-widget {chosen}")?.textContent.includes("yours, ")')
    page.wait_for_timeout(1000)
    expect(page.locator(f"#{tab}-widget .loom-notice:visible")).to_have_count(0)
    photograph(page, f"live-in-{tab}")


@pytest.mark.parametrize("seconds", [0.7, pytest.param(6, marks=pytest.mark.thorough)])
def test_an_outage_ends_no_run_and_the_page_says_what_was_missed(unwatched, seconds):
    page = unwatched
    open_tab(page, "live", width=4, images=9000, epochs=200)
    press(page, "play")
    wait_for_moments(page, 3)
    pid = the_run()
    page.context.set_offline(True)
    page.wait_for_timeout(1000 * seconds)
    before = moments(page)
    page.context.set_offline(False)
    wait_for_moments(page, before + 3)
    expect(page.locator(f"{WIDGET} .live-status")).not_to_contain_text("ended")
    assert the_run() == pid
    page.wait_for_function(f"document.querySelector('{WIDGET} .live-advice').textContent.includes('none was missed')")
    expect(page.locator(".loom-connection")).to_have_text("")
    press(page, "play")
    wait_for(page, "paused")


def test_a_reload_during_a_run_asks_first(unwatched):
    page = unwatched
    open_tab(page, "live", width=4, images=500, epochs=200)
    press(page, "play")
    wait_for_moments(page, 2)
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    wait_for_moments(page, moments(page) + 2)  # the run goes on


def test_a_broken_value_of_a_link_is_named(page):
    open_tab(page, "live", model="vae", seed="abc", epochs=3)
    expect(page.locator(f"{WIDGET} .loom-notice")).to_contain_text("seed")
    expect(page.locator(f"{WIDGET} .loom-notice")).to_contain_text("abc")
    expect(page.locator(f"{WIDGET} [data-name=epochs] input[type=number]")).to_have_value("3")


def test_a_number_out_of_range_is_corrected_aloud(page):
    open_tab(page, "live")
    choose(page, "width", 99)
    expect(page.locator(f"{WIDGET} [data-name=width] input[type=number]")).to_have_value("32")
    expect(page.locator(f"{WIDGET} .live-help")).to_contain_text("width takes a whole number from 2 to 32; 32 is used.")


def test_a_phone_plays_by_touch(browser, address):
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    open_tab(page, "live", width=4, images=500, epochs=100)
    page.locator(f"{WIDGET} .live-play").tap()
    wait_for_moments(page, 3)
    page.locator(f"{WIDGET} .live-play").tap()
    wait_for(page, "paused")
    last = moments(page)
    page.locator(f"{WIDGET} .live-curves .curve svg").first.tap(position={"x": 60, "y": 60})
    page.wait_for_function(
        f"Number(document.querySelector('{WIDGET} .live-film input').value) < {last - 1}"  # the first pass
    )
    shows(page, "document.documentElement.scrollWidth <= innerWidth", True)
    context.close()
