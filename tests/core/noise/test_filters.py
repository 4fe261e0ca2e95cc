import numpy as np
import pytest
import torch
from scipy import ndimage

from core.noise.filters import median_filter


@pytest.mark.parametrize("shape", [(3, 1, 28, 28), (2, 3, 9, 5), (1, 1, 1, 1)])
def test_the_median_is_scipys(shape):
    x = torch.rand(shape)
    wanted = ndimage.median_filter(x.numpy(), size=(1, 1, 3, 3), mode="nearest")
    assert np.array_equal(median_filter(x).numpy(), wanted)


def test_lone_pixels_are_thrown_out():
    x = torch.full((1, 1, 9, 9), 0.5)
    x[..., 4, 4], x[..., 0, 0] = 1, 0
    assert torch.equal(median_filter(x), torch.full_like(x, 0.5))
