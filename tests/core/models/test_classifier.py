"""What the classifiers do beyond the contract of every model."""

import torch

from core.models.classifier import ResNetClassifier, ResNetConfig


def test_a_resnet_works_on_small_images_at_a_small_size():
    model = ResNetClassifier(ResNetConfig(channels=(4, 8), num_res_blocks=1)).eval()
    for pixels, size in ((40, 32), (28, 32), (21, 24), (14, 16)):
        taps = model.activations(torch.rand(3, 1, pixels, pixels))
        assert taps["conv1"].shape == (3, 4, size, size)
        assert taps["block2"].shape == (3, 8, size // 4, size // 4)
        assert taps["output"].shape == (3, 10)


def test_a_resnet_judges_an_image_alike_at_every_size():
    model = ResNetClassifier(ResNetConfig(channels=(4, 8), num_res_blocks=1)).eval()
    grey = torch.rand(5, 1, 1, 1)
    large, small = (model(grey.expand(-1, -1, pixels, pixels)).softmax(1) for pixels in (28, 14))
    torch.testing.assert_close(small, large, atol=0.05, rtol=0)
