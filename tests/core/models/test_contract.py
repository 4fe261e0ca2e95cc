"""Every registered architecture and every shipped weight keeps the promises other programs rely on."""

from dataclasses import asdict, fields, is_dataclass

import pytest
import torch

from core.checkpoint import Card, list_checkpoints, load_card, load_codes, load_model, save_checkpoint
from core.data.fashion_mnist import load_fashion_sample
from core.data.synthetic import synthetic
from core.registry import create_model, get_architecture, list_models
from core.training.config import parse_options
from train.common.cards import RECORDED
from train.common.metrics import compute_metrics
from train.common.recipe import recipe_of
from train.common.stages import stage_configs


@pytest.fixture(params=list_models())
def model(request):
    return create_model(request.param).eval()


@pytest.fixture
def batch(model):
    return synthetic(20, model.config.image_shape).batch(torch.arange(20))


def test_the_config_is_a_frozen_dataclass_of_defaults(model):
    assert is_dataclass(model.config)
    assert type(model.config).__dataclass_params__.frozen
    assert type(model.config)() == model.config


def test_images_in_the_datasets_size_go_through(model, batch):
    out = model(batch.image)
    assert out.isfinite().all()
    assert len(out) == len(batch.image)
    if hasattr(model, "features"):
        assert out.shape == (20, model.config.num_classes)
    elif hasattr(model, "discriminate"):
        assert out.shape == (20,)
        assert 0 <= out.min() <= out.max() <= 1
    else:
        assert out.shape == batch.image.shape
        assert 0 <= out.min() <= out.max() <= 1


def test_the_input_is_left_as_it_was(model, batch):
    before = batch.image.clone()
    model(batch.image)
    assert torch.equal(batch.image, before)


def test_features_are_flat_and_end_with_the_logits(model, batch):
    if not hasattr(model, "features"):
        pytest.skip("not a classifier")
    taps = model.features(batch.image)
    assert all(tap.shape[0] == 20 and tap.ndim == 2 for tap in taps.values())
    assert torch.equal(taps["output"], model(batch.image))
    assert {"conv1", "fc1", "output"} <= set(taps)
    maps = model.activations(batch.image)
    assert all(torch.equal(maps[name].flatten(1), tap) for name, tap in taps.items())


def test_encode_then_decode_is_forward(model, batch):
    if not hasattr(model, "encode"):
        pytest.skip("no encoder")
    z = model.encode(batch.image)
    assert z.shape == (20, model.config.latent_dim)
    torch.testing.assert_close(model.decode(z), model(batch.image))


def test_codes_are_decoded_to_images(model, batch):
    if not hasattr(model, "sample"):
        pytest.skip("no generator")
    with torch.inference_mode():
        x = model.decode(torch.randn(3, model.config.latent_dim))
        assert x.shape == batch.image[:3].shape
        assert 0 <= x.min() <= x.max() <= 1
        drawn = [model.sample(3, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)]
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


def test_the_loss_reaches_every_parameter(model, batch):
    if not hasattr(model, "loss"):
        pytest.skip("two networks with a loss each")
    model.train()
    losses = model.loss(batch)
    assert all(loss.ndim == 0 and loss.isfinite() for loss in losses.values())
    sum(losses.values()).backward()
    without = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert without == []


def test_a_model_can_be_saved_and_loaded(model, batch, tmp_path):
    name = next(name for name in list_models() if get_architecture(name).model is type(model))
    card = Card(name, name, asdict(model.config), {}, {}, {}, seed=0, minutes=0, parameters=0)
    loaded = load_model(save_checkpoint(model, card, tmp_path))
    torch.testing.assert_close(loaded(batch.image), model(batch.image), atol=2e-2, rtol=2e-2)  # float16 storage


@pytest.mark.parametrize("checkpoint", list_checkpoints())
def test_a_shipped_weight_is_as_good_as_its_card_says(checkpoint):
    """On the 1,000 shipped test images; the full test set is measured by `python -m train.evaluate`."""
    model = load_model(checkpoint)
    card, sample = model.card, load_fashion_sample()
    empty = {field.name for field in fields(Card) if getattr(card, field.name) in (None, "", {}, [])}
    recipe = recipe_of(card.model)
    optional = {
        "confusion": "test_accuracy" not in card.metrics, "report": checkpoint not in recipe.report,
        "goal": checkpoint not in recipe.goal, "note": checkpoint not in recipe.notes,
        "baseline": checkpoint not in recipe.baseline, "class_names": model.config.image_shape != (1, 28, 28),
    }  # fmt: skip
    assert empty <= {"seeds", "spread"} | {name for name, absent in optional.items() if absent}
    expected = (recipe.goal.get(checkpoint, {}), recipe.report.get(checkpoint, {}), recipe.notes.get(checkpoint, ""))
    assert (card.goal, card.report, card.note) == expected
    assert card.baseline == recipe.baseline.get(checkpoint, {})
    assert card.name == checkpoint
    assert len(card.history) >= card.recipe["kept_epoch"]
    if hasattr(model, "discriminate") or model.config.image_shape != (1, 28, 28):
        return  # judged by many samples, or by faces, which do not ship: train.evaluate does
    if hasattr(model, "fit_codes"):
        x_hat = torch.cat([model.decode(z) for z in load_codes(checkpoint).split(100)])
        assert (x_hat - sample.images / 255).square().mean().item() == pytest.approx(card.metrics["test_mse"], rel=0.1)
        return  # fitting them again takes minutes
    computed = compute_metrics(recipe.metrics, model, sample, "test")
    assert set(computed) <= set(card.metrics)
    if hasattr(model, "encode"):
        torch.testing.assert_close(
            load_codes(checkpoint), model.encode(sample.batch(torch.arange(len(sample))).image), atol=0.02, rtol=2e-3
        )
    if "test_accuracy" in computed:
        right = sum(row[k] for k, row in enumerate(card.confusion))
        assert right / sum(map(sum, card.confusion)) == pytest.approx(card.metrics["test_accuracy"])
        assert abs(computed["test_accuracy"] - card.metrics["test_accuracy"]) < 0.02
    if "test_mse" in computed:
        assert computed["test_mse"] == pytest.approx(card.metrics["test_mse"], rel=0.06)
    if "test_psnr" in computed:
        assert computed["test_psnr"] == pytest.approx(card.metrics["test_psnr"], abs=0.5)


@pytest.mark.parametrize("checkpoint", list_checkpoints())
def test_the_command_on_a_card_gives_its_options(checkpoint):
    card = load_card(checkpoint)
    python, _, module, *flags = card.recipe["command"].split()
    assert (python, module) == ("python", f"train.{get_architecture(card.model).family}")
    recipe = recipe_of(card.model)
    options = stage_configs(recipe, **parse_options(recipe.config, flags))[-1].identity
    # of several stages the command makes all, with today's images held out; test_stages.py compares the stages
    changed = {"validation", "keep_last", "start", "precision"} if "stages" in card.recipe else set()
    expected = {name: value for name, value in card.recipe.items() if name not in {*RECORDED, *changed}}
    assert {name: options[name] for name in expected} == expected
    assert options["checkpoint"] == checkpoint


def test_every_model_ships():
    assert {
        "classifier-resnet", "classifier-fashionnet", "classifier-photos", "cae-27", "cae-2", "cae-4", "cae-6",
        "cae-27-classifier",
        "cae-27-classifier-frozen", "cae-4-classifier", "vae-fashion", "denoiser-cae", "denoiser-unet",
        "vae-faces-32", "vae-faces-256", "vae-faces", "ad", "vad-gaussian", "vad-exponential", "vad-uniform", "dcgan",
        "denoiser-cae-salt-and-pepper", "denoiser-cae-gaussian", "denoiser-cae-both",
    } <= set(list_checkpoints())  # fmt: skip
