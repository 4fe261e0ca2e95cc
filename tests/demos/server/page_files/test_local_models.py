"""What browsers compute with: listed by hash, served by nothing but its hash, and left out where it is not whole."""

import gzip
import hashlib
import shutil

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.checkpoint import WEIGHTS, load_card
from demos.server.page_files import local_models
from demos.server.page_files.local_models import local_model_routes


@pytest.fixture
def client():
    return TestClient(Starlette(routes=local_model_routes()))


def files_of(listed):
    models = listed["models"].values()
    yield listed["runtime"]
    for model in models:
        yield from (file for file in (model["weights"], model["codes"], *model["graphs"].values()) if file)


def test_every_file_is_at_the_address_of_its_hash_for_ever(client):
    listed = client.get("/models/list").json()
    for file in files_of(listed):
        answer = client.get(f"/{file['address']}")
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"] == file["address"].split("/")[1]
        assert len(answer.content) == file["bytes"]
        assert "immutable" in answer.headers["cache-control"]
        assert file["bytes"] < 10_000_000
    runtime = client.get(f"/{listed['runtime']['address']}").content
    assert gzip.decompress(runtime)[:4] == b"\0asm"


def test_a_model_comes_with_its_shape_codes_and_parts(client):
    models = client.get("/models/list").json()["models"]
    assert models["cae-27"]["shape"] == [1, 28, 28]
    assert set(models["cae-27"]["graphs"]) == {"encode", "decode"}
    assert models["cae-27"]["codes"]["address"].endswith("/cae-27.codes.safetensors")
    assert models["classifier-resnet"]["codes"] is None
    assert set(models["classifier-resnet"]["graphs"]) == {"activations"}
    assert models["vae-faces"]["shape"] == [3, 128, 128]


@pytest.mark.parametrize(
    "name", ["cae-27.json", "fashion-mnist-sample.safetensors", "../app.py", "cae-27.decode.onnx", ""]
)
def test_nothing_else_is_served(client, name):
    digest = load_card("cae-27").sha256
    assert client.get(f"/models/{digest}/{name}").status_code == 404
    assert client.get(f"/models/{'0' * 64}/cae-27.safetensors").status_code == 404


def test_a_model_that_is_not_whole_is_left_out(tmp_path, monkeypatch, caplog):
    for name in ("cae-2", "cae-4", "cae-6"):
        for path in WEIGHTS.glob(f"{name}.*"):
            shutil.copy(path, tmp_path)
    (tmp_path / "cae-2.decode.onnx").write_bytes(b"another graph")
    (tmp_path / "cae-4.encode.onnx").unlink()
    monkeypatch.setattr(local_models, "WEIGHTS", tmp_path)
    monkeypatch.setattr(local_models, "list_checkpoints", lambda: ["cae-2", "cae-4", "cae-6"])
    monkeypatch.setattr(local_models, "load_card", lambda name: load_card(tmp_path / f"{name}.json"))
    assert set(local_models.local_models.__wrapped__()["models"]) == {"cae-6"}
    assert "cae-2.decode.onnx was cut short or altered" in caplog.text
    assert "cae-4" in caplog.text
