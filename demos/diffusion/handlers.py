"""What Diffusion answers: films of paths, one path in detail, a picture noised and brought back, the training."""

import asyncio
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from core.data.images import grid
from core.models.flow import METHODS
from demos.diffusion import compute
from demos.diffusion.compute import CHECKPOINT, FILLINGS, PATHS, RETURN_STEPS, RETURNS, SAMPLED, TOGETHER, Options
from demos.server.classifier import Classifier
from demos.server.decoder import Decoder
from demos.server.models import CLASSIFIER, Model
from demos.server.services import Services
from demos.ui.fields import Between, Given, Named, OneOf, Pixels, Request, Seed
from demos.ui.nearest import as_points, describe_nearest, pixel_space

MOST_STEPS = 50
MOST_GUIDANCE = 6
WALK_COLUMNS = 5


def opens(model: Model) -> bool:
    """Whether the tab opens a model that is not shipped."""
    return model.architecture.family == "flow"


def _find_flow(services: Services, name: Any) -> Decoder:
    return services.models.find(name, [CHECKPOINT], "flow", "invert")


def _last_class(given: Given) -> int:
    return len(given["flow"].dataset.classes) - 1


Steps = Annotated[int, Between(1, MOST_STEPS)]
Guidance = Annotated[float, Between(0, MOST_GUIDANCE)]
Class = Annotated[int, Between(0, _last_class)]
Method = Annotated[str, OneOf(METHODS)]


class FlowRequest(Request):
    """A flow."""

    flow: Annotated[Decoder, Named(_find_flow)] = Field(CHECKPOINT, alias="checkpoint")


class PathsRequest(FlowRequest):
    """64 paths."""

    seed: Seed = 0
    steps: Steps = 20
    guidance: Guidance = 0.0
    classes: Class | None = None
    method: Method = "euler"

    @property
    def options(self) -> Options:
        """How they are walked.

        Raises:
            ValueError: If there is guidance without a class.
        """
        return _options(self.steps, self.guidance, self.classes, self.method)


class PartRequest(PathsRequest):
    """TOGETHER of them, the first ones or those after."""

    part: Annotated[int, Between(0, PATHS // TOGETHER - 1)] = 0


class TileRequest(PathsRequest):
    """One of them."""

    tile: Annotated[int, Between(0, PATHS - 1)]


class WalkRequest(PathsRequest):
    """From the noise of one of them to that of another."""

    tile: Annotated[int, Between(0, PATHS - 1)]
    to: Annotated[int, Between(0, PATHS - 1)]


class SeedRequest(Request):
    """Pictures drawn at random."""

    seed: Seed = 0


class ReturnRequest(FlowRequest):
    """A picture to be noised: a test image of the flow's dataset, or pixels of the visitor's."""

    seed: Seed = 0
    guidance: Guidance = 0.0
    classes: Class | None = None
    real: Annotated[int, Between(0, lambda given: len(given["flow"].sample) - 1)] | None = None
    pixels: Annotated[np.ndarray, Pixels(lambda given: given["flow"].picture_shape)] | None = None

    @property
    def picture(self) -> np.ndarray:
        """uint8 (H, W), or (H, W, 3) in colour.

        Raises:
            ValueError: If there is none.
        """
        if self.pixels is not None:
            return self.pixels
        if self.real is None:
            raise ValueError("expected the place of a test image, or the pixels of a picture")
        return self.flow.pictures[self.real]


class FillRequest(ReturnRequest):
    """The same with a hole, pixels that are white where the picture is to be filled."""

    steps: Steps = 20
    method: Method = "euler"
    hole: Annotated[np.ndarray, Pixels(lambda given: given["flow"].picture_shape[:2])]


async def diffuse(
    services: Services,
    n: Annotated[int, Between(1, PATHS)] = 16,
    steps: Steps = 20,
    guidance: Guidance = 0.0,
    classes: Annotated[int, Between(0, 9)] | None = None,
    seed: Seed = 0,
    method: Method = "euler",
) -> np.ndarray:
    """The API endpoint: pictures that the flow makes of noise, as one picture.

    Args:
        n: Pictures, 1 to 64; they fill the rows of the smallest square that holds them.
        steps: From noise to picture, 1 to 50.
        guidance: 0 to 6; more than 0 needs a class.
        classes: 0 to 9, or None for clothes of any kind.
        seed: Of the noise, 0 to 2^32 - 1; the same seed gives the same pictures.
        method: "euler" or "heun", which asks the network twice a step.

    Returns:
        uint8, shape (H, W).

    Raises:
        ValueError: If there is guidance without a class.
    """
    options = _options(steps, guidance, classes, method)
    return grid(await services.flow_jobs.result(compute.ends, services.models[CHECKPOINT], options, seed, n))


async def load_paths(services: Services, request: PartRequest) -> dict:
    """Every shown state of some paths as one picture: a row for each state, a column for each path."""
    times = _times(request.steps)
    arguments = request.flow, request.options, request.seed, request.part
    job = await services.flow_jobs.wait(compute.paths, *arguments, beyond=len(times) - 1)
    return {
        "sprite": await asyncio.to_thread(compute.sprite, np.concatenate(job.items), TOGETHER, quality=80),
        "columns": TOGETHER,
        "times": times,
    }


async def trace(services: Services, request: TileRequest) -> dict:
    """One path as one picture: a row each of states, velocities and guesses of the end; and the guesses' classes."""
    arguments = *_models(services, request), request.options, request.seed, request.tile
    path = await services.flow_jobs.result(compute.trace, *arguments)
    tiles = np.concatenate((path.states, path.velocities, path.guesses))
    return {
        "sprite": await asyncio.to_thread(compute.sprite, tiles, len(path.states)),
        "columns": len(path.states),
        "probs": path.probs.round(4).tolist(),
    }


async def compare_end(services: Services, request: TileRequest) -> dict:
    """The test images most like the picture that a path ends with, by pixels."""
    arguments = *_models(services, request), request.options, request.seed, request.tile
    path = await services.flow_jobs.result(compute.trace, *arguments)
    space = await services.gan_jobs.result(pixel_space, request.flow)
    end = path.states[-1]
    return {"near": describe_nearest(space, as_points(end[None])[0], end)}


async def bring_back(services: Services, request: ReturnRequest) -> dict:
    """A picture noised to several times, and below it what comes back from each, with its class probabilities."""
    options = _options(RETURN_STEPS, request.guidance, request.classes, METHODS[0])
    arguments = *_models(services, request), options, request.seed, request.picture.tobytes()
    returns = await services.flow_jobs.result(compute.bring_back, *arguments)
    tiles = np.concatenate((returns.noised, returns.returned))
    return {
        "sprite": await asyncio.to_thread(compute.sprite, tiles, RETURNS),
        "columns": RETURNS,
        "times": compute.return_times(),
        "probs": returns.probs.round(4).tolist(),
    }


async def walk(services: Services, request: WalkRequest) -> dict:
    """Where the paths of noises between two of them end, and their class probabilities."""
    arguments = *_models(services, request), request.options, request.seed, request.tile, request.to
    pictures, probs = await services.flow_jobs.result(compute.walk_noise, *arguments)
    return {
        "sprite": await asyncio.to_thread(compute.sprite, pictures, WALK_COLUMNS),
        "columns": WALK_COLUMNS,
        "probs": probs.round(4).tolist(),
    }


async def load_others(services: Services, request: SeedRequest) -> dict:
    """Pictures of the flow and of other models, a row each, all drawn with one seed; and what each model is."""
    flow, others = services.models[CHECKPOINT], [services.models[name] for name in compute.OTHERS]
    jobs = services.flow_jobs
    rows = await asyncio.gather(
        jobs.result(compute.ends, flow, Options(), request.seed, SAMPLED),
        *(jobs.result(compute.sample, model, SAMPLED, request.seed) for model in others),
    )
    return {
        "sprite": await asyncio.to_thread(compute.sprite, np.concatenate(rows), SAMPLED),
        "columns": SAMPLED,
        "models": [
            {"name": model.name, "numbers": model.size, "frechet": model.card.metrics["test_frechet"]}
            for model in (flow, *others)
        ],
    }


async def fill(services: Services, request: FillRequest) -> dict:
    """Every shown state of a few fillings, a row for each state; and the class probabilities of the last ones."""
    options = _options(request.steps, request.guidance, request.classes, request.method)
    pixels, hole = request.picture.tobytes(), request.hole.tobytes()
    arguments = *_models(services, request), options, request.seed, pixels, hole
    states, probs = await services.flow_jobs.result(compute.fill, *arguments)
    return {
        "sprite": await asyncio.to_thread(compute.sprite, states.reshape(-1, *request.flow.picture_shape), FILLINGS),
        "columns": FILLINGS,
        "times": _times(request.steps),
        "probs": probs.round(4).tolist(),
    }


async def load_training(services: Services, request: FlowRequest) -> dict:
    """What the same noises became at every snapshot of the training."""
    sprite, steps = await asyncio.to_thread(compute.training_film, request.flow)
    return {"sprite": sprite, "columns": compute.FILM_COLUMNS, "steps": steps}


def _times(steps: int) -> list[float]:
    return [round(k / steps, 4) for k in compute.shown_steps(steps)]


def _options(steps: int, guidance: float, classes: int | None, method: str) -> Options:
    if guidance > 0 and classes is None:
        raise ValueError(f"guidance leads towards a class: choose a class, or leave it at 0, got {guidance:g}")
    return Options(steps, guidance, classes, method)


def _models(services: Services, request: FlowRequest) -> tuple[Decoder, Classifier | None]:
    """A flow, and what names its pictures, if anything does."""
    return request.flow, services.models.classifier_of(request.flow, CLASSIFIER)
