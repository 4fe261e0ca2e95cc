"""What Features answers: PCA maps at once, t-SNE maps frame by frame."""

import asyncio
from typing import Annotated, Any

import numpy as np
from pydantic import Field, PlainValidator, ValidationInfo

from core.data.fashion_mnist import FASHION_CLASSES
from core.data.known_truth import KNOWN_TRUTHS, chance
from demos.features.page import page_of
from demos.features.python_lines import lines_of
from demos.server.classifier import Classifier
from demos.server.decoder import Decoder
from demos.server.features import (
    DATA,
    FEWEST,
    FRAMES,
    IMAGES,
    LAYERS,
    STARTS,
    FeaturePlane,
    Frame,
    Landing,
    Source,
    affinities,
    descent,
    landing,
    layers_of,
    most_of_a_class,
    plane,
)
from demos.server.models import CLASSIFIER, Model, fashion_sample
from demos.server.services import Services
from demos.ui.fields import Between, Flag, Given, Named, OneOf, Pixels, Request, Seed, resolved, wanted
from demos.ui.images import to_base64

METHODS = ("PCA", "t-SNE")
PER_CLASS = (5, 100)  # images of each class
_HANDFUL = 8  # frames in an answer, unless they are the last


def opens(model: Model) -> bool:
    """Whether the tab opens a model that is not shipped: a classifier, or one that gives pictures codes."""
    is_coder = isinstance(model, Decoder) and (model.can("encode") or model.fits)
    return isinstance(model, Classifier) or (is_coder and model.kind != "faces")


def find_classifier(services: Services, name: Any) -> Classifier:
    """A shipped classifier, by its name."""
    return services.models.find(name, services.models.classifiers, "classifier")


def _find_model(services: Services, name: Any) -> Model:
    """The same, or a model that is not shipped and that the tab opens."""
    if services.models.is_added(name) and opens(services.models[name]):
        return services.models[name]
    return find_classifier(services, name)


def _layer(name: Any, info: ValidationInfo) -> str:
    layers = layers_of(resolved(lambda given: given["model"], info))
    if name not in layers:
        raise wanted(f"one of {', '.join(layers)}", name)
    return name


def _most(given: Given) -> int:
    """Images of each class, at most."""
    return max(PER_CLASS[0], most_of_a_class(given["model"]))


def _largest_perplexity(given: Given) -> int:
    return len(Source(given["model"], given["layer"], given["n"], given["data"]).indices) - 1


Layer = Annotated[str, OneOf(LAYERS)]
PerClass = Annotated[int, Between(*PER_CLASS)]
Dimensions = Annotated[int, Between(2, 3)]
Perplexity = Annotated[float, Between(1, _largest_perplexity)]


class SourceRequest(Request):
    """Which points: a layer of a model for the first n test images of every class, or a set of known structure."""

    model: Annotated[Model, Named(_find_model)] = Field(alias="checkpoint")
    layer: Annotated[str, PlainValidator(_layer)]
    n: Annotated[int, Between(PER_CLASS[0], _most)]
    data: Annotated[str, OneOf(DATA)] = IMAGES
    is_shuffled: Flag = Field(False, alias="shuffled")

    @property
    def source(self) -> Source:
        """The same as the maps' functions take it.

        Raises:
            ValueError: If these are too few images for a map.
        """
        source = Source(self.model, self.layer, self.n, self.data, self.is_shuffled)
        if (count := len(source.indices)) < FEWEST:
            title = self.model.dataset.title
            raise ValueError(f"{title} comes with {count} test images; a map needs {FEWEST}. Train on more pictures.")
        return source


class AffinitiesRequest(SourceRequest):
    """The same, and how many neighbours t-SNE looks at."""

    perplexity: Perplexity


class RunRequest(AffinitiesRequest):
    """A run of t-SNE."""

    dimensions: Dimensions
    seed: Seed
    start: Annotated[str, OneOf(STARTS)] = STARTS[0]

    @property
    def run(self) -> tuple[Source, int, float, int, str]:
        """The same as arguments of descent()."""
        return self.source, self.dimensions, self.perplexity, self.seed, self.start


class FollowRequest(RunRequest):
    """The same, from one of its frames on."""

    since: Annotated[int, Between(0, FRAMES - 1)]


class ShownMapRequest(RunRequest):
    """A map as it is shown: PCA, or a frame of t-SNE."""

    method: Annotated[str, OneOf(METHODS)]
    frame: Annotated[int, Between(0, FRAMES - 1)] = FRAMES - 1

    @property
    def title(self) -> str:
        """What the map is of."""
        of = f"{self.layer} of {self.model.card.name}" if self.data == IMAGES else KNOWN_TRUTHS[self.data].title
        return f"{of}, {self.method}" + ("" if self.method == "PCA" else f" with perplexity {self.perplexity:g}")


class PlaceRequest(RunRequest):
    """A visitor's picture, for a finished map."""

    method: Annotated[str, OneOf(METHODS)]
    pixels: Annotated[np.ndarray, Pixels(lambda given: given["model"].picture_shape)]


async def embed(
    services: Services,
    checkpoint: Annotated[Classifier, Named(find_classifier)] = CLASSIFIER,
    layer: Layer = "fc1",
    method: Annotated[str, OneOf(METHODS)] = "PCA",
    dimensions: Dimensions = 2,
    n: PerClass = 30,
    perplexity: Annotated[float, Between(1, len(FASHION_CLASSES) * PER_CLASS[1] - 1)] = 30,
    seed: Seed = 0,
) -> dict:
    """The API endpoint: a map of a layer's features.

    Args:
        checkpoint: A shipped classifier.
        layer: "conv1", "fc1" or "output".
        method: "PCA" or "t-SNE".
        dimensions: 2 or 3.
        n: Images of each of the ten classes, 5 to 100.
        perplexity: Of t-SNE, from 1 to 10 n - 1.
        seed: Of t-SNE's random start.
    """
    source = Source(checkpoint, layer, n)
    indices, labels = source.indices, source.labels
    answer = {
        "checkpoint": checkpoint.name, "layer": layer, "method": method, "classes": list(FASHION_CLASSES),
        "labels": labels.tolist(), "indices": indices.tolist(),
        "test_indices": fashion_sample().index[indices].tolist(),
    }  # fmt: skip
    if method == "PCA":
        flat: FeaturePlane = await services.feature_jobs.result(plane, source)
        points, agreement = flat.points[:, :dimensions], flat.map_agreement[dimensions - 2]
        variance = float(flat.ratio[:dimensions].sum())
    else:
        Between(1, len(indices) - 1).check("perplexity", perplexity)
        last: Frame = await services.tsne_jobs.result(descent, source, dimensions, perplexity, seed, STARTS[0])
        points, agreement, variance = last.points, last.agreement, last.linear_variance
        answer |= {"perplexity": perplexity, "seed": seed, "kl_divergence": last.kl}
    return answer | {
        "points": points.round(5).tolist(), "calinski_harabasz": source.separation(points),
        "preserved_variance": variance, "neighbour_agreement": agreement,
    }  # fmt: skip


async def load_plane(services: Services, request: SourceRequest) -> dict:
    """PCA of the points, each one's nearest neighbours, and the scores that need no t-SNE."""
    source = request.source
    flat: FeaturePlane = await services.feature_jobs.result(plane, source)
    return {
        "points": to_base64(flat.points),
        "ratio": flat.ratio.tolist(),
        "features_ch": flat.features_ch,
        "ch": flat.map_ch,
        "features_agreement": flat.features_agreement,
        "agreement": flat.map_agreement,
        "neighbour": flat.neighbours.tolist(),
        "distance": flat.distances.round(3).tolist(),
        "predicted": flat.predicted.tolist(),
        "indices": source.indices.tolist(),
        "labels": source.labels.tolist(),
        "compared": source.compared,
        "chance": chance(source.labels),
    }


async def follow(services: Services, request: FollowRequest) -> dict:
    """The frames of a t-SNE run from number `since` on, as soon as there is a handful."""
    wanted = min(request.since + _HANDFUL, FRAMES) - 1
    run = await services.tsne_jobs.wait(descent, *request.run, beyond=wanted)
    frames: list[Frame] = run.items[request.since : FRAMES]
    scales = [float(np.abs(frame.points).max()) or 1.0 for frame in frames]
    steps = [np.round(frame.points / scale * 32767) for frame, scale in zip(frames, scales, strict=True)]
    return {
        "points": to_base64(np.array(steps, np.int16)),  # (frames, N, d), each in units of its scale / 32767
        "scales": scales,
        "iteration": [frame.iteration for frame in frames],
        "kl": [frame.kl for frame in frames],
        "agreement": [frame.agreement for frame in frames],
        "preserved_variance": [frame.linear_variance for frame in frames],
    }


async def load_affinities(services: Services, request: AffinitiesRequest) -> dict:
    """p_ij between each point and its nearest neighbours."""
    p: np.ndarray = await services.feature_jobs.result(affinities, request.source, request.perplexity)
    return {"p": to_base64(p)}


async def place_picture(services: Services, request: PlaceRequest) -> dict:
    """Where a visitor's picture lands on a finished map of the test images, and the images nearest to it."""
    if request.data != IMAGES:
        raise ValueError("Only a map of images takes a picture. Choose the test images as data.")
    perplexity = None if request.method == "PCA" else request.perplexity
    if perplexity is None:
        flat = await services.feature_jobs.result(plane, request.source)
    else:
        flat = await services.tsne_jobs.result(descent, *request.run)
    landed: Landing = await services.feature_jobs.result(
        landing, request.source, request.pixels.tobytes(), flat, request.dimensions, perplexity
    )
    return {
        "point": [float(value) for value in landed.point],
        "neighbour": landed.neighbours.tolist(),
        "distance": landed.distances.round(3).tolist(),
        "predicted": landed.predicted,
    }


async def make_page(services: Services, request: ShownMapRequest) -> dict:
    """The map that is shown as a web page of its own, which lacks only plotly's script."""
    if request.method == "PCA":
        flat: FeaturePlane = await services.feature_jobs.result(plane, request.source)
        points = flat.points[:, : request.dimensions]
        axes = tuple(f"component {c + 1}, {share:.0%}" for c, share in enumerate(flat.ratio[: request.dimensions]))
    else:
        run = await services.tsne_jobs.wait(descent, *request.run, beyond=request.frame)
        points, axes = run.items[request.frame].points, ()
    return {"page": await asyncio.to_thread(page_of, request.source, request.title, points, axes)}


async def python_lines(services: Services, request: ShownMapRequest) -> dict:
    """The Python lines that make the map that is shown."""
    source, dimensions, *settings = request.run
    return {"lines": lines_of(source, request.method, dimensions, *settings, request.frame)}
