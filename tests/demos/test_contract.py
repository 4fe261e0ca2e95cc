"""Every tab keeps the promises the app relies on."""

import re
from pathlib import Path

import gradio as gr
import pytest

import demos
from demos import tab_id, tabs
from tests.helpers.handlers import SERVICES

NAMES = [tab_id(tab) for tab in tabs()]


def test_every_module_is_a_tab_and_they_stand_in_order():
    packages = {p.parent.name for p in Path(demos.__file__).parent.glob("*/widget.html")}
    assert set(NAMES) == packages
    orders = [tab.ORDER for tab in tabs()]
    assert orders == sorted(set(orders))


@pytest.mark.parametrize("tab", tabs(), ids=NAMES)
def test_a_tab_is_a_page_of_its_own(tab):
    assert tab.TITLE
    assert isinstance(tab.build(SERVICES), gr.Blocks)


@pytest.mark.parametrize("tab", tabs(), ids=NAMES)
def test_every_event_has_a_named_endpoint(tab):
    assert not tab.build(SERVICES).fns
    with gr.Blocks() as page:
        tab.build_endpoints(SERVICES)
    events = page.fns.values()
    assert len(events) > 0
    for event in events:
        assert isinstance(event.api_name, str), event
        assert event.api_name.isidentifier()


@pytest.mark.parametrize("tab", tabs(), ids=NAMES)
def test_every_control_is_labelled(tab):
    with gr.Blocks() as page:
        tab.build(SERVICES)
        tab.build_endpoints(SERVICES)
    for block in page.blocks.values():
        if isinstance(block, gr.components.FormComponent):
            assert block.label


@pytest.mark.parametrize("tab", tabs(), ids=NAMES)
def test_every_tab_says_in_one_line_what_to_do_first(tab):
    name = f"{tab_id(tab)}-widget"
    (widget,) = [block for block in tab.build(SERVICES).blocks.values() if getattr(block, "elem_id", "") == name]
    (step,) = re.findall(r'class="loom-first-step"[^>]*>([^<]*)<', widget.html_template)
    assert 20 < len(step) < 100
    assert step.endswith(".")


def test_every_tab_with_models_opens_those_of_other_datasets():
    for tab in tabs():
        tab.build(SERVICES)
    without = {"live", "scoreboard"}  # one makes such models, the other lists what ships
    assert set(SERVICES.models.tabs) == set(NAMES) - without


def test_every_tab_is_opened_on_another_dataset_in_the_browser():
    source = (Path(__file__).parents[1] / "browser" / "test_own_datasets.py").read_text()
    opened = set(re.findall(r"/\?tab=(\w+)&(?:model|checkpoint|network|run)=(?:birds|rings)", source))
    assert opened == set(NAMES) - {"live", "scoreboard"}
