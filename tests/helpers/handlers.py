"""Handlers called as the page and API callers call them."""

import asyncio
from typing import Any

from demos.server.services import Services
from demos.ui.handlers import Handler, api_handler, rpc_handler

SERVICES = Services()


def ask(handler: Handler, services: Services = SERVICES, **request: Any) -> dict:
    """The answer that the page gets."""
    return asyncio.run(rpc_handler(services, handler)(request))


def call(handler: Handler, *args: Any, services: Services = SERVICES, **kwargs: Any) -> Any:
    """What an API caller gets, before Gradio packs it.

    Raises:
        gr.Error: If it fails.
    """
    return asyncio.run(api_handler(services, handler)(*args, **kwargs))
