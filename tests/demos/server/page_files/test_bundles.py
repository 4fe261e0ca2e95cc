"""Modules joined to bundles."""

import json
import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.server.page_files import bundles, web_files
from demos.server.page_files.bundles import EXPORT, LATER, SHARED, VENDOR, bundle, bundle_routes, later_modules
from demos.ui.widget import ALWAYS, DEMOS, MACHINE, entries, starts

MODULES = [path for path in web_files.web_files() if path.endswith(".js") and not path.startswith(VENDOR)]
SCRIPT = "web/page.js"  # the one that is no module
DEFINED = re.compile(r'^__define\("([^"]+)"', re.MULTILINE)


def text(path):
    return web_files.web_files()[path].decode()


def later(path):
    """Modules that one imports when they are needed."""
    names = [name for line in text(path).splitlines() if not line.strip().startswith(("*", "/*", "//"))
             for name in LATER.findall(line)]  # fmt: skip
    return [str((DEMOS / path).parent.joinpath(name).resolve().relative_to(DEMOS)) for name in names]


@pytest.fixture
def client():
    return TestClient(Starlette(routes=[*bundle_routes(starts()), *web_files.routes()]))


@pytest.fixture
def files(monkeypatch):
    """Replaces what lies below demos/."""

    def replace(**contents):
        found = {f"{name}.js": content.encode() for name, content in contents.items()}
        monkeypatch.setattr(bundles, "web_files", lambda: found)
        monkeypatch.setattr(web_files, "web_files", lambda: found)
        for cached in (bundles.bundle, bundles._shared, web_files.imports):
            cached.cache_clear()

    yield replace
    for cached in (bundles.bundle, bundles._shared, web_files.imports):
        cached.cache_clear()


def test_a_page_finds_every_module_of_its_tab_in_what_it_fetches():
    for entry in starts():
        found = DEFINED.findall(bundle(SHARED, tuple(starts()))) + DEFINED.findall(bundle(entry, tuple(starts())))
        assert set(web_files.imports(entry)) <= set(found)
        assert len(found) == len(set(found))


def test_what_is_imported_later_has_a_bundle_of_its_own(client):
    named = {name for path in MODULES if path != SCRIPT for name in later(path)}
    assert {"web/machine/machine.js", "live/set/panel.js"} <= named
    for path in {MACHINE, *named}:
        answer = client.get(f"/{web_files.prefix()}bundle/{path}")
        found = DEFINED.findall(bundle(SHARED, tuple(starts()))) + DEFINED.findall(answer.text)
        assert set(web_files.imports(path)) <= set(found)


@pytest.mark.parametrize("path", [path for path in MODULES if path != SCRIPT])
def test_a_bundle_understands_every_module(path):
    joined = bundle(path, tuple(starts()))
    assert not re.search(r"^import\b", joined, re.MULTILINE)  # a file that is lost must hold back no other for good
    assert not re.search(r"^export\b(?! const \{.*\} = __load)", joined, re.MULTILINE)
    assert "import.meta" not in joined
    for _, name in EXPORT.findall(text(path)):
        assert re.search(rf"^export const \{{.*\b{name}\b.*\}}", joined, re.MULTILINE)


@pytest.mark.parametrize("path", [path for path in MODULES if path != SCRIPT])
def test_no_module_imports_itself_by_way_of_others(path):
    direct = web_files.named(web_files.IMPORT, path)
    assert all(path not in web_files.imports(other) for other in direct)


def test_syntax_that_a_bundle_does_not_understand_is_an_error(files):
    for line in ("export default 1;", 'export * from "./b.js";', "export {a};", 'import a from "./b.js";'):
        files(a=f"const a = 1;\n{line}\n", b="")
        with pytest.raises(ValueError, match=r"a\.js imports or exports in a way"):
            bundle("a.js", ("a.js",))


def test_imports_become_what_a_module_was_loaded_as(files):
    files(
        a='import {\n  x,\n  y as z,\n} from "./b.js";\nimport * as c from "./c.js";\nimport "./d.js";\n'
        "export const a = () => [x, z, c];\nexport async function b() {}\n",
        b="export const x = 1;\nexport const y = 2;\n",
        c="export class C {}\n",
        d="",
    )
    joined = bundle("a.js", ("a.js",))
    assert 'const { x, y: z, } = __load("b.js");' in joined
    assert 'const c = __load("c.js");' in joined
    assert '\n__load("d.js");' in joined
    assert "Object.assign(__exports, {a, b});" in joined
    assert 'export const {a, b} = __load("a.js");' in joined


def test_a_bundle_is_served_for_ever_under_its_hash(client):
    for path in (SHARED, *starts()):
        answer = client.get(f"/{web_files.prefix()}bundle/{path}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert "immutable" in answer.headers["cache-control"]
        assert client.get(f"/web/000000000000/bundle/{path}").status_code == 404
    assert "export const {mount} = __load(" in client.get(f"/{web_files.prefix()}bundle/gan/widget.js").text


@pytest.mark.parametrize("path", ["gan/handlers.py", "web/loom.css", "", "gone.js", f"{VENDOR}client-zip-2.5.1.js"])
def test_no_bundle_is_made_of_anything_else(client, path):
    assert client.get(f"/{web_files.prefix()}bundle/{path}").status_code == 404


def test_the_page_knows_every_tab(client):
    data = json.loads(bundles.page_data(entries(), ALWAYS))
    assert set(data["preload"]) == {path.parent.name for path in DEMOS.glob("*/widget.js")}
    for tab, path in entries().items():
        modules = data["preload"][tab]["modules"]
        assert f"bundle/{path}" in modules
        for module in modules:
            assert client.get(f"/{data['prefix']}{module}").status_code == 200


def test_modules_that_are_loaded_later_are_found_through_those_before(files):
    files(a='import "./b.js";\n', b='f(import("./c.js"));\n', c='f(import("./d.js"));\n', d='f(import("./a.js"));')
    assert later_modules(["a.js"]) == ["c.js", "d.js"]
    assert later_modules(["d.js"]) == ["a.js", "c.js"]
