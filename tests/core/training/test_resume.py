import pytest
import torch
from torch import nn

from core.checkpoint import DamagedCheckpoint
from core.training.resume import pack_state, read_state, rng_state, set_rng_state


@pytest.fixture
def restored(tmp_path):
    """A state as it comes back from its file."""

    def through_a_file(raw):
        path = tmp_path / "state.safetensors"
        path.write_bytes(raw)
        return read_state(path)

    return through_a_file


def test_an_optimisers_state_survives(restored):
    layer = nn.Linear(3, 2)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.rand(4, 3)).sum().backward()
    optimizer.step()
    state = restored(pack_state({"optimizer": optimizer.state_dict(), "epoch": 3, "rows": [{"mse": 0.1}], "x": None}))
    assert (state["epoch"], state["rows"], state["x"]) == (3, [{"mse": 0.1}], None)
    other = torch.optim.Adam(layer.parameters())
    other.load_state_dict(state["optimizer"])
    for mine, loaded in zip(optimizer.state.values(), other.state.values(), strict=True):
        assert torch.equal(mine["exp_avg_sq"], loaded["exp_avg_sq"])
        assert mine["step"] == loaded["step"]


def test_tied_tensors_survive(restored):
    tensor = torch.rand(3)
    state = restored(pack_state([tensor, tensor]))
    assert torch.equal(state[0], state[1])


@pytest.mark.parametrize("raw", [b"", b"nonsense", pack_state({"a": torch.ones(9)})[:-4]])
def test_anything_else_is_refused(restored, raw):
    with pytest.raises(DamagedCheckpoint, match="not a saved training state"):
        restored(raw)


def test_random_numbers_go_on_where_they_stood(restored):
    state = restored(pack_state(rng_state()))
    first = torch.rand(5)
    set_rng_state(state)
    assert torch.equal(torch.rand(5), first)
