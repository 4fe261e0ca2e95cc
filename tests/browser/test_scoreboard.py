import csv
import io
import json
import re

import pytest
from playwright.sync_api import expect

from core import list_checkpoints, load_card
from tests.helpers.driving import becomes, listen, open_shared, open_tab, shows

WIDGET = "#scoreboard-widget"
NAMES = list_checkpoints()


def order(page):
    return page.locator(f"{WIDGET} .board-list tbody tr").evaluate_all("rows => rows.map(r => r.dataset.model)")


def names_shown(page):
    return sorted(order(page))


def text(page, selector):
    return page.locator(f"{WIDGET} {selector}").first.inner_text()


@pytest.fixture
def tab(page):
    open_tab(page, "scoreboard", view="all")
    return page


def test_every_model_has_a_row(tab):
    becomes(tab, names_shown, NAMES)
    expect(tab.locator(f"{WIDGET} .board-list tbody .loom-spark")).to_have_count(len(NAMES))
    for name in NAMES:
        parameters = f"{load_card(name).parameters:,}".replace(",", " ")
        expect(tab.locator(f"{WIDGET} tr[data-model='{name}']")).to_contain_text(parameters)


@pytest.mark.parametrize(
    "column", ["name", "measured", "goal", "report", "baseline", "history", "minutes", "parameters"]
)
def test_a_heading_sorts_both_ways(tab, column):
    heading = tab.locator(f"{WIDGET} [data-sort={column}]")
    heading.click()
    cell = heading.locator("xpath=..")
    expect(cell).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    first = order(tab), cell.get_attribute("aria-sort")
    heading.click()
    expect(cell).to_have_attribute("aria-sort", "descending" if first[1] == "ascending" else "ascending")
    second = order(tab), cell.get_attribute("aria-sort")
    assert sorted(first[0]) == sorted(second[0]) == NAMES
    if column == "minutes":
        up, down = (first, second) if first[1] == "ascending" else (second, first)
        by_minutes = sorted(NAMES, key=lambda name: load_card(name).minutes)
        assert [load_card(name).minutes for name in up[0]] == [load_card(name).minutes for name in by_minutes]
        assert [load_card(name).minutes for name in down[0]] == [load_card(name).minutes for name in by_minutes[::-1]]


def test_orders_can_be_chosen(tab):
    for button in tab.locator(f"{WIDGET} .loom-examples button").all():
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        becomes(tab, names_shown, NAMES)


def test_a_click_opens_the_card_without_asking_the_server(tab, photograph):
    asked = listen(tab)
    for name in NAMES:
        card = load_card(name)
        tab.locator(f"{WIDGET} tr[data-model='{name}']").click()
        expect(tab.locator(f"{WIDGET} .what").first).to_contain_text(name)
        expect(tab.locator(f"{WIDGET} .board-command code").first).to_have_text(card.recipe["command"])
        whole = tab.locator(f"{WIDGET} .board-card").first
        expect(whole).to_contain_text(card.sha256, use_inner_text=True)
        expect(whole).to_contain_text(card.dataset["licence"], use_inner_text=True)
        count = 2 if name.startswith("cae-27-classifier") else int(bool(card.confusion))  # frozen beside fine-tuned
        expect(tab.locator(f"{WIDGET} .loom-matrix")).to_have_count(count)
    assert asked == []
    photograph(tab, "scoreboard-card")


def test_the_history_is_drawn_and_read(tab):
    tab.locator(f"{WIDGET} tr[data-model=classifier-resnet]").click()
    expect(tab.locator(f"{WIDGET} .loom-chart .key").first).to_contain_text("at the end")
    box = tab.locator(f"{WIDGET} .loom-chart").bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    expect(tab.locator(f"{WIDGET} .loom-chart .key").first).to_contain_text("epoch")
    tab.mouse.move(5, 5)
    tab.locator(f"{WIDGET} .loom-chart").focus()
    tab.keyboard.press("ArrowLeft")
    epochs = len(load_card("classifier-resnet").history)
    expect(tab.locator(f"{WIDGET} .loom-chart .key").first).to_contain_text(f"epoch {epochs}")
    drawn = tab.locator(f"{WIDGET} .loom-chart polyline").count()
    tab.locator(f"{WIDGET} .board-curve [role=radio][aria-checked=false]").first.click()
    expect(tab.locator(f"{WIDGET} .loom-chart polyline")).not_to_have_count(drawn)


def test_the_keyboard_walks_and_opens(tab):
    rows = order(tab)
    tab.locator(f"{WIDGET} tr[data-model='{rows[0]}']").click()
    tab.keyboard.press("ArrowDown")
    expect(tab.locator(f"{WIDGET} .what").first).to_contain_text(rows[1])
    tab.keyboard.press("End")
    expect(tab.locator(f"{WIDGET} .what").first).to_contain_text(rows[-1])
    tab.keyboard.press("Home")
    expect(tab.locator(f"{WIDGET} .what").first).to_contain_text(rows[0])
    tab.keyboard.press("Enter")
    shows(tab, "document.activeElement.className.startsWith('loom-panel board-card')", True)


def test_the_table_is_saved_as_csv_and_json(tab):
    with tab.expect_download() as saved:
        tab.locator(f"{WIDGET} [data-save=csv]").click()
    rows = list(csv.DictReader(io.StringIO(saved.value.path().read_text("utf-8"))))
    assert {row["checkpoint"] for row in rows} == set(NAMES)
    for row in rows:
        assert float(row["measured"]) == load_card(row["checkpoint"]).metrics[row["measure"]]
    with tab.expect_download() as saved:
        tab.locator(f"{WIDGET} [data-save=json]").click()
    assert {row["name"] for row in json.loads(saved.value.path().read_text("utf-8"))} == set(NAMES)


def test_the_shared_link_opens_the_same_view(tab, browser):
    tab.locator(f"{WIDGET} [data-sort=minutes]").click()
    tab.locator(f"{WIDGET} [data-sort=minutes]").click()
    tab.locator(f"{WIDGET} tr[data-model=cae-27]").click()
    fresh = open_shared(tab, browser, "scoreboard")
    becomes(fresh, order, order(tab))
    expect(fresh.locator(f"{WIDGET} .what").first).to_contain_text("cae-27")
    fresh.close()


def test_nonsense_in_a_link_is_ignored(page):
    open_tab(page, "scoreboard", model="../../etc", sort="toString", order="sideways")
    becomes(page, names_shown, NAMES)
    expect(page.locator(f"{WIDGET} .what").first).to_contain_text("classifier-resnet")


def test_a_pupil_sees_what_how_good_and_how_long_and_the_rest_behind_a_switch(page, photograph):
    open_tab(page, "scoreboard")
    heads = page.locator(f"{WIDGET} .board-list thead th")
    expect(heads).to_have_text([re.compile("What"), re.compile("How good"), re.compile("How long")])
    expect(page.locator(f"{WIDGET} tr[data-model=classifier-resnet]")).to_contain_text("95.06 % named right")
    expect(page.locator(f"{WIDGET} .board-rest")).to_be_hidden()
    photograph(page, "scoreboard-pupil")
    page.locator(f"{WIDGET} [data-sort=minutes]").click()
    expect(page.locator(f"{WIDGET} .loom-examples [aria-pressed=true]")).to_have_text("Quickest")
    fewest = min(NAMES, key=lambda name: load_card(name).minutes)
    expect(page.locator(f"{WIDGET} .board-list tbody tr").first).to_have_attribute("data-model", fewest)
    page.locator(f"{WIDGET} [data-choice=view] [data-key=all]").click()
    expect(heads).to_have_count(8)
    expect(page.locator(f"{WIDGET} .board-rest")).to_be_visible()
    page.wait_for_function("location.search.includes('view=all')")


def test_a_link_from_before_the_pupils_view_opens_all_figures(page):
    open_tab(page, "scoreboard", model="cae-27", sort="report")
    expect(page.locator(f"{WIDGET} .board-list thead th")).to_have_count(8)
    expect(page.locator(f"{WIDGET} .what").first).to_contain_text("cae-27")
