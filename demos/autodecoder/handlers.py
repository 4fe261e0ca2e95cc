"""What Auto-decoder answers: codes stretched, drawn, learned, joined by a path, laid out and fitted."""

import asyncio
from typing import Annotated, Any

import numpy as np
from pydantic import Field, PlainValidator, field_validator

from core.data.images import encode, grid
from demos.autodecoder.compute import (
    COMPARED,
    DRAWS,
    MAGNITUDES,
    MODELS,
    STARTS,
    VARIATIONAL,
    Layout,
    LearnedDistribution,
    MagnitudeSweep,
    Portrait,
    fit,
    interpolation,
    layout,
    learned_distribution,
    magnitude_sweep,
    portrait,
    simple_codes,
    training_images,
)
from demos.server.decoder import Decoder
from demos.server.models import CLASSIFIER, Model, Models, fashion_sample
from demos.server.services import Services
from demos.ui.fields import Between, Given, ListOf, Named, OneOf, Pixels, Request, SampleIndex, from_base64
from demos.ui.images import data_uri, is_fashion, picture_in_file, to_base64

STEPS = (20, 200)  # of a fit
SEEDS = 10_000
ENCODER = "cae-27"  # the autoencoder that fits are compared with
LARGEST = 4.0  # magnitude that is decoded for API callers
_HANDFUL = 4  # steps of a fit in an answer, unless they are the last


def find_autodecoder(services: Services, name: Any) -> Decoder:
    """One of MODELS, or a model that does not ship."""
    return services.models.find(name, MODELS, "auto-decoder", "fit_codes")


def opens(model: Model) -> bool:
    """Whether the tab opens a model that is not shipped."""
    return model.architecture.family == "autodecoder"


def frechet_distances(models: Models) -> dict[str, float]:
    """Fréchet distance of each model's draws from the test images, as its card says."""
    known = {card.name: card.metrics.get("test_frechet") for card in models.cards if card.name in MODELS}
    return {name: distance for name, distance in known.items() if distance is not None}


AutoDecoder = Annotated[Decoder, Named(find_autodecoder)]
StepCount = Annotated[int, Between(*STEPS)]
DrawSeed = Annotated[int, Between(0, SEEDS - 1)]


def _last_image(given: Given) -> int:
    """Of the gallery of the models' dataset."""
    sample = given["decoders"][0].sample if given["decoders"] else fashion_sample()
    return len(sample) - 1


ImageIndex = Annotated[int, Between(0, _last_image)]


class ModelsRequest(Request):
    """The auto-decoders that are shown side by side: MODELS, unless others of one dataset are named."""

    decoders: Annotated[tuple[AutoDecoder, ...], ListOf(range(1, len(MODELS) + 1), "names")] | None = Field(
        None, alias="models"
    )

    @field_validator("decoders")
    @classmethod
    def _are_alike(cls, decoders: tuple[Decoder, ...] | None) -> tuple[Decoder, ...] | None:
        titles = {decoder.dataset.name: decoder.dataset.title for decoder in decoders or ()}
        if len(titles) > 1:
            raise ValueError(f"models must be of one dataset, not of {' and '.join(titles.values())}")
        return decoders


class ImageRequest(ModelsRequest):
    """A test image."""

    image: ImageIndex


class SeedRequest(Request):
    """The seed of random codes."""

    seed: DrawSeed


class DrawsRequest(ModelsRequest, SeedRequest):
    """The same for each of the models."""


class LearnedRequest(SeedRequest):
    """A training image whose code's distribution is shipped, and the seed of draws from it."""

    image: Annotated[int, Between(0, lambda given: len(training_images()[1]) - 1)]


def _picture(text: str | None) -> np.ndarray | None:
    """The pixels of a drawing, uint8 (28, 28), if there is one."""
    return None if text is None else from_base64(text, (28, 28))


class PortraitRequest(SeedRequest):
    """A shipped test image, or a picture instead of it, and the seed of random codes."""

    image: SampleIndex = 0
    pixels: Annotated[np.ndarray | None, PlainValidator(_picture)] = None


class PathRequest(ModelsRequest):
    """Two test images."""

    a: ImageIndex
    b: ImageIndex


class DecoderRequest(Request):
    """An auto-decoder."""

    decoder: AutoDecoder = Field(alias="checkpoint")


class FitRequest(DecoderRequest):
    """A fit of a code to a picture, from one of its steps on."""

    pixels: Annotated[np.ndarray, Pixels(lambda given: given["decoder"].input_shape)]
    steps: StepCount
    since: Annotated[int, Between(0, lambda given: given["steps"])]
    start: Annotated[str, OneOf(STARTS)]


def _find_if_named(services: Services, name: Any) -> Decoder | None:
    return None if name is None else find_autodecoder(services, name)


class EncodeRequest(Request):
    """A picture, and an auto-decoder of the same dataset; without one, the picture is of clothes."""

    decoder: Annotated[Decoder | None, Named(_find_if_named)] = Field(None, alias="checkpoint")
    pixels: Annotated[np.ndarray, Pixels(lambda given: given["decoder"].input_shape if given["decoder"] else (28, 28))]


async def magnify(
    services: Services,
    checkpoint: AutoDecoder = "ad",
    image: Annotated[int, Between(0, lambda given: len(given["checkpoint"].codes) - 1)] = 0,
    magnitude: Annotated[float, Between(0, LARGEST)] = 1.0,
) -> np.ndarray:
    """The API endpoint: the picture of a test image's code multiplied by a magnitude, uint8 (28, 28) or as its dataset.

    Args:
        checkpoint: "ad", "vad-gaussian", "vad-exponential" or "vad-uniform".
        image: Place in the shipped sample, 0 to 999.
        magnitude: 0 to 4; 1 is the code as it was fitted.
    """
    codes = await asyncio.to_thread(lambda: checkpoint.codes)
    return (await checkpoint.decode(codes[image][None] * magnitude))[0]


async def fit_code(
    services: Services, image: str | None, checkpoint: AutoDecoder = "ad", steps: StepCount = 100
) -> tuple[np.ndarray, dict]:
    """The API endpoint: a code fitted to a picture file, from the code of zeros.

    Args:
        image: Path of a picture, read as /classify reads it.
        checkpoint: "ad", "vad-gaussian", "vad-exponential" or "vad-uniform".
        steps: Of Adam, 20 to 200.

    Returns:
        The fitted picture, uint8 (28, 28), and the mean squared error at the start and after every step.

    Raises:
        ImageError: If there is no picture or it cannot be read.
    """
    pixels = (await picture_in_file(services, image, checkpoint)).tobytes()
    run = await services.fit_jobs.wait(fit, checkpoint, pixels, steps, "nothing", beyond=steps)
    errors = [step.mse for step in run.items]
    return run.items[-1].picture, {"checkpoint": checkpoint.name, "steps": steps, "mse": errors}


async def load_magnitudes(services: Services, request: ImageRequest) -> dict:
    """A test image's code by every model at every magnitude, one model a row, and how close and how sharp each is."""
    sweep: MagnitudeSweep = await services.decoding_jobs.result(
        magnitude_sweep, _shown(services, request), request.image
    )
    return {
        "sprite": await _sprite(sweep.tiles),
        "columns": len(MAGNITUDES),
        "errors": sweep.errors.round(5).tolist(),
        "edges": sweep.edges.round(5).tolist(),
        "lengths": sweep.lengths,
    }


async def load_draws(services: Services, request: DrawsRequest) -> dict:
    """Zeros, ones and random codes by every model, one model a row, and each picture's class probabilities."""
    decoders = _shown(services, request)
    classifier = services.models.classifier_of(decoders[0], CLASSIFIER)
    tiles, probs = await services.decoding_jobs.result(simple_codes, decoders, classifier, request.seed)
    return {"sprite": await _sprite(tiles), "columns": tiles.shape[1], "probs": probs.round(4).tolist()}


async def compare_models(services: Services, request: PortraitRequest) -> dict:
    """What four models make of one picture: its code, that decoded, a random code decoded, the nearest other image."""
    decoders = [services.models.find(name, COMPARED, "model") for name in COMPARED]
    drawn = request.pixels
    picture = fashion_sample().images[request.image, 0].numpy() if drawn is None else drawn
    seen: list[Portrait] = []
    for decoder in decoders:
        known = await asyncio.to_thread(lambda each=decoder: each.codes)
        code = known[request.image] if drawn is None else await decoder.encode(drawn)
        seen.append(await asyncio.to_thread(portrait, decoder, code, picture, request.seed))
    return {
        "sprite": await _sprite(np.stack([one.tiles for one in seen])),
        "columns": 2,
        "codes": [one.code.round(3).tolist() for one in seen],
        "errors": [round(one.mse, 5) for one in seen],
        "nearest": [one.nearest for one in seen],
    }


async def load_training(services: Services, request: Request) -> dict:
    """The training images whose learned distributions are shipped."""
    images, labels = await asyncio.to_thread(training_images)
    return {"sprite": await _sprite(images[None], lossless=True), "columns": len(images), "labels": labels}


async def load_learned(services: Services, request: LearnedRequest) -> dict:
    """What every variational model learned of a training image's code, and draws from it, one model a row."""
    learned: list[LearnedDistribution] = [
        await services.decoding_jobs.result(learned_distribution, decoder, request.image, request.seed)
        for decoder in _decoders(services, VARIATIONAL)
    ]
    return {
        "sprite": await _sprite(np.stack([one.tiles for one in learned])),
        "columns": 1 + DRAWS,
        "mean": [one.mean.round(4).tolist() for one in learned],
        "std": [one.std.round(4).tolist() for one in learned],
        "nats": [one.nats.round(4).tolist() for one in learned],
    }


async def load_path(services: Services, request: PathRequest) -> dict:
    """The path from one test image's code to another's, one model a row, and the class probabilities on it."""
    decoders = _shown(services, request)
    classifier = services.models.classifier_of(decoders[0], CLASSIFIER)
    tiles, probs = await services.decoding_jobs.result(interpolation, decoders, classifier, request.a, request.b)
    return {"sprite": await _sprite(tiles), "columns": tiles.shape[1], "probs": probs.round(4).tolist()}


async def load_layout(services: Services, request: DecoderRequest) -> dict:
    """t-SNE of a model's codes, and how well the classes part."""
    flat: Layout = await services.layout_jobs.result(layout, request.decoder)
    return {
        "points": flat.points.round(3).ravel().tolist(),
        "codes_accuracy": flat.codes_accuracy,
        "map_accuracy": flat.map_accuracy,
    }


async def follow_fit(services: Services, request: FitRequest) -> dict:
    """The steps of a fit from number `since` on, as soon as there is a handful."""
    wanted = min(request.since + _HANDFUL, request.steps + 1) - 1
    pixels = request.pixels.tobytes()
    run = await services.fit_jobs.wait(fit, request.decoder, pixels, request.steps, request.start, beyond=wanted)
    new = run.items[request.since :]
    return {"frames": to_base64(np.array([step.picture for step in new])), "mse": [step.mse for step in new]}


async def encode_picture(services: Services, request: EncodeRequest) -> dict:
    """What an autoencoder makes of a picture: its encoder gives the code at once, where descent takes its steps.

    Nothing where no model with an encoder knows such pictures.
    """
    if (decoder := _encoder(services, request.decoder)) is None:
        return {"pixels": None}
    picture = await decoder.decode_code(await decoder.encode(request.pixels))
    mse = np.square((picture.astype(np.float32) - request.pixels) / 255).mean()
    return {"pixels": to_base64(picture), "mse": float(mse), "checkpoint": decoder.name, "size": decoder.size}


def _encoder(services: Services, like: Decoder | None) -> Decoder | None:
    """A model with an encoder, of the dataset of another one."""
    return services.models[ENCODER] if is_fashion(like) else services.models.alike(like, "encode")


def _shown(services: Services, request: ModelsRequest) -> tuple[Decoder, ...]:
    return request.decoders or _decoders(services)


def _decoders(services: Services, names: tuple[str, ...] = MODELS) -> tuple[Decoder, ...]:
    return tuple(find_autodecoder(services, name) for name in names)


async def _sprite(rows: np.ndarray, **options: Any) -> str:
    """Address of tiles (rows, columns, H, W), or with a last axis of 3 colours, as one picture."""
    sheet = grid(rows.reshape(-1, *rows.shape[2:]), rows.shape[1])
    options = options or {"quality": 90, "method": 1}
    return data_uri(await asyncio.to_thread(lambda: encode(sheet, "WEBP", **options)), "webp")
