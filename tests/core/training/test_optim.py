import pytest
import torch
from torch import nn

from core.training.optim import decay_groups, moving_average, one_cycle


def test_one_cycle_rises_then_falls():
    curve = [one_cycle(i / 100) for i in range(101)]
    assert curve[20] == pytest.approx(1)
    assert curve[:21] == sorted(curve[:21])
    assert curve[20:] == sorted(curve[20:], reverse=True)
    assert curve[0] == curve[100] == pytest.approx(1e-3)


def test_the_average_forgets_the_start_quickly_and_then_slowly():
    layer = nn.Linear(1, 1, bias=False)
    average = moving_average(layer, 0.99)
    nn.init.constant_(layer.weight, 0.0)
    average.update_parameters(layer)
    nn.init.constant_(layer.weight, 1.0)
    for _ in range(10):
        average.update_parameters(layer)
    early = average.module.weight.item()
    assert 0.9 < early < 1  # a constant decay of 0.99 would give 0.096
    for _ in range(2000):
        average.update_parameters(layer)
    nn.init.constant_(layer.weight, 0.0)
    average.update_parameters(layer)
    assert average.module.weight.item() == pytest.approx(0.99, abs=1e-3)


def test_biases_and_normalisation_are_not_decayed():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    decayed, free = decay_groups(model, 0.1)
    assert [p.ndim for p in decayed["params"]] == [4]
    assert (decayed["weight_decay"], free["weight_decay"]) == (0.1, 0.0)
    assert len(free["params"]) == 3


def test_averaging_keeps_running_statistics():
    model = nn.BatchNorm1d(2)
    average = moving_average(model, 0.9)
    for _ in range(3):
        model(torch.randn(8, 2) + 5)
        average.update_parameters(model)
    assert average.module.running_mean.mean() > 0.3
    assert average.module.num_batches_tracked == 3
