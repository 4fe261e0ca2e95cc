import torch

from core.checkpoint import load_extra
from core.registry import create_model
from train.common.snapshots import LOSS_STEPS, SNAPSHOTS, TILES, Snapshots

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
