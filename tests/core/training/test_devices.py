import pytest
import torch

from core.training.devices import (
    any_process,
    autocast,
    average_gradients,
    has_fast_bfloat16,
    join_processes,
    pick_device,
)


def test_a_process_alone_is_the_first_of_one(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert join_processes() == (0, 1)
    assert any_process(True)
    assert not any_process(False)


def test_alone_gradients_stay_as_they_are():
    layer = torch.nn.Linear(2, 1)
    layer(torch.ones(1, 2)).backward()
    before = layer.weight.grad.clone()
    average_gradients(layer)
    assert torch.equal(layer.weight.grad, before)


@pytest.mark.parametrize(("precision", "dtype"), [("bfloat16", torch.bfloat16), ("float32", torch.float32)])
def test_precision_is_that_of_matrix_products(precision, dtype):
    with autocast(torch.device("cpu"), precision):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == dtype


def test_auto_follows_the_hardware():
    device = pick_device()
    expected = torch.bfloat16 if has_fast_bfloat16(device) else torch.float32
    with autocast(device, "auto"):
        assert (torch.ones(2, 2, device=device) @ torch.ones(2, 2, device=device)).dtype == expected


def test_an_unknown_precision_is_refused():
    with pytest.raises(ValueError, match="'int8'"):
        autocast(torch.device("cpu"), "int8")
