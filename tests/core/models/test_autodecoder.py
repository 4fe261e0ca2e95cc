import subprocess
import sys

import pytest
import torch

from core.data.synthetic import synthetic
from core.distributions import FAMILIES
from core.registry import create_model


def images(count=3):
    return synthetic(count).batch(torch.arange(count)).image


@pytest.fixture(params=list(FAMILIES))
def model(request):
    return create_model("auto-decoder", distribution=request.param, channels=(16, 8, 4), latent_dim=12).eval()


def test_a_fit_comes_closer_and_returns_its_history(model):
    path = list(model.fit_path(images(), steps=60))
    assert len(path) == 61
    codes, errors = path[-1]
    assert codes.shape == (3, 12)
    assert errors.shape == (3,)
    assert (errors < path[0][1]).all()
    torch.testing.assert_close((model.decode(codes) - images()).square().flatten(1).mean(1), errors)


def test_a_fit_may_start_anywhere(model):
    start = torch.full((3, 12), 0.5)
    (codes, _), (later, _) = model.fit_path(images(), steps=1, start=start)
    torch.testing.assert_close(codes, model.family.mean(model.family.start(start)))
    assert (later != codes).all()
    assert (start == 0.5).all()


def test_a_fit_leaves_the_decoder_as_it_was(model):
    before = {name: t.clone() for name, t in model.state_dict().items()}
    model.fit_codes(images(), steps=3)
    assert all(torch.equal(t, before[name]) for name, t in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


def test_a_fit_works_where_gradients_are_off(model):
    with torch.inference_mode():
        inside = model.fit_codes(images(), steps=5)
    torch.testing.assert_close(inside, model.fit_codes(images(), steps=5))


def test_images_are_fitted_each_for_itself(model):
    together = model.fit_codes(images(), steps=5)
    alone = torch.cat([model.fit_codes(x[None], steps=5) for x in images()])
    torch.testing.assert_close(together, alone, atol=1e-3, rtol=1e-2)


def test_codes_learned_elsewhere_get_a_gradient_and_the_divergence_its_weight():
    model = create_model("auto-decoder", distribution="gaussian")
    batch = synthetic(4).batch(torch.arange(4))
    parameters = torch.randn(4, 128, 2, requires_grad=True)
    losses = model.loss(batch, parameters, kl_weight=0.5)
    assert set(losses) == {"mse", "kl", "guess"}
    wanted = 0.5 / 784 * FAMILIES["gaussian"].divergence(parameters).mean()
    torch.testing.assert_close(losses["kl"], wanted)
    sum(losses.values()).backward()
    assert parameters.grad.abs().sum() > 0
    assert "kl" not in model.loss(batch, parameters)


def test_a_fit_is_that_of_adam_without_importing_a_compiler():
    """The class torch.optim.Adam imports torch's compiler, which costs the app 150 MB and the first visitor seconds."""
    script = """
import sys, torch
from core.registry import create_model
from core.training.optim import one_cycle, set_learning_rate
torch.manual_seed(0)
model = create_model("auto-decoder", latent_dim=4, distribution="point").eval()
x = torch.rand(3, 1, 28, 28)
*_, (codes, errors) = model.fit_path(x, steps=6)
assert "torch._dynamo" not in sys.modules
reference = model.family.start(model.guess(x).detach()).requires_grad_()
optimizer = torch.optim.Adam([reference])
for step in range(1, 7):
    loss = (model.decode(model.family.mean(reference)) - x).square().flatten(1).mean(1).sum()
    (reference.grad,) = torch.autograd.grad(loss, reference)
    set_learning_rate(optimizer, 0.2 * one_cycle(step / 6, warmup=0.1, final=0.02))
    optimizer.step()
assert torch.equal(codes, model.family.mean(reference))
"""
    subprocess.run([sys.executable, "-c", script], check=True)
