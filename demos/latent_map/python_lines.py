"""The Python lines that make a latent map, and the picture of what is chosen on it."""

_MAP = """\
import matplotlib.pyplot as plt
import numpy as np
import torch

from core import load_model
from core.checkpoint import load_codes
from core.data.fashion_mnist import load_fashion_sample
from core.latent import LatentMap

sample = load_fashion_sample()  # the 1,000 shipped test images
model = load_model("{model}")
codes = load_codes("{model}").numpy()  # the same as model.encode(sample.images.float() / 255)
plane = LatentMap(codes, "{kind}")
Y = plane.points
{code}
with torch.no_grad():
    picture = model.decode(torch.tensor(code, dtype=torch.float32))[0, 0].numpy()

figure, (left, right) = plt.subplots(1, 2)
left.scatter(*Y.T, c=sample.labels, cmap="tab10", s=8)
left.plot(*plane.positions_of(np.float32(code))[0], "k+", markersize=14)
right.imshow(picture, cmap="gray", vmin=0, vmax=1)
plt.show()
"""
_PLACE = "\ncode = plane.codes_at(np.array([[{x}, {y}]], np.float32))  # of a place of the map"
_IMAGE = "\ncode = codes[[{i}]]  # of test image {number}"
_CODE = "\ncode = [{code}]  # of one picture"


def lines_of(model: str, kind: str, code: str) -> str:
    """A script, run beside `core`, that makes the map `Y`, (1000, 2), and the `picture` of a code, (28, 28).

    Args:
        model: A checkpoint's name.
        kind: "PCA" or "t-SNE".
        code: What place_lines(), image_lines() or code_lines() gives.
    """
    return _MAP.format(model=model, kind=kind, code=code)


def place_lines(x: float, y: float) -> str:
    """The line that makes the code of a place of the map."""
    return _PLACE.format(x=x, y=y)


def image_lines(i: int, number: int) -> str:
    """The line that takes the code of an image of the sample, which is number `number` of the test set."""
    return _IMAGE.format(i=i, number=number)


def code_lines(code: tuple[float, ...]) -> str:
    """The line that holds a code of one's own."""
    return _CODE.format(code=list(code))
