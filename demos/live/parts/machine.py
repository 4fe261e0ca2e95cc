"""The model that Train live would train, as its layers, before there is one."""

import asyncio
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import torch

from core.checkpoint import load_card
from core.registry import create_model
from core.summary import Layer, summarize
from core.training.live import check, live_model, sizes_of
from demos.live.handlers import Values
from demos.server.services import Services
from demos.ui.fields import Request


class MachineRequest(Request):
    """A model and the values of its hyperparameters."""

    model: Any
    values: Values


async def load_summary(services: Services, request: MachineRequest) -> dict:
    """The layers of the model of these sizes, each with the shape it gives and its parameters.

    Raises:
        ValueError: If there is no such model or value.
    """
    values = check(request.model, dict(request.values))
    layers = await asyncio.to_thread(_layers, request.model, values["width"], values.get("latent_dim"))
    return {
        "checkpoint": request.model,
        "parameters": sum(layer.parameters for layer in layers),
        "layers": [asdict(layer) for layer in layers],
    }


@lru_cache(maxsize=64)
def _layers(name: str, width: float, latent_dim: float | None) -> list[Layer]:
    live = live_model(name)
    card = load_card(live.checkpoint)  # whose architecture it has, in other sizes
    sizes = sizes_of(live, {"width": width} | ({"latent_dim": latent_dim} if latent_dim else {}))
    with torch.random.fork_rng():  # the first weights are drawn, and nobody sees them
        return summarize(create_model(card.model, **card.config | sizes).eval())
