"""Architectures register themselves where they are written; everything else finds them here by name."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from torch import nn


@dataclass(frozen=True)
class Architecture:
    """A model class, the dataclass that configures it, and the file in core/models/ it stands in."""

    name: str
    model: type[nn.Module]
    config: type
    family: str


_ARCHITECTURES: dict[str, Architecture] = {}


def register_model(name: str, config: type) -> Callable[[type[nn.Module]], type[nn.Module]]:
    """Class decorator: make `Model(config)` known as `name`.

    Raises:
        ValueError: If the name is taken.
    """

    def register(model: type[nn.Module]) -> type[nn.Module]:
        if name in _ARCHITECTURES:
            raise ValueError(f"architecture {name!r} is already registered by {_ARCHITECTURES[name].model.__name__}")
        _ARCHITECTURES[name] = Architecture(name, model, config, model.__module__.rsplit(".", 1)[-1])
        return model

    return register


def list_models() -> list[str]:
    """Names of every architecture, sorted."""
    _import_models()
    return sorted(_ARCHITECTURES)


def get_architecture(name: str) -> Architecture:
    """The registered architecture of that name.

    Raises:
        ValueError: If there is none.
    """
    _import_models()
    if name not in _ARCHITECTURES:
        raise ValueError(f"no architecture {name!r}; there are: {', '.join(sorted(_ARCHITECTURES))}")
    return _ARCHITECTURES[name]


def architecture_of(model: nn.Module) -> Architecture:
    """The architecture that a model is of.

    Raises:
        ValueError: If its class is not registered.
    """
    _import_models()
    for architecture in _ARCHITECTURES.values():
        if architecture.model is type(model):
            return architecture
    raise ValueError(f"{type(model).__name__} is not a registered architecture")


def create_model(name: str, **options: Any) -> nn.Module:
    """A freshly initialised model; options are fields of its config.

    Raises:
        ValueError: If the architecture or an option is unknown.
    """
    architecture = get_architecture(name)
    known = {field.name for field in fields(architecture.config)}
    if unknown := sorted(set(options) - known):
        raise ValueError(f"{name} has no option {', '.join(unknown)}; it has: {', '.join(sorted(known))}")
    # JSON cards hold lists where configs hold tuples
    options = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    return architecture.model(architecture.config(**options))


def _import_models() -> None:
    import core.models  # noqa: F401  (imports every module beside it, which registers every model)
