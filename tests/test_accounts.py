"""With --auth-file, only those with an account are let in."""

import httpx
import pytest

from tests.conftest import running_app
from tests.helpers.fuzzing import GREY, components

pytestmark = pytest.mark.slow  # starts the app


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    file = tmp_path_factory.mktemp("accounts") / "accounts.txt"
    file.write_text("# the class of 2026\nada:with:colons\n\ngrace:hopper\n")
    with running_app("--auth-file", str(file)) as address:
        yield address


def classify(client):
    widget = next(c["id"] for c in components(client) if c["props"]["elem_id"] == "classify-widget")
    asked = {"data": {"pixels": GREY}, "component_id": widget, "fn_name": "classify", "session_hash": "x"}
    return client.post("/gradio_api/component_server", json=asked)


def test_a_stranger_sees_nothing(address):
    with httpx.Client(base_url=address, timeout=60) as client:
        assert "classify-widget" not in client.get("/", headers={"accept-encoding": "br"}).text
        assert client.get("/config").status_code == 401
        assert client.post("/login", data={"username": "ada", "password": "guess"}).status_code == 400
        asked = {"data": {}, "component_id": 4, "fn_name": "load_sample", "session_hash": "x"}
        assert client.post("/gradio_api/component_server", json=asked).status_code == 401
        assert client.post("/gradio_api/call/sample", json={"data": ["dcgan", 4, 0]}).status_code == 401


def test_who_has_an_account_is_let_in_and_out(address):
    with httpx.Client(base_url=address, timeout=60) as client:
        assert client.post("/login", data={"username": "ada", "password": "with:colons"}).status_code == 200
        assert "probs" in classify(client).json()
        props = [part["props"].get("props") or {} for part in components(client)]
        assert len([each for each in props if "first" in each]) > 5
        assert not any(each.get("first") for each in props)  # Gradio would answer none of it at another address
        assert "classify-widget" in client.get("/", headers={"accept-encoding": "br"}).text
        client.get("/logout")
        assert client.get("/config").status_code == 401
