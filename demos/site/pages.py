"""Tabs as a page without Gradio needs them: what Gradio's own would be given of each component."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import gradio as gr

from demos import tab_id, tabs
from demos.server.models import FASHION, Model
from demos.server.rpc import Functions, server_functions
from demos.server.services import Services
from demos.ui.widget import LESSONS, MACHINE, entries

Question = tuple[str, dict[str, Any]]  # a function's name, and a request as the script sends it
NEEDS_APP = "{} needs the app. Start it with: python app.py"
FOLDED = "-machine"  # how the elements end whose script is fetched when they are opened


@dataclass(frozen=True)
class Component:
    """What is drawn at a place of the page.

    Args:
        id: Of the element; empty where nobody asks for it.
        html: That fills it.
        number: By which its functions are found.
        classes: Of the element and of the one within.
        entry: The module that mounts it, below demos/; empty for text.
        props: Constants for that.
        needs: By the functions that it calls, what is said where one has no answer.
        questions: That its script asks and that are answered ahead.
    """

    id: str
    html: str
    number: int
    classes: str = ""
    entry: str = ""
    props: Mapping[str, Any] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()

    @property
    def is_folded(self) -> bool:
        """Whether its script waits until it is opened."""
        return self.id.endswith(FOLDED)


@dataclass(frozen=True)
class Page:
    """A tab, or what stands beside all of them.

    Args:
        components: From top to bottom.
        functions: Of their widgets.
    """

    name: str
    title: str
    components: list[Component]
    functions: Functions


def offered() -> dict[str, ModuleType]:
    """The tabs that a page without a server can have, by name."""
    return {tab_id(tab): tab for tab in tabs() if _can_do_alone(tab)}


def _can_do_alone(tab: ModuleType) -> bool:
    """Whether a tab has a module parts/site.py, and its script computes what that says."""
    parts = Path(tab.__file__).parent / "parts"
    is_described = (parts / "site.py").is_file()
    return is_described and (not hasattr(site_of(tab), "models") or (parts / "answered_here.js").is_file())


def site_of(tab: ModuleType) -> ModuleType:
    """What a tab takes along: questions(services) and NEEDS.

    Where the visitor's browser computes, also models(services), and added(services) if it can with those of folders;
    maybe models that are LEFT_OUT unless another tab takes them, and whether the tab comes ON_REQUEST alone.
    """
    return import_module(f"{tab.__name__}.parts.site")


def models_of(tab: ModuleType, services: Services) -> list[str]:
    """The models that the visitor's browser computes with in a tab."""
    site = site_of(tab)
    return site.models(services) if hasattr(site, "models") else []


def added_models_of(tab: ModuleType, services: Services) -> list[Model]:
    """The models of folders that a tab offers."""
    site = site_of(tab)
    return site.added(services) if hasattr(site, "added") else []


def with_classifiers(added: Iterable[Model], services: Services) -> dict[str, Model]:
    """Models of folders by name, and those of folders that name their pictures."""
    found = {model.name: model for model in added}
    others = [model for model in found.values() if model.dataset.name != FASHION]  # clothes are named by a shipped one
    classifiers = [services.models.alike(model, "activations") for model in others]
    return found | {classifier.name: classifier for classifier in classifiers if classifier}


def tab_page(tab: ModuleType, services: Services) -> Page:
    """A tab, built as in the app, but that it offers no model of a folder with which only the app can compute."""
    site, added, name = site_of(tab), added_models_of(tab, services), tab_id(tab)
    with gr.Blocks() as blocks:
        tab.build(services)
    questions = list(site.questions(services))
    if name in services.models.tabs and services.models.has_folders:
        services.models.tabs[name] = lambda model: model in added
        questions += [("load_models", {}), *(("load_sample", {"checkpoint": model.name}) for model in added)]
    return _page(name, tab.TITLE, blocks, {f"{name}-widget": questions}, site.NEEDS)


def shared_page(build: Callable[[], None], asked: Mapping[str, Iterable[Question]]) -> Page:
    """What stands beside every tab.

    Args:
        build: Makes the components.
        asked: By a component's id, what its script asks.
    """
    with gr.Blocks() as blocks:
        build()
    return _page("", "", blocks, asked, {})


def _page(
    name: str, title: str, blocks: gr.Blocks, asked: Mapping[str, Iterable[Question]], needs: Mapping[str, str]
) -> Page:
    shown = [block for block in blocks.blocks.values() if isinstance(block, gr.HTML)]
    return Page(name, title, [_component(block, asked, needs) for block in shown], server_functions(blocks))


def _component(block: gr.HTML, asked: Mapping[str, Iterable[Question]], needs: Mapping[str, str]) -> Component:
    element, names = block.elem_id or "", [function.__name__ for function in block.server_fns]
    if not names:
        return Component(element, block.value or "", block._id)
    if element.endswith(FOLDED):
        questions = [("load_summary", {"checkpoint": name}) for name in block.props["models"]]
    else:
        questions = asked.get(element, ())
    return Component(
        id=element, html=block.html_template, number=block._id, classes=" ".join(block.elem_classes),
        entry=_entry(element), props={key: value for key, value in block.props.items() if key != "first"},
        needs={name: NEEDS_APP.format(needs.get(name, "This")) for name in names},
        questions=tuple(questions),
    )  # fmt: skip


def _entry(element: str) -> str:
    """The module that mounts what is drawn in an element."""
    if element.endswith(FOLDED):
        return MACHINE
    return LESSONS if element == "lessons" else entries()[element.removesuffix("-widget")]
