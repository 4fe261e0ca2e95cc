"""What a model is made of: its layers in the order in which they run, with the shape each gives and its parameters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from core.models.classifier import Classifier


@dataclass(frozen=True)
class Layer:
    """A layer with weights, and what follows it before the next one."""

    part: str  # of the model: the name of its attribute, such as "encoder"; "" for what goes in
    name: str  # of the module within the model
    kind: str  # in words
    followed_by: tuple[str, ...]  # what follows, in words
    shape: tuple[int, ...]  # that it gives for one picture or code
    parameters: int  # weights that training changes, those of the normalisation after it among them
    tap: str = ""  # of a classifier: the name of the activations that it has a part in


class _Seen(Exception):
    """The network begins anew: all of it has been seen."""


@torch.no_grad()
def summarize(model: nn.Module) -> list[Layer]:
    """The layers of a model, from one pass of a picture, and one of a code if that reaches more of it.

    Args:
        model: Any that is registered, in evaluation mode; its config has an image shape. No other thread may use it
            meanwhile.

    Returns:
        Their parameters sum to the model's.
    """
    modules = {module: name for name, module in model.named_modules() if not any(module.children())}
    passes = [_layers(model, model, torch.zeros(1, *model.config.image_shape), modules)]
    reached = {layer.name for layer in passes[0]}
    if hasattr(model, "decode") and any(name not in reached for name in _weighted(modules)):
        passes.append(_layers(model, model.decode, torch.zeros(1, model.config.latent_dim), modules))
    order = list(modules.values())
    passes.sort(key=lambda layers: order.index(layers[1].name))  # as the model is written
    taps = _taps(model, modules)
    return [replace(layer, tap=taps.get(layer.name, "")) for layers in passes for layer in layers]


def _taps(model: nn.Module, modules: dict[nn.Module, str]) -> dict[str, str]:
    """Of a classifier, by module: the activations that it has a part in; the logits are no picture."""
    if not isinstance(model, Classifier):
        return {}
    parts_of = {tap: list(parts) for tap, parts in model.map_layers().items()}
    given = model.activations(torch.zeros(1, *model.config.image_shape))
    parts_of |= {name: [module] for name, module in model.named_children() if name in given and name != "output"}
    parts = {part: tap for tap, modules in parts_of.items() for module in modules for part in module.modules()}
    return {name: parts[module] for module, name in modules.items() if module in parts}


def _weighted(modules: dict[nn.Module, str]) -> list[str]:
    return [name for module, name in modules.items() if _parameters(module) and not _is_norm(module)]


def _layers(model: nn.Module, run: Callable, x: Tensor, modules: dict[nn.Module, str]) -> list[Layer]:
    layers = [Layer("", "", "picture" if x.dim() == 4 else "code", (), tuple(x.shape[1:]), 0)]
    for module, shape in _calls(run, x, modules):
        if _parameters(module) and not _is_norm(module):
            part = modules[module].split(".")[0]
            layers.append(Layer(part, modules[module], _kind(module), (), shape, _parameters(module)))
        else:
            at = _follows(layers, shape)
            last, word = layers[at], _kind(module)
            layers[at] = replace(
                last,
                followed_by=(*last.followed_by, word) if word else last.followed_by,
                shape=shape if last.part else last.shape,  # what goes in stays as it is
                parameters=last.parameters + _parameters(module),
            )
    return layers


def _follows(layers: list[Layer], shape: tuple[int, ...]) -> int:
    """Which layer an operation belongs to: the last that gives maps of the same shape, or else the last."""
    same = [i for i, layer in enumerate(layers) if layer.shape == shape]
    return same[-1] if same else len(layers) - 1


def _calls(run: Callable, x: Tensor, modules: dict[nn.Module, str]) -> list[tuple[nn.Module, tuple[int, ...]]]:
    """Every module that runs, with the shape it gives, until one with weights would run a second time."""
    calls: list[tuple[nn.Module, tuple[int, ...]]] = []
    met: set[nn.Module] = set()

    def note(module: nn.Module, inputs: Any, output: Tensor) -> None:
        if module in met and _parameters(module):
            raise _Seen
        met.add(module)
        calls.append((module, tuple(output.shape[1:]) or (1,)))

    with _hooks(modules, note), suppress(_Seen):
        run(x)
    return calls


@contextmanager
def _hooks(modules: dict[nn.Module, str], note: Callable) -> Iterator[None]:
    handles = [module.register_forward_hook(note) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _is_norm(module: nn.Module) -> bool:
    return isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d | nn.GroupNorm | nn.LayerNorm)


def _kind(module: nn.Module) -> str:
    """A module in words; nothing for one that changes nothing in use."""
    match module:
        case nn.ConvTranspose2d():
            return f"{_window(module)} transposed convolution{_stride(module)}"
        case nn.Conv2d():
            return f"{_window(module)} convolution{_stride(module)}"
        case nn.Linear():
            return "fully connected"
        case nn.Embedding():
            return "table of classes"
        case nn.MaxPool2d():
            return f"largest of {module.kernel_size} × {module.kernel_size}"
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            return "batch normalisation"
        case nn.GroupNorm():
            return "group normalisation"
        case nn.Dropout() | nn.Identity():
            return ""
    return {"Unflatten": "as maps", "Flatten": "as one vector"}.get(type(module).__name__, type(module).__name__)


def _window(module: nn.Conv2d | nn.ConvTranspose2d) -> str:
    height, width = module.kernel_size
    return f"{height} × {width}"


def _stride(module: nn.Conv2d | nn.ConvTranspose2d) -> str:
    step, _ = module.stride
    return "" if step == 1 else f", in steps of {step}"
