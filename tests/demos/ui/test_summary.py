import pytest

from core.checkpoint import load_card
from demos.ui.summary import load_summary
from tests.helpers.handlers import ask


@pytest.mark.parametrize("name", ["classifier-resnet", "cae-4", "dcgan", "flow", "vae-faces-32"])
def test_a_model_comes_with_its_layers_and_all_its_parameters(name):
    answer = ask(load_summary, checkpoint=name)
    assert answer["parameters"] == load_card(name).parameters
    assert answer["checkpoint"] == name
    assert sum(layer["parameters"] for layer in answer["layers"]) == answer["parameters"]


@pytest.mark.parametrize("name", ["vgg", None, 5, "../weights/cae-4"])
def test_an_unknown_model_is_reported(name):
    assert "no model" in ask(load_summary, checkpoint=name)["error"]
