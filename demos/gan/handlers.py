"""What GAN answers: films, walks, scores, and the test images most like a picture."""

import asyncio
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, PlainValidator, ValidationInfo

from core.checkpoint import list_extras
from core.data.images import encode, grid
from core.registry import get_architecture
from demos.gan import compute
from demos.gan.compute import CHECKPOINT, FRAMES, RUNS, SCORED, SCORED_COLUMNS, STOPS, TILES, WALK_COLUMNS
from demos.server.decoder import Decoder
from demos.server.models import CLASSIFIER, Model, Models
from demos.server.services import Services
from demos.ui.fields import Between, Named, OneOf, Pixels, Request, Seed, resolved
from demos.ui.images import data_uri, to_base64
from demos.ui.nearest import LAYER, as_points, describe_nearest, feature_space, pixel_space

MOST = 64  # images of a sample


def generator_names(models: Models) -> list[str]:
    """Names of the shipped models that make images of their own."""
    return [card.name for card in models.cards if hasattr(get_architecture(card.model).model, "sample")]


def runs() -> dict[str, str]:
    """Names of the trainings whose films ship, and their titles; the failed ones may be missing."""
    filmed = [CHECKPOINT, *list_extras("snapshots")]
    return {run: title for run, title in RUNS.items() if run in filmed}


def opens(model: Model) -> bool:
    """Whether the tab opens a model that is not shipped."""
    return model.architecture.family == "dcgan"


def _find_generator(services: Services, name: Any) -> Model:
    return services.models.find(name, generator_names(services.models), "generator", "sample")


def _find_gan(services: Services, name: Any) -> Decoder:
    return services.models.find(name, [CHECKPOINT], "GAN", "discriminate")


def _run(name: Any, info: ValidationInfo) -> str:
    """A run of a GAN: of the shipped one there are a few, of another one its own."""
    gan = resolved(lambda given: given["gan"], info)
    known = list(RUNS) if gan.is_shipped else [gan.name]
    if name is None:
        return known[0]
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"no run {name!r}; there are: {', '.join(known)}")
    return name


class GanRequest(Request):
    """A GAN."""

    gan: Annotated[Decoder, Named(_find_gan)] = Field(CHECKPOINT, alias="checkpoint")


class FilmRequest(GanRequest):
    """A training run of it."""

    run: Annotated[str, PlainValidator(_run)] = None

    @property
    def file(self) -> str:
        """What the files of the run are called."""
        return self.run if self.gan.is_shipped else compute.own_run(self.gan)


class WalkRequest(GanRequest):
    """A walk through random codes."""

    seed: Seed
    stops: Annotated[int, OneOf(STOPS)]


class PictureRequest(GanRequest):
    """One picture, by where it comes from."""

    KINDS: ClassVar = ("film", "walk", "fake", "real", "pixels")
    kind: Annotated[str, OneOf(KINDS)]

    @classmethod
    def variant(cls, given: dict) -> type[Request]:
        """The class for its kind."""
        kind = OneOf(cls.KINDS).find(({"kind": None} | given)["kind"])
        return _VARIANTS[kind] if kind else cls

    @property
    def is_scored(self) -> bool:
        """Whether the shipped discriminator may score it: not what a generator of another run made."""
        return True

    async def picture(self, services: Services) -> np.ndarray:
        """The picture, uint8 (H, W), or (H, W, 3) in colour."""
        raise NotImplementedError


class FilmPicture(PictureRequest, FilmRequest):
    """A tile of a film's snapshot."""

    snapshot: Annotated[int, Between(0, 999)]  # the film's own length is less
    tile: Annotated[int, Between(0, TILES**2 - 1)]

    @property
    def is_scored(self) -> bool:
        return self.file == compute.own_run(self.gan)

    async def picture(self, services: Services) -> np.ndarray:
        images = (await asyncio.to_thread(compute.film, self.gan, self.file)).images
        return images[Between(0, len(images) - 1).check("snapshot", self.snapshot, int), self.tile]


class WalkPicture(PictureRequest, WalkRequest):
    """A frame of a walk."""

    frame: Annotated[int, Between(0, FRAMES - 1)]

    async def picture(self, services: Services) -> np.ndarray:
        return (await services.walk_jobs.wait(compute.walk, *_walk(services, self))).items[0][self.frame]


class GeneratedPicture(PictureRequest):
    """One of the generated images that are scored."""

    fake: Annotated[int, Between(0, SCORED - 1)]

    async def picture(self, services: Services) -> np.ndarray:
        return (await services.gan_jobs.wait(compute.score_samples, self.gan)).items[0][self.fake]


class RealPicture(PictureRequest):
    """A test image of the gallery."""

    real: Annotated[int, Between(0, lambda given: len(given["gan"].sample) - 1)]

    async def picture(self, services: Services) -> np.ndarray:
        return self.gan.pictures[self.real]


class DrawnPicture(PictureRequest):
    """A drawing or an upload."""

    pixels: Annotated[np.ndarray, Pixels(lambda given: given["gan"].picture_shape)]

    async def picture(self, services: Services) -> np.ndarray:
        return self.pixels


_VARIANTS: dict[str, type[PictureRequest]] = dict(
    zip(PictureRequest.KINDS, (FilmPicture, WalkPicture, GeneratedPicture, RealPicture, DrawnPicture), strict=True)
)


async def sample(
    services: Services,
    checkpoint: Annotated[Model, Named(_find_generator)] = CHECKPOINT,
    n: Annotated[int, Between(1, MOST)] = 16,
    seed: Seed = 0,
) -> np.ndarray:
    """The API endpoint: images that a generator makes of codes drawn at random, as one picture.

    Args:
        checkpoint: A model that can draw codes of its own: the GAN, a VAE or an auto-decoder.
        n: Images, 1 to 64; they fill the rows of the smallest square that holds them.
        seed: Of the draw, 0 to 2^32 - 1; the same seed gives the same picture.

    Returns:
        uint8, shape (H, W) of clothes, (H, W, 3) of faces.
    """
    images = await compute.sample(checkpoint, n, seed)  # (n, C, H, W)
    channels = [grid(channel) for channel in images.swapaxes(0, 1)]
    return channels[0] if len(channels) == 1 else np.stack(channels, axis=-1)


async def load_film(services: Services, request: FilmRequest) -> dict:
    """All snapshots of a run's training as one picture, and its losses."""
    gan, file = request.gan, request.file
    film = await asyncio.to_thread(compute.film, gan, file)
    epoch = compute.steps_an_epoch(gan, int(film.steps[-1]))
    return {
        "run": request.run,
        "sprite": await asyncio.to_thread(compute.film_sprite, gan, file),
        "columns": compute.FILM_COLUMNS,
        "tiles": TILES,
        "steps": film.steps.tolist(),
        "epochs": (film.steps / epoch).round(3).tolist(),
        "discriminator": film.losses[:, 0].round(3).tolist(),
        "generator": film.losses[:, 1].round(3).tolist(),
        "levels": compute.loss_levels(gan),
        "classes": film.classes.tolist(),
        "recall": film.recall.round(3).tolist(),
        "training_scores": compute.training_scores(film).tolist(),
        "is_scored": file == compute.own_run(gan),
        "closest": await asyncio.to_thread(compute.closest_tile, gan),
    }


async def walk(services: Services, request: WalkRequest) -> dict:
    """A closed path through a few random codes, decoded, and how real the discriminator finds each frame."""
    images, logits = (await services.walk_jobs.wait(compute.walk, *_walk(services, request), beyond=1)).items[:2]
    sprite = encode(grid(images, WALK_COLUMNS), "WEBP", quality=90, method=2)
    return {"sprite": data_uri(sprite, "webp"), "columns": WALK_COLUMNS, "logits": logits.round(3).tolist()}


async def classify_walk(services: Services, request: WalkRequest) -> dict:
    """The class probabilities of each frame of a walk."""
    probs = await services.walk_jobs.result(compute.walk, *_walk(services, request))
    return {"probs": probs.round(4).tolist()}


async def load_scores(services: Services, request: GanRequest) -> dict:
    """The discriminator's log odds of being real, of many test images and of many generated ones, which come along."""
    job = await services.gan_jobs.wait(compute.score_samples, request.gan, beyond=2)
    images, generated, real = job.items
    sprite = await asyncio.to_thread(lambda: encode(grid(images, SCORED_COLUMNS), "WEBP", quality=85, method=2))
    return {
        "indices": compute.real_indices(request.gan).tolist(),
        "real": real.round(3).tolist(),
        "fake": generated.round(3).tolist(),
        "sprite": data_uri(sprite, "webp"),
        "columns": SCORED_COLUMNS,
    }


async def describe_picture(services: Services, request: PictureRequest) -> dict:
    """One picture: the discriminator's log odds, the classifier's probabilities, and the most similar test images.

    The log odds are null for a picture of a run whose discriminator does not ship: another one never met it. Without a
    classifier of such pictures there are no probabilities.
    """
    image = await request.picture(services)
    gan, classifier = request.gan, services.models.classifier_of(request.gan, CLASSIFIER)
    logit = await compute.score(gan, image) if request.is_scored else None
    probs = await classifier.probabilities(image) if classifier else []
    space = await services.gan_jobs.result(pixel_space, gan)
    near = describe_nearest(space, as_points(image[None])[0], image)
    return {"pixels": to_base64(image), "logit": logit, "probs": probs, "near": near}


async def compare(services: Services, request: PictureRequest) -> dict:
    """The test images most similar to a picture in the features of a classifier; null where there is none."""
    image, classifier = await request.picture(services), services.models.classifier_of(request.gan, CLASSIFIER)
    if classifier is None:
        return {"near": None}
    space = await services.gan_jobs.result(feature_space, classifier)
    return {"near": describe_nearest(space, (await classifier.features(image))[LAYER], image)}


def _walk(services: Services, request: WalkRequest) -> tuple:
    """The arguments of a walk's job."""
    return request.gan, services.models.classifier_of(request.gan, CLASSIFIER), request.seed, request.stops
