"""On every tab: the Python lines of what is shown, which follow it, to read and to copy."""

import pytest
from playwright.sync_api import expect

from tests.helpers.driving import open_tab

# by tab: what a link asks for, words of its lines, what is changed then, and words of the lines after that
TABS = {
    "classify": ({"image": 321}, "images[[321]]", ".classify-views [role=radio] >> nth=2", "PCA(2)"),
    "interpolate": ({"alpha": 0.25}, "lerp(a, b, 0.25)", "[data-method] [role=radio] >> nth=1", "slerp(a, b, 0.25)"),
    "autodecoder": ({"seed": 7}, "manual_seed(7)", "[data-view] [role=radio] >> nth=0", "load_codes(name)"),
    "denoise": ({"noise": "gaussian", "seed": 5}, 'corrupt(x, "gaussian"', "[data-do=noise]", "corrupt(x,"),
    "gan": ({"moment": 3, "tile": 9}, '"images"][3, 9, 0]', "[data-choice=view] [role=radio] >> nth=1", "slerp"),
    "diffusion": ({"seed": 3, "steps": 2}, "steps=2", "[data-choice=view] [role=radio] >> nth=4", "model.sample"),
    "live": ({"model": "vae", "kl_weight": 2}, "'kl_weight': 2.0", None, ""),
    "scoreboard": ({"model": "vae-fashion"}, 'load_card("vae-fashion")', None, ""),
}
SHOWN = {"gan": ".walk-line polyline"}  # what the change brings, where the lines wait for it
OFTEN = ("denoise",)  # the other tabs are opened by `make test-all` alone


def opened(page, tab):
    """Open the dialog."""
    page.locator(f"#{tab}-widget [data-python]").first.click()
    dialog = page.locator(f"#{tab}-widget dialog")
    expect(dialog.locator("pre")).to_contain_text("import ")
    return dialog


@pytest.mark.parametrize(
    "tab", [name if name in OFTEN else pytest.param(name, marks=pytest.mark.thorough) for name in TABS]
)
def test_the_lines_follow_what_is_shown(page, photograph, tab):
    page.set_default_timeout(60_000)
    asked, words, control, others = TABS[tab]
    open_tab(page, tab, **asked)
    dialog = opened(page, tab)
    expect(dialog.locator("pre")).to_contain_text(words)
    photograph(page, f"python-{tab}")
    dialog.locator("[data-copy]").click()
    expect(dialog.locator("[data-copy]")).not_to_have_text("Copy")
    dialog.locator("[data-close]").click()
    expect(dialog).to_have_count(0)
    if control:
        page.locator(f"#{tab}-widget").first.locator(control).click()
        if tab in SHOWN:
            page.wait_for_selector(f"#{tab}-widget {SHOWN[tab]}")
        expect(opened(page, tab).locator("pre")).to_contain_text(others)
    expect(page.locator(f"#{tab}-widget .loom-notice:visible")).to_have_count(0)
