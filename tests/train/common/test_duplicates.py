"""Images in both parts of a dataset: equal ones, nearly equal ones, and accuracy without them."""

import json
from dataclasses import replace

import pytest
import torch

from core.data.fashion_mnist import load_fashion_sample
from core.data.synthetic import synthetic
from train import evaluate
from train.common.duplicates import NEAR, find_duplicates, nearest


def test_the_nearest_image_is_that_of_plain_arithmetic():
    sample = load_fashion_sample()
    some, others = sample.subset(torch.arange(0, 1000, 37)), sample.subset(torch.arange(1, 1000, 2))
    distance, neighbour = nearest(some.images, others.images)
    apart = some.images[:, None].double() - others.images[None].double()  # (n, m, 1, 28, 28)
    exact = apart.flatten(2).norm(dim=2)
    assert torch.equal(neighbour, exact.argmin(1))
    relative = exact.amin(1) / some.images.double().flatten(1).norm(dim=1)
    torch.testing.assert_close(distance.double(), relative, atol=1e-6, rtol=1e-5)


def test_equal_and_nearly_equal_images_are_found():
    training = synthetic(40, seed=1)
    test = synthetic(40, seed=2)
    images = test.images.clone()
    images[3] = training.images[17]
    images[5] = (training.images[8].int() + 1).clamp(max=255).byte()  # a grey level lighter
    images[6] = (training.images[9].int() + 30).clamp(max=255).byte()  # is seen to be another
    found = find_duplicates(replace(test, images=images), training)
    assert found.equal.nonzero().flatten().tolist() == [3]
    assert found.near.nonzero().flatten().tolist() == [3, 5]
    assert found.neighbour[[3, 5, 6]].tolist() == [17, 8, 9]
    assert found.distance[3] == 0
    assert 0 < found.distance[5] < NEAR < found.distance[6]
    assert found.relabelled.nonzero().flatten().tolist() == [3, 5]  # labels follow from the place: 7 and 8, not 3 and 5


def test_accuracy_is_given_with_and_without_duplicates(monkeypatch, tmp_path, capsys):
    sample = load_fashion_sample()
    test = sample.subset(torch.arange(0, 1000, 10))  # 10 of each class
    wrong = replace(test, labels=(test.labels + 1) % 10)  # all are called wrong, but for the first ten
    labels = torch.cat([test.labels[:10], wrong.labels[10:]])
    parts = {"test": replace(test, labels=labels), "train": test.subset(torch.arange(10, 100))}
    monkeypatch.setattr(evaluate, "fashion", lambda split, root: parts[split])
    out = tmp_path / "rows.json"
    evaluate.main(["--duplicates", "--json", str(out)])
    rows = {(row["checkpoint"], row["measure"]): row["measured"] for row in json.loads(out.read_text())}
    for name in evaluate.CLASSIFIERS:
        assert rows[name, "test_accuracy"] < 0.2
        assert rows[name, "test_accuracy_without_equal"] == rows[name, "test_accuracy_without_near"] >= 0.8
    shown = capsys.readouterr().out
    words = "Of 100 test images 90 are in the training part pixel for pixel, and 0 nearly. Of these 90 pairs 90 have"
    assert words in shown


def test_a_model_that_is_no_classifier_is_refused(monkeypatch):
    monkeypatch.setattr(evaluate, "fashion", lambda *_: load_fashion_sample())
    with pytest.raises(SystemExit, match="error: cae-27 is no classifier of Fashion-MNIST: name one that is"):
        evaluate.main(["cae-27", "--duplicates"])
