"""The ends of a path: a shipped image, a new picture, or a code, as the page and API callers name them."""

import base64
from pathlib import Path
from reprlib import repr as shown
from typing import Annotated, Any

import numpy as np
import torch
from gradio_client.utils import is_file_obj_with_meta
from pydantic import PlainValidator, ValidationInfo
from torch import Tensor

from demos.server.decoder import FARTHEST, Decoder
from demos.ui.fields import Between, from_base64, resolved


def code_to_text(code: Tensor) -> str:
    """A code in base64, exactly."""
    return base64.b64encode(code.numpy().astype("<f4").tobytes()).decode()


def code_from_text(text: Any, size: int) -> Tensor:
    """The code that code_to_text() wrote.

    Raises:
        ValueError: If it is not that many finite numbers of reasonable size.
    """
    try:
        code = from_base64(text, (4 * size,)).view("<f4").astype(np.float32)
    except ValueError:
        raise ValueError(f"expected a code of {size} numbers, 4 bytes each, in base64, got {shown(text)}") from None
    if not (np.abs(code) <= FARTHEST).all():  # also false for nan
        raise ValueError(f"the numbers of a code must lie between {-FARTHEST:.0f} and {FARTHEST:.0f}")
    return torch.from_numpy(code)


def _of_page(end: Any, info: ValidationInfo) -> int | np.ndarray | Tensor:
    decoder: Decoder = resolved(lambda given: given["decoder"], info)
    match end:
        case {"i": index}:
            return Between(0, len(decoder.codes) - 1).check(info.field_name, index, int)
        case {"code": text}:
            return code_from_text(text, decoder.size)
        case {"pixels": text}:
            return from_base64(text, decoder.input_shape)
    raise ValueError(f"{info.field_name} must be an image, a drawing, a photo or a code, got {shown(end)}")


def _of_caller(end: Any, info: ValidationInfo) -> int | Path:
    last = len(resolved(lambda given: given["checkpoint"], info).codes) - 1
    if isinstance(end, int | float):
        return Between(0, last).check(info.field_name, end, int)
    if is_file_obj_with_meta(end):  # which Gradio has checked to be an upload
        return Path(end["path"])
    raise ValueError(
        f"{info.field_name} must be the place of a shipped image, 0 to {last}, or a picture file, got {shown(end)}"
    )


# {"i": index of a shipped image}, {"pixels": base64} of a drawing or photo, or {"code": text}; as an index, as pixels
# (uint8, of the decoder's input_shape) or as a code (D,)
PageEnd = Annotated[int | np.ndarray | Tensor, PlainValidator(_of_page)]
CallerEnd = Annotated[int | Path, PlainValidator(_of_caller)]  # the index of a shipped image, or a picture file
