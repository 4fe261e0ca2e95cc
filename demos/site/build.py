"""Writes the folder: all of it, or nothing."""

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

from demos import tab_id, tabs
from demos.lessons.format.library import SHIPPED
from demos.server.services import Services
from demos.site.answers import write_answers
from demos.site.errors import SiteError
from demos.site.files import write_models, write_scripts
from demos.site.lessons import SiteLibrary
from demos.site.offline import write_page
from demos.site.page import page_html, start_modules
from demos.site.pages import added_models_of, models_of, offered, shared_page, site_of, tab_page, with_classifiers
from demos.ui.handlers import rpc_handlers
from demos.ui.widget import WEB, lesson_strip


@dataclass(frozen=True)
class Written:
    """What was written.

    Args:
        tabs: By name.
        files: How many.
        size: Of all of them, bytes.
    """

    tabs: list[str]
    files: int
    size: int


def write_site(
    out: Path, names: Sequence[str] = (), lessons: Sequence[Path] = (), weights: Sequence[Path] = ()
) -> Written:
    """Write the suite for a static host.

    Args:
        out: Folder that is made; it may be there if it is empty.
        names: Of tabs; if none is named, those that can do without a server, but for what is large.
        lessons: Folders of lessons beside the shipped ones.
        weights: Folders of models beside the shipped ones; each needs its graphs, or those of a shipped one.

    Raises:
        SiteError: If that cannot be; nothing is left of the folder then.
    """
    chosen = _choose(names)
    with _made_whole(out) as folder:
        services = Services(weights=weights)
        try:
            _write(folder, services, chosen, [SHIPPED, *lessons])
        finally:
            services.close()
        files = [path for path in folder.rglob("*") if path.is_file()]
        return Written(list(chosen), len(files), sum(path.stat().st_size for path in files))


def _choose(names: Sequence[str]) -> dict[str, ModuleType]:
    """The tabs of those names, in the order of the page.

    Raises:
        SiteError: If one of them is unknown, or needs a server.
    """
    possible = offered()
    every = {tab_id(tab): tab.TITLE for tab in tabs()}
    for name in names:
        if name in every and name not in possible:
            raise SiteError(f"{every[name]} needs the app. Leave it out; there are: {', '.join(possible)}.")
        if name not in every:
            raise SiteError(f"There is no tab {name}; there are: {', '.join(possible)}.")
    usual = [name for name, tab in possible.items() if not getattr(site_of(tab), "ON_REQUEST", False)]
    return {name: tab for name, tab in possible.items() if name in (names or usual)}


def _write(folder: Path, services: Services, chosen: Mapping[str, ModuleType], lessons: Sequence[Path]) -> None:
    names = {name for tab in chosen.values() for name in models_of(tab, services)}
    offered_models = [model for tab in chosen.values() for model in added_models_of(tab, services)]
    added = with_classifiers(offered_models, services)
    write_models(folder, names, added.values())  # first: what is missing is said before anything is computed
    left_out = {name for tab in chosen.values() for name in getattr(site_of(tab), "LEFT_OUT", ())}
    services.models.leave_out(left_out - names)
    library = SiteLibrary(lessons, tuple(chosen))
    pages = [tab_page(tab, services) for tab in chosen.values()]
    shared = shared_page(partial(_lesson_strip, services, library), {"lessons": [("load_lessons", {})]})
    answers = asyncio.run(write_answers(folder, [*pages, shared]))
    folded = {one.entry for page in pages for one in page.components if one.is_folded}
    write_scripts(folder, start_modules(pages), sorted(folded))
    shutil.copyfile(WEB / "icon.png", folder / "favicon.ico")
    elsewhere = {tab_id(tab): tab.TITLE for tab in tabs() if tab_id(tab) not in chosen}
    write_page(folder, partial(page_html, pages, shared, answers, library.links(), elsewhere))


def _lesson_strip(services: Services, library: SiteLibrary) -> None:
    lesson_strip(*rpc_handlers(services, library.load_lessons, library.find_address))


@contextmanager
def _made_whole(out: Path) -> Iterator[Path]:
    """A folder beside another, which takes its place at the end; nothing of it stays after an error.

    Raises:
        SiteError: If the other is there and not empty, or none can be written at its place.
    """
    out = out.absolute()
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise SiteError(f"{out} is there already. Remove it, or name another folder.")
    part = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        part.mkdir(parents=True)
        yield part
        if out.exists():
            out.rmdir()
        part.rename(out)
    except OSError as error:
        raise SiteError(f"{out} cannot be written ({error.strerror}). Name another folder.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
