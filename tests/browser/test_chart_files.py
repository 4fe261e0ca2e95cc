"""Every chart of every tab as files: its figures as a table, and itself as a picture."""

import csv
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.test_features import finished
from tests.helpers.driving import at_rest, open_tab, shows, touch_page

# what a chart shows, read from the page itself, so that its table can be compared with it
SHOWN = """(menu) => {
  const root = menu.previousElementSibling;
  const texts = (selector) => [...root.querySelectorAll(selector)].map((one) => one.textContent.trim());
  const kind = ["loom-bars", "loom-matrix", "loom-chart", "loom-scatter", "loom-heat", "loom-dots", "trio",
    "denoise-scroll", "denoise-models", "auto-dimensions", "embedding"].find((name) => root.classList.contains(name))
    ?? root.tagName.toLowerCase();
  const svg = root.querySelector("svg[role=img]");
  return {
    kind, names: texts(".name"), values: texts(".value, .psnr"), cells: texts("tbody td"),
    heads: texts("tbody th"), title: root.title, points: root.querySelectorAll(".scatterlayer .point").length,
    means: root.querySelectorAll("line.mean").length,
    lines: [...(svg?.querySelectorAll("polyline") ?? [])].map((line) =>
      [...line.points].map(({x, y}) => [x, y])),
    label: root.querySelector("[role=img]")?.getAttribute("aria-label") ?? "",
  };
}"""


# the menus of charts that cover something else to press
COVERING = """() => [...document.querySelectorAll(".loom-widget .chart-save")].filter((menu) => {
  const {left, top, width, height} = menu.getBoundingClientRect();
  const isThere = menu.offsetParent && getComputedStyle(menu).pointerEvents !== "none";
  const controls = "button, input, summary, a, select:not(.chart-save)";
  const at = [0.1, 0.3, 0.5, 0.7, 0.9];
  return isThere && at.some((x) => at.some((y) =>
    document.elementsFromPoint(left + x * width, top + y * height).some((one) => one.closest(controls))));
}).map((menu) => menu.getAttribute("aria-label"))"""


def menus(page, tab, count):
    """The menus of the charts that are on the page, the first chart's first, once there are so many."""
    selector = f"#{tab}-widget .chart-save"
    page.wait_for_function(
        "([s, n]) => [...document.querySelectorAll(s)].filter((menu) => menu.offsetParent).length === n",
        arg=[selector, count],
    )
    return [menu for menu in page.locator(selector).all() if menu.is_visible()]


def saved(page, menu, kind):
    """The name and the content of a file that a menu saves."""
    with page.expect_download() as download:
        menu.select_option(kind)
    return download.value.suggested_filename, download.value.path().read_bytes()


def number(text):
    """The number in what a chart says; None where it says none."""
    found = re.search(r"-?\d*\.?\d+", text.replace("−", "-").replace(" ", ""))
    return float(found[0]) * (0.01 if "%" in text else 1) if found else None


def near(text, cell):
    """Whether a cell of a table is what a chart says, as precisely as it says it."""
    said = number(text)
    if said is None or cell == "":
        return said is None or cell == ""
    digits = len(re.sub(r"[^\d.]", "", text).partition(".")[2]) + (2 if "%" in text else 0)
    return abs(said - float(cell)) <= 0.51 * 10.0**-digits


def check_table(shown, header, rows):
    """Compare a table with what its chart shows."""
    columns = list(zip(*rows, strict=True))
    kind = shown["kind"]
    if kind in ("loom-bars", "denoise-models"):
        width = len(shown["values"]) // len(rows)
        assert width == (1 if kind == "denoise-models" else len(header) - 1)
        for r, row in enumerate(rows):
            assert shown["names"][r].startswith(row[0])
            assert all(near(shown["values"][r * width + s], row[1 + s]) for s in range(width))
    elif kind == "trio":
        cells = [cell for row in rows for cell in row[1 : 1 + len(shown["values"]) // len(rows)]]
        assert all(near(text, cell) for text, cell in zip(shown["values"], cells, strict=True))
    elif kind == "loom-matrix":
        cells = [cell for row in rows for cell in row[1:]]
        assert header[1:] == [row[0] for row in rows] == shown["heads"]
        for text, cell in zip(shown["cells"], cells, strict=True):
            assert text.strip("·") in ("", cell, f"{float(cell):.0f}")
    elif kind == "denoise-scroll":
        cells = [cell for row in rows for cell in row[1:]]
        said = [text if text[:1] != "." else f"0{text}" for text in shown["cells"]]
        assert all(text in "–∞" or near(text, cell) for text, cell in zip(said, cells, strict=True))
    elif kind == "loom-chart":
        for line, column in zip(shown["lines"], columns[1:], strict=False):
            check_line(line, [float(cell) for cell in column if cell])
    elif kind == "canvas" and shown["title"]:
        said = dict(re.findall(r"(z\d+) = (-?[\d.]+)", shown["title"]))
        assert [row[0] for row in rows] == list(said)
        assert all(near(said[name], cell) for name, cell in rows)
    elif kind == "auto-dimensions":
        assert len(rows) == shown["means"] > 0
    elif kind == "embedding":
        assert len(rows) == shown["points"] > 0
    else:
        counts = {"loom-scatter": 100, "loom-heat": 100, "loom-dots": 800, "canvas": 300}
        assert len(rows) >= counts[kind]
        assert all(float(cell) == float(cell) for row in rows for cell in row[-2:])


def check_line(line, values):
    """A line is its values, on a linear or a logarithmic scale."""
    assert len(line) == len(values)
    heights = -np.array(line)[:, 1]
    if len(values) < 3 or np.ptp(values) == 0 or np.ptp(heights) == 0:
        return
    scales = [np.array(values)] + ([np.log(values)] if min(values) > 0 else [])
    assert max(np.corrcoef(heights, scale)[0, 1] for scale in scales) > 0.98


def check_files(page, tab, photograph, count, view):
    """Save every chart that is shown, and compare; the names of the files."""
    names = []
    for k, menu in enumerate(menus(page, tab, count)):
        shown = at_rest(page, lambda page, menu=menu: menu.evaluate(SHOWN))  # a run or a fit may go on
        name, content = saved(page, menu, "csv")
        assert name.startswith(tab.replace("_", "-"))
        header, *rows = csv.reader(io.StringIO(content.decode()))
        check_table(shown, header, rows)
        _, picture = saved(page, menu, "svg")
        root = ElementTree.fromstring(picture)
        texts = "".join(root.itertext())
        assert root.tag.endswith("svg")
        assert all(word in texts for word in shown["names"][:1] + shown["heads"][:1])
        if k == 0:
            other, image = saved(page, menu, "png")
            assert other.removesuffix(".png") == name.removesuffix(".csv")
            colors = Image.open(io.BytesIO(image)).convert("RGB").getcolors(1 << 20)
            assert len(colors) > 8
        names.append(name.removesuffix(".csv"))
    photograph(page, f"charts-{tab}-{view}")
    return names


# by tab, the views that are opened one after another, by their names, and the charts that each shows
VIEWS = {
    "classify": {"": 1, "What moved it": 4, "Confusion": 3, "Training": 3},
    "features": {"": 3},
    "latent_map": {"": 3},
    "autodecoder": {
        "": 1, "Magnitude": 2, "Four models": 4, "Learned distribution": 2, "Fit a code": 1, "Map of codes": 2,
        "Between two": 1,
    },
    "denoise": {"": 3},
    "gan": {"": 1, "Latent walk": 2, "Real or made?": 1},
    "diffusion": {"": 1},
    "live": {"": 4},
    "scoreboard": {"": 1, "All figures": 2},
}  # fmt: skip
STARTS = {
    "features": {"n": 6, "perplexity": 8},
    "latent_map": {"model": "vae-fashion"},
    "live": {"model": "vae", "width": 4, "images": 200, "epochs": 1, "play": 1},
}
OFTEN = ("denoise", "scoreboard")  # the other tabs are gone through by `make test-all` alone


@pytest.mark.parametrize(
    "tab", [tab if tab in OFTEN else pytest.param(tab, marks=pytest.mark.thorough) for tab in VIEWS]
)
def test_every_chart_is_saved(page, photograph, tab):
    page.set_default_timeout(60_000)
    page.emulate_media(reduced_motion="reduce")
    open_tab(page, tab, **STARTS.get(tab, {}))
    if tab == "features":
        finished(page)
    if tab == "live":
        expect(page.locator("#live-widget .live-status")).to_contain_text("rests")
    names = []
    for view, count in VIEWS[tab].items():
        if view:
            page.locator(f"#{tab}-widget [role=radio]", has_text=view).first.click()
        names += check_files(page, tab, photograph, count, view)
    charts = [name for name in names if name != names[0]]  # the first one may be shown in every view
    assert len(set(charts)) == len(charts)  # a file is named for what it shows


def opacity(menu, wanted):
    """Wait until a menu is as visible as that."""
    expect(menu).to_have_css("opacity", wanted)


def test_a_menu_is_there_for_those_who_want_it_and_out_of_the_way_of_others(page, browser, address):
    open_tab(page, "classify", image=600, view="training")
    chart = page.locator("#classify-widget .curve").first
    menu = chart.locator("+ .chart-save")
    chart.locator("polyline").first.wait_for()
    opacity(menu, "0")
    chart.hover()
    opacity(menu, "1")
    box, root = menu.bounding_box(), chart.bounding_box()
    assert abs(box["y"] + box["height"] - root["y"]) < 2  # above its corner, so that it covers no figures
    assert abs(box["x"] + box["width"] - root["x"] - root["width"]) < 2
    menu.hover()  # it stays while the pointer is on it
    opacity(menu, "1")
    page.mouse.move(0, 0)
    opacity(menu, "0")
    menu.focus()
    opacity(menu, "1")
    expect(menu).to_have_attribute("aria-label", "Save cross-entropy of ResNet")
    page.keyboard.press("ArrowDown")  # opens it, and saves nothing yet
    expect(menu).to_have_value("")
    page.keyboard.press("Escape")
    name, _ = saved(page, menu, "csv")
    assert name == "classify-cross-entropy-of-resnet.csv"
    page.emulate_media(media="print")
    expect(menu).to_be_hidden()
    page.emulate_media(media="screen")
    phone = touch_page(browser, address)
    open_tab(phone, "classify", image=600, view="training")
    phone.locator("#classify-widget .curve polyline").first.wait_for()
    opacity(phone.locator("#classify-widget .curve + .chart-save").first, "0.6")
    wide = phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.context.close()
    assert wide


@pytest.mark.parametrize("width", [1280, 360])
def test_no_menu_of_a_chart_covers_what_is_pressed(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for tab, view in (("denoise", {}), ("features", {"method": "PCA", "n": 8}), ("classify", {"view": "confusion"})):
        open_tab(page, tab, **view)
        page.wait_for_function(f"document.querySelectorAll('#{tab}-widget .chart-save:not([hidden])').length > 1")
        for chart in page.locator(f"#{tab}-widget .has-save:has(+ .chart-save:not([hidden]))").all():
            chart.hover()
            shows(page, COVERING, [])
