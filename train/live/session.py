"""A model that learns while somebody looks on: the process behind the tab *Train live*.

python -m train.live.session SOCKET        # the app has core.serving.workers start it, and fork each run from it

It takes {"do": "play" | "pause" | "step" | "change" | "save"} and sends frames, rests and what was saved. The
step, the loss and the metrics are the recipe's own.
"""

import base64
import math
import os
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.checkpoint import Card, CheckpointError, save_checkpoint, save_codes
from core.data.image_set import Batch
from core.data.images import encode, grid
from core.data.model_dataset import save_dataset
from core.metrics import higher_is_better
from core.serving.workers import Worker, serve
from core.training.config import TrainConfig
from core.training.live import HELD_OUT, HYPERPARAMETERS, LIVE_MODELS, LiveModel, check, sizes_of
from core.training.loop import epoch_steps, out_of_patience, steps_an_epoch
from core.training.state import Best, History, Row
from train.common.cards import describe
from train.common.codes import codes_of, encoder
from train.common.datasets import is_measured
from train.common.recipe import Recipe, Trainer
from train.live.data import load_sample, load_training, read_data
from train.live.health import Figures, Health
from train.live.views import COLUMNS, AlignedMap, PriorMap, filters, view_of

FRAME = 0.11  # seconds between two frames
EVALUATION = 4.0  # evaluating may take one part in so many of the time, and one
AVERAGE = 0.99  # decay a step of the weights that are shown and saved: a change now shows soon


def _drawing_nothing(method: Callable[..., None]) -> Callable[..., None]:
    """A method that looks at a run without taking of its random numbers: when it looks, the clock decides."""

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> None:
        with torch.random.fork_rng():
            method(*args, **kwargs)

    return call


class LiveConfig:
    """A recipe's config whose fields may change between two steps."""

    def __init__(self, config: TrainConfig) -> None:
        self.now = config

    def __getattr__(self, name: str) -> Any:
        return getattr(self.now, name)

    def change(self, values: dict[str, Any]) -> None:
        """Replace fields of the config.

        Raises:
            ValueError: If the recipe does not take such values.
        """
        self.now = replace(self.now, **values)


class LiveSession:
    """One run: takes commands, trains, and reports."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        request = worker.inbox.get()
        self.name, self.folder = request["model"], Path(request["folder"])
        self.live_model, self.values = LIVE_MODELS[self.name], check(self.name, request["values"])
        recipe = import_module(f"train.{self.live_model.recipe}").RECIPE
        self.config = LiveConfig(config_of(recipe, self.live_model, self.values, request.get("dataset")))
        self.data = read_data(request.get("dataset"), self.live_model, self.values["images"])
        self.training, validation = self.data.training, self.data.validation
        self.seen = self.data.distinct.take(self.live_model.eval_images // 2)
        self.trainer = Trainer(recipe, self.config, self.training, validation, **sizes_of(self.live_model, self.values))
        self.model = self.trainer.average.module
        self.view = view_of(self.name, self.trainer, self.data)
        self.health, self.problem = Health(self.name, self.trainer, self.training), ""
        self.map = PriorMap() if self.view.nats else AlignedMap()
        self.best = Best(f"validation_{recipe.monitor}", higher_is_better(recipe.monitor))
        self.is_monitored = is_measured(recipe.monitor, validation)
        self.allowed = 0.0  # steps until the next rest
        self.step, self.epoch, self.seconds = 0, 0, 0.0
        self.within, self.steps_an_epoch = 0, steps_an_epoch(len(self.training), self.config)  # of the pass under way
        self.sums: dict[str, float] = {}
        self.since = 0  # steps that are in the sums
        self.losses: dict[str, float] = {}  # means over the last steps before the model was evaluated
        self.sent = 0.0  # when the last frame was
        self.evaluated, self.cost = 0.0, 0.0  # when the model was last, and the seconds that it took
        self.metrics: Row = {}  # of the last evaluation
        self.fresh = False  # whether they are still to be sent
        self.rows: list[Row] = []
        self.changes: list[dict[str, Any]] = []
        self.has_diverged = False
        self.finite_step, self.finite_states = 0, {}  # the last step whose weights were all finite, and those

    def run(self) -> None:
        """Learn until the other side goes."""
        self._begin()
        self._frame(evaluate=False)
        self._obey()
        for _ in self._steps():
            self.allowed -= 1
            if self.step == 1:
                self._frame(evaluate=False)
                self.worker.yield_to_others()
            elif time.monotonic() - self.sent >= FRAME or self.allowed <= 0:
                self._frame(self._is_due())
            if self.allowed <= 0:
                self._rest("paused")
            self._obey()

    def _steps(self) -> Iterator[None]:
        """Every step, one after the other; rests when there is nothing more to do."""
        while True:
            while self.epoch >= self.config.epochs:
                self._rest("finished")
            while self.best.epoch >= 0 and out_of_patience(self.config, self.epoch, self.best):
                self._keep_best()
                self._rest("patience")
            self.within, self.steps_an_epoch = 0, steps_an_epoch(len(self.training), self.config)
            started = time.monotonic()
            for losses in epoch_steps(self._take_step, self.training, self.config, self.epoch):
                self._note(losses)
                self.seconds += time.monotonic() - started
                yield
                started = time.monotonic()
            self.epoch, self.within = self.epoch + 1, 0
            self._end_epoch()

    def _take_step(self, batch: Batch, progress: float) -> dict[str, Tensor]:
        """The recipe's step; where every picture has a code of its own, the picture must stay as it is."""
        if self.name != "autodecoder":
            batch = self.data.augmented(batch)
        return self.trainer.step(batch, progress)

    def _note(self, losses: dict[str, Tensor]) -> None:
        self.step, self.within, self.since = self.step + 1, self.within + 1, self.since + 1
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0.0) + value.item()
        if not all(map(math.isfinite, self.sums.values())):
            self._diverge()

    def _diverge(self) -> None:
        """Go back to the last finite weights for good: those of now, and the optimiser's state, are spoilt."""
        self._restore_finite()
        self.has_diverged = True
        self._frame(evaluate=False)
        while True:
            self._rest("diverged")

    def _keep_finite(self) -> bool:
        """Remember the weights, and what is learned beside them, if all are finite."""
        if self.has_diverged:  # they are the remembered ones
            return True
        states = {name: part.state_dict() for name, part in self._parts.items()}
        if not all(t.isfinite().all() for state in states.values() for t in state.values()):
            return False
        self.finite_step, self.finite_states = self.step, deepcopy(states)
        return True

    def _restore_finite(self) -> None:
        for name, state in self.finite_states.items():
            self._parts[name].load_state_dict(state)

    @property
    def _parts(self) -> dict[str, nn.Module]:
        """What is learned and shown."""
        beside = {name: part for name, part in self.trainer.state.keep.items() if isinstance(part, nn.Module)}
        return {"model": self.model} | beside

    def _end_epoch(self) -> None:
        row = {"epoch": self.epoch, "minutes": self.seconds / 60}
        if self.config.patience or self._is_due():
            self._evaluate()
            row |= self.metrics
        if self.config.patience and self.is_monitored:
            self.best.update(self.epoch - 1, self.metrics, self.model)
        self.rows.append(row)

    def _is_due(self) -> bool:
        """Whether evaluating again leaves enough time for learning."""
        return time.monotonic() - self.evaluated >= EVALUATION * self.cost

    def _keep_best(self) -> None:
        self.model.load_state_dict(self.best.weights)

    # ---- what it is asked

    def _obey(self) -> None:
        """Do what was asked meanwhile; without anything to do, wait for it."""
        while self.allowed <= 0 or not self.worker.inbox.empty():
            message = self.worker.inbox.get()
            match message["do"]:
                case "play":
                    self.allowed = math.inf
                case "pause":
                    self.allowed = 0
                    self._rest("paused", wait=False)
                case "step":
                    self.allowed = 1 if self.allowed == math.inf else self.allowed + 1
                case "change":
                    self._change(message["values"])
                case "save":
                    self._save(fits_codes=self.data.dataset is not None)

    def _change(self, values: dict[str, Any]) -> None:
        checked = {name: HYPERPARAMETERS[name].check(value) for name, value in values.items()}
        values = {name: value for name, value in checked.items() if value != getattr(self.config, name)}
        self.config.change(values)
        self.changes += [{"step": self.step, "name": name, "value": value} for name, value in values.items()]

    # ---- messages to the server

    def _send(self, kind: str, **message: Any) -> None:
        self.worker.channel.send({"kind": kind} | message)

    def _begin(self) -> None:
        fixed = self.view.fixed
        self._send(
            "begin",
            fixed=[name.strip() for name in fixed],
            sprite=_webp(np.concatenate(list(fixed.values()))) if fixed else None,
            fixed_counts=[len(tiles) for tiles in fixed.values()],
            side=self.training.image_shape[-1],
            labels=self.view.labels,
            truths=self.view.truths,
            parameters=sum(p.numel() for p in self.model.parameters()),
            steps=self.steps_an_epoch,
        )

    def _rest(self, why: str, wait: bool = True) -> None:
        """Report the pause, with everything evaluated and saved, and wait for the next command."""
        self.allowed = 0
        if why != "diverged":
            self._frame(evaluate=True)
        self._save()
        self._send("rest", why=why)
        if wait:
            self._obey()

    @torch.inference_mode()
    @_drawing_nothing
    def _frame(self, evaluate: bool) -> None:
        self._keep_finite()
        if evaluate:
            self._evaluate()
        rows = self.view.rows(self.model.eval())
        message: dict[str, Any] = {
            "step": self.step,
            "epoch": self.epoch_now,
            "seconds": round(self.seconds, 2),
            "learning_rate": self.trainer.state.optimizer.param_groups[0]["lr"],
            "losses": {name: _finite(total / self.since) for name, total in self.sums.items()},
            "metrics": {name: _finite(value) for name, value in self.metrics.items()} if self.fresh else None,
            "problem": self.problem,
            "rows": [name.strip() for name in rows],
            "counts": [len(tiles) for tiles in rows.values()],
            "sprite": _webp(np.concatenate(list(rows.values()))) if rows else None,
        }
        if self.view.codes:
            points, reach = self.map(self.view.codes(self.model).float().numpy())
            message |= {
                "points": _base64((points.clip(-2, 2) * 16000).astype("<i2").tobytes()),
                "reach": [_finite(length) for length in reach.tolist()],
            }
        if self.view.nats:
            message["nats"] = [_finite(each) for each in self.view.nats(self.model).tolist()]
        if self.view.predicted:
            message["predicted"] = self.view.predicted(self.model)
        if (kernels := filters(self.model)) is not None:
            message |= {"filters": _base64(kernels.tobytes()), "kernel": kernels.shape[1:]}
        self._send("frame", **message)
        self.sums, self.since, self.fresh, self.sent = {}, 0, False, time.monotonic()

    @property
    def epoch_now(self) -> float:
        """Passes done, with the part of the one under way."""
        return round(self.epoch + self.within / self.steps_an_epoch, 3)

    @_drawing_nothing
    def _evaluate(self) -> None:
        started = time.monotonic()
        self.metrics = self.trainer.validate()
        if self.name != "gan":  # whose metric compares generated images with the ones held out
            self.metrics |= self.trainer.evaluate(self.seen, "training")
        self.evaluated, self.fresh = time.monotonic(), True
        self.cost = self.evaluated - started
        self.problem = self.health.problem(self._figures())

    def _figures(self) -> Figures:
        if self.since:
            self.losses = {name: total / self.since for name, total in self.sums.items()}
        tensors = [t for part in self._parts.values() for t in part.state_dict().values() if t.is_floating_point()]
        return Figures(self.metrics, self.losses, max(t.abs().max().item() for t in tensors), self.step, self.epoch_now)

    @_drawing_nothing
    def _save(self, fits_codes: bool = False) -> None:
        """Write weights, the last finite ones, card, a visitor's own pictures and, with an encoder, the sample's codes.

        Args:
            fits_codes: Write codes without an encoder too: they are fitted, which takes seconds.
        """
        if not self._keep_finite():
            self._restore_finite()
        card = self._card()
        try:
            path = save_checkpoint(self.model, card, self.folder)
            if hasattr(self.model, "encode") or (fits_codes and encoder(self.model)):
                save_codes(path, codes_of(self.model, self.data.sample))
            if self.data.dataset is not None:
                save_dataset(path, self.data.dataset, self.data.sample)
        except (CheckpointError, OSError):  # a full disk, which need not end the run
            self._send("unsaved")
        else:
            self._send("saved", name=card.name, step=self.finite_step)

    def _card(self) -> Card:
        history = History(self.rows, self.seconds / 60, max(0, self.epoch - 1))
        metrics = {name: value for name, value in self.metrics.items() if math.isfinite(value)}
        card = describe(self.trainer.recipe, self.config.now, self.model, history, self.training, metrics)
        link = "&".join([f"?tab=live&model={self.name}", *(f"{name}={value:g}" for name, value in self.values.items())])
        recipe = {"command": f"the tab Train live: {link}", "steps": self.finite_step, "changes": self.changes}
        note = "Trained live on some of the 10,000 training images that ship."
        if self.data.dataset is not None:
            note = f"Trained live on {len(self.data.distinct)} pictures of a visitor, each shifted at random."
        if self.finite_step < self.step:
            note += f" The run diverged at step {self.step}; these are its last finite weights."
        if self.problem:
            note += f" {self.problem}"
        return replace(
            card, name=f"my-{self.name}", recipe=recipe | self.config.now.identity,
            report={}, goal={}, note=note, confusion=[],
        )  # fmt: skip


def config_of(
    recipe: Recipe, live: LiveModel, values: dict[str, float], dataset: dict[str, Any] | None = None
) -> TrainConfig:
    """The recipe's options, as chosen; a visitor's pictures are not mirrored: letters and arrows have a side."""
    options = {name: value for name, value in values.items() if name in recipe.config.__dataclass_fields__}
    if dataset is not None:
        options |= {"dataset": dataset["name"]} | (
            {"flip": 0.0} if "flip" in recipe.config.__dataclass_fields__ else {}
        )
    return recipe.config(
        checkpoint=live.checkpoint, average=AVERAGE, validation=HELD_OUT, limit=values["images"],
        **options | live.fixed,
    )  # fmt: skip


def _webp(tiles: np.ndarray) -> str:
    return _base64(encode(grid(tiles, COLUMNS), "WEBP", quality=85, method=1))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _finite(value: float) -> float | None:
    return float(f"{value:.5g}") if math.isfinite(value) else None


def teach(worker: Worker) -> None:
    """The whole run of a forked process."""
    LiveSession(worker).run()


if __name__ == "__main__":
    torch.set_num_threads(1)  # before anything is computed: after threads have run, a fork hangs
    # torch's compiler, which nothing uses here, wants a folder to write to: a full disk has no temporary one
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", os.getcwd())
    torch.optim.Adam([torch.zeros(1)])  # the first optimiser of a process imports a second's worth of modules
    load_training()
    load_sample()
    for each in LIVE_MODELS.values():
        import_module(f"train.{each.recipe}")
    serve(teach)
