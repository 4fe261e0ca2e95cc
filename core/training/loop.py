"""The loop every recipe shares: batches in a reproducible order, clock, log, best weights, resume. No maths.

A run is a function of its options: data order, dropout and augmentation follow from (seed, epoch), so a run that was
stopped and resumed ends with the very weights of one that was not.
"""

import sys
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from tqdm import tqdm

from core.data.image_set import Batch, ImageSet
from core.training.config import TrainConfig
from core.training.devices import any_process, join_processes, pick_device
from core.training.state import Best, History, Interrupt, Row, Run, Stateful

Step = Callable[[Batch, float], dict[str, Tensor]]  # (batch, share of the training done, 0 to 1) -> named scalars


def fit(
    step: Step,
    data: ImageSet,
    config: TrainConfig,
    *,
    model: nn.Module,
    validate: Callable[[], Row],
    monitor: str | None,
    higher_is_better: bool = False,
    keep: dict[str, Stateful],
    after_epoch: Callable[[int, Row], bool | None] | None = None,
    quiet: bool = False,
    origin: str = "",
) -> History:
    """Run `step` over shuffled batches for the epochs asked, and leave `model` with the weights to keep.

    Args:
        step: Called with a batch and the share of the training done so far; takes its optimiser step itself and
            returns named scalars to log.
        data: The training part.
        model: The module that is validated and saved: the trained one, or the moving average of its weights.
        validate: Measures `model` on the validation part, once an epoch.
        monitor: The validation figure that chooses the best epoch; without one, the last epoch is kept.
        keep: Everything else that must survive a stop: trained model, optimisers.
        after_epoch: Called with the epoch, from 0, and its row of the log; may raise to end the run, or
            return True to end it with what it has.
        quiet: Show no progress: the caller does.
        origin: SHA-256 of the weights that the stage before left: a state of others is not resumed.

    Raises:
        SystemExit: With the command that goes on, after Ctrl-C or SIGTERM: the state is saved first.
        DamagedCheckpoint: If the state to resume from is not one.
        MismatchedCheckpoint: If it is that of a run with other options.
    """
    rank, _ = join_processes()
    best = Best(monitor or "", higher_is_better)
    identity = config.identity | ({"origin": origin} if origin else {})
    run = Run(config.folder, identity, keep | {"model": model, "best": best}, rank)
    if config.resume:
        run.load()
    steps = steps_an_epoch(len(data), config)
    bar = tqdm(
        total=config.epochs * steps, initial=run.epoch * steps + run.step, unit="step", disable=quiet or rank > 0,
        leave=after_epoch is None,  # a caller that watches every epoch reports progress itself
    )  # fmt: skip
    with bar, Interrupt() as interrupt:
        while run.epoch < config.epochs and not (monitor and out_of_patience(config, run.epoch, best)):
            if run.step == 0:
                run.sums, run.images = {}, 0
            for losses in epoch_steps(step, data, config, run.epoch, run.step):
                run.add(losses, min(config.batch_size, len(data)))
                bar.update()
                if any_process(interrupt.asked):
                    run.save()
                    _stop(config, run.epoch)
            row = {name: float(total) / steps for name, total in run.sums.items()} | validate()
            if monitor:
                best.update(run.epoch, row, model)
            run.finish_epoch(row)
            bar.set_postfix({name: f"{value:.4g}" for name, value in row.items()})
            if after_epoch and after_epoch(run.epoch - 1, row):
                break
    if config.keep_last or not monitor:
        return History(run.rows, run.seconds / 60, run.epoch - 1)
    model.load_state_dict(best.weights)
    return History(run.rows, run.seconds / 60, best.epoch)


def epoch_steps(
    step: Step, data: ImageSet, config: TrainConfig, epoch: int, first: int = 0
) -> Iterator[dict[str, Tensor]]:
    """Take the steps of one epoch, and give what each returned; randomness follows from the seed and the epoch.

    Args:
        step: As for fit().
        epoch: From 0.
        first: Where to go on in an epoch that was stopped, its random state having been restored.
    """
    rank, world = join_processes()
    steps = steps_an_epoch(len(data), config)
    if first == 0:
        torch.manual_seed(_mix(config.seed, epoch, rank))
    for k, index in enumerate(_order(len(data), config, epoch, steps)[first:], first):
        part = index[rank::world]
        yield step(data.batch(part, pick_device()), min(1.0, (epoch + k / steps) / config.epochs))


def steps_an_epoch(images: int, config: TrainConfig) -> int:
    """Optimiser steps in a pass over so many images; the odd ones at its end wait for the next shuffle."""
    return max(1, images // config.batch_size)


def out_of_patience(config: TrainConfig, epoch: int, best: Best) -> bool:
    """Whether the last epoch, before this one, was as far from the best as patience goes."""
    return 0 < config.patience <= epoch - 1 - best.epoch


def _stop(config: TrainConfig, epoch: int) -> None:
    raise SystemExit(
        f"Stopped in epoch {epoch + 1} of {config.epochs}; saved to {config.folder}. Go on with: {resume_command()}"
    )


def resume_command() -> str:
    """What to type for this run to go on."""
    words = [word for word in sys.argv[1:] if word != "--resume"]
    module = sys.modules["__main__"].__spec__
    return " ".join(["python -m", module.name if module else sys.argv[0], *words, "--resume"])


def _order(count: int, config: TrainConfig, epoch: int, steps: int) -> list[Tensor]:
    rng = torch.Generator().manual_seed(_mix(config.seed, epoch, -1))
    order = torch.randperm(count, generator=rng)
    return list(order[: steps * config.batch_size].split(config.batch_size))


def _mix(seed: int, epoch: int, rank: int) -> int:
    return (seed * 1_000_003 + epoch * 1009 + rank + 1) % 2**63
