"""Which images are held out: always the same, of every class and of whole people."""

from dataclasses import replace

import pytest
import torch

from core.data.fashion_mnist import load_fashion_training
from core.data.image_set import DataError, ImageSet
from core.data.synthetic import synthetic
from train.common.datasets import check_held_out


def labelled(*counts, classes=True):
    """Blank images, so many of each label."""
    labels = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    names = tuple(f"class {k}" for k in range(len(counts))) if classes else ()
    images = torch.zeros(len(labels), 1, 28, 28, dtype=torch.uint8)
    return ImageSet(images, labels, torch.arange(len(labels)), names, {"name": "blank"})


def test_a_sixth_of_each_class_is_held_out():
    training, held_out = load_fashion_training().hold_out()  # 1,000 of each class
    assert held_out.labels.bincount().tolist() == [167] * 10
    assert training.labels.bincount().tolist() == [833] * 10
    assert sorted(torch.cat([training.index, held_out.index]).tolist()) == sorted(
        load_fashion_training().index.tolist()
    )


def test_the_images_held_out_are_always_the_same():
    torch.manual_seed(5)
    first = synthetic(120).hold_out()[1].index.tolist()
    torch.manual_seed(6)
    assert synthetic(120).hold_out()[1].index.tolist() == first


def test_a_part_of_the_images_to_learn_from_has_all_classes():
    training, held_out = labelled(*[60] * 10).hold_out()
    assert len(training.take(100).labels.unique()) == 10
    assert len(held_out) == 100


def test_no_person_is_on_both_sides():
    training, held_out = labelled(7, 1, 1, 4, 9, 2, 1, 1, 3, 1, 1, 5, classes=False).hold_out()
    assert not set(training.labels.tolist()) & set(held_out.labels.tolist())
    assert len(held_out.labels.unique()) == 2
    assert len(training) + len(held_out) == 36


def test_images_without_classes_or_people_are_held_out_at_random():
    training, held_out = labelled(60, classes=False).hold_out()
    assert (len(training), len(held_out)) == (50, 10)


def test_of_a_small_class_one_image_is_held_out_and_the_only_one_is_not():
    training, held_out = labelled(30, 2, 1).hold_out()
    assert held_out.labels.bincount(minlength=3).tolist() == [5, 1, 0]
    assert training.labels.bincount(minlength=3).tolist() == [25, 1, 1]


def test_a_class_of_which_no_image_is_held_out_is_named():
    data = labelled(30, 2, 1)
    words = (
        r"No image of class 'class 2' is held out to choose by: 6 of 33 training images are, and it has 1\. Add images"
    )
    with pytest.raises(DataError, match=words):
        check_held_out(data, data.hold_out()[1])
    check_held_out(labelled(30, 2), labelled(30, 2).hold_out()[1])


def test_a_class_without_images_need_not_be_held_out():
    data = replace(labelled(30, 12), classes=("a", "b", "c"))
    check_held_out(data, data.hold_out()[1])
