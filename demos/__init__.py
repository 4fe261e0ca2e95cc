"""The tabs: every module here with TITLE, ORDER and build(); names in _ are skipped."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def tabs() -> list[ModuleType]:
    """The tab modules, in the order they stand on the page."""
    names = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
    return sorted((import_module(f"{__name__}.{name}") for name in names), key=lambda tab: tab.ORDER)


def tab_id(tab: ModuleType) -> str:
    """Name of a tab in links (`?tab=`) and in elem_ids: that of its module."""
    return tab.__name__.rsplit(".", 1)[-1]
