"""A model's parts as ONNX graphs, which another runtime than torch computes: that of a visitor's browser.

A graph holds no weights. It names places within NAME.safetensors, beside which it lies as NAME.PART.onnx, so that the
weights are there once, in the one file whose hash the card holds, and a graph takes a few kilobytes. The runtime reads
float16 as it is stored and computes in float32. Python itself never loads a graph: it has the module.
"""

import hashlib
import json
import logging
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnx import ModelProto, NodeProto, TensorProto, helper
from torch import Tensor, nn

from core.checkpoint import SCALE, Card, CheckpointError, load_codes, load_model, write_atomically
from core.confidence import familiarity, is_calibrated
from core.data.model_dataset import dataset_of
from core.models.classifier import Classifier
from core.models.dcgan import DCGAN
from core.models.flow import Flow
from core.models.vae import GaussianCodes

OPSET = 20
MOST_OFF = 1 / 510  # of a picture's range 1, or of an output's largest value: half a step of 255
CHECKED = 100  # real inputs that a graph is compared on
STORED = {"F16": TensorProto.FLOAT16, "F32": TensorProto.FLOAT, "I8": TensorProto.INT8, "I64": TensorProto.INT64}

Outputs = dict[str, Tensor]


@dataclass(frozen=True)
class Part:
    """What a model can do, by one function of batches."""

    name: str  # encode, decode, activations, discriminate, denoise or velocity
    run: Callable[..., Outputs]
    inputs: dict[str, Tensor]  # real ones by the function's own names, (N, ...)


class _PartModule(nn.Module):
    """A part as the exporter wants it; the model's weights keep their names."""

    def __init__(self, model: nn.Module, part: Part) -> None:
        super().__init__()
        self.model, self.part = model, part

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """The part's outputs in order."""
        return tuple(self.part.run(*inputs).values())


def parts_of(model: nn.Module, images: Tensor, codes: Tensor | None) -> list[Part]:
    """What a model of load_model() can do.

    Args:
        images: Real ones, (N, C, H, W) in [0, 1].
        codes: Real ones, (N, D), if the model has codes.

    Returns:
        encode: x to `code`, or to `mu` and `logvar`. decode: z to `image`. activations: x to every layer's, then
        `probs`, and `familiarity` and `threshold` if it is calibrated. discriminate: x to `probability`. denoise: x to
        `image`. velocity: state, t and label (int64) to `velocity`.
    """
    if isinstance(model, Classifier):
        return [Part("activations", lambda x: _activations(model, x), {"x": images})]
    if isinstance(model, Flow):
        count, labels = len(images), model.config.num_classes + 1
        inputs = {
            "state": model.states(images), "t": torch.linspace(0, 1, count), "label": torch.arange(count) % labels
        }  # fmt: skip
        return [Part("velocity", lambda state, t, label: {"velocity": model.network(state, t, label)}, inputs)]
    parts = []
    if isinstance(model, GaussianCodes):
        parts.append(Part("encode", lambda x: _posterior(model, x), {"x": images}))
    elif hasattr(model, "encode"):
        parts.append(Part("encode", lambda x: {"code": model.encode(x)}, {"x": images}))
    if hasattr(model, "decode") and codes is not None:
        parts.append(Part("decode", lambda z: {"image": model.decode(z)}, {"z": codes}))
    if isinstance(model, DCGAN):
        parts.append(Part("discriminate", lambda x: {"probability": model.discriminate(x)}, {"x": images}))
    if type(model).__module__.endswith(".denoiser"):
        parts.append(Part("denoise", lambda x: {"image": model(x)}, {"x": images}))
    return parts


def _posterior(model: GaussianCodes, x: Tensor) -> Outputs:
    mu, logvar = model.posterior(x)
    return {"mu": mu, "logvar": logvar}


def _activations(model: Classifier, x: Tensor) -> Outputs:
    taps = model.activations(x)
    logits = taps["output"]
    if not is_calibrated(model):
        return taps | {"probs": logits.softmax(1)}
    known = familiarity(logits)
    verdict = {"familiarity": known, "threshold": model.threshold.expand_as(known)}
    return taps | {"probs": (logits / model.temperature).softmax(1)} | verdict


def export_model(path: Path) -> Card:
    """Write NAME.PART.onnx beside a card for each part of its model, and their hashes on the card.

    Args:
        path: Of the card; the weights lie beside it.

    Returns:
        The card as it is now.

    Raises:
        CheckpointError: If the weights cannot be used, or a graph does not compute what the module does.
    """
    model = load_model(path)
    card, images, codes = model.card, *real_inputs(model, path)
    weights = path.with_suffix(".safetensors")
    made: dict[str, bytes] = {}
    for part in parts_of(model, images, codes):
        made[part.name] = to_graph(model, part, weights).SerializeToString()
        _check(made[part.name], part, path)
    for name, content in made.items():
        write_atomically(path.with_name(f"{path.stem}.{name}.onnx"), content)
    card = replace(card, graphs={name: hashlib.sha256(content).hexdigest() for name, content in made.items()})
    write_atomically(path, json.dumps(asdict(card), indent=1).encode())
    return card


def _check(content: bytes, part: Part, path: Path) -> None:
    """See that a graph computes what the module does; it is read beside the weights that it refers to."""
    trial = path.with_name(f".{path.stem}.{part.name}.onnx")
    try:
        write_atomically(trial, content)
        if (off := compare(trial, part)) > MOST_OFF:
            raise CheckpointError(
                f"The graph {part.name} of {path.stem} is off by {off:.5f} of its range from what the module computes"
            )
    finally:
        trial.unlink(missing_ok=True)


@torch.no_grad()
def real_inputs(model: nn.Module, path: Path) -> tuple[Tensor, Tensor | None]:
    """Images and codes to export and check a model with: its dataset's sample, or what it paints where none ships.

    Returns:
        Shapes (N, C, H, W) and (N, D), N at most CHECKED.
    """
    codes = load_codes(path)[:CHECKED] if path.with_suffix(".codes.safetensors").is_file() else None
    if isinstance(model, DCGAN):
        codes = model.noise(CHECKED, torch.Generator().manual_seed(0))
    if isinstance(model, GaussianCodes) and model.config.image_shape[0] == 3 and codes is not None:
        return model.decode(codes), codes  # no photograph of a face ships
    images = dataset_of(model.card, path).sample().images
    return images[:: max(1, len(images) // CHECKED)][:CHECKED].float() / 255, codes


def to_graph(model: nn.Module, part: Part, weights: Path) -> ModelProto:
    """A part as a graph with a dynamic batch, whose weights are places in a file.

    Args:
        weights: The .safetensors file; the graph is to lie beside it.
    """
    batch = torch.export.Dim("batch", min=1, max=4096)
    examples = tuple(value[:2] for value in part.inputs.values())
    outputs = list(part.run(*examples))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            _PartModule(model, part).eval(), examples, input_names=list(part.inputs), output_names=outputs,
            opset_version=OPSET, dynamo=True, optimize=False, verbose=False,  # optimised, it would fold weights in
            dynamic_shapes={"inputs": tuple({0: batch} for _ in examples)},
        )  # fmt: skip
    graph = program.model_proto
    _refer(graph, weights)
    _strip(graph)
    helper.set_model_props(graph, {"weights": model.card.sha256})
    return graph


def compare(path: Path, part: Part) -> float:
    """How far a graph's outputs lie from the module's on real inputs, over the range of each; inf if a class differs.

    Args:
        path: Of the graph, beside its weights.
    """
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = session.run(None, {name: value.numpy() for name, value in part.inputs.items()})
    with torch.no_grad():
        wanted = {name: value.numpy() for name, value in part.run(*part.inputs.values()).items()}
    pairs = list(zip(given, wanted.values(), strict=True))
    if "probs" in wanted and (given[list(wanted).index("probs")].argmax(1) != wanted["probs"].argmax(1)).any():
        return np.inf
    return max(float(np.abs(a - b).max() / max(1.0, np.abs(b).max())) for a, b in pairs)


def _refer(model: ModelProto, weights: Path) -> None:
    """Put a place in the file instead of every weight; float16 and int8 are unpacked by the graph itself."""
    stored, graph = _places(weights), model.graph
    initializers, unpacking = [], []
    for weight in graph.initializer:
        key = weight.name.removeprefix("model.")
        if key not in stored:
            initializers.append(weight)
            continue
        for name in (key, key + SCALE):
            if name in stored:
                initializers.append(_external(f"stored.{name}", *stored[name], weights.name))
        unpacking += _unpacking(weight.name, key, key + SCALE in stored)
    nodes = [*unpacking, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(initializers)
    graph.node.extend(nodes)


def _unpacking(name: str, key: str, has_scale: bool) -> list[NodeProto]:
    """The nodes that make a weight of what is stored of it."""
    if not has_scale:
        return [helper.make_node("Cast", [f"stored.{key}"], [name], to=TensorProto.FLOAT)]
    sources = {f"stored.{key}": f"{name}.values", f"stored.{key}{SCALE}": f"{name}.scales"}
    casts = [helper.make_node("Cast", [a], [b], to=TensorProto.FLOAT) for a, b in sources.items()]
    return [*casts, helper.make_node("Mul", list(sources.values()), [name])]


def _external(name: str, kind: str, shape: list[int], offset: int, length: int, file: str) -> TensorProto:
    tensor = TensorProto(name=name, data_type=STORED[kind], dims=shape, data_location=TensorProto.EXTERNAL)
    for key, value in {"location": file, "offset": offset, "length": length}.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def _places(weights: Path) -> dict[str, tuple[str, list[int], int, int]]:
    """Of every tensor in a .safetensors file: its type, shape, offset in bytes and length."""
    with open(weights, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    start = 8 + length
    return {
        name: (each["dtype"], each["shape"], start + each["data_offsets"][0], np.diff(each["data_offsets"]).item())
        for name, each in header.items()
    }


def _strip(model: ModelProto) -> None:
    """Take out what only a debugger reads: paths of this machine among it."""
    del model.graph.value_info[:], model.graph.metadata_props[:], model.functions[:]
    model.doc_string = model.graph.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        value.doc_string = ""
        del value.metadata_props[:]
