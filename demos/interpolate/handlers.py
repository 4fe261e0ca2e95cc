"""What Interpolate answers: strips, animations, attribute sweeps and faces."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from core.data.face_photos import FacePhoto, prepare_face
from core.data.face_photos import read_face as read_face_photo
from core.registry import get_architecture
from core.serving.cache import cached
from demos.interpolate import compute
from demos.interpolate.compute import ATTRIBUTE_RANGE, BEYOND, METHODS
from demos.interpolate.ends import CallerEnd, PageEnd, code_to_text
from demos.server.decoder import PHOTO, Decoder
from demos.server.models import FASHION, FAST_CLASSIFIER, Model, Models
from demos.server.services import Services
from demos.ui.fields import Between, Box, Flag, ListOf, Named, OneOf, Request, Upload
from demos.ui.images import picture_in_file, picture_uri, read_picture, to_base64

CLOTHES = (
    "cae-27", "cae-6", "cae-4", "cae-2", "vae-fashion", "ad", "vad-gaussian", "vad-exponential", "vad-uniform",
)  # fmt: skip

MOST_FACES = 100  # in a photo, to choose from
PHOTO_SIDE = 320  # pixels a side, at most, of the photo on which the faces are marked


def decoder_names(models: Models) -> list[str]:
    """Of the shipped decoders, clothes before faces."""
    shipped = {card.name: card for card in models.cards}
    faces = [name for name, card in shipped.items() if get_architecture(card.model).family == "face_vae"]
    return [*(name for name in CLOTHES if name in shipped), *faces]


def find_decoder(services: Services, name: Any) -> Decoder:
    """A shipped decoder or one that does not ship, by its name."""
    decoder = services.models.find(name, decoder_names(services.models), "decoder", "decode")
    if not decoder.is_shipped and not opens(decoder):
        raise ValueError(f"{decoder.name} is not a decoder: it gives pictures no codes")
    return decoder


def opens(model: Model) -> bool:
    """Whether the tab opens a model that is not shipped: one that finds the codes of pictures."""
    return isinstance(model, Decoder) and model.kind != "faces" and (model.can("encode") or model.fits)


def find_painter(services: Services, name: Any) -> Decoder:
    """The same of one that paints faces."""
    decoder = find_decoder(services, name)
    if decoder.kind != "faces":
        raise ValueError(f"{decoder.name} paints no faces")
    return decoder


Alpha = Annotated[float, Between(-BEYOND, 1 + BEYOND)]
Method = Annotated[str, OneOf(METHODS)]
Amount = Annotated[float, Between(-ATTRIBUTE_RANGE, ATTRIBUTE_RANGE)]
AnyDecoder = Annotated[Decoder, Named(find_decoder)]


class PathRequest(Request):
    """A path from A to B, its pictures moved by attributes."""

    decoder: AnyDecoder = Field(alias="checkpoint")
    a: PageEnd
    b: PageEnd
    method: Method = "linear"
    alpha: Alpha = 0.5  # of the picture shown
    beyond: Flag = False  # whether it leads past both ends
    attributes: Annotated[
        tuple[Amount, ...], ListOf(lambda given: {0, len(given["decoder"].attributes)}, "numbers")
    ] = Field(default_factory=list)

    @property
    def amounts(self) -> Tensor:
        """How far each attribute is moved, (A,)."""
        return torch.tensor(self.attributes or [0.0] * len(self.decoder.attributes))

    async def codes(self, alphas: Tensor) -> Tensor:
        """Codes (n, D) at some positions on the path, (n,)."""
        z0, z1 = await self.end_codes()
        z = METHODS[self.method](z0, z1, alphas[:, None])
        return z + self.amounts @ self.decoder.directions if self.decoder.attributes else z

    async def end_codes(self) -> list[Tensor]:
        """The codes of A and B, (D,) each."""
        return [await end_code(self.decoder, end) for end in (self.a, self.b)]


class FramesRequest(PathRequest):
    """Some frames of a path, by their numbers; all of them without any."""

    frames: Annotated[
        tuple[Annotated[int, Between(0, lambda given: compute.frame_count(given["beyond"]) - 1)], ...],
        ListOf(lambda given: range(compute.frame_count(given["beyond"]) + 1), "numbers of frames"),
    ] = Field(default_factory=list)

    @property
    def alphas(self) -> Tensor:
        """Their positions on the path, (n,)."""
        alphas = compute.frame_alphas(self.beyond)
        return alphas[list(self.frames)] if self.frames else alphas


class FacesRequest(Request):
    """A decoder of faces."""

    decoder: Annotated[Decoder, Named(find_painter)] = Field(alias="checkpoint")


class PortraitRequest(Request):
    """Which face of a photo is meant, and the decoder that it is cut for."""

    decoder: Annotated[Decoder, Named(find_painter)] = Field("vae-faces", alias="checkpoint")
    face: Annotated[int, Between(0, MOST_FACES - 1)] = 0
    box: Box | None = None  # around a face, as shares of the upright photo


class FaceRequest(PortraitRequest):
    """The same of a user's photo."""

    file: Upload


async def interpolate(
    services: Services,
    checkpoint: AnyDecoder = "cae-27",
    a: CallerEnd = 0,
    b: CallerEnd = 900,
    alpha: Alpha = 0.5,
    method: Method = "linear",
) -> np.ndarray:
    """The API endpoint: the picture between two, uint8 (28, 28) or (H, W, 3).

    Args:
        checkpoint: A decoder, such as "cae-27", "vad-gaussian" or "vae-faces".
        a: Where alpha is 0: the place of a shipped image, or a picture file (`handle_file(path)`).
        b: Where alpha is 1.
        alpha: From -0.5 to 1.5.
        method: "linear" or "spherical".

    Raises:
        ImageError: If a file cannot be used.
    """
    ends = [await _read(services, checkpoint, end) for end in (a, b)]
    z0, z1 = [await end_code(checkpoint, end) for end in ends]
    return (await checkpoint.decode(METHODS[method](z0, z1, alpha)[None]))[0]


async def path(services: Services, request: FramesRequest) -> dict:
    """Frames between two ends as one sprite, what the classifier calls each, and the codes of the ends.

    A page asks for a few first, to be scrubbed at once, and for the rest behind: those let the first of others pass.
    """
    codes, decoder = await request.codes(request.alphas), request.decoder
    is_ahead = not compute.is_first(len(codes), request.beyond)
    frames = await decoder.decode(codes, is_ahead=is_ahead)
    sprite = await asyncio.to_thread(compute.sprite, frames, whole=compute.frame_count(request.beyond))
    ends = [code_to_text(z) for z in await request.end_codes()]
    return sprite | {"codes": ends} | await _predictions(services, decoder, frames, is_ahead)


async def sweep(services: Services, request: PathRequest) -> dict:
    """What every attribute slider would show at the picture's alpha: ATTRIBUTE_FRAMES a row, one row an attribute."""
    decoder = request.decoder
    if not decoder.attributes:
        raise ValueError(f"{decoder.name} knows no attributes")
    z = METHODS[request.method](*await request.end_codes(), request.alpha)
    frames = await decoder.decode(compute.attribute_codes(decoder, z, request.amounts))
    return await asyncio.to_thread(compute.sprite, frames, compute.ATTRIBUTE_FRAMES)


async def animate(services: Services, request: PathRequest) -> dict:
    """The path there and back as a GIF."""
    frames = await request.decoder.decode(await request.codes(compute.gif_alphas(request.beyond)))
    return {"file": await asyncio.to_thread(compute.gif, frames)}


async def python_lines(services: Services, request: PathRequest) -> dict:
    """The lines of Python that make the picture shown."""
    decoder = request.decoder
    given = {"a": request.a, "b": request.b}
    ends = {name: end if isinstance(end, int) else await end_code(decoder, end) for name, end in given.items()}
    return {"lines": compute.python_lines(decoder, ends, request.method, request.alpha, request.amounts.tolist())}


async def load_faces(services: Services, request: FacesRequest) -> dict:
    """Faces that no training saw, as a model paints them from their codes; no photograph among them."""
    return await asyncio.to_thread(_faces, request.decoder)


async def read_face(services: Services, request: FaceRequest) -> dict:
    """A face of a user's photo as the encoder gets it, and where all of them are."""
    content, name = request.file.content, request.decoder.name
    return _face(
        await read_picture(services, lambda: read_face_photo(content(), name, PHOTO, request.face, request.box or None))
    )


async def load_portrait(services: Services, request: PortraitRequest) -> dict:
    """The same for an example that everybody has: the public-domain portrait in matplotlib's sample data."""
    pixels = await asyncio.to_thread(compute.portrait)
    name, face, box = request.decoder.name, request.face, request.box or None
    return _face(await read_picture(services, lambda: prepare_face(pixels, name, PHOTO, face, box)))


async def draw_face(services: Services, request: FacesRequest) -> dict:
    """The code of a face drawn at random from the normal distribution of the training images' codes."""
    network = await asyncio.to_thread(lambda: request.decoder.module)
    return {"code": code_to_text(network.mean + network.factor @ torch.randn(request.decoder.size))}


def describe_decoders(models: Models) -> list[dict]:
    """What the page must know of every shipped decoder."""
    shipped: list[Decoder] = [models[name] for name in decoder_names(models)]
    return [
        {"name": d.name, "kind": d.kind, "side": d.side, "size": d.size, "fits": d.fits, "attributes": d.attributes}
        for d in shipped
    ]


async def end_code(decoder: Decoder, end: int | np.ndarray | Tensor) -> Tensor:
    """The code of one end of a path, (D,): of a shipped image, of a new picture, or as it is."""
    if isinstance(end, int):
        return decoder.codes[end]
    return end if isinstance(end, Tensor) else await decoder.encode(end)


async def _read(services: Services, decoder: Decoder, end: int | Path) -> int | np.ndarray:
    """An API caller's end; a file as the decoder gets it."""
    if isinstance(end, int):
        return end
    if decoder.kind == "clothes":
        return await picture_in_file(services, str(end), decoder)
    return (await read_picture(services, lambda: read_face_photo(end.read_bytes(), decoder.name, PHOTO))).pixels


def _face(photo: FacePhoto) -> dict:
    """What the page gets of a photo: boxes are shares of its sides, left, top, right and bottom."""
    height, width = photo.stages["upright"].shape[:2]
    boxes = [np.clip(np.array(face.box) / (width, height, width, height), 0, 1) for face in photo.faces[:MOST_FACES]]
    return {
        "pixels": to_base64(photo.pixels),
        "photo": picture_uri(photo.stages["upright"], PHOTO_SIDE),
        "faces": [box.round(4).tolist() for box in boxes],
        "chosen": photo.chosen,
        "note": photo.note,
    }


async def _predictions(services: Services, decoder: Decoder, frames: np.ndarray, is_ahead: bool) -> dict:
    """The class that a classifier of such pictures gives each frame, and its probability in percent."""
    models = services.models
    if decoder.kind == "faces" or (decoder.dataset.name == FASHION and FAST_CLASSIFIER not in models.classifiers):
        return {}
    classifier = models.classifier_of(decoder)
    if classifier is None:
        return {}
    probs = await classifier.probabilities_of(frames, is_ahead)
    return {"predicted": probs.argmax(1).tolist(), "confidence": (100 * probs.max(1)).round().astype(int).tolist()}


@cached()
def _faces(decoder: Decoder) -> dict:
    return compute.sprite(decoder.decode_all(decoder.codes), 8)
