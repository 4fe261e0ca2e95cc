"""What a training run needs to go on bit-exactly, as one safetensors file: tensors as they are, the rest as JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from core.checkpoint import DamagedCheckpoint


def pack_state(state: Any) -> bytes:
    """Bytes of a nested state of dicts, lists, numbers and tensors, such as an optimiser's state_dict()."""
    tensors: dict[str, Tensor] = {}

    def tree(value: Any) -> dict[str, Any]:
        if isinstance(value, Tensor):
            name = f"t{len(tensors)}"
            tensors[name] = value.detach().cpu().contiguous().clone()  # clone: safetensors refuses shared memory
            return {"tensor": name}
        if isinstance(value, Mapping):
            return {"dict": [[key, tree(item)] for key, item in value.items()]}  # pairs keep integer keys
        if isinstance(value, list | tuple):
            return {"list": [tree(item) for item in value]}
        return {"value": value}

    packed = json.dumps(tree(state))
    return save(tensors, {"tree": packed})


def read_state(path: Path) -> Any:
    """The nested state whose bytes, by pack_state(), a file holds; tuples come back as lists.

    Raises:
        DamagedCheckpoint: If the file does not hold such a state.
    """
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, it is no dict
            packed = json.loads((file.metadata() or {})["tree"])
    except (SafetensorError, KeyError, ValueError) as error:
        raise DamagedCheckpoint(f"{path} is not a saved training state ({error})") from error

    def untree(value: dict[str, Any]) -> Any:
        ((kind, content),) = value.items()
        if kind == "tensor":
            return tensors[content]
        if kind == "dict":
            return {key: untree(item) for key, item in content}
        if kind == "list":
            return [untree(item) for item in content]
        return content

    return untree(packed)


def rng_state() -> dict[str, Any]:
    """State of torch's global random generators."""
    return {
        "cpu": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def set_rng_state(state: dict[str, Any]) -> None:
    """Put torch's global random generators back where rng_state() found them."""
    torch.set_rng_state(state["cpu"])
    if state["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["cuda"])
