"""What Features answers: PCA maps at once, t-SNE maps frame by frame."""

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from core.data.fashion_mnist import FASHION_CLASSES
from core.metrics import calinski_harabasz
from demos.server.classifier import Classifier
from demos.server.features import (
    FRAMES,
    LAYERS,
    FeaturePlane,
    Frame,
    affinities,
    descent,
    plane,
    sample_indices,
    sample_labels,
)
from demos.server.models import CLASSIFIER, fashion_sample
from demos.server.services import Services
from demos.ui.fields import Between, Given, Named, OneOf, Request, Seed
from demos.ui.images import to_base64

METHODS = ("PCA", "t-SNE")
PER_CLASS = (5, 100)  # images of each class
_HANDFUL = 8  # frames in an answer, unless they are the last


def find_classifier(services: Services, name: Any) -> Classifier:
    """A shipped classifier, by its name."""
    return services.models.find(name, services.models.classifiers, "classifier")


def _largest_perplexity(given: Given) -> int:
    return len(FASHION_CLASSES) * given["n"] - 1


AnyClassifier = Annotated[Classifier, Named(find_classifier)]
Layer = Annotated[str, OneOf(LAYERS)]
PerClass = Annotated[int, Between(*PER_CLASS)]
Dimensions = Annotated[int, Between(2, 3)]
Perplexity = Annotated[float, Between(1, _largest_perplexity)]


class SourceRequest(Request):
    """Which features: of a classifier's layer, for the first n test images of every class."""

    classifier: AnyClassifier = Field(alias="checkpoint")
    layer: Layer
    n: PerClass

    @property
    def source(self) -> tuple[Classifier, str, int]:
        """The same as arguments."""
        return self.classifier, self.layer, self.n


class AffinitiesRequest(SourceRequest):
    """The same, and how many neighbours t-SNE looks at."""

    perplexity: Perplexity


class FollowRequest(AffinitiesRequest):
    """A run of t-SNE, from one of its frames on."""

    since: Annotated[int, Between(0, FRAMES - 1)]
    dimensions: Dimensions
    seed: Seed


async def embed(
    services: Services,
    checkpoint: AnyClassifier = CLASSIFIER,
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
    source, indices = (checkpoint, layer, n), sample_indices(n)
    answer = {
        "checkpoint": checkpoint.name, "layer": layer, "method": method, "classes": list(FASHION_CLASSES),
        "labels": sample_labels(n).tolist(), "indices": indices.tolist(),
        "test_indices": fashion_sample().index[indices].tolist(),
    }  # fmt: skip
    if method == "PCA":
        flat: FeaturePlane = await services.feature_jobs.result(plane, *source)
        points, agreement = flat.points[:, :dimensions], flat.map_agreement[dimensions - 2]
        variance = float(flat.ratio[:dimensions].sum())
    else:
        Between(1, _largest_perplexity({"n": n})).check("perplexity", perplexity)
        last: Frame = await services.tsne_jobs.result(descent, *source, dimensions, perplexity, seed)
        points, agreement, variance = last.points, last.agreement, last.linear_variance
        answer |= {"perplexity": perplexity, "seed": seed, "kl_divergence": last.kl}
    return answer | {
        "points": points.round(5).tolist(), "calinski_harabasz": calinski_harabasz(points, sample_labels(n)),
        "preserved_variance": variance, "neighbour_agreement": agreement,
    }  # fmt: skip


async def load_plane(services: Services, request: SourceRequest) -> dict:
    """PCA of a layer, each image's nearest neighbours, and the scores that need no t-SNE."""
    flat: FeaturePlane = await services.feature_jobs.result(plane, *request.source)
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
        "indices": sample_indices(request.n).tolist(),
    }


async def follow(services: Services, request: FollowRequest) -> dict:
    """The frames of a t-SNE run from number `since` on, as soon as there is a handful."""
    wanted = min(request.since + _HANDFUL, FRAMES) - 1
    run = await services.tsne_jobs.wait(
        descent, *request.source, request.dimensions, request.perplexity, request.seed, beyond=wanted
    )
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
    """p_ij between each image and its nearest neighbours."""
    p: np.ndarray = await services.feature_jobs.result(affinities, *request.source, request.perplexity)
    return {"p": to_base64(p)}
