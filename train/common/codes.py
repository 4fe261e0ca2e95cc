"""The codes that a model finds for images, as they are saved beside its weights."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.data.image_set import ImageSet
from train.common.metrics import batches


def encoder(model: nn.Module) -> Callable[[Tensor], Tensor] | None:
    """How a model finds the codes of images (B, C, H, W): by its encoder, by fitting them, or not at all."""
    return getattr(model, "encode", None) or getattr(model, "fit_codes", None)


@torch.inference_mode()
def codes_of(model: nn.Module, images: ImageSet) -> Tensor:
    """Codes (N, D) of a whole dataset.

    Raises:
        TypeError: If the model finds none.
    """
    encode = encoder(model)
    if encode is None:
        raise TypeError(f"{type(model).__name__} has neither an encoder nor fit_codes()")
    return torch.cat([encode(batch.image).cpu() for batch in batches(model, images)])
