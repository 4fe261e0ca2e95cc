"""What the explanations under the tabs say and suggest to try, held against the shipped weights."""

import json
import math

import numpy as np
import pytest
import torch

from core import list_checkpoints, load_card, load_model
from core.checkpoint import WEIGHTS, load_codes
from core.data.fashion_mnist import FASHION_CLASSES, load_fashion_sample
from core.data.images import to_tensor
from core.metrics import calinski_harabasz
from core.reduction import PCA
from tests.conftest import ROOT

CLASSIFIERS = ("classifier-resnet", "classifier-fashionnet")
AUTO_DECODERS = ("ad", "vad-gaussian", "vad-exponential", "vad-uniform")


@pytest.fixture(scope="module")
def sample():
    return load_fashion_sample()


@torch.no_grad()
def probabilities(name, x):
    return load_model(name)(x).softmax(1)


def round_face():
    """The face that the Auto-decoder offers, float32 (1, 1, 28, 28)."""
    y, x = np.mgrid[:28, :28] - 13.5
    r = np.hypot(x, y)
    eye = np.hypot(abs(x) - 4.5, y + 3.5) < 1.8
    mouth = (y > 2) & (abs(r - 7) < 1)
    return to_tensor(np.where(r > 12, 0, np.where(eye | mouth, 20, 230)).astype(np.uint8))


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_strip_of_the_first_shirt_is_a_dress(name, sample):
    shirt = int(np.flatnonzero(sample.labels.numpy() == FASHION_CLASSES.index("Shirt"))[0])
    x = to_tensor(sample.images[shirt].numpy())
    assert FASHION_CLASSES[probabilities(name, x).argmax()] == "Shirt"
    x[..., :10] = x[..., 18:] = 0
    assert FASHION_CLASSES[probabilities(name, x).argmax()] == "Dress"


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_network_is_confident_about_plain_grey(name):
    assert probabilities(name, torch.full((1, 1, 28, 28), 0.7)).max() > 0.8


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_index_grows_from_layer_to_layer_and_that_of_pca_does_not(name, sample):
    some = np.arange(1000).reshape(10, 100)[:, :40].ravel()
    with torch.no_grad():
        layers = load_model(name).features(to_tensor(sample.images[some, 0].numpy()))
    labels, found = sample.labels.numpy()[some], [layers[layer].numpy() for layer in ("conv1", "fc1", "output")]
    whole = [calinski_harabasz(X, labels) for X in found]
    flat = [calinski_harabasz(PCA(2).fit_transform(X), labels) for X in found]
    assert whole == sorted(whole)
    assert flat[1] > flat[2]


def test_the_auto_decoder_without_a_prior_comes_closest_to_a_face():
    x, errors = round_face(), {}
    for name in AUTO_DECODERS:
        model = load_model(name)
        errors[name] = float((model.decode(model.fit_codes(x, steps=60)).detach() - x).square().mean())
    assert min(errors, key=errors.get) == "ad"


def test_the_gaussian_and_the_uniform_prior_give_the_best_samples():
    distance = {name: load_card(name).metrics["test_frechet"] for name in AUTO_DECODERS}
    assert set(sorted(distance, key=distance.get)[:2]) == {"vad-gaussian", "vad-uniform"}


def test_who_denoises_worst_and_who_wins_without_having_met_noise():
    grid = json.loads((WEIGHTS / "denoising-grid.json").read_text("utf-8"))
    column = {(one["kind"], *one["levels"]): k for k, one in enumerate(grid["columns"])}
    clean, dim = column["none",], column["poisson", 2.0]
    psnr = {name: values for name, values in grid["psnr"].items() if name != "noisy"}
    assert min(psnr, key=lambda name: psnr[name][clean]) == "denoiser-cae"
    assert max(psnr, key=lambda name: psnr[name][dim]) == "cae-27"


def test_which_of_the_networks_of_one_noise_copes_with_another():
    grid = json.loads((WEIGHTS / "denoising-grid.json").read_text("utf-8"))["one_noise"]
    text = (ROOT / "demos" / "denoise" / "about.md").read_text("utf-8")
    copes = grid["denoiser-cae-gaussian"]["salt_and_pepper"]
    fails = grid["denoiser-cae-salt-and-pepper"]["gaussian"]
    assert f"{copes:.1f} dB" in text
    assert f"{fails:.1f} dB" in text
    assert copes > fails + 3


def test_the_losses_that_the_gan_is_compared_with():
    text = (ROOT / "demos" / "gan" / "about.md").read_text("utf-8")
    best = 0.9 / 2  # of a discriminator that is taught 0.9 for real images, where it cannot tell them apart
    critic = -0.9 * math.log(best) - 0.1 * math.log(1 - best) - math.log(1 - best)
    floor = -0.9 * math.log(0.9) - 0.1 * math.log(0.1)
    for value in (f"{critic:.2f} and {-math.log(best):.2f}", f"below {floor:.3f}", f"{2 * math.log(2):.2f}"):
        assert value in text


@pytest.mark.parametrize("name", [name for name in list_checkpoints() if name.startswith("vae-faces")])
def test_a_gallery_of_faces_has_64_codes(name):
    assert len(load_codes(name)) == 64
