"""The glossary: words of the explanations, each with one or two sentences and a view that shows it.

## latent space, latent spaces

All codes that a decoder can turn into pictures.

?tab=latent_map&model=cae-2
"""

from functools import cache
from pathlib import Path

from demos.lessons.format.lesson import Part
from demos.lessons.format.reading import GLOSSARY, Problem, Reader, lines_of

SHIPPED = Path(__file__).resolve().parent.parent / GLOSSARY


class Term(Part):
    """A word and what it means.

    Args:
        forms: Of the word, as they may stand in a text; the first is its title.
        text: HTML.
        link: A view that shows it, "?tab=...".
    """

    forms: tuple[str, ...]
    text: str
    link: str


def read_glossary(path: Path = SHIPPED) -> tuple[list[Term], list[Problem]]:
    """The terms of a file, and what is wrong with it."""
    reader = Reader(path.name)
    terms = []
    for draft in reader.drafts(lines_of(reader, path) or [], 0):
        step = reader.step(draft)
        terms.append(Term(forms=tuple(form.strip() for form in draft.title.split(",")), text=step.text, link=step.link))
    return terms, reader.problems


@cache
def shipped_terms() -> list[dict]:
    """The terms of the shipped glossary, for the page."""
    return [term.model_dump() for term in read_glossary()[0]]
