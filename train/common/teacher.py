"""Classifiers that others learn from."""

import torch
from torch import Tensor
from torch.nn import functional as F

from core.checkpoint import MismatchedCheckpoint, load_model
from core.data.image_set import ImageSet
from core.models.classifier import Classifier
from core.training.config import TrainConfig
from core.training.devices import pick_device
from train.common.datasets import check_classes


def load_teacher(config: TrainConfig, training: ImageSet) -> Classifier:
    """The trained classifier that `config.teacher` names, where the training happens.

    Raises:
        MismatchedCheckpoint: If the checkpoint is of another kind of model, or knows other classes.
    """
    teacher = load_model(config.find_weight(config.teacher))
    if not isinstance(teacher, Classifier):
        raise MismatchedCheckpoint(f"--teacher {config.teacher} is no classifier: take classifier-resnet, or none")
    check_classes(config.teacher, "--teacher", training)
    return teacher.to(pick_device(), memory_format=torch.channels_last)


@torch.no_grad()
def taught_labels(teacher: Classifier, image: Tensor, label: Tensor, share: float) -> Tensor:
    """Class probabilities (B, K) to learn: labels (B,), mixed with a share of what the teacher sees in these images.

    Source: Knowledge distillation: A good teacher is patient and consistent, 2021, arXiv:2106.05237: both networks
        see the same changed image.
    """
    probs = teacher(image).float().softmax(1)
    return F.one_hot(label, probs.shape[1]).float().lerp(probs, share)
