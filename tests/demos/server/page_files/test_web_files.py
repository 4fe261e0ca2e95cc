"""Scripts under addresses that change with their content."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.server.page_files import web_files
from demos.ui.widget import DEMOS, entries, widget


@pytest.fixture
def client():
    return TestClient(Starlette(routes=web_files.routes()))


def test_a_module_is_served_for_ever_under_its_hash(client):
    answer = client.get(f"/{web_files.address('scoreboard/widget.js')}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == (DEMOS / "scoreboard" / "widget.js").read_text("utf-8")


@pytest.mark.parametrize("path", ["app.py", "scoreboard/handlers.py", "../weights/ad.json", "web/icon.png", ""])
def test_nothing_else_is_served(client, path):
    assert client.get(f"/{web_files.prefix()}{path}").status_code == 404
    with pytest.raises(ValueError, match="no file"):
        web_files.address(path)


def test_an_old_hash_is_not_answered_with_new_files(client):
    assert client.get("/web/000000000000/scoreboard/widget.js").status_code == 404


def test_the_prefix_changes_with_the_files(monkeypatch):
    before = web_files.prefix()
    monkeypatch.setattr(web_files, "web_files", lambda: {"a.js": b""})
    assert web_files.prefix.__wrapped__() != before


@pytest.mark.parametrize("path", [path for path in web_files.web_files() if path.endswith(".js")])
def test_what_a_script_imports_is_there(path):
    for name in web_files.imports(path):
        assert name in web_files.web_files()


def test_imports_are_followed_and_named_once():
    found = web_files.imports("latent_map/widget.js")
    assert len(found) == len(set(found))
    assert {"latent_map/widget.js", "latent_map/latent_plot.js", "web/lib/base64.js"} <= set(found)
    assert web_files.scripts("latent_map/widget.js") == ("web/vendor/plotly-basic-3.7.0.min.js",)
    assert web_files.scripts("scoreboard/widget.js") == ()


def test_an_import_over_several_lines_is_seen(monkeypatch):
    files = {
        "a/widget.js": b'import {\n  x,\n  y,\n} from "../b.js";\nexport {z} from "./c.js";\n',
        "b.js": b"",
        "a/c.js": b"",
    }
    monkeypatch.setattr(web_files, "web_files", lambda: files)
    assert set(web_files.imports.__wrapped__("a/widget.js")) == set(files)


def test_an_import_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(web_files, "web_files", lambda: {"a.js": b'import "./gone.js";'})
    with pytest.raises(ValueError, match=r"a\.js imports gone\.js"):
        web_files.imports.__wrapped__("a.js")


def test_a_widget_imports_its_module():
    for name in entries():
        script = widget(name, first_step="").js_on_load
        path = re.search(r'Promise\.all\(\["([^"]+)"', script)[1]
        assert "export function mount(" in (DEMOS / name / "widget.js").read_text("utf-8")
        assert path == f"{name}/widget.js"
        assert "did not load" in script


def test_an_example_photo_is_served_as_a_picture(client):
    answer = client.get(f"/{web_files.address('web/examples/t-shirt/1.webp')}")
    assert answer.headers["content-type"] == "image/webp"
    listed = client.get(f"/{web_files.address('web/examples/index.json')}").json()
    assert len(listed) == 20
    for photo in listed:
        assert client.get(f"/{web_files.address('web/examples/' + photo['file'])}").status_code == 200
        assert "clothing-dataset-small" in photo["source"]
