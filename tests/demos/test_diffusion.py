import base64
import io
import math

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image

from core.checkpoint import load_extra, load_model
from core.data.fashion_mnist import load_fashion_sample
from core.data.images import to_bytes
from demos.diffusion import compute
from demos.diffusion import handlers as diffusion
from demos.diffusion.compute import PATHS, RETURNS, TOGETHER, Options
from demos.ui.images import to_base64
from tests.helpers.handlers import SERVICES, ask, call

FEW = {"steps": 2}  # quick enough to be walked often


def tiles(answer):
    """The tiles of a sprite, (rows, columns, 28, 28)."""
    file = io.BytesIO(base64.b64decode(answer["sprite"].split(",")[1]))
    pixels = np.asarray(Image.open(file).convert("L")).astype(int)
    columns = answer["columns"]
    return pixels.reshape(-1, 28, columns, 28).swapaxes(1, 2)


def flow_path(seed, n=PATHS, **options):
    """Every state of the first paths as bytes, (steps + 1, n, 28, 28), walked by the model itself."""
    flow = load_model("flow")
    z = flow.noise(PATHS, torch.Generator().manual_seed(seed))[:n].view(n, 1, 28, 28)
    with torch.inference_mode():
        return np.stack([to_bytes(flow.images(state))[:, 0] for state in flow.path(z, **options)]).astype(int)


@pytest.fixture(scope="module")
def expected():
    return flow_path(3, steps=2)


@pytest.mark.parametrize("part", [0, 3])
def test_paths_come_in_parts_with_every_state(expected, part):
    answer = ask(diffusion.load_paths, seed=3, part=part, **FEW)
    assert answer["times"] == [0, 0.5, 1]
    shown = tiles(answer)
    assert shown.shape[:2] == (3, TOGETHER)
    of_part = expected[:, part * TOGETHER : (part + 1) * TOGETHER]
    assert np.abs(shown - of_part).mean() < 10  # lossy compression
    assert np.abs(shown[-1] - of_part[-1]).mean() < 5
    apart = np.abs(shown[-1].reshape(16, -1)[:, None] - of_part[-1].reshape(16, -1)[None]).mean(axis=2)
    assert (apart.argmin(axis=1) == np.arange(16)).all()


def test_the_same_seed_gives_the_same_paths_and_another_seed_others():
    first, again, other = (ask(diffusion.load_paths, seed=seed, **FEW) for seed in (3, 3, 4))
    assert first == again
    assert first["sprite"] != other["sprite"]


@pytest.mark.parametrize("change", [{"method": "heun"}, {"classes": 8}, {"classes": 8, "guidance": 3}, {"steps": 3}])
def test_every_option_leads_to_other_pictures(change):
    asked = {"seed": 3, "steps": 2} | ({"classes": 8} if "guidance" in change else {})
    before, after = (tiles(ask(diffusion.load_paths, **(asked | more)))[-1] for more in ({}, change))
    assert np.abs(before - after).mean() > 2


def test_a_long_path_is_shown_at_some_of_its_steps():
    assert compute.shown_steps(3) == [0, 1, 2, 3]
    for steps in (1, 20, 25, 26, 33, 50):
        shown = compute.shown_steps(steps)
        assert len(shown) == min(steps, compute.FRAMES) + 1
        assert (shown[0], shown[-1]) == (0, steps)
        assert shown == sorted(set(shown))


def test_one_path_comes_with_velocity_guess_and_classes(expected):
    answer = ask(diffusion.trace, seed=3, tile=20, **FEW)
    states, velocities, guesses = tiles(answer)
    assert states.shape == (3, 28, 28)
    assert np.abs(states - expected[:, 20]).max() <= 16  # bfloat16 where the hardware has it
    assert np.abs(states - expected[:, 20]).mean() < 1.5
    assert (guesses[-1] == states[-1]).all()  # at the end, the guess is the state
    assert (velocities != 128).any()
    probs = np.array(answer["probs"])
    assert probs.shape == (3, 10)
    assert probs.sum(axis=1) == pytest.approx(1, abs=1e-3)
    with torch.inference_mode():
        x = torch.from_numpy(guesses[-1]).float()[None, None] / 255
        alone = load_model("classifier-resnet")(x).softmax(1)[0].tolist()
    assert probs[-1].tolist() == pytest.approx(alone, abs=2e-3)


def test_the_end_of_a_path_is_compared_with_real_images():
    near = ask(diffusion.compare_end, seed=3, tile=20, steps=10)["near"]
    end = tiles(ask(diffusion.trace, seed=3, tile=20, steps=10))[0][-1]
    images = load_fashion_sample().images[:, 0].numpy()
    squared = ((images / 255.0 - end / 255.0) ** 2).mean(axis=(1, 2))
    assert near["indices"] == np.argsort(squared)[:6].tolist()
    assert near["distances"][0] == pytest.approx(np.sqrt(squared.min()), abs=1e-3)
    assert 0 < near["closer"] <= 1


def test_a_single_euler_step_lands_on_the_guess():
    states, velocities, guesses = tiles(ask(diffusion.trace, seed=3, tile=5, steps=1))
    assert np.abs(guesses[0] - states[1]).max() <= 3
    flow = load_model("flow")
    z = flow.noise(PATHS, torch.Generator().manual_seed(3))[5].view(1, 1, 28, 28)
    with torch.inference_mode():
        v = flow.velocity(z, 0.0)[0, 0].clamp(-compute.STRONGEST, compute.STRONGEST)
    assert np.abs((velocities[0] - 128) / 127 * compute.STRONGEST - v.numpy()).max() < 0.03


def test_a_picture_is_noised_and_brought_back():
    image = load_fashion_sample().images[120, 0].numpy().astype(int)
    answer = ask(diffusion.bring_back, real=120, seed=1)
    noised, returned = tiles(answer)
    assert answer["times"] == pytest.approx(np.linspace(0, 1, RETURNS).tolist())
    assert len(noised) == len(returned) == RETURNS
    assert (noised[-1] == image).all()
    assert (returned[-1] == image).all()
    off = np.abs(returned - image).mean(axis=(1, 2))
    assert off[1] > 2 * off[8] > off[-1]
    assert np.array(answer["probs"])[8:].argmax(axis=1).tolist() == [1, 1, 1]  # a trouser
    drawn = ask(diffusion.bring_back, pixels=to_base64(image.astype(np.uint8)), seed=1)
    assert drawn == answer


def test_a_picture_comes_back_as_the_class_asked_for():
    probs = np.array(ask(diffusion.bring_back, real=120, seed=1, classes=8, guidance=2)["probs"])
    assert probs[:2].argmax(axis=1).tolist() == [8, 8]
    assert probs[-1].argmax() == 1


def test_a_walk_leads_from_the_end_of_one_path_to_that_of_another(expected):
    answer = ask(diffusion.walk, seed=3, tile=4, to=9, **FEW)
    pictures = tiles(answer).reshape(-1, 28, 28)
    probs = np.array(answer["probs"])
    assert len(pictures) == len(probs) == compute.WALK
    for place, path in ((0, 4), (-1, 9)):
        assert np.abs(pictures[place] - expected[-1, path]).mean() < 1.5
    jumps = np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2))
    assert jumps.max() < np.abs(pictures[0] - pictures[-1]).mean() / 2  # no jump on the way
    assert probs.sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert "to must be a whole number from 0 to 63" in ask(diffusion.walk, tile=0, to=64)["error"]


def test_a_hole_is_filled_and_the_rest_is_the_picture():
    image = load_fashion_sample().images[120, 0].numpy()
    hole = np.zeros((28, 28), np.uint8)
    hole[14:] = 255
    answer = ask(diffusion.fill, real=120, hole=to_base64(hole), seed=1, steps=4)
    states = tiles(answer)
    assert answer["times"] == [0, 0.25, 0.5, 0.75, 1]
    assert states.shape[:2] == (5, compute.FILLINGS)
    assert (states[-1][:, :14] == image[:14]).all()
    filled = states[-1][:, 14:]
    assert all(np.abs(filled[0] - other).mean() > 1 for other in filled[1:])  # each noise fills it in its own way
    assert np.array(answer["probs"]).shape == (compute.FILLINGS, 10)
    drawn = ask(diffusion.fill, pixels=to_base64(image), hole=to_base64(hole), seed=1, steps=4)
    assert drawn == answer


def test_a_state_that_is_noised_again_is_one_of_the_earlier_time():
    generator = torch.Generator().manual_seed(0)
    x, z = torch.full((200_000,), 0.8), torch.randn(200_000, generator=generator)
    state = compute._noised_again(0.4 * z + 0.6 * x, 0.6, 0.3, generator)
    assert float(state.mean()) == pytest.approx(0.3 * 0.8, abs=0.01)
    assert float(state.std()) == pytest.approx(0.7, abs=0.01)


def test_other_models_are_shown_by_samples_of_their_own():
    answer = ask(diffusion.load_others, seed=5)
    rows = tiles(answer)
    assert [model["name"] for model in answer["models"]] == ["flow", *compute.OTHERS]
    assert rows.shape[:2] == (4, compute.SAMPLED)
    for row, name in enumerate(compute.OTHERS, start=1):
        model = load_model(name)
        with torch.inference_mode():
            images = to_bytes(model.sample(compute.SAMPLED, torch.Generator().manual_seed(5)))[:, 0]
        assert np.abs(rows[row] - images.astype(int)).max() <= 1
        assert answer["models"][row]["frechet"] == model.card.metrics["test_frechet"]
    assert np.abs(rows[0, :3] - flow_path(5, n=3, steps=20)[-1]).mean() < 4


def test_the_film_of_the_training_ends_where_the_first_paths_do():
    answer = ask(diffusion.load_training)
    snapshots = load_extra("flow", "snapshots")
    assert answer["steps"] == snapshots["steps"].tolist()
    assert answer["steps"] == sorted(answer["steps"])
    assert len(answer["sprite"]) < 800_000
    last = snapshots["images"][-1, :8, 0].numpy().astype(int)
    assert np.abs(last - flow_path(0, n=8, steps=20)[-1]).mean() < 6


def test_pictures_for_callers_are_the_ends_of_the_paths(expected):
    sheet = call(diffusion.diffuse, 5, 2, 0, None, 3).astype(int)
    assert sheet.shape == (56, 84)
    assert np.abs(sheet[28:, 28:56] - expected[-1, 4]).max() <= 16
    assert np.abs(sheet[28:, 28:56] - expected[-1, 4]).mean() < 1.5
    assert (sheet[28:, 56:] == 0).all()
    assert (call(diffusion.diffuse, 5, 2, 0, None, 3) == sheet).all()
    assert not (call(diffusion.diffuse, 5, 2, 0, None, 4) == sheet).all()
    assert call(diffusion.diffuse).shape == (112, 112)


def test_guided_pictures_are_of_the_class():
    sheet = call(diffusion.diffuse, 4, 10, 3.0, 8, 0)
    pictures = sheet.reshape(2, 28, 2, 28).swapaxes(1, 2).reshape(4, 28, 28)
    probs = SERVICES.models.classifier("classifier-resnet").classify_all(pictures)
    assert probs.argmax(axis=1).tolist() == [8, 8, 8, 8]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 0}, "n must be a whole number from 1 to 64"),
        ({"n": 65}, "n must be"),
        ({"steps": 0}, "steps must be a whole number from 1 to 50, got 0"),
        ({"steps": 51}, "steps must be"),
        ({"steps": 2.5}, "steps must be"),
        ({"guidance": -1}, "guidance must be a number from 0 to 6, got -1"),
        ({"guidance": math.nan}, "guidance must be"),
        ({"guidance": 7, "classes": 1}, "guidance must be"),
        ({"guidance": 2}, "choose a class"),
        ({"classes": 10}, "classes must be a whole number from 0 to 9, got 10"),
        ({"classes": -1}, "classes must be"),
        ({"classes": "bag"}, "classes must be"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 2**32}, "seed must be"),
        ({"method": "runge"}, "method must be one of euler, heun"),
    ],
)
def test_what_cannot_be_walked_is_explained(change, words):
    with pytest.raises(gr.Error, match=words):
        call(diffusion.diffuse, **change)
    if "n" not in change:
        assert words in ask(diffusion.load_paths, **change)["error"]
        assert words in ask(diffusion.trace, **({"tile": 0} | change))["error"]


@pytest.mark.parametrize(
    ("handler", "request_", "words"),
    [
        (diffusion.load_paths, {"part": 4}, "part must be a whole number from 0 to 3"),
        (diffusion.trace, {"tile": 64}, "tile must be a whole number from 0 to 63"),
        (diffusion.trace, {}, "tile must be"),
        (diffusion.bring_back, {}, "expected the place of a test image"),
        (diffusion.bring_back, {"real": 1000}, "real must be a whole number from 0 to 999"),
        (diffusion.bring_back, {"pixels": "AAAA"}, "expected 784 pixels"),
        (diffusion.bring_back, {"real": 3, "guidance": 1}, "choose a class"),
        (diffusion.fill, {"real": 3}, "expected the pixels in base64"),
        (diffusion.fill, {"real": 3, "hole": "AAAA"}, "expected 784 pixels"),
    ],
)
def test_what_cannot_be_shown_is_explained(handler, request_, words):
    assert words in ask(handler, **request_)["error"]


def test_a_step_is_one_turn_of_the_thread_that_serves_everyone(monkeypatch):
    flow, turns = SERVICES.models["flow"], []
    submit = flow.batcher.submit

    def count(forward, x, is_ahead):
        turns.append((len(x), is_ahead))
        return submit(forward, x, is_ahead)

    monkeypatch.setattr(flow.batcher, "submit", count)
    for part, is_ahead in ((0, False), (2, True)):
        list(compute.paths(flow, Options(steps=3), 9, part))
        assert turns == [(TOGETHER, is_ahead)] * 3
        turns.clear()


# ---- what the explanation says and suggests to try


@pytest.fixture(scope="module")
def decoded():
    flow = load_model("flow")
    z = flow.noise(PATHS, torch.Generator().manual_seed(0))[:16]

    def decode(**options):
        with torch.inference_mode():
            return flow.decode(z, **options)

    return decode


def test_a_single_step_ends_in_nearly_the_same_blur_whatever_the_noise(decoded):
    assert decoded(steps=1).std(0).mean() < decoded(steps=20).std(0).mean() / 2


def test_heun_errs_less_from_a_few_steps_on_and_at_many_both_agree(decoded):
    def error(**options):
        return float((decoded(**options) - exact).square().mean().sqrt())

    exact = decoded(steps=50, method="heun")
    assert error(steps=4, method="heun") < error(steps=4)
    assert error(steps=8, method="heun") < error(steps=8) / 1.5
    assert error(steps=20) < 0.05


def test_strong_guidance_makes_bags_brighter_than_real_ones(decoded):
    sample = load_fashion_sample()
    real = sample.images[sample.labels == 8].float().mean() / 255
    plain, guided = (decoded(steps=20, classes=8, guidance=w).mean() for w in (0.0, 6.0))
    assert abs(plain - real) < 0.03
    assert guided > real + 0.1


def test_a_boot_becomes_the_bag_that_is_asked_for_while_much_noise_covers_it():
    probs = np.array(ask(diffusion.bring_back, real=905, seed=0, classes=8)["probs"])
    assert probs[2].argmax() == 8
    assert probs[6:].argmax(axis=1).tolist() == [9] * 5
    free = np.array(ask(diffusion.bring_back, real=905, seed=0)["probs"])
    assert free[3:].argmax(axis=1).tolist() == [9] * 8
