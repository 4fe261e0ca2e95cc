"""A map of Features as a page of its own, and the colours of sets whose classes follow one another along a curve."""

import numpy as np

from core.data.known_truth import KNOWN_TRUTHS
from demos.server.features import IMAGES, Source
from demos.ui.datasets import describe_dataset
from demos.ui.standalone_page import PageMap, standalone_page
from demos.ui.widget import CLASS_COLORS

CURVE_COLORS = (  # matplotlib's viridis, without its darkest part
    "#472a7a", "#3f4889", "#33638d", "#297b8e", "#20928c", "#24aa83", "#46c06f", "#7cd250", "#bddf26", "#fde725",
)  # fmt: skip


def colors_of(data: str) -> tuple[str, ...]:
    """The colours of the classes of some data, from dark to light along a curve."""
    return CURVE_COLORS if data != IMAGES and KNOWN_TRUTHS[data].is_curve else CLASS_COLORS


def page_of(source: Source, title: str, points: np.ndarray, axes: tuple[str, ...]) -> str:
    """The page of a map of those points, (N, d), without plotly's script."""
    labels = source.labels
    if source.data != IMAGES:
        classes, colors = tuple(KNOWN_TRUTHS[source.data].classes), colors_of(source.data)
        names = [f"point {i + 1}, {classes[k]}" for i, k in enumerate(labels)]
        return standalone_page(PageMap(title, points, labels, classes, colors, names, axes, None))
    dataset, sample, indices = describe_dataset(source.model.dataset), source.model.sample, source.indices
    kinds, numbers = sample.labels[indices].tolist(), sample.index[indices].tolist()
    names = [f"{dataset['classes'][k]}, test image {number}" for k, number in zip(kinds, numbers, strict=True)]
    return standalone_page(
        PageMap(
            title, points, labels, tuple(dataset["classes"]), tuple(dataset["colors"]), names, axes,
            source.model.pictures[indices],
        )
    )  # fmt: skip
