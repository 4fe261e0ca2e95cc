"""What Latent map answers: maps, decoded points, and codes moved along sliders."""

import asyncio
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import Field

from core.data.images import encode, grid
from core.latent import MAPS
from core.registry import get_architecture
from demos.latent_map import compute
from demos.latent_map import python_lines as python
from demos.latent_map.compute import GRID, STEPS, latent_axes, latent_map
from demos.server.decoder import FARTHEST, Decoder
from demos.server.models import Model, Models
from demos.server.services import Services
from demos.ui.datasets import describe_dataset
from demos.ui.fields import Between, Flag, ListOf, Named, OneOf, Pixels, Request, from_base64
from demos.ui.images import data_uri, to_base64
from demos.ui.standalone_page import PageMap, standalone_page

CHECKPOINT = "cae-27"
FIRST_IMAGE = 100  # of the sample, decoded when nothing else is asked for
DECIMALS = 3  # of the numbers of a code that links hold; what is shown of one is shown of just these


def spaces(models: Models) -> dict[str, int]:
    """The shipped models with a latent space of clothes, smallest first, and how many numbers their codes have."""
    sizes = {
        card.name: card.config["latent_dim"]
        for card in models.cards
        if get_architecture(card.model).family in ("autoencoder", "vae") and card.dataset["name"] == "Fashion-MNIST"
    }
    return dict(sorted(sizes.items(), key=lambda item: (item[1], item[0])))


def find_space(services: Services, name: Any) -> Decoder:
    """One of them, or a model with an encoder that does not ship."""
    return services.models.find(name, spaces(services.models), "latent space", "encode")


def opens(model: Model) -> bool:
    """Whether the tab opens a model that is not shipped."""
    return isinstance(model, Decoder) and model.kind != "faces" and model.can("encode")


Space = Annotated[Decoder, Named(find_space)]
Coordinate = Annotated[float, Between(-FARTHEST, FARTHEST)]  # the map's own bounds are narrower
Kind = Annotated[str, OneOf(MAPS)]


class SpaceRequest(Request):
    """A latent space."""

    decoder: Space = Field(CHECKPOINT, alias="checkpoint")


class MapRequest(SpaceRequest):
    """Its map."""

    kind: Kind = Field("PCA", alias="map")


class PointRequest(MapRequest):
    """A point of the map."""

    x: Coordinate
    y: Coordinate


class ImageRequest(MapRequest):
    """A test image of the gallery."""

    index: Annotated[int, Between(0, lambda given: len(given["decoder"].sample) - 1)] = Field(alias="i")


class OwnRequest(MapRequest):
    """A picture of the user's."""

    pixels: Annotated[np.ndarray, Pixels(lambda given: given["decoder"].input_shape)]


class CodeRequest(MapRequest):
    """A code."""

    code: Annotated[
        tuple[Annotated[float, Between(-FARTHEST, FARTHEST)], ...],
        ListOf(lambda given: {given["decoder"].size}, "numbers"),
    ]

    @property
    def array(self) -> np.ndarray:
        """The code, (D,)."""
        return np.array(self.code, np.float32)


class ChosenRequest(MapRequest):
    """A map, and what is chosen on it: a test image, a place, or else a code."""

    code: Annotated[
        tuple[Annotated[float, Between(-FARTHEST, FARTHEST)], ...],
        ListOf(lambda given: {given["decoder"].size}, "numbers"),
    ]
    index: Annotated[int, Between(-1, lambda given: len(given["decoder"].sample) - 1)] = Field(-1, alias="i")
    x: Coordinate = 0.0
    y: Coordinate = 0.0
    is_place: Flag = False


class MoveRequest(CodeRequest):
    """A code, and a value of one slider."""

    axis: Annotated[int, Between(0, lambda given: len(latent_axes(given["decoder"]).names) - 1)]
    value: Annotated[float, Between(-FARTHEST, FARTHEST)]


async def decode_point(
    services: Services, x: Coordinate, y: Coordinate, map: Kind = "PCA", checkpoint: Space = CHECKPOINT
) -> np.ndarray:
    """The API endpoint: the picture that a decoder paints at a place of the map, uint8 (28, 28).

    Args:
        x: Horizontal place, in the units of the map's axis.
        y: Vertical place.
        map: "PCA" or "t-SNE".
        checkpoint: A model with a latent space, such as "cae-27", "cae-4" or "vae-fashion".

    Raises:
        ValueError: If the place is far off the map.
    """
    code = await asyncio.to_thread(compute.code_at, checkpoint, map, x, y)
    return await checkpoint.decode_code(torch.from_numpy(code))


async def load_map(services: Services, request: MapRequest) -> dict:
    """The points of a map, the decodes of a grid of points under it as one picture, and the sliders' ranges."""
    decoder, kind = request.decoder, request.kind
    plane = await asyncio.to_thread(latent_map, decoder, kind)
    axes = latent_axes(decoder)
    return {
        "map": kind,
        "checkpoint": decoder.name,
        "dimensions": decoder.size,
        "x": plane.points[:, 0].round(4).tolist(),
        "y": plane.points[:, 1].round(4).tolist(),
        "bounds": plane.bounds,
        "columns": GRID[0],
        "rows": GRID[1],
        "grid": await asyncio.to_thread(compute.decode_grid, decoder, kind),
        "axes": [
            {"name": name, "low": float(low), "high": float(high)}
            for name, low, high in zip(axes.names, axes.low, axes.high, strict=True)
        ],
        "nats": await _mean_nats(decoder),
    }


async def decode(services: Services, request: PointRequest) -> dict:
    """The exact picture of a clicked point, its code, and a classifier's prediction where one knows such pictures."""
    code = await asyncio.to_thread(compute.code_at, request.decoder, request.kind, request.x, request.y)
    return await _describe(services, request, code)


async def reconstruct(services: Services, request: ImageRequest) -> dict:
    """A test image of the sample through the autoencoder and back, and how well PCA of the same size does."""
    original = request.decoder.pictures[request.index]
    answer = await _compare(services, request, original, request.decoder.codes[request.index].numpy())
    return answer | await _loss_terms(request.decoder, request.index)


async def place_picture(services: Services, request: OwnRequest) -> dict:
    """The same of a user's picture: where the encoder puts it on the map, and what the decoder makes of it."""
    code = (await request.decoder.encode(request.pixels)).numpy()
    return await _compare(services, request, request.pixels, code)


async def decode_code(services: Services, request: CodeRequest) -> dict:
    """The picture of a code that a link holds."""
    return await _describe(services, request, request.array)


async def make_page(services: Services, request: MapRequest) -> dict:
    """The map as a web page of its own, which lacks only plotly's script."""
    return {"page": await asyncio.to_thread(_page, request.decoder, request.kind)}


async def python_lines(services: Services, request: ChosenRequest) -> dict:
    """The Python lines that make the map and the picture of what is chosen on it.

    Raises:
        ValueError: For a model that the page alone has.
    """
    if request.decoder.name not in spaces(services.models):
        raise ValueError("Python finds shipped models only. Download this one in Train live to load it by its file.")
    if request.index >= 0:
        line = python.image_lines(request.index, int(request.decoder.sample.index[request.index]))
    elif request.is_place:
        line = python.place_lines(request.x, request.y)
    else:
        line = python.code_lines(request.code)
    return {"lines": python.lines_of(request.decoder.name, request.kind, line)}


async def draw(services: Services, request: MapRequest) -> dict:
    """A code drawn from N(0, I) for a VAE, else from the normal distribution fitted to the sample's codes."""
    mean, factor = compute.spread_of_codes(request.decoder)
    code = mean + factor @ np.random.default_rng().standard_normal(len(mean))
    return await _describe(services, request, code.astype(np.float32).round(DECIMALS))


async def move(services: Services, request: MoveRequest) -> dict:
    """The picture of a code moved along one slider to a value."""
    code = latent_axes(request.decoder).moved(request.array, request.axis, np.array([request.value]))[0]
    return await _describe(services, request, code.astype(np.float32).round(DECIMALS))


async def sweep(services: Services, request: CodeRequest) -> dict:
    """What every slider would show around a code: STEPS pictures a row, one row a slider."""
    axes, code = latent_axes(request.decoder), request.array
    codes = torch.from_numpy(axes.sweep(code, STEPS)).flatten(0, 1)
    tiles = await request.decoder.decode(codes, together=len(codes))  # a fifth faster than in parts
    sprite = await asyncio.to_thread(lambda: encode(grid(tiles, STEPS), "WEBP", quality=90, method=1))
    return {
        "sprite": data_uri(sprite, "webp"),
        "columns": STEPS,
        "values": axes.coordinates(code).round(4).tolist(),
    }


def _page(decoder: Decoder, kind: str) -> str:
    sample, dataset = decoder.sample, describe_dataset(decoder.dataset)
    labels, classes = sample.labels.numpy(), dataset["classes"]
    pairs = zip(labels, sample.index.tolist(), strict=True)
    names = [f"{classes[k]}, test image {number}" for k, number in pairs]
    axes = ("component 1", "component 2") if kind == "PCA" else ()
    return standalone_page(
        PageMap(
            title=f"Codes of {decoder.name}, {kind}", points=latent_map(decoder, kind).points, labels=labels,
            classes=classes, colors=dataset["colors"], names=names, axes=axes, pictures=decoder.pictures,
        )
    )  # fmt: skip


async def _mean_nats(decoder: Decoder) -> list[float] | None:
    """Of a VAE, the divergence of each number of its codes from the prior, the mean over the sample; else None."""
    if decoder.architecture.family != "vae":
        return None
    return (await asyncio.to_thread(compute.divergences, decoder)).mean(axis=0).round(4).tolist()


async def _loss_terms(decoder: Decoder, i: int) -> dict:
    """Of a VAE, the same for one image of the sample, and what a nat weighs in its loss."""
    if decoder.architecture.family != "vae":
        return {}
    nats = (await asyncio.to_thread(compute.divergences, decoder))[i]
    return {"nats": nats.round(4).tolist(), "kl_weight": decoder.card.recipe.get("kl_weight", 1.0)}


async def _compare(services: Services, request: MapRequest, original: np.ndarray, code: np.ndarray) -> dict:
    """A code's picture beside the original, and what PCA of the same size makes of that."""
    answer = await _describe(services, request, code)
    picture = from_base64(answer["pixels"], original.shape)
    by_pca = await asyncio.to_thread(compute.by_pca, request.decoder, original)
    compared = {} if by_pca is None else {"pca": to_base64(by_pca), "pca_mse": compute.mse(original, by_pca)}
    return answer | {"mse": compute.mse(original, picture)} | compared


async def _describe(services: Services, request: MapRequest, code: np.ndarray) -> dict:
    """A code's picture, the classifier's prediction, and where the map has it."""
    picture = await request.decoder.decode_code(torch.from_numpy(code))
    classifier = services.models.classifier_of(request.decoder)
    place = await asyncio.to_thread(lambda: latent_map(request.decoder, request.kind).positions_of(code[None])[0])
    return {
        "pixels": to_base64(picture),
        "code": code.round(DECIMALS).tolist(),
        "place": place.round(4).tolist(),
        "probs": await classifier.probabilities(picture) if classifier else None,
    }
