import pytest
import torch

from core.data.synthetic import synthetic
from core.metrics import psnr
from core.models.denoiser import DenoisingAutoencoder, DenoisingAutoencoderConfig, UNet, UNetConfig, decibel_loss
from core.noise import gaussian, salt_and_pepper
from core.training.optim import descend


def mean_psnr(model, x, noisy):
    with torch.inference_mode():
        return psnr(x.numpy(), model.eval()(noisy).numpy()).mean()


def trained(model, steps, learning_rate):
    data = synthetic(256)
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    model.train()
    for _ in range(steps):
        descend(model.loss(data.batch(torch.randint(0, 256, (32,)))), model, optimizer)
    return model


def test_a_little_training_takes_noise_off_that_was_not_announced():
    x = synthetic(64, seed=1).batch(torch.arange(64)).image
    model = trained(UNet(UNetConfig(channels=(8, 16, 32), num_blocks=(1, 1))), steps=60, learning_rate=0.004)
    for noise in (gaussian, salt_and_pepper):
        noisy = noise(x, 0.4, torch.Generator().manual_seed(0))
        assert mean_psnr(model, x, noisy) > psnr(x.numpy(), noisy.numpy()).mean() + 3


def test_the_autoencoder_learns_to_give_the_clean_image():
    x = synthetic(64, seed=1).batch(torch.arange(64)).image
    model = DenoisingAutoencoder(DenoisingAutoencoderConfig())
    noisy = gaussian(x, 0.5, torch.Generator().manual_seed(0))
    before = mean_psnr(model, x, noisy)
    assert mean_psnr(trained(model, steps=60, learning_rate=0.004), x, noisy) > before + 2


def test_an_autoencoder_of_one_noise_meets_nothing_else(monkeypatch):
    met = []
    monkeypatch.setattr("core.models.denoiser.one_noise", lambda x, kind, strength: met.append((kind, strength)) or x)
    for kind in ("", "gaussian", "both"):
        model = DenoisingAutoencoder(DenoisingAutoencoderConfig(noise=kind))
        model.loss(synthetic(4).batch(torch.arange(4)), 0.5)
    assert met == [("gaussian", 0.5), ("both", 0.5)]


def test_the_loss_is_the_negative_psnr():
    x, x_hat = torch.rand(2, 5, 1, 28, 28)
    assert decibel_loss(x_hat, x).item() == pytest.approx(-psnr(x.numpy(), x_hat.numpy()).mean(), abs=1e-3)
    assert decibel_loss(x, x).isfinite()


def test_the_unet_starts_from_its_input():
    x = torch.rand(4, 1, 28, 28)
    model = UNet(UNetConfig())
    torch.nn.init.zeros_(model.last[-1].weight)
    torch.nn.init.zeros_(model.last[-1].bias)
    assert torch.equal(model(x), x)
