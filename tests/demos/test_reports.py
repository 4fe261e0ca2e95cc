"""What docs/reports.md and the lines under the figures say of the reports and of this suite, held against weights."""

import re

import numpy as np
import pytest
import torch

from core import load_card, load_model
from core.checkpoint import load_codes
from core.data.fashion_mnist import load_fashion_sample
from core.latent import lerp
from core.metrics import neighbor_agreement
from core.training.learning_curves import load_learning_curves
from demos.features import handlers as features
from tests.conftest import ROOT
from tests.helpers.handlers import ask

PAGE = (ROOT / "docs" / "reports.md").read_text("utf-8").split("## Where the figures differ", 1)[1]
LABELS = load_fashion_sample().labels.numpy()


def row(figure, words=""):
    """The line of the page's table that begins with a figure."""
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {figure} |") and words in line]
    return line


def test_alpha_weighs_the_second_picture():
    assert "alpha is the weight of the second" in row("interpolated faces")
    a, b = torch.zeros(1, 3), torch.ones(1, 3)
    assert torch.equal(lerp(a, b, torch.tensor([[0.0]])), a)
    assert torch.equal(lerp(a, b, torch.tensor([[1.0]])), b)


def test_preserved_variance_does_not_grow_to_the_last_layer():
    source = {"checkpoint": "classifier-resnet", "n": 15}
    shares = [sum(ask(features.load_plane, layer=layer, **source)["ratio"][:2]) for layer in ("conv1", "fc1", "output")]
    percents = [round(100 * share) for share in shares]
    assert re.search(r"(\d+), (\d+) and (\d+) %", row("preserved variance")).groups() == tuple(map(str, percents))
    assert (ROOT / "demos/features/widget.html").read_text("utf-8").count("{}, {} and {} %".format(*percents)) == 1
    assert shares[1] > max(shares[0], shares[2])


@pytest.mark.parametrize("name", ["ad", "vad-gaussian", "vad-exponential", "vad-uniform"])
def test_codes_of_the_ad_keep_the_order_of_pixels_and_those_of_the_vads_lose_it(name):
    network, x = load_model(name), load_fashion_sample().images.float() / 255
    with torch.no_grad():
        guess = network.family.mean(network.family.start(network.guess(x)))
    share, guessed, pixels = (
        neighbor_agreement(Y.numpy(), LABELS) for Y in (load_codes(name).float(), guess, x.flatten(1))
    )
    assert "two thirds" in row("codes by t-SNE", "disorganised")
    if name == "ad":
        assert abs(share - 2 / 3) < 0.02
        assert share == pytest.approx(guessed, abs=0.03)
        assert share == pytest.approx(pixels, abs=0.03)
    else:
        assert share < 0.5
        assert share < guessed - 0.1


def test_the_heads_reach_what_the_page_says():
    for name in ("cae-27-classifier", "cae-27-classifier-frozen"):
        card = load_card(name)
        assert f"{card.metrics['test_accuracy']:.2%}".replace("%", " %") in row("matrix of the head")
        assert card.recipe["teacher"]


def test_the_gan_settles_under_a_penalty_of_its_slope():
    assert "R1" in row("losses of the GAN")
    assert load_card("dcgan").recipe["r1_weight"] > 0


def test_the_loss_of_the_ad_ends_where_the_page_says():
    card = load_card("ad")
    assert f"{len(card.history)} epochs" in row("loss of the AD")
    assert f"{card.metrics['train_course_error']:.3f}" in row("loss of the AD")


def test_the_retrained_autoencoder_copes_with_every_kind_that_it_met():
    metrics = load_card("denoiser-cae").metrics
    kinds = [metrics[f"test_psnr_{kind}"] for kind in ("gaussian_0.3", "salt_and_pepper_0.2", "both")]
    assert np.ptp(kinds) < 0.2


def test_the_autoencoder_that_met_both_at_once_reaches_what_the_page_says():
    both, pepper = (load_card(name).metrics for name in ("denoiser-cae-both", "denoiser-cae-salt-and-pepper"))
    kinds = [both[f"test_psnr_{kind}"] for kind in ("both", "salt_and_pepper_0.2", "gaussian_0.3", "gaussian_0.5")]
    assert [f"{value:.1f}" in row("retrained autoencoder") for value in kinds] == [True] * 4
    assert f"{pepper['test_psnr_gaussian_0.3']:.1f}" in row("retrained autoencoder")
    assert kinds == sorted(kinds, reverse=True)


def test_the_learning_curves_are_of_as_many_images_as_the_page_says():
    for curve in load_learning_curves().values():
        assert f"{curve.images:,}" in row("learning curves of the classifiers")
        assert f"{curve.epochs} epochs" in row("learning curves of the classifiers")
