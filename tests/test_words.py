"""The words that HOUSE replaced by those of the field are gone from names: of files, in Python and in JavaScript."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REPLACED = {
    "adopt", "bands", "called", "cloud", "crowd", "dial", "evidence", "heat", "judge", "keeper", "kept", "learner",
    "look", "moments", "nursery", "nursling", "ship", "steers", "subject", "sure", "tell", "told", "trainee",
    "turned", "turns", "visit", "way", "ways", "wipe",
}  # fmt: skip
REPLACED_ENDS = ("_penalty", "_rate", "structure_weight")  # of names
# why a name stays is said in docs/architecture.md, "Words kept"
KEPT = {
    "dial", "evidence", "wipe",  # links
    "code_penalty", "kept_epoch",  # cards
    "gradient_penalty", "learning_rate", "set_learning_rate", "_full_learning_rate",  # terms of the field
    "look",
}  # fmt: skip
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
TEXT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`")


def python_names(text: str) -> set[str]:
    """Names that a module gives: to functions, classes, arguments, variables and attributes."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
    return names


def script_names(text: str) -> set[str]:
    """Identifiers of a script outside its comments and texts; what stands in a text in backquotes counts as well."""
    code = TEXT.sub('""', COMMENT.sub("", text))
    code = re.sub(r"`[^`]*`", lambda text: " ".join(re.findall(r"\$\{([^}]*)\}", text[0])), code)
    return set(re.findall(r"(?<![\w.-])[A-Za-z_]\w*(?![\w-])", code))


def replaced(name: str) -> bool:
    parts = {part.lower() for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}
    return name not in KEPT and (bool(parts & REPLACED) or name.endswith(REPLACED_ENDS))


def found() -> dict[str, set[str]]:
    """By file, the names in it that hold a word that was replaced."""
    every = [path for folder in ("core", "demos", "train") for path in (ROOT / folder).rglob("*")]
    ours = [p for p in (*every, ROOT / "app.py") if p.suffix in (".py", ".js") and "vendor" not in p.parts]
    read = {".py": python_names, ".js": script_names}
    names = {path.relative_to(ROOT).as_posix(): read[path.suffix](path.read_text("utf-8")) for path in ours}
    assert len(names) > 350
    wrong = {path: {name for name in (*found, Path(path).stem) if replaced(name)} for path, found in names.items()}
    return {path: found for path, found in wrong.items() if found}


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (python_names, "def told(): pass"),
        (python_names, "def f(*, gives_way): pass"),
        (python_names, "self._kept = 3"),
        (python_names, "for lessonKept in x: pass"),
        (python_names, "d_rate = 0.1"),
        (script_names, "const {isKept} = state;"),
        (script_names, "x = `${lookAt(3)} px`;"),
        (script_names, 'function crowdPlot() { return "a"; } // b'),
    ],
)
def test_a_replaced_word_is_seen(read, text):
    assert any(replaced(name) for name in read(text))


@pytest.mark.parametrize("text", ['say("told you"); // kept', "/** judge */ const page = `look ${at} up`;", "a.b-way"])
def test_words_for_people_are_left_alone(text):
    assert not any(replaced(name) for name in script_names(text))


def test_no_name_holds_a_word_that_was_replaced():
    assert found() == {}


def test_every_word_that_stays_has_its_reason_on_the_page():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    reasons = text.split("## Words kept")[1].split("\n## ")[0]
    for name in KEPT:
        assert re.sub("^_full_|^set_", "", name) in reasons, name
