"""What browsers compute with: listed by hash, served by nothing but its hash, and left out where it is not whole."""

import gzip
import hashlib
import json
import shutil
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.checkpoint import WEIGHTS, load_card, load_codes, load_model, save_checkpoint, save_codes
from core.export import export_model
from demos.server.page_files import local_models
from demos.server.page_files.local_models import local_model_routes
from demos.server.services import Services
from tests.helpers.checkpoints import make_dataset, write_checkpoint


@pytest.fixture
def client():
    return TestClient(Starlette(routes=local_model_routes(Services().models)))


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
    assert set(local_models.shipped_models.__wrapped__()) == {"cae-6"}
    assert "cae-2.decode.onnx was lost, cut short or altered" in caplog.text
    assert "cae-4" in caplog.text


@pytest.fixture
def joined(tmp_path):
    """An app with models that do not ship: one like a shipped one, one of another size, and one of a session."""
    model = load_model("cae-2")
    for weight in model.parameters():
        weight.mul_(1.1)
    card = save_checkpoint(model, replace(model.card, name="like-cae-2", graphs={}), tmp_path)
    save_codes(card, load_codes("cae-2"))
    write_checkpoint(tmp_path, "rings-cae", "autoencoder", *make_dataset("Rings"))
    services = Services(weights=[tmp_path])
    services.models.look()
    mine = services.session_models.register("me", card)
    yield services, mine.name, TestClient(Starlette(routes=local_model_routes(services.models)))
    services.close()


def test_a_model_that_does_not_ship_is_found_by_its_name_alone(joined):
    services, mine, client = joined
    assert not {"like-cae-2", mine} & client.get("/models/list").json()["models"].keys()
    for name in ("like-cae-2", mine):
        entry = client.get(f"/models/added/{name}").json()
        assert entry["location"] == "cae-2.safetensors"  # whose graphs compute with it
        for file in (entry["weights"], entry["codes"], *entry["graphs"].values()):
            content = client.get(f"/{file['address']}").content
            assert hashlib.sha256(content).hexdigest() == file["sha256"]
    services.end_session("me")
    assert client.get(f"/models/added/{mine}").status_code == 404


@pytest.mark.parametrize("name", ["rings-cae", "cae-2", "nobody", "..%2F..%2Fapp"])
def test_a_model_without_graphs_is_the_servers(joined, name):
    *_, client = joined
    assert client.get(f"/models/added/{name}").status_code == 404


def test_a_model_whose_graphs_are_written_while_the_app_runs_is_found(joined):
    services, _, client = joined
    assert client.get("/models/added/rings-cae").status_code == 404
    export_model(services.models["rings-cae"].path)
    services.models.look()
    assert client.get("/models/added/rings-cae").json()["location"] == "rings-cae.safetensors"


@pytest.mark.parametrize("change", [{"graphs": {"../../app": "0" * 64}}, {"config": {"latent_dim": "many"}}])
def test_a_card_that_a_visitor_altered_is_left_to_the_server_and_harms_nobody(joined, change):
    services, mine, client = joined
    path = services.models[mine].path
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert client.get(f"/models/added/{mine}").status_code == 404
    entry = client.get("/models/added/like-cae-2").json()
    assert client.get(f"/{entry['weights']['address']}").status_code == 200
    assert client.get(f"/models/{'0' * 64}/nothing.onnx").status_code == 404


def test_codes_of_other_weights_leave_a_model_to_the_server(joined, caplog):
    services, _, client = joined
    path = services.models["like-cae-2"].path
    shutil.copy(WEIGHTS / "cae-2.codes.safetensors", path.with_name("like-cae-2.codes.safetensors"))
    services.models.look()
    assert client.get("/models/added/like-cae-2").status_code == 404
    assert "like-cae-2" in caplog.text
