import torch
from torch.nn import functional as F

from core.checkpoint import load_model
from core.data.fashion_mnist import load_fashion_sample
from core.data.synthetic import synthetic
from core.registry import create_model


def test_the_networks_are_the_reports():
    model = create_model("dcgan")
    shapes = [tuple(p.shape) for p in model.generator.parameters() if p.ndim == 4]
    assert shapes == [(90, 384, 4, 4), (384, 192, 4, 4), (192, 64, 4, 4), (64, 1, 4, 4)]
    shapes = [tuple(p.shape) for p in model.discriminator.parameters() if p.ndim == 4]
    assert shapes == [(64, 1, 4, 4), (192, 64, 4, 4), (384, 192, 4, 4), (1, 384, 4, 4)]


def test_each_loss_moves_its_own_network():
    model = create_model("dcgan")
    real = synthetic(8).batch(torch.arange(8)).image
    fake = model.sample(8)
    model.discriminator_loss(real, fake).backward()
    assert all(p.grad is None for p in model.generator.parameters())
    assert all(p.grad.abs().sum() > 0 for p in model.discriminator.parameters())
    model.generator_loss(fake).backward()
    assert all(p.grad.abs().sum() > 0 for p in model.generator.parameters())


def test_the_losses_are_cross_entropies():
    model = create_model("dcgan").eval()
    real, fake = synthetic(8).batch(torch.arange(8)).image, model.sample(8).detach()
    p, q = model.discriminate(real), model.discriminate(fake)
    wanted = F.binary_cross_entropy(p, torch.full((8,), 0.9)) + F.binary_cross_entropy(q, torch.zeros(8))
    torch.testing.assert_close(model.discriminator_loss(real, fake, smoothing=0.1), wanted)
    torch.testing.assert_close(model.generator_loss(fake), F.binary_cross_entropy(q, torch.ones(8)))


def test_the_shipped_discriminator_separates_real_clothes_from_fakes():
    model = load_model("dcgan")
    real = model.score(load_fashion_sample().images[::10].float() / 255)
    fakes = model.score(model.sample(100, torch.Generator().manual_seed(0)))
    noise = model.score(torch.rand(100, 1, 28, 28, generator=torch.Generator().manual_seed(0)))
    assert (real[:, None] > fakes).float().mean() > 0.8  # of all pairs
    assert (real[:, None] > noise).float().mean() > 0.8
