import pytest
import torch

from core.data.lfw import ATTRIBUTES
from core.registry import create_model
from train.face_vae import ARCHITECTURES, asdict, likeness, sharpness


@pytest.mark.parametrize("name", list(ARCHITECTURES))
def test_every_size_of_face_goes_through(name):
    model = create_model("face-vae", **asdict(ARCHITECTURES[name])).eval()
    x = torch.rand(2, *model.config.image_shape)
    assert model(x).shape == x.shape
    assert model.encode(x).shape == (2, model.config.latent_dim)


def test_the_small_one_is_the_reports():
    model = create_model("face-vae", **asdict(ARCHITECTURES["vae-faces-32"]))
    kernels = [tuple(p.shape) for p in model.parameters() if p.ndim == 4]
    assert kernels == [(16, 3, 3, 3), (32, 16, 3, 3), (32, 16, 4, 4), (16, 3, 4, 4)]
    matrices = [tuple(p.shape) for p in model.parameters() if p.ndim == 2]
    assert matrices == [(256, 2048), (240, 256), (256, 120), (2048, 256)]


def test_samples_come_from_the_distribution_of_the_codes():
    model = create_model("face-vae", latent_dim=4, channels=(4, 4)).eval()
    model.mean.fill_(3.0)
    model.factor.copy_(0.5 * torch.eye(4))
    seen = []
    model.decode = lambda z: seen.append(z)
    model.sample(20_000, torch.Generator().manual_seed(0))
    assert seen[0].mean().item() == pytest.approx(3.0, abs=0.02)
    assert seen[0].std().item() == pytest.approx(0.5, abs=0.02)


def test_structure_counts_only_when_it_has_a_weight():
    from core.data.synthetic import synthetic

    model = create_model("face-vae", image_shape=(3, 32, 32), channels=(4, 4))
    batch = synthetic(4, (3, 32, 32)).batch(torch.arange(4))
    assert set(model.loss(batch)) == {"mse", "kl"}
    assert model.loss(batch, ssim_weight=0.1)["structure"] > 0


def test_sharpness_is_the_mean_gradient():
    ramp = torch.linspace(0, 1, 11).expand(1, 3, 11, 11)
    assert sharpness(ramp).item() == pytest.approx(0.1)
    assert sharpness(torch.ones(1, 3, 9, 9)).item() == 0


def test_likeness_reads_attributes_off_the_code(faces):
    model = create_model("face-vae", attributes=ATTRIBUTES)
    with torch.inference_mode():
        metrics = likeness(model.eval(), faces)
    assert 0 < metrics["ssim"] < 1
    assert metrics["smiling_accuracy"] == 0.5  # an empty probe says no to everything


@pytest.fixture
def faces(fashion_root):
    from core.data.lfw import load_lfw

    return load_lfw("train", fashion_root)
