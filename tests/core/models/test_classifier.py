"""What the classifiers do beyond the contract of every model."""

import torch

from core.models.classifier import ResNetClassifier, ResNetConfig


def resnet():
    return ResNetClassifier(ResNetConfig(channels=(4, 8), num_res_blocks=1))


def test_a_resnet_learns_from_small_images_at_a_small_size():
    model = resnet().train()
    for pixels, size in ((40, 32), (28, 32), (21, 24), (14, 16)):
        taps = model.activations(torch.rand(3, 1, pixels, pixels))
        assert taps["conv1"].shape == (3, 4, size, size)
        assert taps["block2"].shape == (3, 8, size // 4, size // 4)
        assert taps["output"].shape == (3, 10)


def test_the_maps_of_a_small_image_are_stretched():
    model, given = resnet().train(), []
    model.fc1.register_forward_hook(lambda layer, maps, units: given.append(maps[0]))
    maps = model.activations(torch.rand(3, 1, 14, 14))["block2"]  # 4x4, half of 8x8
    assert torch.equal(given[0], maps.repeat_interleave(2, 2).repeat_interleave(2, 3).flatten(1))


def test_a_resnet_classifies_every_image_at_the_full_size():
    model = resnet().eval()
    for pixels in (3, 14, 28, 40):
        assert model.activations(torch.rand(3, 1, pixels, pixels))["conv1"].shape == (3, 4, 32, 32)
