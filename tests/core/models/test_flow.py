from itertools import pairwise

import pytest
import torch

from core.data.synthetic import synthetic
from core.models.flow import Flow, FlowConfig
from core.registry import create_model
from core.training.optim import descend

SMALL = FlowConfig(channels=(8, 16, 16), num_blocks=(1, 1), condition_dim=32)


@pytest.fixture(scope="module")
def trained():
    """A small flow that has learned where the rectangles of each class are."""
    torch.manual_seed(0)
    flow, data = Flow(SMALL), synthetic(512)
    optimizer = torch.optim.Adam(flow.parameters(), 0.004)
    for _ in range(450):
        descend(flow.loss(data.batch(torch.randint(0, len(data), (40,)))), flow, optimizer)
    return flow.eval().requires_grad_(False)


def brightest_class(x):
    """The class whose rectangle is brightest, (B,), of images of synthetic()."""
    tops, lefts = [0, 14], [28 * k // 5 for k in range(5)]
    means = [x[:, :, top : top + 14, left : left + 5].mean((1, 2, 3)) for top in tops for left in lefts]
    return torch.stack(means, dim=1).argmax(1)


def test_it_has_no_more_than_two_million_parameters():
    assert sum(p.numel() for p in create_model("flow").parameters()) <= 2_000_000


def test_the_loss_is_the_error_of_the_straight_line():
    flow, batch = Flow(SMALL), synthetic(8).batch(torch.arange(8))
    seen = {}

    class Right(torch.nn.Module):  # what a perfect network would say, were the picture known
        def forward(self, state, t, label):
            seen.update(label=label)
            return (flow.states(batch.image) - state) / (1 - t)[:, None, None, None]

    flow.network = Right()
    assert flow.loss(batch, label_dropout=0.0)["velocity"].item() == pytest.approx(0, abs=1e-8)
    assert torch.equal(seen["label"], batch.label)
    flow.loss(batch, label_dropout=1.0)
    assert (seen["label"] == 10).all()


def test_a_path_holds_every_state_from_the_first_to_the_last(trained):
    z = torch.randn(3, 1, 28, 28)
    states = list(trained.path(z, steps=5))
    assert len(states) == 6
    assert torch.equal(states[0], z)
    assert torch.equal(trained.images(states[-1]), trained.decode(z.flatten(1), steps=5))
    for k, (state, after) in enumerate(pairwise(states)):
        torch.testing.assert_close(after - state, trained.velocity(state, k / 5) / 5)


def test_euler_and_heun_agree_in_the_limit_and_heun_comes_closer(trained):
    z = torch.randn(4, 1, 28, 28)
    *_, exact = trained.path(z, steps=200, method="heun")
    ends = {(m, n): list(trained.path(z, steps=n, method=m))[-1] for m in ("euler", "heun") for n in (10, 100)}
    error = {key: (end - exact).square().mean().sqrt().item() for key, end in ends.items()}
    assert error["euler", 100] < error["euler", 10] / 4
    assert error["heun", 100] < 0.01
    assert error["heun", 10] < error["euler", 10]


def test_a_picture_taken_to_noise_comes_back(trained):
    x = synthetic(6, seed=1).batch(torch.arange(6)).image
    z = trained.invert(x, steps=60)
    assert z.shape == (6, SMALL.latent_dim)
    back = trained.decode(z, steps=60, method="heun")
    assert (back - x).square().mean().sqrt() < 0.03
    assert (trained(x) - x).square().mean().sqrt() < 0.1


def test_a_picture_partly_noised_starts_there(trained):
    x, z = synthetic(4).batch(torch.arange(4)).image, trained.noise(4)
    assert torch.allclose(trained.mix(x, z, 0.0).flatten(1), z)
    assert torch.allclose(trained.images(trained.mix(x, z, 1.0)), x, atol=1e-6)
    *_, end = trained.path(trained.mix(x, z, 0.7), steps=10, start=0.7)
    assert torch.equal(brightest_class(trained.images(end)), torch.arange(4))


def test_the_class_that_is_asked_comes_and_guidance_makes_it_surer(trained):
    classes = torch.arange(100) % 10
    shares = []
    for guidance in (0.0, 2.0):
        x = trained.sample(100, torch.Generator().manual_seed(0), guidance=guidance, classes=classes)
        shares.append((brightest_class(x) == classes).float().mean().item())
    assert shares[1] >= max(0.9, shares[0])
    free = brightest_class(trained.sample(100, torch.Generator().manual_seed(0)))
    assert len(free.unique()) >= 8


def test_guidance_goes_on_from_any_clothes_past_the_class():
    flow, state = Flow(SMALL).eval(), torch.randn(5, 1, 28, 28)
    with torch.inference_mode():
        free, asked, guided = (flow.velocity(state, 0.3, c, g) for c, g in ((None, 0.0), (7, 0.0), (7, 2.0)))
    assert not torch.allclose(free, asked)
    torch.testing.assert_close(guided, 3 * asked - 2 * free, atol=1e-4, rtol=1e-4)


def test_times_and_classes_may_differ_from_picture_to_picture():
    flow, state = Flow(SMALL).eval(), torch.randn(3, 1, 28, 28)
    t, classes = torch.tensor([0.0, 0.5, 1.0]), torch.tensor([1, 2, 3])
    with torch.inference_mode():
        together = flow.velocity(state, t, classes, 1.0)
        alone = [flow.velocity(state[k : k + 1], t[k], int(classes[k]), 1.0) for k in range(3)]
    torch.testing.assert_close(together, torch.cat(alone), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 0}, "number of steps must be a whole number from 1 on, got 0"),
        ({"steps": 2.5}, "got 2.5"),
        ({"guidance": -1.0, "classes": 1}, "guidance must be a number from 0 on, got -1"),
        ({"guidance": float("nan"), "classes": 1}, "got nan"),
        ({"guidance": float("inf"), "classes": 1}, "got inf"),
        ({"guidance": 1.0}, "name the classes"),
        ({"classes": 10}, "whole number from 0 to 9, got 10"),
        ({"classes": -1}, "got -1"),
        ({"classes": 1.5}, "got 1.5"),
        ({"classes": torch.tensor([1, 2, 3])}, "one for each of the 2 pictures"),
        ({"method": "magic"}, "one of euler, heun, got 'magic'"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(options, words):
    flow = Flow(SMALL)
    with pytest.raises(ValueError, match=words):
        flow.sample(2, **options)


@pytest.mark.parametrize(("start", "end"), [(-0.1, 1.0), (0.0, 1.1), (float("nan"), 1.0)])
def test_a_path_stays_between_noise_and_picture(start, end):
    with pytest.raises(ValueError, match="between 0"):
        Flow(SMALL).path(torch.randn(1, 1, 28, 28), start=start, end=end)


def test_a_time_outside_the_path_is_refused():
    with pytest.raises(ValueError, match="time must lie between 0"):
        Flow(SMALL).velocity(torch.randn(1, 1, 28, 28), 1.5)
