"""How one number of a feature map comes about: the last convolution of its layer, and what follows, step by step."""

from collections.abc import Iterable
from dataclasses import dataclass
from reprlib import repr as shown

import torch
from torch import Tensor, nn

from core.models.classifier import Classifier
from core.models.layers import Residual


@dataclass(frozen=True)
class Step:
    """What one operation makes of a map."""

    kind: str  # "convolve", "normalise", "relu", "add" or "pool"
    values: Tensor  # (H, W) that it gives
    constants: dict[str, float]  # convolve: bias, if it has one; normalise: mean, deviation, scale, shift; pool: size
    added: Tensor | None = None  # (H, W) that "add" adds, which went around the block


@dataclass(frozen=True)
class ReceptiveField:
    """The pixels that a place of a map depends on: `size` of them a side, from `start + i * step` on for index i."""

    size: int
    step: int
    start: int  # negative where the first place looks beyond the edge


@dataclass(frozen=True)
class MapSteps:
    """The operations behind one map, the last of which gives its activations."""

    inputs: Tensor  # (C, H, W) that the convolution takes
    weights: Tensor  # (C, k, k), the map's filter
    stride: int
    padding: int
    steps: list[Step]
    field: ReceptiveField
    side: int  # pixels a side of the picture that the field is of, the resized one


@dataclass(frozen=True)
class _Operation:
    module: nn.Module
    taken: Tensor  # of a Residual, what goes around its body
    given: Tensor


def map_counts(classifier: Classifier) -> dict[str, int]:
    """How many maps each layer of maps has."""
    return {name: _convolutions(modules)[-1].out_channels for name, modules in classifier.map_layers().items()}


def receptive_field(classifier: Classifier, layer: str) -> ReceptiveField:
    """Which pixels of the resized picture a place of that layer's maps depends on.

    Source: Computing Receptive Fields of Convolutional Neural Networks, 2019, doi:10.23915/distill.00021.
    """
    size, step, start = 1, 1, 0
    for name, modules in classifier.map_layers().items():
        for module in _parts(modules):
            if isinstance(module, nn.Conv2d | nn.MaxPool2d):
                kernel, stride, padding = (_side(v) for v in (module.kernel_size, module.stride, module.padding))
                size, start, step = size + (kernel - 1) * step, start - padding * step, step * stride
        if name == layer:
            return ReceptiveField(size, step, start)
    raise ValueError(f"no layer of maps {shown(layer)}; there are: {', '.join(classifier.map_layers())}")


@torch.no_grad()
def map_steps(classifier: Classifier, x: Tensor, layer: str, index: int) -> MapSteps:
    """The steps from the input of a layer's last convolution to one of the layer's maps, by the classifier's modules.

    Args:
        classifier: In evaluation mode.
        x: One image, shape (C, H, W), in [0, 1].
        layer: A layer of maps.
        index: Of the map.

    Raises:
        ValueError: If there is no such layer or map.
    """
    counts = map_counts(classifier)
    if index not in range(counts.get(layer, 0)):
        maps = ", ".join(f"{count} of {name}" for name, count in counts.items())
        raise ValueError(f"no map {index} of {shown(layer)}; there are: {maps}")
    resized, names = classifier.resized(x[None]), list(counts)
    before = names.index(layer) - 1
    taken = classifier.activations(x[None])[names[before]] if before >= 0 else resized
    operations = _run(classifier.map_layers()[layer], taken)
    last = max(i for i, operation in enumerate(operations) if isinstance(operation.module, nn.Conv2d))
    convolution = operations[last].module
    return MapSteps(
        inputs=operations[last].taken[0],
        weights=convolution.weight[index],
        stride=_side(convolution.stride),
        padding=_side(convolution.padding),
        steps=[step for operation in operations[last:] if (step := _step(operation, index))],
        field=receptive_field(classifier, layer),
        side=resized.shape[-1],
    )


def _run(modules: Iterable[nn.Module], h: Tensor) -> list[_Operation]:
    """Every operation of some modules in turn, with what it takes and gives."""
    done: list[_Operation] = []
    for module in modules:
        if isinstance(module, Residual):
            body = _run(module.body, h)
            done += [*body, _Operation(module, h, body[-1].given + h)]
        elif isinstance(module, nn.Sequential):
            done += _run(module, h)
        else:
            done.append(_Operation(module, h, module(h.clone())))  # some work in place
        h = done[-1].given
    return done


def _step(operation: _Operation, index: int) -> Step | None:
    """The step of one map; None for an operation that changes nothing.

    Raises:
        ValueError: If the operation is of an unknown kind.
    """
    module, values = operation.module, operation.given[0, index]
    match module:
        case nn.Conv2d():
            return Step("convolve", values, {} if module.bias is None else {"bias": module.bias[index].item()})
        case nn.BatchNorm2d():
            deviation = (module.running_var[index] + module.eps).sqrt()
            constants = {"mean": module.running_mean[index], "deviation": deviation}
            constants |= {"scale": module.weight[index], "shift": module.bias[index]}
            return Step("normalise", values, {name: value.item() for name, value in constants.items()})
        case nn.ReLU():
            return Step("relu", values, {})
        case Residual():
            return Step("add", values, {}, operation.taken[0, index])
        case nn.MaxPool2d():
            return Step("pool", values, {"size": _side(module.kernel_size)})
        case nn.Dropout():
            return None
    raise ValueError(f"{type(module).__name__} in a layer of maps is not explained")


def _parts(modules: Iterable[nn.Module]) -> list[nn.Module]:
    return [part for module in modules for part in module.modules()]


def _convolutions(modules: Iterable[nn.Module]) -> list[nn.Conv2d]:
    return [part for part in _parts(modules) if isinstance(part, nn.Conv2d)]


def _side(value: int | tuple[int, int]) -> int:
    """Of what is as wide as it is high."""
    return value if isinstance(value, int) else value[0]
