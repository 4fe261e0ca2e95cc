"""The README and the pages it leads to: short, complete, and without a link that leads nowhere."""

import re
import shutil
import subprocess
from dataclasses import fields
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from core import list_checkpoints
from tests.conftest import ROOT

TRACKED = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
PAGES = [ROOT / name for name in TRACKED.split("\n") if name]
WORDS = 1_200  # of the README: two screens
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", re.MULTILINE | re.DOTALL)  # and formulas: no links


def anchors(page: Path) -> set[str]:
    """What a link into a page may name after `#`: its headings, as GitHub writes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(page: Path) -> list[str]:
    """Where a page's links lead, without those to other hosts."""
    found = LINK.findall(CODE.sub("", page.read_text("utf-8")))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def broken(page: Path) -> list[str]:
    """The links of a page that lead to no file, or to no heading of it."""
    found = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


def test_there_are_pages_and_links_to_check():
    assert len(PAGES) > 10
    assert sum(len(links(page)) for page in PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    assert broken(page) == []


@pytest.mark.parametrize("link", ["#nowhere", "nowhere.md", "limits.md#nowhere"])
def test_a_link_that_leads_nowhere_is_found(tmp_path, link):
    (tmp_path / "limits.md").write_text("# Limits\n")
    (tmp_path / "page.md").write_text(f"# Page\n\n[good](limits.md#limits) [bad]({link}) `[code](gone.md)`\n")
    assert broken(tmp_path / "page.md") == [link]


def test_the_readme_leads_to_every_page_of_docs():
    readme = ROOT / "README.md"
    reached = {(ROOT / link.partition("#")[0]).resolve() for link in links(readme)}
    for page in [page for page in PAGES if page.parent == ROOT / "docs"]:
        reached |= {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
    assert {page for page in PAGES if page.parent == ROOT / "docs"} <= reached


def test_the_readme_fits_on_two_screens():
    assert len((ROOT / "README.md").read_text("utf-8").split()) <= WORDS


def test_every_shipped_weight_is_named():
    text = "\n".join(page.read_text("utf-8") for page in PAGES if page.parent in (ROOT, ROOT / "docs"))
    for name in list_checkpoints():
        assert name in text


def test_the_tour_names_files_that_are_there():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = set(re.findall(r"`((?:core|demos|train|tests)/[\w./]+\.\w+)`", text))
    assert len(named) > 20
    examples = {
        "core/data/x.py",
        "core/models/x.py",
        "tests/core/models/test_x.py",
        "train/x.py",
        "demos/x/__init__.py",
    }
    assert {name for name in named if not (ROOT / name).exists()} == examples


def commands():
    """Every `python -m MODULE --option ...` of the pages, as page, module and options."""
    for page in PAGES:
        for module, rest in re.findall(r"python -m ((?:train|tests)\.[\w.]+)([^`\n#]*)", page.read_text("utf-8")):
            yield page, module, re.findall(r"--[a-z][a-z-]*", rest)


def options(module):
    """The options that a command of ours takes: of a recipe the fields of its Config, else those in its source."""
    code = import_module(module)
    if hasattr(code, "Config"):
        return {f"--{field.name.replace('_', '-')}" for field in fields(code.Config)}
    return set(re.findall(r"\"(--[a-z-]+)\"", Path(code.__file__).read_text("utf-8")))


def test_every_command_in_the_pages_can_be_given():
    found = list(commands())
    assert len(found) > 20
    for page, module, given in found:
        module = module.rstrip(".")
        assert find_spec(module), f"{page.name}: {module}"
        if given:
            assert set(given) <= options(module), f"{page.name}: {module}"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_pytorch_without_cuda_is_installed_only_where_it_is_asked_for(tmp_path):
    def commands(*words):
        words = ["make", "-n", "demo", f"VENV={tmp_path / 'venv'}", *words]
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "whl/cpu" in commands("TORCH=cpu")
    assert "whl/cpu" not in commands()
    assert "make demo TORCH=cpu" in (ROOT / "README.md").read_text("utf-8")
