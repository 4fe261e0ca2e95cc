"""A model that a visitor brings back: whole it opens, and anything else is refused with a sentence."""

import base64
import io
import json
import re
import struct
import zipfile

import pytest

from core.checkpoint import CheckpointError
from core.serving.limits import RETURNED_BYTES
from demos.latent_map import handlers as latent_map
from demos.live.returned import ReturnRequest, open_returned
from demos.server.added_models.returned_models import unpack_model
from demos.server.services import Services
from demos.ui.handlers import parse
from demos.ui.images import load_sample
from tests.helpers.checkpoints import make_dataset, write_checkpoint
from tests.helpers.handlers import ask


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Names and contents of a model's files."""
    folder = tmp_path_factory.mktemp("made")
    write_checkpoint(folder, "rings-vae", "vae", *make_dataset("Rings"))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def packed(files, **options):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name, text in files.items():
            file.writestr(name, text)
    return content.getvalue()


def changed(files, **values):
    card = json.loads(files["rings-vae.json"]) | values
    return files | {"rings-vae.json": json.dumps(card).encode()}


def test_a_model_comes_back_as_a_zip_and_as_its_files(files, tmp_path):
    for k, given in enumerate((files.items(), [("rings-vae-300.zip", packed(files))])):
        folder = tmp_path / str(k)
        folder.mkdir()
        assert unpack_model(given, folder) == folder / "rings-vae.json"
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_paths_in_a_zip_lead_nowhere(files, tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    unpack_model([("x.zip", packed({f"../../{name}": text for name, text in files.items()}))], inner)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]
    assert {path.name for path in inner.iterdir()} == set(files)


VAE = "rings-vae.safetensors"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: {}, "This is not one model, but nothing"),
        (lambda f: {VAE: f[VAE]}, "rings-vae.json is missing.*Choose the ZIP"),
        (lambda f: {"rings-vae.json": f["rings-vae.json"]}, "rings-vae.safetensors is missing"),
        (lambda f: {"photo.png": b"-"}, "not one model, but photo.png"),
        (lambda f: f | {"other.json": b"{}"}, "not one model"),
        (lambda f: {"x.zip": b"PK\x03\x04 and nonsense"}, "x.zip is damaged"),
        (lambda f: f | {VAE: f[VAE][:-1]}, "SHA-256 is not its card's"),
        (lambda f: f | {"rings-vae.json": b"[" * 100_000}, "is not a card"),
        (lambda f: f | {"rings-vae.json": b"\xff"}, "is not a card"),
        (lambda f: changed(f, config={"latent_dim": 10**9}), "does not fit the network|make no network"),
        (lambda f: changed(f, config={"channels": "abc"}), "make no network"),
        (lambda f: changed(f, config={"channels": [1] * 10_000}), "longer than those of any network"),
        (lambda f: changed(f, config={"nonsense": 1}), "make no network"),
        (lambda f: changed(f, model="nonsense"), "names architecture 'nonsense'"),
        (lambda f: changed(f, class_names=["a"]), "knows other classes than Rings"),
        (lambda f: changed(f, class_names=[f"class {k}" for k in range(61)]), "knows other classes"),
        (lambda f: {n: c for n, c in f.items() if "dataset" not in n}, "a sample of its images is missing"),
        (lambda f: f | {"rings-vae.codes.safetensors": b"-"}, "codes.safetensors is damaged"),
        (lambda f: {n.replace("rings", ".."): c for n, c in f.items()}, "not one model|cannot be called"),
        (lambda f: {f"{k}.json": b"{}" for k in range(9)}, "may have 8 files"),
    ],
)
def test_what_is_no_whole_model_is_refused(files, tmp_path, change, sentence):
    loose, zipped = change(files).items(), [("y.zip", packed(change(files)))]
    for given in (loose, zipped) if len(loose) and "x.zip" not in change(files) else (loose,):
        with pytest.raises(CheckpointError, match=sentence) as error:
            unpack_model(given, tmp_path)
        assert str(tmp_path) not in str(error.value)


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    bomb = packed({"rings-vae.safetensors": bytes(RETURNED_BYTES + 1), "rings-vae.json": b"{}"})
    assert len(bomb) < 100_000
    with pytest.raises(CheckpointError, match="40 MB together"):
        unpack_model([("x.zip", bomb)], tmp_path)
    lying = bytearray(packed({"rings-vae.json": bytes(10**6)}))
    place = lying.rindex(b"PK\x01\x02") + 24  # the size that the directory gives
    lying[place : place + 4] = struct.pack("<I", 100)
    with pytest.raises(CheckpointError):
        unpack_model([("x.zip", bytes(lying))], tmp_path)
    assert not list(tmp_path.iterdir())


def returned(services, *given, session="me"):
    sent = [{"name": name, "content": base64.b64encode(content).decode()} for name, content in given]
    request = {"files": sent}
    return ask(_as(session), services, **request)


def _as(session):
    async def handler(services: Services, request: ReturnRequest) -> dict:
        return await open_returned(services, request, session)

    return handler


def test_a_model_that_is_brought_back_opens_for_its_session_alone(files):
    services = Services()
    services.models.tabs = {"latent_map": latent_map.opens}
    answer = returned(services, ("mine.zip", packed(files)))
    assert answer["opens"] == ["latent_map"]
    assert answer["words"] == "yours, rings-vae"
    assert answer["dataset"]["title"] == "Rings"
    assert re.fullmatch(r"own-\S{20,}", answer["name"])
    assert ask(load_sample, services, checkpoint=answer["name"])["classes"] == ["ring", "cross", "dot"]
    assert len(ask(latent_map.load_map, services, checkpoint=answer["name"], map="PCA")["x"]) == 60
    services.end_session("me")
    assert "no model" in ask(load_sample, services, checkpoint=answer["name"])["error"]


def test_a_model_that_no_tab_opens_is_refused(files):
    services = Services()
    services.models.tabs = {"gan": lambda model: False}
    answer = returned(services, *files.items())
    assert answer["error"] == "No tab shows a model of architecture 'vae' that was brought back."


@pytest.mark.parametrize("given", [None, [], "x", [{"name": 3}], [{}], [{"name": "x", "content": ""}] * 9])
def test_a_request_of_nonsense_is_explained(given):
    with pytest.raises(ValueError, match="Choose the ZIP that was downloaded"):
        parse(ReturnRequest, {"files": given}, None)
