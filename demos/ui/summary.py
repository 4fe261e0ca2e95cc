"""What a model is made of, for every tab that uses one."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Annotated

import gradio as gr
import torch
from pydantic import Field
from torch import Tensor

from core.serving.cache import cached
from core.summary import Layer, summarize
from demos.server.models import Model
from demos.server.services import Services
from demos.ui.fields import Named, Request
from demos.ui.handlers import rpc_handler
from demos.ui.widget import machine_fold


def _any_model(services: Services, name: object) -> Model:
    return services.models.find(name, [card.name for card in services.models.cards], "model", "forward")


class SummaryRequest(Request):
    """A shipped model, or one of this session."""

    model: Annotated[Model, Named(_any_model)] = Field(alias="checkpoint")


async def load_summary(services: Services, request: SummaryRequest) -> dict:
    """The layers of a model, each with the shape it gives and its parameters."""
    layers = await request.model.run(_summaries(request.model), torch.zeros(1), is_ahead=True)
    return {
        "checkpoint": request.model.name,
        "parameters": sum(layer.parameters for layer in layers),
        "layers": [asdict(layer) for layer in layers],
    }


@cached()
def _summaries(model: Model) -> Callable[[Tensor], list[list[Layer]]]:
    return lambda batch: [_summary(model)] * len(batch)


@cached()
def _summary(model: Model) -> list[Layer]:
    """On the thread that runs the network, which nobody else uses meanwhile."""
    return summarize(model.module)


def machine(services: Services, tab: str, models: Iterable[str], first: str = "") -> gr.HTML:
    """The shipped models of a tab, drawn as their layers, behind a fold below it.

    Args:
        models: Names; what is no model is left out.
        first: That of the model the tab opens with; the first of them unless given.
    """
    shipped = {card.name for card in services.models.cards}
    names = sorted((name for name in models if name in shipped), key=lambda name: name != first)
    return machine_fold(tab, rpc_handler(services, load_summary), names)
