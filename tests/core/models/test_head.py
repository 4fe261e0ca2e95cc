import pytest
import torch

from core.checkpoint import load_model
from core.data.fashion_mnist import load_fashion_sample
from core.registry import create_model
from train import head


def sample():
    return load_fashion_sample().subset(torch.arange(0, 1000, 5))


def test_the_code_is_the_encoders():
    autoencoder, data = load_model("cae-27"), sample()
    model = create_model("encoder-head").eval()
    model.encoder.load_state_dict(autoencoder.encoder.state_dict())
    image = data.batch(torch.arange(8)).image
    taps = model.activations(image)
    assert torch.equal(taps["code"], autoencoder.encode(image))
    assert torch.equal(model.decide(taps["code"])["output"], model(image))


@pytest.mark.parametrize("fine_tuned", [False, True])
def test_the_head_learns_and_the_encoder_only_if_it_is_fine_tuned(fine_tuned, monkeypatch):
    monkeypatch.setitem(head.HEADS, "cae-27-classifier-frozen", head.Head("cae-27", (276,), fine_tuned=fine_tuned))
    state = head.prepare(head.Config(checkpoint="cae-27-classifier-frozen"), sample())
    before = {name: t.clone() for name, t in state.model.state_dict().items()}
    for progress in (0.1, 0.5, 0.99):
        state.step(sample().batch(torch.arange(32)), progress)
    moved = {name for name, t in state.model.state_dict().items() if not torch.equal(t, before[name])}
    assert "output.weight" in moved
    assert any(name.startswith("encoder.") for name in moved) == fine_tuned


def test_the_head_starts_on_standardised_codes():
    data = sample()
    model = head.prepare(head.Config(), data).model
    codes = model.encoder(data.batch(torch.arange(len(data))).image)
    first, bound = model.head[0][0], 27**-0.5  # of the uniform distribution of a fresh linear layer of 27 inputs
    weight, bias = first.weight * codes.std(0), first.bias + first.weight @ codes.mean(0)
    assert 0.95 * bound < weight.abs().max() < 1.01 * bound
    assert 0.95 * bound < bias.abs().max() < 1.01 * bound
