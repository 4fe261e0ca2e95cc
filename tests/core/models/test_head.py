import torch

from core.checkpoint import load_model
from core.data import load_fashion_sample
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


def test_a_frozen_encoder_stays_and_the_head_learns():
    config = head.Config(checkpoint="cae-27-classifier-frozen")
    trainee, before = head.prepare(config, sample()), load_model("cae-27").encoder.state_dict()
    output = trainee.model.output.weight.clone()
    for progress in (0.1, 0.5, 0.99):
        trainee.step(sample().batch(torch.arange(32)), progress)
    after = trainee.model.encoder.state_dict()
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert not torch.equal(output, trainee.model.output.weight)


def test_fine_tuning_moves_the_encoder():
    trainee = head.prepare(head.Config(checkpoint="cae-27-classifier"), sample())
    before = {name: t.clone() for name, t in trainee.model.encoder.state_dict().items()}
    trainee.step(sample().batch(torch.arange(32)), 0.2)
    assert all(torch.equal(t, before[name]) for name, t in trainee.model.encoder.state_dict().items())
    trainee.step(sample().batch(torch.arange(32)), 0.8)
    assert any(not torch.equal(t, before[name]) for name, t in trainee.model.encoder.state_dict().items())


def test_the_head_starts_on_standardised_codes():
    data = sample()
    model = head.prepare(head.Config(), data).model
    codes = model.encoder(data.batch(torch.arange(len(data))).image)
    first, bound = model.head[0][0], 27**-0.5  # of the uniform distribution of a fresh linear layer of 27 inputs
    weight, bias = first.weight * codes.std(0), first.bias + first.weight @ codes.mean(0)
    assert 0.95 * bound < weight.abs().max() < 1.01 * bound
    assert 0.95 * bound < bias.abs().max() < 1.01 * bound
