"""Handlers made callable by the page and by API callers: requests checked before, failures explained after.

A handler is an async function of the app's services and of one checked request; that of an endpoint, of the services
and of checked arguments. It can be called without a page.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import gradio as gr
import numpy as np
from gradio.utils import get_upload_folder
from pydantic import BaseModel, Field, ValidationError, create_model

from core.serving.limits import CALLS
from demos.server.answer_files import put_whole
from demos.server.errors import user_message
from demos.server.services import Services
from demos.ui.fields import Request, parse

Handler = Callable[..., Awaitable[Any]]
ServerFunction = Callable[..., Awaitable[dict]]


class _Page(BaseModel):
    session_hash: Annotated[str, Field(strict=True, min_length=1)]


def rpc_handlers(services: Services, *handlers: Handler) -> list[ServerFunction]:
    """Server functions for a widget, one of each handler."""
    return [rpc_handler(services, handler) for handler in handlers]


def rpc_handler(services: Services, handler: Handler) -> ServerFunction:
    """A server function of what the page sends; a failure becomes {"error": message}.

    The page would otherwise get nothing at all, and show nothing.

    Args:
        handler: Takes the services and a Request; and `session`, the page's, if it names that.
    """
    kind = get_type_hints(handler)["request"]

    async def answer(request: Any, **page: str) -> dict:
        try:
            return await handler(services, parse(kind, request, services), **page)
        except Exception as error:  # a fault of ours must not leave a tab blank
            return {"error": user_message(handler, error)}

    async def without_session(request: Any) -> dict:
        return await answer(request)

    async def with_session(request: Any, page: gr.Request) -> dict:
        try:
            session = await _session(page)
        except ValueError as error:
            return {"error": str(error)}
        return await answer(request, session=session)

    function = with_session if "session" in inspect.signature(handler).parameters else without_session
    function.__name__, function.__doc__ = handler.__name__, handler.__doc__
    return function


def api_handler(services: Services, handler: Handler, finish: Handler | None = None) -> Handler:
    """The handler of an API endpoint, whose failure becomes a gr.Error.

    Args:
        finish: Makes what Gradio is given of each answer.
    """
    _, *parameters = inspect.signature(handler).parameters.values()
    hints = get_type_hints(handler, include_extras=True)
    fields = {p.name: (hints[p.name], ... if p.default is inspect.Parameter.empty else p.default) for p in parameters}
    kind = create_model(handler.__name__, __base__=Request, **fields)
    signature = inspect.Signature(parameters)
    finish = finish or _as_it_is

    def checked(args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
        request = parse(kind, signature.bind(*args, **kwargs).arguments, services)
        return {name: getattr(request, name) for name in fields}

    @wraps(handler)
    async def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return await finish(await handler(services, **checked(args, kwargs)))
        except Exception as error:
            raise gr.Error(user_message(handler, error), print_exception=False) from error

    @wraps(handler)
    async def stream(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        try:
            async with aclosing(handler(services, **checked(args, kwargs))) as answers:
                async for answer in answers:
                    yield await finish(answer)
        except Exception as error:
            raise gr.Error(user_message(handler, error), print_exception=False) from error

    function = stream if inspect.isasyncgenfunction(handler) else call
    function.__signature__, function.__annotations__ = signature, {}
    return function


def endpoint(
    services: Services,
    handler: Handler,
    inputs: list[gr.components.Component],
    output: Any,
    name: str,
    concurrency_id: str = "calls",
    concurrency_limit: int = CALLS,
) -> None:
    """Offer a handler to API callers as `/name`; the page itself calls the widgets' server functions."""
    gr.Button(visible=False).click(
        api_handler(services, handler, _with_files), inputs, output, api_name=name, show_progress="hidden",
        concurrency_id=concurrency_id, concurrency_limit=concurrency_limit,
    )  # fmt: skip


async def _as_it_is(answer: Any) -> Any:
    return answer


async def _with_files(answer: Any) -> Any:
    """What a handler returns, each picture in it as the path of a file."""
    if isinstance(answer, tuple):
        return tuple([await _with_files(part) for part in answer])
    if isinstance(answer, np.ndarray):
        return str(await asyncio.to_thread(put_whole, Path(get_upload_folder()), answer))
    return answer


async def _session(page: gr.Request) -> str:
    """What the page calls its session; the event that ends it calls it the same.

    Gradio gives server functions the bare HTTP request, whose body holds it.

    Raises:
        ValueError: If the page sent no session.
    """
    try:
        return _Page.model_validate(await page.json()).session_hash
    except ValidationError:
        raise ValueError("The page did not send its session. Reload the page.") from None
