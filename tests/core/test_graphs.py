"""Which graphs compute with a checkpoint: its own, or those of a shipped one whose weights lie at the same places."""

import json
import shutil
from dataclasses import asdict, replace

import pytest
import torch

from core.checkpoint import WEIGHTS, Card, CheckpointError, DamagedCheckpoint, load_card, load_model, save_checkpoint
from core.export import MOST_OFF, compare, export_model, parts_of, real_inputs
from core.graphs import find_graphs
from core.registry import create_model

SHIPPED = (
    "cae-27", "vae-fashion", "vad-gaussian", "denoiser-cae", "denoiser-unet", "classifier-fashionnet",
    "classifier-resnet", "classifier-photos", "cae-27-classifier", "dcgan", "flow",
)  # fmt: skip


@torch.no_grad()
def with_other_weights(name, folder):
    """A model like a shipped one, as another training might have left it; the path of its card."""
    model = load_model(name)
    for number, tensor in enumerate(model.state_dict().values()):
        if tensor.is_floating_point():
            tensor.mul_(1 + 0.05 * (number % 5))
    return save_checkpoint(model, replace(model.card, name="own", graphs={}), folder)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_graphs_of_a_shipped_model_compute_with_other_weights(name, tmp_path):
    path = with_other_weights(name, tmp_path)
    graphs, model = find_graphs(path), load_model(path)
    assert graphs.parts.keys() == load_card(name).graphs.keys()
    beside = tmp_path / "beside"  # as the page has it: the content of these weights under the name of those
    beside.mkdir()
    shutil.copy(path.with_suffix(".safetensors"), beside / graphs.weights)
    _, codes = real_inputs(load_model(name), WEIGHTS / f"{name}.json")
    images, _ = real_inputs(model, path)
    for part in parts_of(model, images, codes):
        graph = shutil.copy(graphs.parts[part.name].path, beside)
        assert compare(graph, part) <= MOST_OFF


def save(folder, architecture, **options):
    model = create_model(architecture, **options).eval()
    card = Card("own", architecture, asdict(model.config), {}, {"name": "Fashion-MNIST"}, {}, 0, 0, 0)
    return save_checkpoint(model, card, folder)


def test_a_model_of_another_size_has_none_until_they_are_written(tmp_path):
    path = save(tmp_path, "autoencoder", latent_dim=5)
    assert find_graphs(path) is None
    export_model(path)
    graphs = find_graphs(path)
    assert graphs.weights == "own.safetensors"
    assert graphs.parts["encode"].path == tmp_path / "own.encode.onnx"


def test_options_that_no_weight_shows_count(tmp_path):
    path = save(tmp_path, "autoencoder", latent_dim=27)
    assert find_graphs(path).weights == "cae-27.safetensors"
    card = json.loads(path.read_text())
    card["config"]["image_shape"] = [1, 27, 27]  # the same weights
    path.write_text(json.dumps(card))
    assert find_graphs(path) is None


def test_weights_that_are_stored_in_another_way_have_none(tmp_path):
    model = create_model("autoencoder", latent_dim=27).eval()
    next(model.parameters()).data.fill_(1e6)  # more than float16 holds
    card = Card("own", "autoencoder", asdict(model.config), {}, {"name": "Fashion-MNIST"}, {}, 0, 0, 0)
    assert find_graphs(save_checkpoint(model, card, tmp_path)) is None


def test_a_model_that_was_sent_without_its_graphs_takes_those_of_a_shipped_one(tmp_path):
    for part in ("json", "safetensors"):
        shutil.copy(WEIGHTS / f"cae-6.{part}", tmp_path / f"mine.{part}")
    assert load_card(tmp_path / "mine.json").graphs
    assert find_graphs(tmp_path / "mine.json").weights == "cae-6.safetensors"


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"another"), lambda path: path.unlink()])
def test_a_graph_that_is_not_the_cards_is_named(damage, tmp_path):
    path = save(tmp_path, "denoising-autoencoder", channels=(2, 2, 2), hidden_dim=8, latent_dim=2)
    export_model(path)
    damage(tmp_path / "own.encode.onnx")
    with pytest.raises(DamagedCheckpoint, match=r"own\.encode\.onnx was lost, cut short or altered\. Copy it again"):
        find_graphs(path)


def test_without_a_card_there_is_nothing(tmp_path):
    with pytest.raises(CheckpointError, match="does not exist"):
        find_graphs(tmp_path / "own.json")
