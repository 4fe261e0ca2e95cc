import re

from playwright.sync_api import expect

from tests.helpers.driving import listen, open_shared, open_tab, shared_link, shows

WIDGET = "#denoise-widget"
WIPE = f"{WIDGET} .compare"


def pixels(name):
    return f"document.querySelector('{WIDGET} [data-picture={name}]').toDataURL()"


def text(page, selector):
    return page.locator(f"{WIDGET} {selector}").first.inner_text()


def changes(page, expression, action):
    """Do something and wait until what the page shows is another thing."""
    before = page.evaluate(expression)
    action()
    page.wait_for_function(f"before => {expression} !== before", arg=before)
    return page.evaluate(expression)


def button(page, words):
    return page.locator(f"{WIDGET} button", has_text=words).first


def test_a_drag_of_the_level_never_asks_the_server(page, photograph):
    open_tab(page, "denoise")
    box = page.locator(f"{WIDGET} [data-parameter]").bounding_box()
    y, noisy, figures = box["y"] + box["height"] / 2, set(), set()
    asked = listen(page)
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + (0.3 + 0.03 * step) * box["width"], y)
        noisy.add(page.evaluate(pixels("noisy")))
        figures.add(text(page, ".what"))
    page.mouse.up()
    page.wait_for_timeout(200)
    assert asked == []
    assert len(noisy) > 15
    assert len(figures) > 15
    fold = f"document.querySelector('{WIDGET} .denoise-results').getBoundingClientRect().bottom"
    shows(page, f"{fold} <= 800", True)  # the main part fits a small laptop
    photograph(page, "denoise-loud")


def test_the_divider_follows_pointer_and_keyboard_and_the_level_does_too(page):
    open_tab(page, "denoise")
    wipe = page.locator(WIPE)
    box = wipe.bounding_box()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 120)
    page.mouse.up()
    expect(wipe).to_have_attribute("aria-valuenow", "50")
    wipe.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(wipe).to_have_attribute("aria-valuenow", "60")
    page.keyboard.press("Home")
    expect(wipe).to_have_attribute("aria-valuenow", "0")
    changes(page, pixels("noisy"), lambda: page.keyboard.press("ArrowUp"))
    slider = page.locator(f"{WIDGET} [data-parameter]")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^" + re.escape("0.325, denoiser-unet")))
    slider.focus()
    changes(page, pixels("noisy"), lambda: page.keyboard.press("ArrowLeft"))
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^" + re.escape("0.3,")))


def test_a_cell_of_the_grid_opens_its_noise_and_model(page, photograph):
    open_tab(page, "denoise")
    page.wait_for_selector(f"{WIDGET} [data-cell]")
    cell = page.locator(f"{WIDGET} tr[data-row='cae-27'] button[aria-label*='Speckle 0.5']")
    changes(page, pixels("noisy"), cell.click)
    expect(page.locator(f"{WIDGET} .denoise-kinds [data-key=speckle]")).to_have_attribute("aria-checked", "true")
    expect(page.locator(f"{WIDGET} [data-model]")).to_have_value("cae-27")
    expect(page.locator(f"{WIDGET} .denoise-levels output").first).to_have_text("0.5")
    expect(cell).to_contain_class("here")
    cell.focus()
    page.keyboard.press("ArrowUp")
    changes(page, pixels("denoised"), lambda: page.keyboard.press("Enter"))
    expect(page.locator(f"{WIDGET} [data-model]")).to_have_value("denoiser-cae")
    photograph(page, "denoise-grid")


def test_an_example_compares_two_models_and_reset_goes_back(page, photograph):
    open_tab(page, "denoise")
    first = page.evaluate(pixels("noisy"))
    changes(page, pixels("noisy"), button(page, "Trained or not").click)
    expect(page.locator(f"{WIDGET} [data-left]")).to_have_value("cae-27")
    expect(page.locator(f"{WIDGET} [data-model]")).to_have_value("denoiser-cae")
    expect(page.locator(f"{WIDGET} .denoise-levels output").first).to_have_text("20 %")
    photograph(page, "denoise-trained-or-not")
    button(page, "Reset").click()
    page.wait_for_function(f"first => {pixels('noisy')} === first", arg=first)


def test_a_drawing_is_denoised_and_shared(page, browser):
    open_tab(page, "denoise", noise="salt_and_pepper", level=0.1)
    page.get_by_role("radio", name="Draw").click()
    box = page.locator(f"{WIDGET} .pad canvas").bounding_box()

    def scribble():
        page.mouse.move(box["x"] + 40, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 180, box["y"] + 60, steps=4)
        page.mouse.up()

    changes(page, pixels("clean"), scribble)
    fresh = open_shared(page, browser, "denoise")
    shows(fresh, pixels("clean"), page.evaluate(pixels("clean")))
    shows(fresh, pixels("denoised"), page.evaluate(pixels("denoised")))
    fresh.close()


def test_the_shared_link_opens_the_same_view(page, browser):
    open_tab(page, "denoise", image=20, noise="both", level="0.4,0.05", seed=7, model="median", left="clean", wipe=30)
    changes(page, pixels("noisy"), button(page, "New noise").click)
    page.locator(f"{WIDGET} [data-metrics] button", has_text="SSIM").last.click()
    fresh = open_shared(page, browser, "denoise")
    for name in ("clean", "noisy", "denoised", "residual"):
        shows(fresh, pixels(name), page.evaluate(pixels(name)))
    expect(fresh.locator(f"{WIDGET} .what").first).to_have_text(text(page, ".what"), use_inner_text=True)
    expect(fresh.locator(WIPE)).to_have_attribute("aria-valuenow", "30")
    for part in ("image=20", "noise=both", "level=0.4%2C0.05", "seed=8", "model=median", "left=clean", "grid=ssim"):
        assert part in shared_link(page, "denoise")
    fresh.close()


def test_each_network_that_met_one_noise_is_seen_on_each_kind(page, browser, photograph):
    open_tab(page, "denoise", image=20, seed=3)
    button(page, "Trained on one noise").click()
    cells = page.locator(f"{WIDGET} .denoise-one-noise button")
    expect(cells).to_have_count(9)
    expect(page.locator(f"{WIDGET} .loom-first-step")).to_contain_text("Press a cell")
    expect(page.locator(f"{WIDGET} .denoise-view")).to_be_hidden()
    expect(page.locator(f"{WIDGET} .denoise-means td.best")).to_have_text(
        page.locator(f"{WIDGET} .denoise-means tr").evaluate_all(
            "rows => rows.slice(2).map((row, i) => row.cells[i + 1].textContent)"  # the diagonal
        )
    )
    expect(page.locator(f"{WIDGET} [data-verdict=picture]")).to_contain_text("On this picture, ")
    expect(page.locator(f"{WIDGET} [data-verdict=means]")).to_contain_text("Each network is best on the noise it met")
    fold = f"document.querySelector('{WIDGET} .denoise-one-noise').getBoundingClientRect().bottom"
    shows(page, f"{fold} <= 800", True)
    photograph(page, "denoise-one-noise")
    first = f"document.querySelector('{WIDGET} .denoise-one-noise td canvas').toDataURL()"
    changes(page, first, button(page, "New noise").click)
    fresh = open_shared(page, browser, "denoise")
    shows(fresh, first, page.evaluate(first))
    assert "view=one-noise" in shared_link(page, "denoise")
    fresh.close()
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(cells.nth(4)).to_be_focused()
    shown = "cell => cell.querySelector('canvas').toDataURL()"
    restored = cells.nth(4).evaluate(shown)
    page.keyboard.press("Enter")
    shows(page, pixels("denoised"), restored)
    expect(page.locator(WIPE)).to_be_focused()
    expect(page.locator(f"{WIDGET} .loom-first-step")).to_contain_text("Drag the line")
    expect(page.locator(f"{WIDGET} [data-model]")).to_have_value("denoiser-cae-gaussian")
    expect(page.locator(f"{WIDGET} .denoise-kinds [data-key=gaussian]")).to_have_attribute("aria-checked", "true")
    row = page.locator(f"{WIDGET} .denoise-models [data-row=denoiser-cae-gaussian]")
    expect(row).to_be_visible()
    row.focus()
    page.keyboard.press("ArrowDown")  # past what is hidden
    expect(page.locator(f"{WIDGET} [data-model]")).to_have_value("denoiser-unet")


def test_nonsense_in_a_link_is_ignored(page):
    query = "image=-3&noise=constructor&level=a,1e999&seed=-1&model=__proto__&left=x&wipe=1e9&dial=7&pixels=%25"
    page.goto(f"/?tab=denoise&{query}")
    page.wait_for_selector(f"{WIDGET} [data-ready]", timeout=60_000)
