"""Texts for people as HTML: Markdown, formulas between dollar signs, and everything else literally.

Formulas become MathML, which browsers draw themselves: no script and no font is fetched for them.
"""

import html
import re
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt

FORMULA = re.compile(r"\$([^$\n]+)\$")
IN_DOCUMENT = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)  # the first on lines of its own
MARKED = re.compile("\ue000(\\d+)\ue001")  # where a formula stands while Markdown is read
DOCUMENT = MarkdownIt("commonmark", {"html": False}).enable("table")
INLINE = MarkdownIt("zero").enable(["emphasis", "backticks", "escape"])  # no links, no HTML
COMMAND = re.compile(r"\\[A-Za-z]+")


def to_html(text: str) -> str:
    """The text with `**bold**`, `*emphasis*`, `` `code` `` and `$formulas$`; HTML in it is shown as it stands.

    Raises:
        ValueError: If a formula cannot be set.
    """
    pieces = FORMULA.split(text)  # formulas at the odd places
    return "".join(_mathml(piece) if k % 2 else INLINE.renderInline(piece) for k, piece in enumerate(pieces))


def document_to_html(text: str) -> str:
    """The same of a whole text, with paragraphs, lists, tables, links and `$$formulas$$` on lines of their own.

    Raises:
        ValueError: If a formula cannot be set.
    """
    formulas: list[str] = []

    def mark(found: re.Match[str]) -> str:
        block, inline = found.groups()
        formulas.append(_mathml(block.strip(), "block") if block else _mathml(inline))
        return f"\ue000{len(formulas) - 1}\ue001"

    return MARKED.sub(lambda found: formulas[int(found[1])], DOCUMENT.render(IN_DOCUMENT.sub(mark, text)))


def _mathml(formula: str, display: str = "inline") -> str:
    try:
        root = convert_to_element(formula, display=display)
    except Exception as error:  # the library has a kind of its own for every mistake, without a common one
        raise ValueError(f"The formula ${formula}$ cannot be set ({type(error).__name__}).") from error
    for element in root.iter():
        element.text = html.unescape(element.text or "")
        unknown = COMMAND.search(element.text) if element.tag == "mi" else None
        if unknown:
            raise ValueError(f"The formula ${formula}$ has the unknown command {unknown[0]}.")
        for name in ("href", "style", "class", "id"):
            element.attrib.pop(name, None)
    return ElementTree.tostring(root, encoding="unicode")
