import base64
import io
import math
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image

from core import list_checkpoints
from core.checkpoint import list_extras, load_extra, load_model, save_extra
from core.data.fashion_mnist import load_fashion_sample
from core.data.images import grid, to_bytes
from demos.gan import compute
from demos.gan import handlers as gan
from demos.ui.fields import from_base64
from demos.ui.images import to_base64
from demos.ui.nearest import NEAREST
from tests.helpers.handlers import SERVICES, ask, call

NAME = "dcgan"


def picture(address):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("L")).astype(int)


@pytest.fixture(scope="module")
def film():
    return ask(gan.load_film, run=NAME)


def test_the_training_film_holds_every_snapshot_and_both_losses(film):
    exact = load_extra(NAME, "snapshots")["images"].numpy()[:, :, 0].astype(int)
    sprite, side = picture(film["sprite"]), 28 * film["tiles"]
    assert len(film["steps"]) == len(film["epochs"]) == len(exact)
    assert film["steps"] == sorted(film["steps"])
    assert len(film["discriminator"]) == len(film["generator"]) > 10
    for k, images in enumerate(exact):
        row, column = divmod(k, film["columns"])
        moment = sprite[row * side : (row + 1) * side, column * side : (column + 1) * side]
        assert np.abs(moment - grid(images, film["tiles"])).mean() < 8  # lossy compression


@pytest.mark.parametrize("run", list(gan.runs()))
def test_a_training_film_is_small_enough_to_send_whole(run):
    assert len(ask(gan.load_film, run=run)["sprite"]) <= 600_000


def test_a_training_film_of_noise_is_small_enough_too(monkeypatch):
    noise = np.random.default_rng(0).integers(0, 256, (25, 64, 28, 28), np.uint8)
    monkeypatch.setattr(compute, "film", lambda gan, run: compute.Film(noise, np.arange(25), *[np.zeros((9, 2))] * 3))
    assert len(compute.film_sprite.__wrapped__(SERVICES.models[NAME], "noise")) <= 600_000


def test_epochs_follow_from_the_recipe(film):
    recipe = load_model(NAME).card.recipe
    images = (recipe.get("limit") or 60_000) * (1 - recipe.get("validation", 0.05))
    epoch = images // recipe.get("batch_size", 64)
    assert film["epochs"][-1] == pytest.approx(film["steps"][-1] / epoch, rel=0.01)


@pytest.mark.parametrize(
    ("recipe", "images"),
    [
        ({"validation": 0.0}, 50_000),
        ({"validation": 0.0, "train_on_all": True}, 60_000),
        ({"validation": 0.0, "limit": 6400}, 6400),
        ({"validation": 0.1, "limit": 6400}, 5760),
    ],
)
def test_an_epoch_has_the_images_that_were_not_held_out(recipe, images):
    gan = SimpleNamespace(is_shipped=True, card=SimpleNamespace(recipe={"batch_size": 64} | recipe))
    assert compute.steps_an_epoch(gan, 1) == images // 64


def test_the_losses_that_the_chart_names_follow_from_the_discriminators_target():
    levels, target = ask(gan.load_film, run=NAME)["levels"], torch.tensor([0.9])
    best = torch.tensor([0.45])
    entropy = torch.nn.functional.binary_cross_entropy
    assert levels["discriminator"] == pytest.approx(float(entropy(best, target) + entropy(best, 0 * target)), abs=1e-4)
    assert levels["generator"] == pytest.approx(float(entropy(best, target / target)), abs=1e-4)
    assert levels["floor"] == pytest.approx(float(entropy(target, target)), abs=1e-4)
    assert [round(levels[key], 2) for key in ("discriminator", "generator")] == [1.38, 0.80]


def test_the_diverged_run_turns_black_and_its_own_discriminator_knows_it():
    answer, run = ask(gan.load_film, run="dcgan-collapse"), compute.film(SERVICES.models[NAME], "dcgan-collapse")
    assert run.images[0].max() > 100
    assert run.images[-5:].max() <= 2  # of 255: black, so this is no collapse onto a few kinds of picture
    assert answer["discriminator"][-1] == pytest.approx(answer["levels"]["floor"], abs=2e-3)
    assert answer["training_scores"][-1] == pytest.approx(math.exp(-answer["generator"][-1]), rel=1e-3)
    assert answer["training_scores"][-1] < 1e-3


def test_a_healthy_run_keeps_its_losses_between_floor_and_guessing(film):
    end = np.array(film["discriminator"])[len(film["discriminator"]) // 10 :]
    assert (end > film["levels"]["floor"]).all()
    assert (end < film["levels"]["discriminator"]).mean() > 0.95
    parts = [part.mean() for part in np.array_split(end, 10)]
    assert np.ptp(parts) < 0.1  # it settles
    assert len(film["training_scores"]) == len(film["steps"])
    assert 0.3 < film["training_scores"][-1] < 0.5


def test_a_discriminator_scores_only_pictures_of_its_own_run():
    assert ask(gan.load_film, run=NAME)["is_scored"]
    assert not ask(gan.load_film, run="dcgan-collapse")["is_scored"]
    assert ask(gan.describe_picture, kind="film", run=NAME, snapshot=0, tile=3)["logit"] is not None
    diverged = ask(gan.describe_picture, kind="film", run="dcgan-collapse", snapshot=20, tile=3)
    assert diverged["logit"] is None
    assert len(diverged["probs"]) == 10


def test_a_walk_is_closed_smooth_and_passes_its_codes():
    codes, n = compute.walk_codes(SERVICES.models[NAME], 3, 4), compute.FRAMES
    steps = (codes - codes.roll(1, 0)).norm(dim=1)
    assert codes.shape[0] == n
    assert steps.max() < 3 * steps.median()  # no jump, from the last frame to the first neither
    z = load_model(NAME).noise(4, torch.Generator().manual_seed(3))
    assert torch.allclose(codes[:: n // 4], z, atol=1e-5)
    shortest, longest = z.norm(dim=1).min(), z.norm(dim=1).max()
    assert 0.9 * shortest < codes.norm(dim=1).min() <= codes.norm(dim=1).max() < 1.1 * longest


@pytest.mark.parametrize("stops", compute.STOPS)
def test_a_walk_comes_as_one_picture_and_the_same_seed_gives_the_same(stops):
    first, again, other = (ask(gan.walk, seed=seed, stops=stops) for seed in (5, 5, 6))
    assert first == again
    assert first["sprite"] != other["sprite"]
    assert len(first["logits"]) == compute.FRAMES
    height, width = picture(first["sprite"]).shape
    assert height * width == 28 * 28 * compute.FRAMES


def test_every_frame_of_a_walk_has_a_class():
    probs = np.array(ask(gan.classify_walk, seed=5, stops=4)["probs"])
    assert probs.shape == (compute.FRAMES, 10)
    assert probs.sum(axis=1) == pytest.approx(1, abs=1e-3)
    alone = ask(gan.describe_picture, kind="walk", seed=5, stops=4, frame=7)["probs"]
    assert alone == pytest.approx(probs[7].tolist(), abs=2e-3)


def test_the_discriminator_separates_most_real_images_from_fakes():
    answer = ask(gan.load_scores)
    real, fake = np.array(answer["real"]), np.array(answer["fake"])
    assert len(real) == len(fake) == len(answer["indices"]) == compute.SCORED
    assert (real[:, None] > fake[None]).mean() > 0.6
    labels = load_fashion_sample().labels[answer["indices"]]
    assert labels.bincount().tolist() == [compute.SCORED // 10] * 10
    assert ask(gan.describe_picture, kind="real", real=answer["indices"][9])["logit"] == pytest.approx(
        real[9], abs=2e-3
    )
    assert ask(gan.describe_picture, kind="fake", fake=9)["logit"] == pytest.approx(fake[9], abs=2e-3)


def test_the_score_comes_from_the_model_itself():
    x = load_fashion_sample().images[100:101].float() / 255
    logit = ask(gan.describe_picture, kind="real", real=100)["logit"]
    assert 1 / (1 + math.exp(-logit)) == pytest.approx(load_model(NAME).discriminate(x).item(), abs=1e-3)


@pytest.mark.parametrize("function", [gan.describe_picture, gan.compare])
def test_the_nearest_images_are_the_nearest(function):
    images = load_fashion_sample().images[:, 0].numpy()
    near = ask(function, kind="film", run=NAME, snapshot=0, tile=3)["near"]
    assert near["distances"] == sorted(near["distances"])
    if function is gan.describe_picture:
        tile = load_extra(NAME, "snapshots")["images"][0, 3, 0].numpy()
        squared = ((images / 255.0 - tile / 255.0) ** 2).mean(axis=(1, 2))
        assert near["indices"] == np.argsort(squared)[:NEAREST].tolist()
        assert near["distances"][0] == pytest.approx(np.sqrt(squared.min()), abs=1e-3)


def test_a_copy_is_detected_and_a_test_image_is_not_its_own_neighbour():
    copy = load_fashion_sample().images[100, 0].numpy().copy()
    assert 100 not in ask(gan.describe_picture, kind="real", real=100)["near"]["indices"]
    copy[14, 14] ^= 3
    for function in (gan.describe_picture, gan.compare):
        near = ask(function, kind="pixels", pixels=to_base64(copy))["near"]
        assert near["indices"][0] == 100
        assert near["closer"] < 0.01


def test_a_picture_named_by_its_place_is_exactly_that():
    exact = load_extra(NAME, "snapshots")["images"][0, 5, 0].numpy()
    shown = from_base64(ask(gan.describe_picture, kind="film", run=NAME, snapshot=0, tile=5)["pixels"], (28, 28))
    assert (shown == exact).all()


@pytest.mark.parametrize("checkpoint", gan.generator_names(SERVICES.models))
def test_a_sample_is_what_the_model_draws_with_that_seed(checkpoint):
    sheet = call(gan.sample, checkpoint, 5, 11)
    with torch.inference_mode():
        images = to_bytes(load_model(checkpoint).sample(5, torch.Generator().manual_seed(11)))
    _, channels, height, width = images.shape
    assert sheet.shape == (2 * height, 3 * width, *((3,) if channels == 3 else ()))
    last = sheet[height:, width : 2 * width].reshape(height, width, channels)
    assert np.abs(last.astype(int) - images[4].transpose(1, 2, 0)).max() <= 1
    assert (sheet[height:, 2 * width :] == 0).all()
    assert not (call(gan.sample, checkpoint, 5, 12) == sheet).all()


def test_everything_that_can_sample_is_a_generator():
    assert set(gan.generator_names(SERVICES.models)) == {
        n for n in list_checkpoints() if hasattr(load_model(n), "sample")
    }


@pytest.mark.parametrize(
    ("checkpoint", "n", "seed", "words"),
    [
        ("cae-27", 4, 0, "no generator 'cae-27'"),
        ("../dcgan", 4, 0, "no generator"),
        (None, 4, 0, "no generator"),
        ("vae-fashion", 0, 0, "n must be a whole number from 1 to 64"),
        ("vae-fashion", 65, 0, "n must be"),
        ("vae-fashion", 2.5, 0, "n must be"),
        ("vae-fashion", None, 0, "n must be"),
        ("vae-fashion", 4, -1, "seed must be a whole number"),
        ("vae-fashion", 4, 2**32, "seed must be"),
        ("vae-fashion", 4, math.nan, "seed must be"),
    ],
)
def test_a_sample_that_cannot_be_drawn_is_explained(checkpoint, n, seed, words):
    with pytest.raises(gr.Error, match=words):
        call(gan.sample, checkpoint, n, seed)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({}, "kind must be"),
        ({"kind": ["film"]}, "kind must be"),
        ({"kind": "film", "run": "vae", "snapshot": 0, "tile": 0}, "no run 'vae'"),
        ({"kind": "film", "run": [], "snapshot": 0, "tile": 0}, "no run"),
        ({"kind": "film", "run": NAME, "snapshot": 99, "tile": 0}, "snapshot must be a whole number"),
        ({"kind": "film", "run": NAME, "snapshot": 0, "tile": 64}, "tile must be a whole number from 0 to 63"),
        ({"kind": "walk", "seed": 1.5, "stops": 4, "frame": 0}, "seed must be"),
        ({"kind": "walk", "seed": 1, "stops": 5, "frame": 0}, "stops must be one of 3, 4, 6, 8"),
        ({"kind": "walk", "seed": 1, "stops": [4], "frame": 0}, "stops must be one of"),
        ({"kind": "walk", "seed": 1, "stops": 4, "frame": 96}, "frame must be"),
        ({"kind": "fake", "fake": -1}, "fake must be"),
        ({"kind": "real", "real": 1000}, "real must be"),
        ({"kind": "pixels", "pixels": "AAAA"}, "expected 784 pixels"),
        ({"kind": "pixels"}, "expected the pixels in base64"),
    ],
)
def test_an_invalid_picture_is_explained(request_, words):
    assert words in ask(gan.describe_picture, **request_)["error"]
    assert words in ask(gan.compare, **request_)["error"]


def test_a_missing_training_film_is_explained(monkeypatch):
    def missing(name, kind, folder):
        return load_extra("no-such-run", kind, folder)

    monkeypatch.setattr(compute, "load_extra", missing)
    SERVICES.models[NAME].evict()
    assert "does not exist" in ask(gan.load_film, run=NAME)["error"]


def test_the_failed_run_is_offered_when_its_training_film_exists(monkeypatch):
    monkeypatch.setattr(gan, "list_extras", lambda kind: [])
    assert list(gan.runs()) == [NAME]
    monkeypatch.setattr(gan, "list_extras", lambda kind: [NAME, "dcgan-collapse"])
    assert list(gan.runs().values()) == ["healthy run", "diverged run"]
    monkeypatch.setattr(gan, "list_extras", lambda kind: ["dcgan-collapse", "dcgan-mode-collapse", NAME])
    assert list(gan.runs().values()) == ["healthy run", "mode collapse", "diverged run"]


def test_extras_are_listed_by_kind(tmp_path):
    save_extra(tmp_path / "a.snapshots.safetensors", {"x": torch.zeros(1)})
    save_extra(tmp_path / "b-c.snapshots.safetensors", {"x": torch.zeros(1)})
    save_extra(tmp_path / "a.learned.safetensors", {"x": torch.zeros(1)})
    assert list_extras("snapshots", tmp_path) == ["a", "b-c"]
