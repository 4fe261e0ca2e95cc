import pytest
import torch

from core import list_checkpoints, load_card, load_model
from core.registry import create_model
from core.summary import summarize


@pytest.mark.parametrize("name", list_checkpoints())
def test_the_layers_of_every_shipped_model_hold_all_its_parameters(name):
    layers = summarize(load_model(name))
    assert sum(layer.parameters for layer in layers) == load_card(name).parameters
    assert all(layer.kind and min(layer.shape) > 0 for layer in layers)
    assert len({layer.name for layer in layers if layer.name}) == sum(bool(layer.name) for layer in layers)


def test_a_classifier_says_which_activations_a_layer_is_part_of():
    model = create_model("resnet-classifier").eval()
    layers = summarize(model)
    shapes = {name: tuple(tap.shape[1:]) for name, tap in model.activations(torch.zeros(1, 1, 28, 28)).items()}
    last = {layer.tap: layer.shape for layer in layers if layer.tap}
    assert last == {name: shapes[name] for name in ("conv1", "block1", "block2", "fc1")}
    assert [layer.kind for layer in layers][:2] == ["picture", "3 × 3 convolution"]
    assert layers[1].followed_by == ("batch normalisation", "ReLU")


def test_what_forward_does_not_reach_is_reached_from_a_code():
    layers = summarize(create_model("dcgan").eval())
    assert [layer.part for layer in layers] == ["", *["generator"] * 4, "", *["discriminator"] * 4]
    assert (layers[0].kind, layers[5].kind) == ("code", "picture")


def test_a_network_that_is_asked_again_and_again_is_walked_once():
    layers = summarize(create_model("flow", channels=(8, 8, 8), num_blocks=(1, 1)).eval())
    names = [layer.name for layer in layers]
    assert len(names) == len(set(names)) > 10
    assert layers[-1].shape == (1, 28, 28)


def test_no_hook_stays_on_the_model():
    model = create_model("autoencoder").eval()
    summarize(model)
    assert not any(module._forward_hooks for module in model.modules())
