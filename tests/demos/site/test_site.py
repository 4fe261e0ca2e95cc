"""The suite as a folder of files: what is written, and what is said where it cannot be."""

import asyncio
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import torch

from core.checkpoint import list_checkpoints, load_card, save_extra
from core.data.fashion_mnist import load_fashion_sample
from core.data.registry import get_dataset
from core.export import export_model
from demos import tab_id, tabs
from demos.lessons.format.library import SHIPPED, Library
from demos.server.page_files.local_models import shipped_models
from demos.server.page_files.web_files import imports, prefix
from demos.server.rpc import answer
from demos.server.services import Services
from demos.site import build
from demos.site.answers import key_of
from demos.site.build import write_site
from demos.site.errors import SiteError
from demos.site.files import WORKER, write_models
from demos.site.lessons import SiteLibrary, tabs_of
from demos.site.offline import write_page
from demos.site.pages import NEEDS_APP, added_models_of, models_of, offered, site_of, tab_page, with_classifiers
from demos.ui.datasets import load_models
from tests.helpers.checkpoints import make_dataset, write_checkpoint
from tests.helpers.handlers import ask

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The smallest suite there is."""
    out = tmp_path_factory.mktemp("site") / "out"
    written = write_site(out, ["scoreboard"])
    files = [path for path in out.rglob("*") if path.is_file()]
    assert (written.tabs, written.files) == (["scoreboard"], len(files))
    assert written.size == sum(path.stat().st_size for path in files)
    return out


def data_of(folder, name):
    """What a script element of the page holds."""
    page = (folder / "index.html").read_text("utf-8")
    return json.loads(re.search(f'<script type="application/json" id="{name}">(.*?)</script>', page)[1])


def test_the_page_holds_its_tab_and_knows_of_the_others(folder):
    site = data_of(folder, "loom-site")
    assert [tab["title"] for tab in site["tabs"]] == ["Scoreboard"]
    assert [widget["id"] for widget in site["tabs"][0]["widgets"]] == ["scoreboard-widget", "scoreboard-machine"]
    assert [widget["isFolded"] for widget in site["tabs"][0]["widgets"]] == [False, True]
    assert site["elsewhere"] == {tab_id(tab): tab.TITLE for tab in tabs() if tab_id(tab) != "scoreboard"}
    page = (folder / "index.html").read_text("utf-8")
    assert 'id="scoreboard-tab-button"' in page
    assert "What am I looking at?" in page
    assert 'data-page="room"' not in page  # which needs a server
    body = page.split("<body>")[1]
    assert all(mark not in body for mark in ("{{", "${", "@children"))  # which Gradio would fill in


def test_what_widgets_ask_is_answered_by_files(folder):
    scoreboard, machine = data_of(folder, "loom-site")["tabs"][0]["widgets"]

    def answer(widget, name, **request):
        return json.loads(gzip.decompress((folder / widget["answers"][key_of(name, request)]).read_bytes()))

    assert [row["name"] for row in answer(scoreboard, "load_cards")["rows"]] == list_checkpoints()
    assert 'load_card("dcgan")' in answer(scoreboard, "python_lines", model="dcgan")["lines"]
    assert len(answer(machine, "load_summary", checkpoint="cae-27")["layers"]) > 3


def test_questions_are_filed_as_the_page_looks_them_up():
    assert key_of("läd", {"b": None, "a": [1, "ü", True]}) == "7db0ef7465fede1d"  # as in tests/web/site.test.js
    assert key_of("load", {"b": 1, "a": 2}) == key_of("load", {"a": 2, "b": 1}) != key_of("load", {"a": 1, "b": 2})


def test_every_file_that_scripts_name_is_there(folder):
    files = data_of(folder, "loom-files")
    base = folder / files["prefix"]
    assert files["prefix"] == prefix()
    named = {path for tab in files["preload"].values() for path in (*tab["modules"], *tab["scripts"])}
    for path in (*named, *files["later"], "bundle/shared.js", *imports(WORKER), "web/examples/index.json"):
        assert (base / path).is_file(), path
    shared = {path.relative_to(base / "bundle").as_posix() for path in (base / "bundle").rglob("*.js")}
    text = "".join((base / "bundle" / path).read_text() for path in shared)
    assert set(re.findall(r'__later\("([^"]+)"\)', text)) <= shared
    site = data_of(folder, "loom-site")
    entries = {widget["entry"] for widget in (*site["tabs"][0]["widgets"], *site["always"])}
    assert entries <= shared
    assert len(entries) == 3
    listed = json.loads((folder / "models" / "list").read_text())
    assert listed["models"] == {}
    assert (folder / listed["runtime"]["address"]).stat().st_size == listed["runtime"]["bytes"]


def test_every_file_is_listed_with_its_hash_for_a_page_without_a_network(folder):
    listed = json.loads((folder / "files.json").read_text())
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert listed.keys() == files.keys() - {"files.json", "offline.js"}
    assert next(iter(listed)) == "index.html"
    assert all(digest == hashlib.sha256(files[path].read_bytes()).hexdigest() for path, digest in listed.items())
    assert re.fullmatch(r"offline\.js\?files=[0-9a-f]{16}", data_of(folder, "loom-site")["offline"])
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["start_url"], manifest["display"]) == ("./", "standalone")
    assert {icon["src"] for icon in manifest["icons"]} < files.keys()


def test_another_content_is_another_version(tmp_path):
    written = []
    for page, content in (("a", "x"), ("b", "x"), ("a", "y"), ("a", "x")):
        folder = tmp_path / str(len(written))
        folder.mkdir()
        (folder / "one.json").write_text(content)
        write_page(folder, lambda worker, page=page: f"{page} {worker}")
        written.append((folder / "index.html").read_text().partition("=")[2])
    assert len(set(written)) == 3
    assert written[0] == written[3]


def test_nothing_of_the_page_names_another_host(folder):
    page = (folder / "index.html").read_text("utf-8")
    found = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert len(found) == 5  # its icon, manifest and scripts
    assert [address.rsplit("/", 1)[1] for address in found[2:]] == ["modules.js", "shared.js", "site.js"]  # in turn
    assert [address for address in found if urlsplit(address).netloc] == []
    assert "default-src 'self'" in page


def test_models_are_those_that_tabs_name(tmp_path):
    write_models(tmp_path, ["cae-2"])
    listed = json.loads((tmp_path / "models" / "list").read_text())
    assert list(listed["models"]) == ["cae-2"]
    model = listed["models"]["cae-2"]
    assert (tmp_path / listed["runtime"]["address"]).stat().st_size == listed["runtime"]["bytes"]
    for file in (model["weights"], model["codes"], *model["graphs"].values()):
        packed = (tmp_path / file["address"]).read_bytes()
        assert len(gzip.decompress(packed)) == file["bytes"] > len(packed)


@pytest.fixture
def own(tmp_path):
    """A folder of models: one like a shipped one, one that has its graphs, one that has none."""
    folder = tmp_path / "own"
    folder.mkdir()
    rings = make_dataset("Rings")
    write_checkpoint(folder, "rings-cae-2", "autoencoder", *rings, **load_card("cae-2").config)
    write_checkpoint(folder, "rings-net", "fashionnet", *rings)
    write_checkpoint(folder, "rings-gan", "dcgan", *rings)
    return folder


def test_models_of_folders_come_to_the_tabs_that_compute_with_them(own, tmp_path):
    export_model(own / "rings-net.json")
    services = Services(weights=[own])
    cae, _, net = services.models.look()
    added = {name: {each.name for each in added_models_of(tab, services)} for name, tab in offered().items()}
    assert {name: names for name, names in added.items() if names} == {
        "classify": {"rings-net"}, "latent_map": {"rings-cae-2"}, "interpolate": {"rings-cae-2"},
        "denoise": {"rings-cae-2"}, "gan": {"rings-gan"},
    }  # fmt: skip
    write_models(tmp_path / "out", ["cae-2"], [net, cae])
    listed = json.loads((tmp_path / "out" / "models" / "list").read_text())["models"]
    assert listed["rings-cae-2"]["graphs"] == listed["cae-2"]["graphs"]
    for model in listed.values():
        for file in (model["weights"], *model["graphs"].values()):
            content = gzip.decompress((tmp_path / "out" / file["address"]).read_bytes())
            assert hashlib.sha256(content).hexdigest() == file["sha256"]


def test_a_tab_offers_no_models_of_folders_that_need_the_app(own):
    services = Services(weights=[own])
    for name in ("denoise", "diffusion"):
        widget = next(one for one in tab_page(offered()[name], services).components if one.id == f"{name}-widget")
        assert ("load_models", {}) in widget.questions
        asked = [request["checkpoint"] for function, request in widget.questions if request.get("checkpoint")]
        assert asked == (["rings-cae-2"] if name == "denoise" else [])
    opens = {model["name"]: model["opens"] for model in ask(load_models, services)["models"]}
    assert opens == {"rings-cae-2": ["denoise"], "rings-net": [], "rings-gan": []}


def test_what_names_the_pictures_of_a_model_comes_with_it(own):
    services = Services(weights=[own])
    cae, gan, net = services.models.look()
    assert with_classifiers([gan, cae], services) == {gan.name: gan, cae.name: cae, net.name: net}


def test_what_names_clothes_is_not_looked_for_in_folders(own, monkeypatch):
    write_checkpoint(own, "clothes", "autoencoder", get_dataset("fashion-mnist"), load_fashion_sample())
    services = Services(weights=[own])
    clothes = next(model for model in services.models.look() if model.name == "clothes")
    monkeypatch.setattr(services.models, "classifier", lambda name: pytest.fail(f"{name} may not be whole"))
    assert with_classifiers([clothes], services) == {"clothes": clothes}


def test_the_film_of_a_gan_comes_with_it(own):
    images = torch.randint(0, 256, (3, 64, 1, 28, 28), dtype=torch.uint8)
    film = {"images": images, "steps": torch.arange(0, 30, 10), "losses": torch.ones(10, 2)}
    save_extra(own / "rings-gan.snapshots.safetensors", film)
    page = tab_page(offered()["gan"], Services(weights=[own]))
    widget = next(one for one in page.components if one.id == "gan-widget")
    asked = [(name, request) for name, request in widget.questions if request.get("run") == "rings-gan"]
    assert asked[0] == ("load_film", {"checkpoint": "rings-gan", "run": "rings-gan"})
    of_last = [request["tile"] for name, request in asked if name == "compare" and request["snapshot"] == 2]
    assert of_last == list(range(64))
    for name, request in (asked[0], *asked[-2:]):
        answered = asyncio.run(answer(page.functions, widget.number, name, request, None))
        assert "error" not in json.loads(answered)


def test_models_without_graphs_are_named_and_nothing_written(own, tmp_path):
    words = rf"No graph computes with rings-net\. Write them: python -m train\.export {own}"
    with pytest.raises(SiteError, match=words):
        write_site(tmp_path / "out", ["classify"], weights=[own])
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


def test_a_tab_says_what_needs_the_app():
    services = Services()
    for name, tab in offered().items():
        widget = next(one for one in tab_page(tab, services).components if one.id == f"{name}-widget")
        asked = {function for function, _ in widget.questions}
        assert site_of(tab).NEEDS.keys() <= widget.needs.keys(), name
        assert set(models_of(tab, services)) <= set(list_checkpoints())
        assert asked <= widget.needs.keys()
        for function, sentence in widget.needs.items():
            assert sentence == NEEDS_APP.format(site_of(tab).NEEDS.get(function, "This"))
    services.close()


def test_models_that_are_left_out_are_not_offered_unless_a_tab_takes_them():
    services = Services()
    site = site_of(offered()["interpolate"])
    assert set(site.LEFT_OUT) < {card.name for card in services.models.cards}
    assert not set(site.LEFT_OUT) & set(site.models(services))
    services.models.leave_out(site.LEFT_OUT)
    assert not set(site.LEFT_OUT) & {card.name for card in services.models.cards}
    page = tab_page(offered()["interpolate"], services)
    widget = next(one for one in page.components if one.id == "interpolate-widget")
    assert [one["name"] for one in widget.props["decoders"]] == site.models(services)[:-1]
    services.close()


def test_lessons_are_there_whose_tabs_are():
    every = Library([SHIPPED]).lessons()[0]
    few = SiteLibrary([SHIPPED], ["interpolate", "latent_map", "classify"]).lessons()[0]
    assert 0 < len(few) < len(every)
    assert all(tabs_of(lesson) <= {"interpolate", "latent_map", "classify"} for lesson in few)
    assert SiteLibrary([SHIPPED], offered().keys() | {tab_id(tab) for tab in tabs()}).lessons()[0] == every
    assert SiteLibrary([SHIPPED], []).lessons()[0] == []


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["nothing"], "There is no tab nothing; there are: classify,"),
        (["classify", "live"], "Train live needs the app. Leave it out; there are: classify,"),
    ],
)
def test_a_tab_that_cannot_be_is_named(tmp_path, names, words):
    with pytest.raises(SiteError, match=words):
        write_site(tmp_path / "out", names)
    assert list(tmp_path.iterdir()) == []


def test_a_tab_that_is_large_comes_where_it_is_named(monkeypatch):
    every = list(build._choose(()))
    monkeypatch.setattr(site_of(offered()["classify"]), "ON_REQUEST", True, raising=False)
    assert list(build._choose(())) == every[1:]
    assert list(build._choose(["classify", "scoreboard"])) == ["classify", "scoreboard"]


def test_a_tab_whose_script_does_not_compute_is_not_offered(monkeypatch):
    assert "features" in offered()  # which asks for files alone
    monkeypatch.setattr(site_of(offered()["features"]), "models", lambda services: ["cae-2"], raising=False)
    assert "features" not in offered()


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SiteError, match=r"is there already. Remove it, or name another folder."):
        write_site(tmp_path, ["scoreboard"])
    with pytest.raises(SiteError, match="is there already"):
        write_site(tmp_path / "mine.txt", ["scoreboard"])
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SiteError, match=r"file/out cannot be written \(.+\). Name another folder."):
        write_site(tmp_path / "file" / "out", ["scoreboard"])


def test_a_missing_weight_is_named_and_nothing_written(tmp_path, monkeypatch):
    models = {name: model for name, model in shipped_models().items() if name != "cae-2"}
    monkeypatch.setattr("demos.site.files.shipped_models", lambda: models)
    with pytest.raises(SiteError, match=r"Models are missing or not whole: cae-2\. Get them back with `git checkout"):
        write_site(tmp_path / "out", ["latent_map"])
    assert list(tmp_path.iterdir()) == []


def test_a_question_without_an_answer_is_named(tmp_path, monkeypatch):
    site = site_of(offered()["scoreboard"])
    monkeypatch.setattr(site, "questions", lambda services: [("python_lines", {"model": "nothing"})])
    with pytest.raises(SiteError, match=r"Scoreboard could not be written: python_lines .*nothing.* a shipped model"):
        write_site(tmp_path / "out", ["scoreboard"])
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "_write", lambda folder, *_: (folder / "index.html").write_text("page"))
    assert write_site(tmp_path, ["scoreboard"]).files == 1
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    shutil.rmtree(tmp_path)


@pytest.mark.slow
def test_the_command_ends_with_one_sentence(tmp_path):
    command = [sys.executable, "-m", "demos.site", str(tmp_path / "out"), "--lessons", str(tmp_path / "none")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 1
    assert (
        ended.stderr
        == f"There is no folder {tmp_path / 'none'}: make it, and put a lesson such as my-lesson.md there.\n"
    )
