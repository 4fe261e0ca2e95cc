"""The distributions of codes that variational models learned, for a page that decodes draws from them itself."""

import asyncio

from demos.autodecoder.compute import MODELS, VARIATIONAL, learned_parameters
from demos.autodecoder.handlers import find_autodecoder
from demos.server.models import Models
from demos.server.services import Services
from demos.ui.fields import Request
from demos.ui.images import pack_floats


async def load_parameters(services: Services, request: Request) -> dict:
    """By model, what load_learned() computes with: a table (images, numbers, parameters) of float32."""
    decoders = [find_autodecoder(services, name) for name in VARIATIONAL]
    tables = [await asyncio.to_thread(learned_parameters, decoder) for decoder in decoders]
    packed = [pack_floats(table.numpy()) for table in tables]
    return {"tables": dict(zip(VARIATIONAL, packed, strict=True))}


def distributions(models: Models) -> dict[str, str]:
    """What the codes of each of the shipped auto-decoders are distributed as: a key of FAMILIES."""
    return {card.name: card.config["distribution"] for card in models.cards if card.name in MODELS}
