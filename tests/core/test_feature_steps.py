import pytest
import torch
from torch.nn import functional as F

from core import list_checkpoints, load_card, load_model
from core.data.fashion_mnist import load_fashion_sample
from core.data.images import to_tensor
from core.feature_steps import map_counts, map_steps, receptive_field
from core.models.classifier import Classifier
from core.registry import create_model, get_architecture

CLASSIFIERS = [
    name for name in list_checkpoints() if issubclass(get_architecture(load_card(name).model).model, Classifier)
]


@pytest.fixture(scope="module")
def shirt() -> torch.Tensor:
    return to_tensor(load_fashion_sample().images[600, 0].numpy())[0]


def test_every_kind_of_shipped_classifier_is_explained():
    assert {"classifier-resnet", "classifier-fashionnet", "cae-27-classifier"} <= set(CLASSIFIERS)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_last_step_gives_the_activations(name, shirt):
    model = load_model(name)
    taps = model.activations(shirt[None])
    for layer, count in map_counts(model).items():
        assert taps[layer].shape[1] == count
        for index in (0, count - 1):
            torch.testing.assert_close(map_steps(model, shirt, layer, index).steps[-1].values, taps[layer][0, index])


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_filter_and_inputs_give_the_sum_and_the_constants_give_the_rest(name, shirt):
    model = load_model(name)
    for layer in map_counts(model):
        seen = map_steps(model, shirt, layer, 3)
        h = F.conv2d(seen.inputs[None], seen.weights[None], stride=seen.stride, padding=seen.padding)[0, 0]
        for step in seen.steps:
            c = step.constants
            match step.kind:
                case "convolve":
                    h = h + c.get("bias", 0)
                case "normalise":
                    h = (h - c["mean"]) / c["deviation"] * c["scale"] + c["shift"]
                case "relu":
                    h = h.clamp(min=0)
                case "add":
                    h = h + step.added
                case "pool":
                    h = F.max_pool2d(h[None], c["size"])[0]
            torch.testing.assert_close(step.values, h, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("name", ["resnet-classifier", "fashionnet", "encoder-head"])
def test_the_receptive_field_is_what_a_place_depends_on(name):
    torch.manual_seed(0)
    model = create_model(name).eval()
    model.resized = lambda x: x  # the field is of the picture that the first layer takes
    side = 28 if name == "encoder-head" else 32
    for layer in map_counts(model):
        field = receptive_field(model, layer)
        x = torch.rand(8, 1, side, side, requires_grad=True)
        maps = model.activations(x)[layer]
        row, column = maps.shape[2] // 2, maps.shape[3] - 1
        (slope,) = torch.autograd.grad(maps[:, :, row, column].sum(), x)
        rows, columns = slope.abs().sum((0, 1)).nonzero().T
        for found, index in ((rows, row), (columns, column)):
            first = field.start + index * field.step
            assert found.min() == max(0, first)
            assert found.max() == min(side - 1, first + field.size - 1)


@pytest.mark.parametrize(("layer", "index"), [("conv9", 0), ("fc1", 0), ("conv1", -1), ("conv1", 32)])
def test_a_map_that_is_not_there_is_named(shirt, layer, index):
    with pytest.raises(ValueError, match=r"no map .*there are: 32 of conv1, 32 of block1, 64 of block2"):
        map_steps(create_model("resnet-classifier").eval(), shirt, layer, index)


def test_an_unknown_layer_has_no_field():
    with pytest.raises(ValueError, match="no layer of maps 'fc1'"):
        receptive_field(create_model("fashionnet"), "fc1")
