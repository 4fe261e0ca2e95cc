"""The codes on a path and around it, and what their pictures become: a sprite, a GIF, lines of Python."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.data.images import encode, grid
from core.data.picture_files import read_photo
from core.latent import lerp, slerp
from demos.interpolate.ends import code_to_text
from demos.server.decoder import Decoder
from demos.ui.images import data_uri

METHODS: dict[str, Callable[..., Tensor]] = {"linear": lerp, "spherical": slerp}
FRAMES = 100  # between A and B, without one of the two
COARSE = 10  # every so many frames come first, with the one that is shown; the rest behind, a part at a time
BEYOND = 0.5  # farthest past either end
ATTRIBUTE_RANGE, ATTRIBUTE_FRAMES = 2.0, 21  # farthest either way, in directions; pictures decoded ahead on that way
GIF_STEPS, GIF_PACE, GIF_REST = 41, 60, 600  # frames one way, milliseconds a frame and at an end
LARGE = 30_000_000  # values of a strip, as 201 faces of 256 x 256 have, that are packed harder


def frame_alphas(beyond: bool) -> Tensor:
    """The alpha of every frame of a strip."""
    reach = round(BEYOND * FRAMES) if beyond else 0
    return torch.arange(-reach, FRAMES + reach + 1) / FRAMES


def gif_alphas(beyond: bool) -> Tensor:
    """The alpha of every frame of an animation, one way."""
    reach = BEYOND if beyond else 0
    return torch.linspace(-reach, 1 + reach, GIF_STEPS)


def attribute_codes(decoder: Decoder, z: Tensor, amounts: Tensor) -> Tensor:
    """A code (D,) with each attribute in turn at ATTRIBUTE_FRAMES amounts, the others moved as given, (n, D)."""
    values = torch.linspace(-ATTRIBUTE_RANGE, ATTRIBUTE_RANGE, ATTRIBUTE_FRAMES)
    others = amounts.repeat(len(amounts), 1).fill_diagonal_(0)  # row k: all but attribute k
    bases = z + others @ decoder.directions  # (A, D)
    return (bases[:, None] + values[:, None] * decoder.directions[:, None]).flatten(0, 1)


def frame_count(beyond: bool) -> int:
    """Frames of a strip."""
    return len(frame_alphas(beyond))


def is_first(count: int, beyond: bool) -> bool:
    """Whether so many frames are those that come first."""
    return count <= frame_count(beyond) // COARSE + 2


def sprite(frames: np.ndarray, columns: int = 0, whole: int = 0) -> dict:
    """Frames on a grid: in grey exactly, in colour as WebP, which is a tenth of the size.

    Args:
        columns: Frames in a row; as many as rows without it.
        whole: Frames of the strip that these are a part of.
    """
    columns = columns or int(np.ceil(np.sqrt(len(frames))))
    picture = grid(frames, columns)
    if frames.ndim == 3:
        content, kind = encode(picture, "PNG", compress_level=6), "png"
    else:
        size = max(whole, len(frames)) * frames[0].size
        quality = 80 if size < LARGE else 65  # still below the 600 kB that a strip may weigh
        content, kind = encode(picture, "WEBP", quality=quality, method=2), "webp"
    return {"sprite": data_uri(content, kind), "columns": columns, "count": len(frames)}


def gif(frames: np.ndarray) -> str:
    """Address of an animation there and back, small pictures enlarged, resting at either end."""
    scale = max(1, round(224 / frames.shape[1]))
    there = [Image.fromarray(f.repeat(scale, 0).repeat(scale, 1)) for f in frames]
    frames_there_and_back = [there[0], *there[1:-1], there[-1], *there[-2:0:-1]]
    rests = {0: GIF_REST, len(there) - 1: GIF_REST}
    pace = [rests.get(k, GIF_PACE) for k in range(len(frames_there_and_back))]
    out = io.BytesIO()
    frames_there_and_back[0].save(
        out, "GIF", save_all=True, append_images=frames_there_and_back[1:], duration=pace, loop=0
    )
    return data_uri(out.getvalue(), "gif")


@cache
def portrait() -> np.ndarray:
    """The public-domain portrait in matplotlib's sample data: uint8 RGB, (H, W, 3)."""
    from matplotlib.cbook import get_sample_data  # takes a while to import, and most visitors never ask

    content = Path(get_sample_data("grace_hopper.jpg", asfileobj=False)).read_bytes()
    return np.asarray(read_photo(content, colour=True))


def python_lines(
    decoder: Decoder, ends: dict[str, int | Tensor], method: str, alpha: float, amounts: list[float]
) -> str:
    """A script that saves one picture of a path.

    Args:
        ends: Under "a" and "b", the index of a shipped image or a code.
        amounts: How far each attribute is moved.
    """
    coded = any(isinstance(end, Tensor) for end in ends.values())
    listed = any(isinstance(end, int) for end in ends.values())
    named = zip(decoder.attributes, amounts, strict=True)
    moves = [(k, attribute, round(amount, 4)) for k, (attribute, amount) in enumerate(named) if amount]
    name = decoder.name if decoder.is_shipped else f"{decoder.card.name}.safetensors"  # as it is downloaded
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
        *([f'codes = load_codes("{name}")  # of the shipped images, ({len(decoder.codes)}, {decoder.size})']
          if listed else []),
        *(_end_line(end, value) for end, value in ends.items()),
        f"z = {METHODS[method].__name__}(a, b, {alpha:g})  # alpha: 0 is A, 1 is B",
        *(f"z = z + {s:g} * model.directions[{k}]  # {attribute.replace('_', ' ')}" for k, attribute, s in moves),
        'save_image(model.decode(z[None]), "picture.png")',
    ]  # fmt: skip
    return "\n".join(script)


def _end_line(name: str, end: int | Tensor) -> str:
    if isinstance(end, int):
        return f"{name} = codes[{end}]"
    return f'{name} = torch.frombuffer(bytearray(base64.b64decode("{code_to_text(end)}")), dtype=torch.float32)'
