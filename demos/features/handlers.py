"""Features: what three layers of a classifier make of the test images, laid out by PCA and t-SNE side by side."""

from dataclasses import astuple, dataclass
from typing import Any

import gradio as gr
import numpy as np

from core.data.fashion_mnist import FASHION_CLASSES
from demos.server.features import (
    DESCENTS,
    FRAMES,
    LAYERS,
    PLANES,
    Frame,
    Plane,
    affinities,
    descent,
    labels,
    places,
    plane,
)
from demos.server.models import CLASSIFIER, classifiers, fashion_sample, known
from demos.ui.handlers import answered, endpoint, number, whole
from demos.ui.images import load_sample, to_base64
from demos.ui.widget import CLASS_COLORS, explanation, plotly_address, tab_page, widget

TITLE = "Features"
ORDER = 2

METHODS = ("PCA", "t-SNE")
PER_CLASS = (5, 100)  # images of each class
SEEDS = 2**32
_HANDFUL = 8  # frames in an answer, unless they are the last


@dataclass(frozen=True)
class Source:
    """Which features: of a classifier's layer, for the first n test images of every class."""

    checkpoint: str
    layer: str
    n: int


async def embed(
    checkpoint: str = CLASSIFIER,
    layer: str = "fc1",
    method: str = "PCA",
    dimensions: int = 2,
    n: int = 30,
    perplexity: float = 30,
    seed: int = 0,
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
    source = _source({"checkpoint": checkpoint, "layer": layer, "n": n})
    dimensions = whole("dimensions", dimensions, 2, 3)
    where = places(source.n)
    answer = {
        "checkpoint": checkpoint, "layer": layer, "method": method, "classes": list(FASHION_CLASSES),
        "labels": labels(source.n).tolist(), "indices": where.tolist(),
        "test_indices": fashion_sample().index[where].tolist(),
    }  # fmt: skip
    if method == "PCA":
        flat: Plane = await PLANES.result(plane, *astuple(source))
        points, ch, kept = flat.points[:, :dimensions], flat.ch[dimensions - 2], float(flat.ratio[:dimensions].sum())
    elif method == "t-SNE":
        perplexity, seed = _perplexity(perplexity, source.n), whole("seed", seed, 0, SEEDS - 1)
        last: Frame = await DESCENTS.result(descent, *astuple(source), dimensions, perplexity, seed)
        points, ch, kept = last.points, last.ch, last.kept
        answer |= {"perplexity": perplexity, "seed": seed, "kl_divergence": last.kl}
    else:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    return answer | {"points": points.round(5).tolist(), "calinski_harabasz": ch, "preserved_variance": kept}


@answered
async def load_plane(request: dict) -> dict:
    """PCA of a layer, each image's nearest neighbours, and the scores that need no t-SNE."""
    source = _source(request)
    flat: Plane = await PLANES.result(plane, *astuple(source))
    return {
        "points": _raw(flat.points),
        "ratio": flat.ratio.tolist(),
        "own_ch": flat.own_ch,
        "ch": flat.ch,
        "neighbour": flat.neighbour.tolist(),
        "distance": flat.distance.round(3).tolist(),
        "called": flat.called.tolist(),
        "places": places(source.n).tolist(),
    }


@answered
async def follow(request: dict) -> dict:
    """The frames of a t-SNE run from number `since` on, as soon as there is a handful."""
    source, since = _source(request), whole("since", request.get("since"), 0, FRAMES - 1)
    dimensions = whole("dimensions", request.get("dimensions"), 2, 3)
    perplexity = _perplexity(request.get("perplexity"), source.n)
    seed = whole("seed", request.get("seed"), 0, SEEDS - 1)
    some = min(since + _HANDFUL, FRAMES) - 1
    run = await DESCENTS.wait(descent, *astuple(source), dimensions, perplexity, seed, beyond=some)
    frames: list[Frame] = run.items[since:FRAMES]
    scales = [float(np.abs(frame.points).max()) or 1.0 for frame in frames]
    steps = [np.round(frame.points / scale * 32767) for frame, scale in zip(frames, scales, strict=True)]
    return {
        "points": _raw(np.array(steps, np.int16)),  # (frames, N, d), each in units of its scale / 32767
        "scales": scales,
        "iteration": [frame.iteration for frame in frames],
        "kl": [frame.kl for frame in frames],
        "ch": [frame.ch for frame in frames],
        "kept": [frame.kept for frame in frames],
    }


@answered
async def load_affinities(request: dict) -> dict:
    """p_ij between each image and its nearest neighbours."""
    source = _source(request)
    perplexity = _perplexity(request.get("perplexity"), source.n)
    return {"p": _raw(await PLANES.result(affinities, *astuple(source), perplexity))}


def build() -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "features", load_plane, follow, load_affinities, load_sample,
            classes=FASHION_CLASSES, colors=CLASS_COLORS, scripts=[plotly_address()], layers=LAYERS, methods=METHODS,
            checkpoints=classifiers(), checkpoint=CLASSIFIER, frames=FRAMES, per_class=PER_CLASS,
        )  # fmt: skip
        explanation("features")
        hidden: dict[str, Any] = {"visible": False, "allow_custom_value": True}
        inputs = [
            gr.Dropdown(classifiers(), value=CLASSIFIER, label="checkpoint", **hidden),
            gr.Dropdown(list(LAYERS), value="fc1", label="layer", **hidden),
            gr.Dropdown(list(METHODS), value="PCA", label="method", **hidden),
            gr.Number(2, label="dimensions", visible=False),
            gr.Number(30, label="images of each class", visible=False),
            gr.Number(30, label="perplexity", visible=False),
            gr.Number(0, label="seed", visible=False),
        ]
        endpoint(embed, inputs, gr.JSON(visible=False, label="map"), "embed")
    return tab


def _source(request: dict) -> Source:
    checkpoint, layer = request.get("checkpoint"), request.get("layer")
    checkpoint = known(checkpoint, classifiers(), "classifier")
    if layer not in LAYERS:
        raise ValueError(f"layer must be one of {', '.join(LAYERS)}, got {layer!r}")
    return Source(checkpoint, layer, whole("n, the images of each class,", request.get("n"), *PER_CLASS))


def _perplexity(value: object, n: int) -> float:
    return number("perplexity", value, 1, len(FASHION_CLASSES) * n - 1)


def _raw(values: np.ndarray) -> str:
    """Bytes of any array, in base64."""
    return to_base64(np.frombuffer(values.tobytes(), np.uint8))
