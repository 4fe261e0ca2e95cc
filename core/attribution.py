"""What in a picture moved a classifier's decision: by covering parts of it, and by the gradient.

Both speak of log-odds, log(p / (1 - p)), which still move when a probability has come close to 0 or 1.
"""

import torch
from torch import Tensor, nn

GREY = 0.286  # what covers a part: the mean of all training pixels, neither cloth nor background
PATCH = 6  # pixels a side of the part covered
STRIDE = 2  # pixels between two parts


def log_odds(logits: Tensor) -> Tensor:
    """log(p_k / (1 - p_k)) in nats of every class k, shape (B, K), of logits (B, K)."""
    same_class = torch.eye(logits.shape[1], dtype=torch.bool, device=logits.device)
    others = logits[:, None, :].masked_fill(same_class, float("-inf")).logsumexp(2)
    return logits - others


def covered(x: Tensor, patch: int = PATCH, stride: int = STRIDE, grey: float = GREY) -> Tensor:
    """Copies of an image, each with another square covered.

    Args:
        x: One image, shape (C, H, W), in [0, 1].
        patch: Pixels a side of the square, which is centred on a cell of stride x stride pixels and may hang over.

    Returns:
        Shape (H / stride * W / stride, C, H, W), row by row.

    Raises:
        ValueError: If the stride does not divide height and width.

    Source: Visualizing and Understanding Convolutional Networks, 2013, arXiv:1311.2901, section 4.2.
    """
    height, width = x.shape[-2:]
    if height % stride or width % stride:
        raise ValueError(f"stride {stride} must divide height and width, got {height} x {width}")
    over = (patch - stride) // 2
    copies = []
    for top in range(-over, height - over, stride):
        for left in range(-over, width - over, stride):
            copy = x.clone()
            copy[:, max(0, top) : max(0, top + patch), max(0, left) : max(0, left + patch)] = grey
            copies.append(copy)
    return torch.stack(copies)


def occlusion_maps(logits: Tensor, logits_covered: Tensor, shape: tuple[int, int]) -> Tensor:
    """How far covering each part lowers the log-odds of each class.

    Args:
        logits: Of the image, shape (K,).
        logits_covered: Of its covered copies, shape (n, K).
        shape: Rows and columns of parts, whose product is n.

    Returns:
        Nats, shape (K, *shape); positive where the part speaks for the class.
    """
    fall = log_odds(logits[None]) - log_odds(logits_covered)  # (n, K)
    return fall.T.reshape(-1, *shape)


def gradient_maps(classifier: nn.Module, x: Tensor) -> Tensor:
    """The gradient of each class's log-odds by the pixels.

    Args:
        x: One image, shape (C, H, W), in [0, 1].

    Returns:
        Nats for a whole step from black to white, shape (K, H, W), summed over colours; positive where a brighter pixel
        speaks for the class.

    Source: Deep Inside Convolutional Networks, 2013, arXiv:1312.6034, section 3.
    """
    with torch.inference_mode(False), torch.enable_grad():
        classes = len(classifier(x.clone()[None])[0])
        copies = x.clone().repeat(classes, 1, 1, 1).requires_grad_()  # one a class: all gradients in one pass
        own_odds = log_odds(classifier(copies)).diagonal()
        return torch.autograd.grad(own_odds.sum(), copies)[0].sum(1)
