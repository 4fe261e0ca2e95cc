"""What recipes share about optimisers: a step, a schedule that is a pure function of progress, a moving average."""

import math
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, Optimizer, RMSprop
from torch.optim.swa_utils import AveragedModel

from core.training.devices import average_gradients

OPTIMIZERS = {"adam": Adam, "sgd": partial(SGD, momentum=0.9), "rmsprop": RMSprop}  # by the name an option gives


def one_cycle(progress: float, warmup: float = 0.2, final: float = 1e-3) -> float:
    """Factor of the peak learning rate: a linear rise over `warmup`, then half a cosine down to `final`.

    Args:
        progress: Share of the training done, 0 to 1.

    Source: Super-Convergence, 2017, arXiv:1708.07120.
    """
    if progress < warmup:
        return final + (1 - final) * progress / warmup
    fall = (progress - warmup) / (1 - warmup)
    return final + (1 - final) * (1 + math.cos(math.pi * fall)) / 2


def descend(losses: dict[str, Tensor], model: nn.Module, optimizer: Optimizer) -> None:
    """One optimiser step down the sum of the losses, with gradients averaged over the processes of torchrun."""
    optimizer.zero_grad()
    sum(losses.values()).backward()
    average_gradients(model)
    optimizer.step()


def set_learning_rate(optimizer: Optimizer, learning_rate: float) -> None:
    """Set the learning rate of every parameter group."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate


def moving_average(model: nn.Module, decay: float) -> AveragedModel:
    """An exponential moving average of a model's weights and running statistics; feed it with update_parameters().

    The decay of the first n steps is at most (1 + n) / (10 + n), so that short runs do not keep their initial weights.
    """

    def blend(averaged: list[Tensor], current: list[Tensor], _: Tensor) -> None:
        steps = int(average.n_averaged)  # it lies on the CPU: the copy we are given must be waited for on a GPU
        new = 1 - min(decay, (1 + steps) / (10 + steps))
        if averaged[0].is_floating_point():  # they come grouped by type
            torch._foreach_lerp_(averaged, current, new)  # one kernel instead of one a tensor
        else:
            torch._foreach_copy_(averaged, current)  # counters

    average = AveragedModel(model, multi_avg_fn=blend, use_buffers=True)
    return average


def decay_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Parameter groups that decay matrices and kernels, but not biases and normalisation."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
