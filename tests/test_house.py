"""The plan of the house: who may import whom, and what stands at the top."""

import ast
import re
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from demos.server.page_files.bundles import LOADER

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    "core": {"gradio", "plotly", "app", "demos", "train"},
    "train": {"gradio", "plotly", "app", "demos"},
    "demos": {"app", "train"},
}
TOP = {
    "app.py", "core", "demos", "train", "weights", "tests", "requirements.txt", "requirements-dev.txt", "README.md",
    "LICENSE", "docs", "Makefile", "pyproject.toml", ".gitignore", ".ci", "Dockerfile", ".dockerignore",
}  # fmt: skip


# a module named in a string, to be imported or run by its name: "train.live.session", f"train.{recipe}"
NAMED = re.compile(r"(core|demos|train)\.([a-z_]+(\.[a-z_]+)*)?")


def imported(path: Path) -> set[str]:
    """What a file imports, and what it names in a string for others to import."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMED.fullmatch(node.value):
            names.add(node.value.split(".")[0])
    return names


@pytest.mark.parametrize("code", ["import train.live", "x = 'train.live.session'", "x = f'train.{name}'"])
def test_a_dependency_is_seen_however_it_is_written(tmp_path, code):
    (tmp_path / "x.py").write_text(code)
    assert imported(tmp_path / "x.py") == {"train"}


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_dependencies_point_one_way(folder):
    wrong = {str(p): imported(p) & FORBIDDEN[folder] for p in (ROOT / folder).rglob("*.py")}
    assert len(wrong) > 2
    assert {path: names for path, names in wrong.items() if names} == {}


def imported_at_once(tree: ast.Module) -> set[str]:
    """What a file imports as soon as it is imported itself: not what its functions import when they are called."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    later = {id(node) for function in functions for node in ast.walk(function)}
    names = set()
    for node in ast.walk(tree):
        if id(node) not in later and isinstance(node, ast.Import | ast.ImportFrom):
            whole = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            names |= {name.split(".")[0] for name in whole}
    return names


def test_the_app_starts_without_plotly():
    """It takes half a second to import, and serves only those who save a map as a page: a function imports it."""
    assert imported_at_once(ast.parse("def f():\n    import plotly")) == set()
    assert imported_at_once(ast.parse("from plotly import graph_objects")) == {"plotly"}
    for path in (ROOT / "demos").rglob("*.py"):
        assert "plotly" not in imported_at_once(ast.parse(path.read_text("utf-8"))), path


def test_what_no_test_runs_imports_modules_that_are_there():
    for path in (ROOT / "tests" / "bench").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in (*FORBIDDEN, "tests"):
                assert find_spec(node.module), f"{path.name} imports {node.module}"


def test_the_reductions_are_numpy_only():
    allowed = {"numpy", "core"} | set(sys.stdlib_module_names)
    for path in (ROOT / "core" / "reduction").rglob("*.py"):
        assert imported(path) <= allowed, path


def test_no_pickle_anywhere():
    for folder in ("core", "train", "demos"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            assert "torch.load(" not in text, path
            assert imported(path).isdisjoint({"pickle", "joblib", "dill"}), path


def test_nothing_else_stands_at_the_top():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    assert {line.split("/")[0] for line in listed if line} <= TOP


def test_loading_a_model_imports_no_page():
    code = "import sys, core; core.load_card('cae-27'); sys.exit(any(m in sys.modules for m in ('gradio', 'plotly')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_readme_opens_with_a_spaces_settings():
    _, front, _ = (ROOT / "README.md").read_text("utf-8").split("---\n", 2)
    settings = dict(line.split(": ", 1) for line in front.splitlines())
    assert settings["sdk"] == "gradio"
    assert (ROOT / settings["app_file"]).is_file()
    pin = next(line for line in (ROOT / "requirements.txt").read_text().splitlines() if line.startswith("gradio"))
    assert settings["sdk_version"].rsplit(".", 1)[0] in pin


NOW = {
    "all_inner_texts", "all_text_contents", "count", "evaluate", "evaluate_all", "get_attribute", "inner_text",
    "input_value", "is_checked", "is_disabled", "is_enabled", "is_hidden", "is_visible", "text_content",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted((ROOT / "tests/browser").glob("*.py")), ids=lambda path: path.stem)
def test_what_a_page_shows_is_waited_for(path):
    """A browser paints later than it is told to: an assertion on what it shows now would hold by chance."""
    tree = ast.parse(path.read_text())
    reading = readers(tree)
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Assert):
            seen = called(statement.test) & reading
            assert not seen, f"line {statement.lineno}: use expect(), shows() or becomes(), which wait, not {seen}"
    assert "route" not in called(tree), "use intercept(), which waits until it holds, not route()"


def called(tree: ast.AST) -> set[str]:
    """Names of the functions and methods that a piece of code calls; a text's `count` takes what is counted."""
    calls = [call for call in ast.walk(tree) if isinstance(call, ast.Call)]
    calls = [call.func for call in calls if not (getattr(call.func, "attr", "") == "count" and call.args)]
    return {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls}


def readers(tree: ast.AST) -> set[str]:
    """Names of all that reads a page at that moment: of Playwright, and of helpers that return what they read."""
    helpers = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    answers = {one.name: called(one) for one in helpers if any(isinstance(part, ast.Return) for part in ast.walk(one))}
    found = set(NOW)
    while more := {name for name, calls in answers.items() if calls & found} - found:
        found |= more
    return found


def scripts() -> dict[str, list[str]]:
    """Lines by path of every script of ours."""
    paths = [path for path in (ROOT / "demos").rglob("*.js") if "vendor" not in path.parts]
    assert len(paths) > 100
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8").splitlines() for path in paths}


def test_no_line_of_a_script_is_longer_than_120_columns():
    """Biome leaves texts in backquotes as long as they are."""
    long = [f"{path}:{k}" for path, lines in scripts().items() for k, line in enumerate(lines, 1) if len(line) > 120]
    assert long == []


def test_no_script_is_longer_than_250_lines():
    assert {path: len(lines) for path, lines in scripts().items() if len(lines) > 250} == {}


def test_no_folder_of_the_page_holds_more_than_16_files():
    files = [path for path in (ROOT / "demos").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    counts = Counter(str(path.parent.relative_to(ROOT)) for path in files)
    assert len(counts) > 30
    assert {folder: count for folder, count in counts.items() if count > 16} == {}


EXPORT = re.compile(r"^export (?:async )?(?:const|let|function\*?|class) (\w+)", re.MULTILINE)
IMPORTS = (  # names and the module that they come from
    re.compile(r'(?:import|export) \{([^}]*)\} from "(\.[^"]+)"'),
    re.compile(r'\{([^{}]*)\} = await (?:untilLoaded\(\(\) => )?import\("(\.[^"]+)"\)'),
)
LATER = re.compile(r'import\("(\.[^"]+)"\)\.then\(\(\{([^}]*)\}\)')
WHOLE = re.compile(r'import \* as (\w+) from "(\.[^"]+)"')


def imported_by_scripts(paths: list[Path]) -> set[tuple[Path, str]]:
    """Modules, and the names that scripts import from them."""
    found = set()
    for path in paths:
        text = path.read_text("utf-8")
        pairs = [pair for pattern in IMPORTS for pair in pattern.findall(text)]
        pairs += [(names, module) for module, names in LATER.findall(text)]
        pairs += [(",".join(re.findall(rf"\b{name}\.(\w+)", text)), module) for name, module in WHOLE.findall(text)]
        for names, module in pairs:
            target = (path.parent / module).resolve()
            found |= {(target, name.split(" as ")[0].strip()) for name in names.split(",")}
    return found


def test_every_export_of_a_script_is_imported():
    """By another script or by a test; widgets are mounted by the page, and the loader is what bundles import."""
    ours = [ROOT / path for path in scripts() if not path.endswith(LOADER)]
    used = imported_by_scripts([*ours, *(ROOT / "tests/web").glob("*.js")])
    exports = [(path, name) for path in ours for name in EXPORT.findall(path.read_text("utf-8")) if name != "mount"]
    assert len(exports) > 300
    assert [f"{path.relative_to(ROOT)}: {name}" for path, name in exports if (path, name) not in used] == []


def test_an_export_is_seen_however_it_is_imported(tmp_path):
    text = """import {a, b as c} from "./x.js";
import * as X from "./x.js";
const {d} = await import("./x.js");
import("./x.js").then(({e}) => X.f(e));"""
    (tmp_path / "y.js").write_text(text)
    names = {name for module, name in imported_by_scripts([tmp_path / "y.js"]) if module == tmp_path / "x.js"}
    assert names == {"a", "b", "d", "e", "f"}
