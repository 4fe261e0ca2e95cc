"""No other host is contacted, and nothing that a visitor sends is written down."""

import os
import subprocess
import sys

import httpx
import pytest

from tests.bench.fuzz import survivors
from tests.conftest import ROOT, free_port, wait_for
from tests.helpers.fuzzing import ask, components

pytestmark = pytest.mark.slow  # calls every function of every tab

SECRET = "a-visitors-own-words"
# app.py, its sockets watched: every name that is looked up and every address that is connected to goes to a file
WATCHED = """
import runpy, sys

def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect", "socket.sendto"):
        place = args[0] if event.startswith("socket.get") else args[1]
        host = place[0] if isinstance(place, tuple) else place
        with open(log, "a") as file:
            file.write(f"{host}\\n")
log = sys.argv[1]
sys.addaudithook(watch)
sys.argv = ["app.py", *sys.argv[2:]]
runpy.run_path("app.py", run_name="__main__")
"""


@pytest.fixture(scope="module")
def offline_run(tmp_path_factory):
    """Hosts that the app contacted while every function of every tab was used, and all that it printed."""
    folder = tmp_path_factory.mktemp("visit")
    port = free_port()
    words = [sys.executable, "-c", WATCHED, str(folder / "hosts"), "--port", str(port)]
    environment = os.environ | {"GRADIO_TEMP_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    with open(folder / "output", "w") as output:
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            address = wait_for(f"http://127.0.0.1:{port}", process)
            assert {name: error for name, error in survivors(address).items() if error} == {}
            misbehave(address)
        finally:
            process.terminate()
            process.wait(20)
    return (folder / "hosts").read_text().split("\n"), (folder / "output").read_text()


def misbehave(address):
    """Send words that must not be found again, in requests good and bad."""
    with httpx.Client(base_url=address, timeout=60) as client:
        client.get(f"/?tab={SECRET}")
        client.post("/gradio_api/upload", files={"files": (f"{SECRET}.png", SECRET.encode())})
        client.post("/gradio_api/component_server", json={"component_id": 99_999, "fn_name": SECRET, "data": SECRET})
        client.get(f"/gradio_api/file={SECRET}")
        for component in components(client):
            for name in component["props"]["server_fns"]:
                ask(client, component["id"], name, {"checkpoint": SECRET, "pixels": SECRET, "file": SECRET})


def test_no_other_host_is_contacted(offline_run):
    assert {host for host in offline_run[0] if host} <= {"127.0.0.1", "localhost", "::1"}
    assert len(offline_run[0]) > 1  # the watch works: the app asks itself whether it has started


def test_nothing_about_a_session_is_printed(offline_run):
    assert "Running on" in offline_run[1]
    assert SECRET not in offline_run[1]
    assert "Traceback" not in offline_run[1]
