import torch

from core.data.synthetic import synthetic
from core.registry import create_model


def batch():
    return synthetic(20).batch(torch.arange(20))


def test_samples_are_images_and_follow_the_generator():
    model = create_model("vae").eval()
    a, b = (model.sample(6, torch.Generator().manual_seed(3)) for _ in range(2))
    assert a.shape == (6, 1, 28, 28)
    assert 0 <= a.min() <= a.max() <= 1
    assert torch.equal(a, b)
    assert not torch.equal(a, model.sample(6, torch.Generator().manual_seed(4)))


def test_the_kl_weight_scales_the_second_term_alone():
    model = create_model("vae").eval()
    losses = []
    for weight in (0.1, 0.4):
        torch.manual_seed(0)
        losses.append(model.loss(batch(), kl_weight=weight))
    assert losses[0]["mse"] == losses[1]["mse"]
    torch.testing.assert_close(losses[1]["kl"], 4 * losses[0]["kl"])


def test_training_draws_the_code_and_reconstruction_does_not():
    model, images = create_model("vae").eval(), batch()
    assert torch.equal(model(images.image), model(images.image))
    assert model.loss(images)["mse"] != model.loss(images)["mse"]


def test_the_structure_counts_where_it_is_weighed():
    model = create_model("vae").eval()
    assert set(model.loss(batch())) == {"mse", "kl"}
    once, twice = (model.loss(batch(), ssim_weight=weight)["structure"] for weight in (0.01, 0.02))
    assert 0 < once < twice < 0.04
