import pytest
import torch
from torch import nn

from core.checkpoint import DamagedCheckpoint
from core.training.resume import pack_state, rng_state, set_rng_state, unpack_state


def test_an_optimisers_state_survives():
    layer = nn.Linear(3, 2)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.rand(4, 3)).sum().backward()
    optimizer.step()
    state = unpack_state(
        pack_state({"optimizer": optimizer.state_dict(), "epoch": 3, "rows": [{"mse": 0.1}], "x": None})
    )
    assert (state["epoch"], state["rows"], state["x"]) == (3, [{"mse": 0.1}], None)
    other = torch.optim.Adam(layer.parameters())
    other.load_state_dict(state["optimizer"])
    for mine, loaded in zip(optimizer.state.values(), other.state.values(), strict=True):
        assert torch.equal(mine["exp_avg_sq"], loaded["exp_avg_sq"])
        assert mine["step"] == loaded["step"]


def test_tied_tensors_survive():
    tensor = torch.rand(3)
    state = unpack_state(pack_state([tensor, tensor]))
    assert torch.equal(state[0], state[1])


@pytest.mark.parametrize("raw", [b"", b"nonsense", pack_state({"a": torch.ones(9)})[:-4]])
def test_anything_else_is_refused(raw):
    with pytest.raises(DamagedCheckpoint, match="not a saved training state"):
        unpack_state(raw)


def test_random_numbers_go_on_where_they_stood():
    state = unpack_state(pack_state(rng_state()))
    first = torch.rand(5)
    set_rng_state(state)
    assert torch.equal(torch.rand(5), first)
