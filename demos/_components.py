"""What the tabs share on the page: widgets drawn by static/*.js, and the functions those call on the server."""

import asyncio
import base64
import logging
import math
import os
import traceback
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from reprlib import repr as shown
from typing import Any

import gradio as gr
import numpy as np
from gradio.context import Context

from core.checkpoint import WEIGHTS, CheckpointError
from core.data import DataError
from core.images import ImageError, as_clothes, encode, grid, read_photo
from core.limits import CALLS, MAX_BYTES, MESSAGE, PICTURES_AT_ONCE
from core.service import Busy
from demos._compute import fashion_sample

STATIC = Path(__file__).parent / "static"
# npm's plotly.js-gl3d-dist-min as it is: flat and solid scatters, ready in half the time of the whole library
PLOTLY = STATIC / "vendor" / "plotly-gl3d-3.7.0.min.js"
# static/*.js, one a component, on every page
LIBRARY = (
    "loom", "pad", "upload", "bars", "gallery", "scatter", "cloud", "curves", "timeline", "lines", "dots", "player",
    "filmstrip", "wipe", "share", "choice", "featuremaps", "heat", "evidence", "confusion", "crowd",
    "stages", "own", "bands", "ways",
)  # fmt: skip
SAMPLE_COLUMNS = 40  # tiles in a row of the sample's sprite
EXPECTED = (ValueError, Busy, CheckpointError, DataError)  # failures a visitor is told about
UNEXPECTED = "Something went wrong here ({}). Try something else; the other tabs work on."
DISK = "The server cannot write files at the moment: its disk may be full or read-only. What needs none works on."
LOG = logging.getLogger("loom")

# Paul Tol's "muted" scheme, which the common kinds of colour blindness keep apart, and a grey; one per class
CLASS_COLORS = (
    "#CC6677", "#4477CC", "#B8A33A", "#117733", "#66BBE0", "#882255", "#44AA99", "#8A8F2B", "#AA4499", "#8A8F98",
)  # fmt: skip

ServerFunction = Callable[..., Awaitable[dict]]
_PICTURES = ThreadPoolExecutor(PICTURES_AT_ONCE, thread_name_prefix="pictures")


def answered(function: ServerFunction) -> ServerFunction:
    """Make an async function of one request a server function: a failure becomes {"error": message}.

    The page would otherwise get nothing at all, and show nothing.
    """

    @wraps(function)
    async def answer(request: dict, *page: gr.Request) -> dict:  # the page too, for those that name it
        if not isinstance(request, dict):
            return {"error": f"expected an object of named values, got {type(request).__name__}"}
        try:
            return await function(request, *page)
        except Exception as error:  # a fault of ours must not leave a tab blank
            return {"error": told(function, error)}

    return answer


def explained(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The same for the handler of an API endpoint: a failure becomes a gr.Error."""

    @wraps(function)
    async def handler(*args: Any, **kwargs: Any) -> Any:
        try:
            return await function(*args, **kwargs)
        except Exception as error:
            raise gr.Error(told(function, error), print_exception=False) from error

    return handler


@contextmanager
def tab_page(title: str) -> Iterator[gr.Blocks]:
    """A page for a tab that runs alone; within the app, the app's own page: one more takes 100 ms to make."""
    if Context.root_block is not None:
        yield Context.root_block
        return
    with gr.Blocks(title=title) as page:
        yield page


def widget(name: str, *functions: ServerFunction, **settings: Any) -> gr.HTML:
    """The component drawn by static/NAME.html and static/NAME.js, which calls the functions as `server.<name>`.

    Args:
        settings: Constants for the script, found there as `props.<key>`.
    """
    return gr.HTML(
        html_template=(STATIC / f"{name}.html").read_text("utf-8"),
        js_on_load=(STATIC / f"{name}.js").read_text("utf-8"),
        server_functions=list(functions),
        elem_id=f"{name}-widget",
        elem_classes="loom-widget",
        container=False,
        apply_default_css=False,
        **settings,
    )


def endpoint(
    function: Callable[..., Awaitable[Any]], inputs: list[gr.components.Component], output: Any, name: str
) -> None:
    """Offer a handler to API callers as `/name`; the page itself calls the widgets' server functions."""
    trigger = gr.Button(visible=False)
    handler = explained(function)
    trigger.click(
        handler, inputs, output, api_name=name, show_progress="hidden", concurrency_id="calls", concurrency_limit=CALLS
    )


def explanation(name: str) -> None:
    """The two-minute explanation under a tab, static/NAME.md, folded; `$...$` is set as mathematics."""
    with gr.Accordion("What am I looking at? (two minutes)", open=False, elem_classes="loom-explanation"):
        gr.Markdown(
            (STATIC / f"{name}.md").read_text("utf-8"),
            latex_delimiters=[
                {"left": "$$", "right": "$$", "display": True},
                {"left": "$", "right": "$", "display": False},
            ],
        )


@answered
async def load_sample(request: dict) -> dict:
    """The 1,000 shipped test images as one sprite, with the label and test-set index of each."""
    return _sample()


@answered
async def read_upload(request: dict) -> dict:
    """A dropped, pasted or chosen picture file, as a network of clothes sees it."""
    return {"pixels": to_base64(await in_picture_thread(lambda: as_clothes(read_photo(file_content(request)))))}


async def in_picture_thread(read: Callable[[], Any]) -> Any:
    """What a function gives that reads a visitor's picture; few run at once, since one may take 200 MB."""
    return await asyncio.get_running_loop().run_in_executor(_PICTURES, read)


def file_content(request: dict) -> bytes:
    """The file that the page sent in base64.

    Raises:
        ImageError: If there is none, or it is too large or not whole.
    """
    text = request.get("file")
    if not isinstance(text, str) or len(text) > MAX_BYTES * 4 / 3 + 4:
        raise ImageError(f"Send one picture of at most {MAX_BYTES / 1e6:.0f} MB.")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ImageError("The picture did not arrive whole. Try again.") from None


async def photo_pixels(path: str | None) -> np.ndarray:
    """A picture file that an API caller sent, as the networks see it: uint8, shape (28, 28).

    Raises:
        ImageError: If there is none or it cannot be read.
    """
    if not path:
        raise ImageError("No picture was given. Send a PNG, JPEG, WebP, GIF, BMP or TIFF file.")
    return await in_picture_thread(lambda: as_clothes(read_photo(Path(path).read_bytes())))


def number(name: str, value: Any, low: float, high: float) -> float:
    """A finite number between two bounds that the page or an API caller sent.

    Raises:
        ValueError: If it is anything else.
    """
    if not _is_number(value) or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {_short(low)} to {_short(high)}, got {shown(value)}")
    return float(value)


def whole(name: str, value: Any, low: int, high: int) -> int:
    """The same for a whole number; 3.0 is one.

    Raises:
        ValueError: If it is anything else.
    """
    if not _is_number(value) or value != int(value) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, got {shown(value)}")
    return int(value)


def to_base64(values: np.ndarray) -> str:
    """Bytes of a uint8 array, in base64."""
    return base64.b64encode(np.ascontiguousarray(values, np.uint8).tobytes()).decode()


def from_base64(text: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The uint8 array that the page sent.

    Raises:
        ValueError: If it is not base64 of exactly that many bytes.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise ValueError(f"expected the pixels in base64, got {shown(text)}") from error
    if len(raw) != int(np.prod(shape)):
        raise ValueError(f"expected {int(np.prod(shape))} pixels ({' x '.join(map(str, shape))}), got {len(raw)}")
    return np.frombuffer(raw, np.uint8).reshape(shape)


def data_uri(content: bytes, kind: str) -> str:
    """A picture file as a data: address."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _is_number(value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) < 2**63 if isinstance(value, int) else math.isfinite(value)  # an int may be too large for a float


def told(function: Callable, error: Exception) -> str:
    """What a visitor is told of a failure; one that nobody expected is noted for the operator, without its data."""
    if isinstance(error, EXPECTED):
        text = str(error).replace(f"{WEIGHTS.parent}{os.sep}", "")  # visitors need not know where the app lies
        return text if len(text) <= MESSAGE else f"{text[:MESSAGE]} ..."
    LOG.error("%s failed: %s", function.__qualname__, where(error))
    if isinstance(error, OSError):
        return DISK
    return UNEXPECTED.format(type(error).__name__)


def where(error: Exception) -> str:
    """Kind and place of an error, without the values that its message may quote."""
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{type(error).__name__} at {frame.f_code.co_filename}:{line}"


def _short(bound: float) -> str:
    return f"{bound:.1f}".removesuffix(".0")


def plotly_address() -> str:
    """Address of plotly's script on this server, for the tabs that draw with it."""
    gr.set_static_paths([PLOTLY])  # the file alone: a folder would be opened whole
    return f"gradio_api/file={PLOTLY}"


@cache
def _sample() -> dict:
    sample = fashion_sample()
    sprite = grid(sample.images[:, 0].numpy(), SAMPLE_COLUMNS)
    return {
        "sprite": data_uri(encode(sprite, "WEBP", lossless=True), "webp"),
        "columns": SAMPLE_COLUMNS,
        "labels": sample.labels.tolist(),
        "index": sample.index.tolist(),
        "classes": sample.classes,
    }
