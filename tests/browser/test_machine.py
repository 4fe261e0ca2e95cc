"""Below its tab, each model is drawn as its layers; nothing of that is fetched before it is opened."""

from playwright.sync_api import expect

from core.checkpoint import load_card
from tests.browser.test_accessibility import serious, settle
from tests.helpers.driving import Held, open_tab


def thousands(name):
    return f"{load_card(name).parameters:,}".replace(",", " ")


def test_a_model_is_drawn_as_its_layers_where_it_is_used(page, photograph):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    open_tab(page, "classify", image=600)
    fold = page.locator(".classify-machine")
    page.wait_for_selector("#classify-widget .layers canvas")
    assert not [url for url in fetched if "web/machine/machine.js" in url]
    fold.locator("summary").click()
    expect(fold.locator(".machine-words")).to_contain_text(f"{thousands('classifier-resnet')} parameters")
    expect(fold.locator("[data-tap=block1]").first).to_be_visible()
    fold.locator("[data-tap=block1]").first.hover()
    expect(fold.locator(".machine-activations canvas")).to_have_count(32)
    fold.locator("[data-tap=fc1]").focus()
    expect(fold.locator(".machine-activations")).to_contain_text("What fc1 gives")
    photograph(page, "classify-machine")
    held = Held(page, "load_summary")
    page.locator(".classify-networks button", has_text="FashionNet").click()
    held.wait()
    page.locator(".classify-networks button", has_text="ResNet").click()  # known already
    held.release()
    expect(fold.locator(".machine-words")).to_contain_text(thousands("classifier-resnet"))
    page.locator(".classify-networks button", has_text="FashionNet").click()
    expect(fold.locator(".machine-words")).to_contain_text(thousands("classifier-fashionnet"))

    page.get_by_role("tab", name="Latent map").click()
    fold = page.locator("#latent_map-machine details")
    page.wait_for_selector("#latent_map-widget .loom-bar.best", timeout=90_000)
    fold.locator("summary").click()
    expect(fold.locator(".machine-words")).to_contain_text(thousands("cae-27"))
    page.locator("#latent_map-widget .model").select_option("cae-4")
    expect(fold.locator(".machine-words")).to_contain_text(thousands("cae-4"))
    expect(fold.get_by_label("Model drawn")).to_have_value("cae-4")
    fold.get_by_label("Model drawn").select_option("vae-fashion")
    expect(fold.locator(".machine-words")).to_contain_text(thousands("vae-fashion"))
    expect(fold.locator(".machine-part")).to_have_text(["Encoder", "Decoder"])
    settle(page)
    assert serious(page) == {}
