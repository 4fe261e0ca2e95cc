"""Text of a lesson as HTML: a little Markdown, formulas between dollar signs, and everything else literally."""

import html
import re
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt

FORMULA = re.compile(r"\$([^$\n]+)\$")
INLINE = MarkdownIt("zero").enable(["emphasis", "backticks", "escape"])  # no links, no HTML
COMMAND = re.compile(r"\\[A-Za-z]+")


def to_html(text: str) -> str:
    """The text with `**bold**`, `*emphasis*`, `` `code` `` and `$formulas$`; HTML in it is shown as it stands.

    Raises:
        ValueError: If a formula cannot be set.
    """
    pieces = FORMULA.split(text)  # formulas at the odd places
    return "".join(_mathml(piece) if k % 2 else INLINE.renderInline(piece) for k, piece in enumerate(pieces))


def _mathml(formula: str) -> str:
    try:
        root = convert_to_element(formula)
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
