"""Explanations as HTML."""

import pytest

from demos.ui.markup import document_to_html
from demos.ui.widget import DEMOS


@pytest.mark.parametrize("path", sorted(DEMOS.glob("*/about.md")), ids=lambda path: path.parent.name)
def test_every_explanation_is_set_without_a_script(path):
    html = document_to_html(path.read_text("utf-8"))
    assert "$" not in html
    assert "<script" not in html
    assert "<p>" in html


def test_formulas_stand_in_the_line_or_on_their_own():
    html = document_to_html("A **code** $z_1$.\n\n$$x =\n1$$\n\n| a | b |\n|---|---|\n| $y$ | 2 |\n")
    assert html.count("<math") == 3
    assert html.count('display="block"') == 1
    assert "<strong>code</strong>" in html
    assert "<td><math" in html


def test_what_looks_like_markdown_in_a_formula_stays_a_formula():
    html = document_to_html("$a*b*c$ and $z^*_1 < 2$")
    assert "<em>" not in html
    assert html.count("<math") == 2


def test_html_is_shown_as_it_stands():
    assert "<img" not in document_to_html("<img src=x onerror=alert(1)>")


def test_a_formula_that_cannot_be_set_is_named():
    with pytest.raises(ValueError, match="nonsense"):
        document_to_html(r"$\nonsense x$")
