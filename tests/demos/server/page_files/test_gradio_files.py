"""What Gradio's page asks for is found in its scripts."""

import json

import gradio as gr
import pytest

from demos.server.page_files import gradio_files
from demos.server.page_files.gradio_files import gradio_links
from demos.server.response_cache import COMPONENTS


def names(links):
    return [line.rsplit("/", 1)[1].removesuffix('">') for line in links.splitlines()]


def test_every_file_is_there_and_is_named_once():
    found = names(gradio_links(COMPONENTS))
    assert len(found) > 20
    assert len(set(found)) == len(found)
    assert all((gradio_files.FOLDER / "assets" / name).is_file() for name in found)


def test_more_components_need_more_files():
    assert set(names(gradio_links(("html",)))) < set(names(gradio_links(("html", "plot"))))


def test_styles_are_told_from_scripts():
    for line in gradio_links(COMPONENTS).splitlines():
        assert ('as="style"' in line) == line.endswith('.css">')


def test_a_gradio_that_is_built_in_another_way_gets_no_links(tmp_path, monkeypatch):
    monkeypatch.setattr(gradio_files, "FOLDER", tmp_path)
    assert gradio_links(("html", "of another build")) == ""
    (tmp_path / "index.html").write_text('<script type="module" src="./assets/index-1.js"></script>')
    assert gradio_links(("html", "of a third")) == ""


@pytest.mark.parametrize("kind", [gr.HTML, gr.Tabs, gr.Tab])
def test_components_are_called_as_gradio_calls_them(kind):
    with gr.Blocks():
        assert kind().get_block_name() in COMPONENTS


def test_the_components_of_the_page_are_these():
    import app

    page = app.demo.get_config_file()["page"][""]["components"]
    types = {each["type"] for each in app.demo.get_config_file()["components"] if each["id"] in page}
    assert types == set(COMPONENTS), json.dumps(sorted(types))
