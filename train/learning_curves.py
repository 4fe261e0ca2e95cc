"""Train a classifier from scratch by the reports' plain recipe, for the learning curves that the Classify tab shows.

python -m train.learning_curves classifier-fashionnet --images 30000
python -m train.learning_curves classifier-resnet --images 2500 --measured 500 --epochs 50   # a quarter of an hour

Adam, batches of 64, no augmentation: nothing keeps from overfitting but weight decay and the network's own dropout.
After each epoch, loss and accuracy are measured in the same way on images trained on and on images held out. No weights
are kept.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

from core.checkpoint import write_atomically
from core.data.fashion_mnist import load_fashion_mnist
from core.data.image_set import DataError, ImageSet
from core.registry import create_model
from core.training.devices import autocast, pick_device
from core.training.learning_curves import LEARNING_CURVES, LearningCurve, load_learning_curves
from train.classifier import ARCHITECTURES
from train.common.metrics import Metrics, classification, compute_metrics

HELD_OUT = 0.2  # of the images, as in the report on the ResNet
BATCH_SIZE = 64
LEARNING_RATE, WEIGHT_DECAY = 1e-3, 1e-4


def learn(model: nn.Module, training: ImageSet, epochs: int) -> Iterator[int]:
    """Train for some epochs; gives the number of each when it is over, from 1."""
    device = pick_device()
    model.to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for epoch in range(1, epochs + 1):
        model.train()
        for index in torch.randperm(len(training)).split(BATCH_SIZE):
            batch = training.batch(index, device)
            image = batch.image.contiguous(memory_format=torch.channels_last)
            with autocast(device, "auto"):
                loss = F.cross_entropy(model(image), batch.label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        yield epoch


def learning_curve(network: str, images: ImageSet, epochs: int, measured: int, seed: int) -> LearningCurve:
    """The curve of a classifier that learns from part of some images; at most `measured` of each part are measured."""
    torch.manual_seed(seed)
    training, held_out = images.split(HELD_OUT, seed)
    model, rows = create_model(ARCHITECTURES[network]), []
    measured = min(measured, len(training), len(held_out))
    for _ in tqdm(learn(model, training, epochs), total=epochs, unit="epoch"):
        rows.append(_row(model, training.take(measured), held_out.take(measured)))
    history = {name: [round(row[name], 5) for row in rows] for name in rows[0]}
    return LearningCurve(images=len(training), measured=measured, seed=seed, history=history)


def _row(model: nn.Module, training: ImageSet, held_out: ImageSet) -> Metrics:
    found = compute_metrics(classification, model, training, "training")
    found |= compute_metrics(classification, model, held_out, "validation")
    return {name.removeprefix("training_"): value for name, value in found.items()}


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=sorted(ARCHITECTURES))
    parser.add_argument("--epochs", type=int, default=24, help="passes over the images (default: %(default)s)")
    parser.add_argument("--images", type=int, default=0, help="the first N training images only (0: all)")
    parser.add_argument("--measured", type=int, default=5000, help="images of each part (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data-root", help="folder of Fashion-MNIST (else LOOM_DATA, else the usual places)")
    parser.add_argument("--output", type=Path, default=LEARNING_CURVES, help="file to write (default: %(default)s)")
    args = parser.parse_args(argv)
    if args.epochs < 1 or args.images < 0 or args.measured < 1:
        parser.error("--epochs and --measured must be 1 or more, --images 0 or more")
    try:
        images = load_fashion_mnist("train", args.data_root).take(args.images)
    except DataError as error:
        sys.exit(f"error: {error}")
    curve = learning_curve(args.network, images, args.epochs, args.measured, args.seed)
    known = load_learning_curves() if args.output == LEARNING_CURVES else {}
    curves = {name: asdict(one) for name, one in (known | {args.network: curve}).items()}
    write_atomically(args.output, json.dumps(curves, indent=1).encode())
    print(f"{args.output}: {args.network}, {curve.epochs} epochs, best held-out loss in epoch {curve.best_epoch}")


if __name__ == "__main__":
    main()
