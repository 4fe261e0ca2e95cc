from dataclasses import replace

import torch

from core.checkpoint import load_extra
from core.data.fashion_mnist import load_fashion_sample
from core.registry import create_model
from train.common.snapshots import LOSS_STEPS, SNAPSHOTS, TILES, Snapshots, diversity

STEPS = 2_000


def record(snapshots, first, last):
    for step in range(first, last):
        snapshots(step / STEPS, torch.tensor(float(step)), torch.tensor(2.0 * step))
    return snapshots


def new_snapshots():
    torch.manual_seed(0)
    model = create_model("dcgan", latent_dim=4, channels=(4, 4, 4))
    return Snapshots(model, model.noise(TILES, torch.Generator().manual_seed(0)))


def saved(snapshots, tmp_path):
    snapshots.save(tmp_path / "tiny.snapshots.safetensors")
    return load_extra("tiny", "snapshots", tmp_path)


def test_snapshots_lie_closer_at_the_beginning_and_end_with_the_training(tmp_path):
    snapshots = saved(record(new_snapshots(), 0, STEPS), tmp_path)
    assert snapshots["images"].shape == (SNAPSHOTS, TILES, 1, 28, 28)
    gaps = snapshots["steps"].diff()
    assert (snapshots["steps"][0], snapshots["steps"][-1]) == (0, STEPS)
    assert (gaps > 0).all()
    assert gaps[:5].max() < gaps[-5:].min()


def test_losses_are_means_of_a_few_steps(tmp_path):
    losses = saved(record(new_snapshots(), 0, 50), tmp_path)["losses"]
    middle = (LOSS_STEPS - 1) / 2
    assert losses.tolist() == [[middle, 2 * middle], [middle + LOSS_STEPS, 2 * (middle + LOSS_STEPS)]]


def test_snapshots_go_on_after_a_stop(tmp_path):
    whole = record(new_snapshots(), 0, 400)
    part = new_snapshots()
    part.load_state_dict(record(new_snapshots(), 0, 150).state_dict())
    a, b = saved(whole, tmp_path), saved(record(part, 150, 400), tmp_path)
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_looking_leaves_the_model_in_training(tmp_path):
    snapshots = new_snapshots()
    before = {name: t.clone() for name, t in snapshots.model.state_dict().items()}
    snapshots.model.train()
    snapshots.record()
    assert snapshots.model.training
    assert all(torch.equal(t, before[name]) for name, t in snapshots.model.state_dict().items())


def test_the_classes_of_pictures_are_counted_and_recall_falls_with_them():
    real = load_fashion_sample()
    real = real.subset(torch.arange(0, len(real), 10))
    some = real.subset(torch.arange(0, 100, 4)).images
    one = real.images[real.labels == 1][:1].repeat(25, 1, 1, 1)
    compared = diversity(torch.stack([some, one, torch.zeros_like(one)]), real)
    assert compared["classes"].sum(1).tolist() == [25, 25, 0]  # a black picture is of no class
    assert compared["classes"][1].tolist() == [0, 25, *[0] * 8]
    assert (compared["classes"][0] - real.labels[::4].bincount(minlength=10)).abs().sum() <= 4
    assert compared["recall"][0] > 0.7 > 0.1 > compared["recall"][1]


def test_pictures_that_no_classifier_knows_are_not_counted(tmp_path):
    real = replace(load_fashion_sample().take(8), classifier="")
    snapshots = record(new_snapshots(), 0, 40)
    snapshots.save(tmp_path / "tiny.snapshots.safetensors", real)
    assert set(load_extra("tiny", "snapshots", tmp_path)) == {"images", "steps", "losses"}
