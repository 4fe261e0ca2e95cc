"""A map of Features as a page of its own, and the colours of sets whose classes follow one another along a curve."""

import numpy as np

from core.data.fashion_mnist import FASHION_CLASSES
from core.data.known_truth import KNOWN_TRUTHS
from demos.server.features import IMAGES, Source, sample_indices
from demos.server.models import fashion_sample
from demos.ui.standalone_page import PageMap, standalone_page
from demos.ui.widget import CLASS_COLORS

CURVE_COLORS = (  # matplotlib's viridis, without its darkest part
    "#472a7a", "#3f4889", "#33638d", "#297b8e", "#20928c", "#24aa83", "#46c06f", "#7cd250", "#bddf26", "#fde725",
)  # fmt: skip


def colors_of(data: str) -> tuple[str, ...]:
    """The colours of the classes of some data, from dark to light along a curve."""
    return CURVE_COLORS if data != IMAGES and KNOWN_TRUTHS[data].is_curve else CLASS_COLORS


def page_of(source: Source, title: str, points: np.ndarray, axes: tuple[str, ...]) -> str:
    """The page of a map of those points, (10n, d), without plotly's script."""
    is_images = source.data == IMAGES
    classes = FASHION_CLASSES if is_images else KNOWN_TRUTHS[source.data].classes
    pictures, names = None, [f"point {i + 1}, {classes[k]}" for i, k in enumerate(source.labels)]
    if is_images:
        sample, indices = fashion_sample(), sample_indices(source.n)
        pictures = sample.images[indices, 0].numpy()
        kinds, numbers = sample.labels[indices].tolist(), sample.index[indices].tolist()
        names = [f"{classes[k]}, test image {number}" for k, number in zip(kinds, numbers, strict=True)]
    colors = colors_of(source.data)
    return standalone_page(PageMap(title, points, source.labels, tuple(classes), colors, names, axes, pictures))
