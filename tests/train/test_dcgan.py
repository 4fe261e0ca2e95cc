import pytest
import torch

from core.data.synthetic import synthetic
from train.dcgan import Config, prepare


@pytest.mark.parametrize(("progress", "share"), [(0.4, 1.0), (0.5, 0.02), (0.6, 0.02)])
def test_the_discriminator_slows_down_where_it_was_asked_to(progress, share):
    training = synthetic(16)
    state = prepare(Config(width=2, slow_from=0.5, slow_critic=0.02, learning_rate=1e-3), training)
    state.step(training.batch(torch.arange(16)), progress)
    critic = state.keep["critic"].param_groups[0]["lr"]
    assert critic / state.optimizer.param_groups[0]["lr"] == pytest.approx(share)


def test_the_width_makes_both_networks_narrower():
    assert prepare(Config(width=2), synthetic(16)).model.config.channels == (12, 6, 2)
    assert prepare(Config(), synthetic(16)).model.config.channels == (384, 192, 64)  # the report's
