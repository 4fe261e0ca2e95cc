"""Interpolate: the way from one picture to another through a latent space, decoded ahead, scrubbed in the browser."""

import asyncio
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from reprlib import repr as shown
from typing import Any

import gradio as gr
import numpy as np
import torch
from gradio_client.utils import is_file_obj_with_meta
from PIL import Image
from torch import Tensor

from core import list_checkpoints
from core.data.fashion_mnist import FASHION_CLASSES
from core.data.images import encode, grid, to_tensor
from core.data.photos import as_face, read_photo
from core.latent import lerp, slerp
from demos.server.models import CALLER, COMPUTE, card, codes, model
from demos.server.session_models import is_own
from demos.ui.decoders import FIT_STEPS, PHOTO, Decoder, code_of, code_to_text, decoded, decoder, decoders, encoded
from demos.ui.handlers import answered, endpoint, number
from demos.ui.images import data_uri, file_content, in_picture_thread, load_sample, photo_pixels, read_upload, to_base64
from demos.ui.widget import CLASS_COLORS, explanation, tab_page, widget

TITLE = "Interpolate"
ORDER = 4

METHODS: dict[str, Callable[..., Tensor]] = {"linear": lerp, "spherical": slerp}
FRAMES = 100  # between A and B, without one of the two
BEYOND = 0.5  # farthest past either end
ATTRIBUTE_RANGE, ATTRIBUTE_FRAMES = 2.0, 21  # farthest either way, in directions; pictures decoded ahead on that way
GIF_STEPS, GIF_PACE, GIF_REST = 41, 60, 600  # frames one way, milliseconds a frame and at an end
LARGE = 30_000_000  # values of a strip, as 201 faces of 256 x 256 have, that are packed harder
PORTRAIT_BOX = (126, 60, 396, 330)  # of matplotlib's portrait: the face as large as in the training images


async def interpolate(
    checkpoint: str = "cae-27", a: Any = 0, b: Any = 900, alpha: float = 0.5, method: str = "linear"
) -> np.ndarray:
    """The API endpoint: the picture between two, uint8 (28, 28) or (H, W, 3).

    Args:
        checkpoint: A decoder, such as "cae-27", "vad-gaussian" or "vae-faces".
        a: Where alpha is 0: the place of a shipped image, or a picture file (`handle_file(path)`).
        b: Where alpha is 1.
        alpha: From -0.5 to 1.5.
        method: "linear" or "spherical".

    Raises:
        ValueError: If there is no such decoder, image or method, or alpha is out of range.
        ImageError: If a file cannot be used.
    """
    space, along = decoder(checkpoint), _method(method)
    alpha = number("alpha", alpha, -BEYOND, 1 + BEYOND)
    z0, z1 = [await _code_of_input(space, end, name) for end, name in ((a, "a"), (b, "b"))]
    return (await decoded(space, along(z0, z1, alpha)[None]))[0]


@answered
async def path(request: dict) -> dict:
    """Every frame between two ends as one sprite, what the classifier calls each, and the codes of the ends."""
    space, (z0, z1) = await _ends(request)
    alphas = _alphas(request.get("beyond") is True)
    frames = await decoded(space, _between(request, space, z0, z1, alphas))
    sprite = await asyncio.to_thread(_sprite, frames)
    return sprite | {"codes": [code_to_text(z0), code_to_text(z1)]} | await _called(space, frames)


@answered
async def sweep(request: dict) -> dict:
    """What every attribute slider would show at the picture's alpha: ATTRIBUTE_FRAMES a row, one row an attribute."""
    space, (z0, z1) = await _ends(request)
    here, amounts = _alpha(request), _amounts(request, space)
    z = METHODS[_method_name(request)](z0, z1, here)
    values = torch.linspace(-ATTRIBUTE_RANGE, ATTRIBUTE_RANGE, ATTRIBUTE_FRAMES)
    rows = []
    for k in range(len(space.attributes)):
        others = amounts.clone()
        others[k] = 0
        rows.append(_with(space, z, others) + values[:, None] * _directions(space)[k])
    if not rows:
        raise ValueError(f"{space.name} knows no attributes")
    return await asyncio.to_thread(_sprite, await decoded(space, torch.cat(rows)), ATTRIBUTE_FRAMES)


@answered
async def animate(request: dict) -> dict:
    """The way there and back as a GIF."""
    space, (z0, z1) = await _ends(request)
    reach = BEYOND if request.get("beyond") is True else 0
    alphas = torch.linspace(-reach, 1 + reach, GIF_STEPS)
    frames = await decoded(space, _between(request, space, z0, z1, alphas))
    return {"file": await asyncio.to_thread(_gif, frames)}


@answered
async def lines(request: dict) -> dict:
    """The lines of Python that make the picture shown."""
    space, (z0, z1) = await _ends(request)
    return {"text": _lines(request, space, {"a": z0, "b": z1})}


@answered
async def load_faces(request: dict) -> dict:
    """Faces that no training saw, as a model paints them from their codes: no photograph ships."""
    return await _faces(decoder(request.get("checkpoint")))


@answered
async def read_face(request: dict) -> dict:
    """A visitor's photo, its middle square as the encoder gets it."""
    pixels = await in_picture_thread(lambda: as_face(read_photo(file_content(request), colour=True), PHOTO))
    return {"pixels": to_base64(pixels)}


@answered
async def load_portrait(request: dict) -> dict:
    """The same for an example that everybody has: the public-domain portrait in matplotlib's sample data."""
    return {"pixels": to_base64(await asyncio.to_thread(_portrait))}


@answered
async def draw_face(request: dict) -> dict:
    """The code of a face drawn at random from the normal distribution of the training images' codes."""
    space = decoder(request.get("checkpoint"))
    if space.kind != "faces":
        raise ValueError(f"{space.name} paints no faces")
    network = await asyncio.to_thread(model, space.name)
    return {"code": code_to_text(network.mean + network.factor @ torch.randn(space.size))}


def build() -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "interpolate", path, sweep, animate, lines, load_faces, read_face, load_portrait, draw_face, read_upload,
            load_sample, classes=FASHION_CLASSES, colors=CLASS_COLORS, methods=list(METHODS), decoders=_offered(),
            frames=FRAMES, reach=BEYOND, attribute_range=ATTRIBUTE_RANGE, attribute_frames=ATTRIBUTE_FRAMES,
            fit_steps=FIT_STEPS, photo=PHOTO,
        )  # fmt: skip
        explanation("interpolate")
        name = gr.Dropdown(list(decoders()), value="cae-27", label="model", visible=False, allow_custom_value=True)
        a, b = gr.JSON(label="A", visible=False), gr.JSON(label="B", visible=False)
        alpha, method = (
            gr.Number(0.5, label="alpha", visible=False),
            gr.Textbox("linear", visible=False, label="method"),
        )
        picture = gr.Image(visible=False, format="png", label="picture between A and B")
        endpoint(interpolate, [name, a, b, alpha, method], picture, "interpolate")
    return tab


def _offered() -> list[dict]:
    return [
        {"name": d.name, "kind": d.kind, "side": d.side, "size": d.size, "fits": d.fits, "attributes": d.attributes}
        for d in decoders().values()
    ]


# ---- what a request says


async def _ends(request: dict) -> tuple[Decoder, list[Tensor]]:
    space = decoder(request.get("checkpoint"))
    return space, [await code_of(space, request.get(name), name.upper()) for name in ("a", "b")]


async def _code_of_input(space: Decoder, end: Any, name: str) -> Tensor:
    """The code of what an API caller gave: a place, or a file that Gradio has checked to be an upload."""
    if isinstance(end, int | float):
        return await code_of(space, {"i": end}, name)
    if not is_file_obj_with_meta(end):
        most = len(codes(space.name)) - 1
        raise ValueError(
            f"{name} must be the place of a shipped image, 0 to {most}, or a picture file, got {shown(end)}"
        )
    if space.kind == "clothes":
        return await encoded(space, await photo_pixels(end["path"]))
    content = Path(end["path"]).read_bytes
    return await encoded(space, await in_picture_thread(lambda: as_face(read_photo(content(), colour=True), PHOTO)))


def _method_name(request: dict) -> str:
    _method(request.get("method", "linear"))
    return request.get("method", "linear")


def _method(name: Any) -> Callable[..., Tensor]:
    if not isinstance(name, str) or name not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {shown(name)}")
    return METHODS[name]


def _alpha(request: dict) -> float:
    return number("alpha", request.get("alpha", 0.5), -BEYOND, 1 + BEYOND)


def _amounts(request: dict, space: Decoder) -> Tensor:
    """How far each attribute is moved, (A,)."""
    given = request.get("attributes") or [0] * len(space.attributes)
    if not isinstance(given, list) or len(given) != len(space.attributes):
        raise ValueError(f"attributes must be a list of {len(space.attributes)} numbers, got {shown(given)}")
    pairs = zip(space.attributes, given, strict=True)
    return torch.tensor([number(name, value, -ATTRIBUTE_RANGE, ATTRIBUTE_RANGE) for name, value in pairs])


# ---- codes and frames


def _alphas(beyond: bool) -> Tensor:
    reach = round(BEYOND * FRAMES) if beyond else 0
    return torch.arange(-reach, FRAMES + reach + 1) / FRAMES


def _between(request: dict, space: Decoder, z0: Tensor, z1: Tensor, alphas: Tensor) -> Tensor:
    """Codes (n, D) along the way, moved by the attributes."""
    return _with(space, METHODS[_method_name(request)](z0, z1, alphas[:, None]), _amounts(request, space))


def _with(space: Decoder, z: Tensor, amounts: Tensor) -> Tensor:
    return z + amounts @ _directions(space) if len(amounts) else z


def _directions(space: Decoder) -> Tensor:
    return model(space.name).directions


async def _called(space: Decoder, frames: np.ndarray) -> dict:
    """The class that the classifier gives each frame of clothes, and its probability in percent."""
    if space.kind != "clothes" or CALLER not in list_checkpoints():
        return {}
    probs = await COMPUTE.run(_probabilities, to_tensor(frames))
    return {"called": probs.argmax(1).tolist(), "sure": (100 * probs.amax(1)).round().int().tolist()}


def _probabilities(sets: Tensor) -> list[Tensor]:
    return [model(CALLER)(x).softmax(1) for x in sets]


# ---- pictures for the page


def _sprite(frames: np.ndarray, columns: int = 0) -> dict:
    """Frames on a grid: clothes exactly, faces as WebP, which is a tenth of the size."""
    columns = columns or int(np.ceil(np.sqrt(len(frames))))
    picture = grid(frames, columns)
    if frames.ndim == 3:
        content, kind = encode(picture, "PNG", compress_level=6), "png"
    else:
        quality = 80 if picture.size < LARGE else 65  # still below the 600 kB that a strip may weigh
        content, kind = encode(picture, "WEBP", quality=quality, method=2), "webp"
    return {"sprite": data_uri(content, kind), "columns": columns, "count": len(frames)}


def _gif(frames: np.ndarray) -> str:
    """Address of an animation there and back, small pictures enlarged, resting at either end."""
    scale = max(1, round(224 / frames.shape[1]))
    there = [Image.fromarray(f.repeat(scale, 0).repeat(scale, 1)) for f in frames]
    way = [there[0], *there[1:-1], there[-1], *there[-2:0:-1]]
    rests = {0: GIF_REST, len(there) - 1: GIF_REST}
    pace = [rests.get(k, GIF_PACE) for k in range(len(way))]
    out = io.BytesIO()
    way[0].save(out, "GIF", save_all=True, append_images=way[1:], duration=pace, loop=0)
    return data_uri(out.getvalue(), "gif")


@cache
def _portrait() -> np.ndarray:
    from matplotlib.cbook import get_sample_data  # takes a while to import, and most visitors never ask

    photo = read_photo(Path(get_sample_data("grace_hopper.jpg", asfileobj=False)).read_bytes(), colour=True)
    return as_face(photo.crop(PORTRAIT_BOX), PHOTO)


async def _faces(space: Decoder) -> dict:
    if space.kind != "faces":
        raise ValueError(f"{space.name} paints no faces")
    if space.name not in _FACES:
        _FACES[space.name] = await asyncio.to_thread(_sprite, await decoded(space, codes(space.name)), 8)
    return _FACES[space.name]


_FACES: dict[str, dict] = {}


# ---- the same in Python


def _lines(request: dict, space: Decoder, given: dict[str, Tensor]) -> str:
    """A script that saves the picture at the request's alpha."""
    method, alpha, amounts = _method_name(request), _alpha(request), _amounts(request, space).tolist()
    coded = any("i" not in request[end] for end in given)
    listed = any("i" in request[end] for end in given)
    moves = [(k, name, round(s, 4)) for k, (name, s) in enumerate(zip(space.attributes, amounts, strict=True)) if s]
    name = f"{card(space.name).name}.safetensors" if is_own(space.name) else space.name  # as it is downloaded
    script = [
        *(["import base64", ""] if coded else []),
        *(["import torch"] if coded else []),
        "from torchvision.utils import save_image",
        "",
        "from core import load_model",
        *(["from core.checkpoint import load_codes"] if listed else []),
        f"from core.latent import {METHODS[method].__name__}",
        "",
        f'model = load_model("{name}")',
        *([f'codes = load_codes("{name}")  # of the shipped images, ({len(codes(space.name))}, {space.size})']
          if listed else []),
        *(_end_line(end, request[end], code) for end, code in given.items()),
        f"z = {METHODS[method].__name__}(a, b, {alpha:g})  # alpha: 0 is A, 1 is B",
        *(f"z = z + {s:g} * model.directions[{k}]  # {name.replace('_', ' ')}" for k, name, s in moves),
        'save_image(model.decode(z[None]), "picture.png")',
    ]  # fmt: skip
    return "\n".join(script)


def _end_line(name: str, end: dict, code: Tensor) -> str:
    if "i" in end:
        return f"{name} = codes[{int(end['i'])}]"
    return f'{name} = torch.frombuffer(bytearray(base64.b64decode("{code_to_text(code)}")), dtype=torch.float32)'
