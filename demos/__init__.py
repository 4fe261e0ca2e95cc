"""The tabs: every package here with TITLE, ORDER, build(services) and, for API callers, build_endpoints(services)."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def tabs() -> list[ModuleType]:
    """The tab packages, in the order they stand on the page."""
    packages = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return sorted((package for package in packages if hasattr(package, "TITLE")), key=lambda tab: tab.ORDER)


def tab_id(tab: ModuleType) -> str:
    """Name of a tab in links (`?tab=`) and in elem_ids: that of its package."""
    return tab.__name__.rsplit(".", 1)[-1]
