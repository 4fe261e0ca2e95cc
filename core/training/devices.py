"""Where the arithmetic happens: device, precision, and the processes torchrun started."""

import os
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, distributed, nn


def pick_device() -> torch.device:
    """The GPU of this process when there is one, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    return torch.device("cpu")


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 arithmetic is in the hardware: elsewhere it is emulated and slower than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def autocast(device: torch.device, precision: str) -> AbstractContextManager[None]:
    """Context of the forward pass: bfloat16 where asked, or with "auto" where the hardware has it.

    Raises:
        ValueError: If precision is not "auto", "bfloat16" or "float32".
    """
    if precision not in ("auto", "bfloat16", "float32"):
        raise ValueError(f'precision must be "auto", "bfloat16" or "float32", got {precision!r}')
    if precision == "bfloat16" or (precision == "auto" and has_fast_bfloat16(device)):
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()


def join_processes() -> tuple[int, int]:
    """(rank, world size) of this process; torchrun's group is joined if it started us."""
    if "WORLD_SIZE" not in os.environ:
        return 0, 1
    if not distributed.is_initialized():
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return distributed.get_rank(), distributed.get_world_size()


def wait_for_processes() -> None:
    """Wait until every process has come here: what the first one wrote is there then."""
    if distributed.is_initialized():
        distributed.barrier()


def leave_processes() -> None:
    """Leave torchrun's group, if this process joined one."""
    if distributed.is_initialized():
        distributed.destroy_process_group()


def average_gradients(model: nn.Module) -> None:
    """Replace every gradient by its mean over the processes; call between backward() and the optimiser's step."""
    _average([p.grad for p in model.parameters() if p.grad is not None])


def average_buffers(model: nn.Module) -> None:
    """Replace running statistics by their mean over the processes, so that all validate the same model."""
    _average([b for b in model.buffers() if b.is_floating_point()])


def broadcast_weights(model: nn.Module) -> None:
    """Give every process the first one's weights."""
    if distributed.is_initialized():
        for tensor in model.state_dict().values():
            distributed.broadcast(tensor, src=0)


def any_process(flag: bool) -> bool:
    """Whether the flag is set in any process; every process must ask."""
    if not distributed.is_initialized():
        return flag
    vote = torch.tensor(float(flag), device=pick_device())
    distributed.all_reduce(vote, distributed.ReduceOp.MAX)
    return bool(vote)


def _average(tensors: list[Tensor]) -> None:
    if not distributed.is_initialized() or not tensors:
        return
    flat = torch.cat([t.reshape(-1) for t in tensors])  # one message instead of one a tensor
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for tensor, mean in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
        tensor.copy_(mean.view_as(tensor))
