"""Images that two parts of a dataset have in common: equal pixel for pixel, or nearly."""

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm

from core.data.image_set import ImageSet

CHUNK = 500  # images compared at a time with all others: 500 x 60,000 distances are 120 MB
NEAR = 0.07  # of an image's own length: so near they look like one photograph; beyond, prints differ on the same cut


@dataclass(frozen=True)
class Duplicates:
    """What was found of every image of one part in the other."""

    equal: Tensor  # (N,) bool: pixel for pixel
    near: Tensor  # (N,) bool: equal, or within NEAR of its nearest neighbour
    distance: Tensor  # (N,) to the nearest neighbour, as a share of the image's own length
    neighbour: Tensor  # (N,) int64, its place in the other part
    relabelled: Tensor  # (N,) bool: near, and the neighbour has another label

    def summary(self) -> str:
        """A sentence or two about how many there are."""
        equal, near, relabelled = (int(each.sum()) for each in (self.equal, self.near, self.relabelled))
        found = f"{equal} are in the training part pixel for pixel, and {near - equal} nearly"
        return f"Of {len(self.equal):,} test images {found}. Of these {near} pairs {relabelled} have two labels."


def find_duplicates(data: ImageSet, others: ImageSet) -> Duplicates:
    """Look for every image of a part among those of another.

    Args:
        data: N images.
        others: M images of the same shape.
    """
    known = {_digest(image) for image in others.images}
    equal = torch.tensor([_digest(image) in known for image in data.images])
    distance, neighbour = nearest(data.images, others.images)
    near = equal | (distance <= NEAR)
    return Duplicates(equal, near, distance, neighbour, near & (data.labels != others.labels[neighbour]))


@torch.inference_mode()
def nearest(images: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """Distance (N,) and place (N,) of the image nearest to each.

    Args:
        images: Bytes, shape (N, C, H, W).
        others: Bytes, shape (M, C, H, W).

    Returns:
        The Euclidean distance divided by the length of the image, so that small and dark garments count as others do.
        It is that of the pair itself; the place comes from a matrix product, which rounds to a tenth of a grey level.
    """
    x, y = images.flatten(1).float() / 255, others.flatten(1).float() / 255
    norms, neighbours = y.square().sum(1), []
    for part in tqdm(x.split(CHUNK), "nearest neighbours", unit="chunk", leave=False):
        neighbours.append((norms - 2 * part @ y.T).argmin(1))
    neighbour = torch.cat(neighbours)
    return (x - y[neighbour]).norm(dim=1) / x.norm(dim=1).clamp_min(1e-6), neighbour


def _digest(image: Tensor) -> bytes:
    return hashlib.sha256(image.numpy().tobytes()).digest()
