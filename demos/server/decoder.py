"""A model with a latent space as the tabs use it: pictures to codes and back."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.checkpoint import load_codes
from core.data.images import to_bytes, to_pictures, to_tensor
from core.serving.batcher import Batcher
from core.serving.cache import cached
from core.serving.jobs import JobPool
from demos.server.models import Model

PHOTO = 128  # pixels a side of a visitor's photo of a face
FIT_STEPS = 60  # of gradient descent, where no encoder gives the code of a new picture
FARTHEST = 1e4  # largest number of a code that is decoded

TOGETHER = 34  # codes decoded in one go, so that other visitors are served in between
_CACHED = 256  # codes of new pictures


class Decoder(Model):
    """A model that paints pictures of codes.

    Args:
        name, location, batcher: As for Model.
        jobs: Fits codes to new pictures where there is no encoder.

    Attributes:
        kind: "clothes" or "faces".
        side: Pixels a side of its pictures.
        size: Numbers in a code.
        fits: Whether there is no encoder, so that the code of a new picture is fitted.
        attributes: Of faces, each with a direction in the latent space.
    """

    def __init__(self, name: str, location: str | Path, batcher: Batcher, jobs: JobPool) -> None:
        super().__init__(name, location, batcher)
        config, family = self.card.config, self.architecture.family
        self.kind = "faces" if family == "face_vae" else "clothes"
        *_, self.side = config.get("image_shape", (28,))
        self.size: int = self.architecture.config(**config).latent_dim  # a flow has as many as pixels
        self.fits = family == "autodecoder"
        self.attributes: tuple[str, ...] = tuple(config.get("attributes", ()))
        self._jobs = jobs
        self._new_codes: dict[bytes, Tensor] = {}

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Of the pixels that the page sends as a new picture."""
        return self.picture_shape if self.kind == "clothes" else (PHOTO, PHOTO, 3)

    @property
    @cached()
    def codes(self) -> Tensor:
        """The codes that come with it: of the shipped sample, or of faces that no training saw, (n, D)."""
        return load_codes(self.location)

    @property
    def directions(self) -> Tensor:
        """The way of each attribute in the latent space, (A, D)."""
        return self.module.directions

    async def encode(self, pixels: np.ndarray) -> Tensor:
        """The code of a new picture, uint8 of input_shape; the newest few are cached, because fitting takes seconds.

        Returns:
            Shape (D,).
        """
        key = hashlib.sha256(pixels.tobytes()).digest()
        if key not in self._new_codes:
            if self.fits:
                code = await self._jobs.result(fit_code, self, pixels.tobytes())
            else:
                code = await self.run(self._encode, self._input(pixels))
            self._new_codes[key] = code
            while len(self._new_codes) > _CACHED:
                del self._new_codes[next(iter(self._new_codes))]
        return self._new_codes[key]

    async def decode(self, z: Tensor, together: int = TOGETHER, is_ahead: bool = False) -> np.ndarray:
        """Pictures of codes (n, D): uint8, (n, H, W) in grey, (n, H, W, 3) in colour.

        Args:
            together: Codes in one forward pass; other visitors are served between two.
            is_ahead: As for run().
        """
        x = np.concatenate([await self.run(self._decode_sets, part, is_ahead) for part in z.split(together)])
        return to_pictures(x)

    async def decode_code(self, z: Tensor) -> np.ndarray:
        """The picture of one code (D,); several visitors' are decoded together."""
        return to_pictures(await self.run(self._decode, z))

    def decode_all(self, z: Tensor) -> np.ndarray:
        """The same as decode() for threads in the background."""
        return to_pictures(np.concatenate(self.run_in_parts(self._decode_sets, z)))

    def evict(self) -> None:
        """Forget every result."""
        super().evict()
        self._new_codes.clear()

    def _input(self, pixels: np.ndarray) -> Tensor:
        if self.kind == "clothes":
            return to_tensor(pixels)[0]
        x = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255
        return F.interpolate(x, (self.side, self.side), mode="bilinear", antialias=True)[0]

    def _encode(self, x: Tensor) -> Tensor:
        return self.module.encode(x)

    def _decode(self, z: Tensor) -> np.ndarray:
        return to_bytes(self.module.decode(z))

    def _decode_sets(self, sets: Tensor) -> list[np.ndarray]:
        return [to_bytes(self.module.decode(z)) for z in sets]


def fit_code(decoder: Decoder, pixels: bytes) -> Iterator[Tensor]:
    """Codes ever closer to a picture's bytes, for a JobPool: in a thread, because it takes a second."""
    x = to_tensor(np.frombuffer(pixels, np.uint8).reshape(decoder.input_shape))
    for codes, _ in decoder.module.fit_path(x, FIT_STEPS):
        yield codes[0]
