"""Server functions of Train live: start a session's run, change it, follow it and download its model."""

import asyncio
import io
import secrets
import tempfile
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from core.checkpoint_files import read_files
from core.training.live import IMAGES
from demos.live.live_run import LiveRun
from demos.live.pictures import describe_set, read_set
from demos.live.runs import LiveRuns
from demos.server.services import Services
from demos.ui.datasets import describe_model
from demos.ui.fields import Between, OneOf, Request, Upload, Wanted
from demos.ui.images import to_base64

COMMANDS = ("play", "pause", "step")
REPLACED = "Another run was started since. Press Reset to start a new one."
Number = Annotated[int, Between(0, 10**9)]
Values = Annotated[dict[str, Any], Wanted("an object of named numbers")]  # of hyperparameters, checked by their ranges


class StartRequest(Request):
    """A new run, and what it is to do at once."""

    model: Any
    values: Values
    do: Annotated[str, OneOf(COMMANDS)] | None = None
    pictures: Upload | None = None  # a ZIP of the visitor's own; the shipped clothes without
    run: Number = 0  # the page's number of it, which grows; 0: it does not count


class CommandRequest(Request):
    """What a run is to do, or its changed values."""

    do: Annotated[str, OneOf((*COMMANDS, "change"))] | None = None
    values: Values = Field(default_factory=dict)
    number: Number = 0  # the page's number of the command; 0: it does not count


class EndRequest(Request):
    """The page wants no run any more that it numbered so, or lower."""

    run: Number = 10**9


class FollowRequest(Request):
    """What the page knows of its run."""

    since: Annotated[int, Between(0, 10**9)]
    state: Annotated[str, Wanted("a word")] = ""


async def warm(services: Services, request: Request) -> dict:
    """Have a process ready to fork from, before anybody presses Play."""
    await asyncio.to_thread(_runs(services).warm)
    return {}


async def start(services: Services, request: StartRequest, session: str) -> dict:
    """A new run with these values, instead of this session's previous one; `do` is its first command.

    A page whose network breaks asks again, and may be answered late: what was started once is not started anew, nor
    instead of a newer run.
    """
    runs = _runs(services)
    if request.run and (known := _current(runs, session)) and known.number >= request.run:
        if known.number > request.run:
            raise ValueError(REPLACED)
        return _describe(runs, known) | {"values": known.values, "set": known.learned}
    dataset = await read_set(services, request.pictures)
    run = await asyncio.to_thread(runs.open, session, request.model, dict(request.values), dataset)
    run.number, run.learned = request.run, describe_set(dataset)
    await _command(runs, session, request.do)
    return _describe(runs, run) | {"values": run.values, "set": run.learned}


async def command(services: Services, request: CommandRequest, session: str) -> dict:
    """Play, pause or step the run, or change what may change while it learns; once, however often it is asked."""
    runs = _runs(services)
    run = runs.run_of(session)
    if request.number in run.obeyed:
        return _describe(runs, run)
    run.obeyed.extend([request.number] if request.number else [])
    if request.do == "change":
        await asyncio.to_thread(runs.change, session, dict(request.values))
    else:
        await _command(runs, session, request.do)
    return _describe(runs, runs.run_of(session))


async def follow(services: Services, request: FollowRequest, session: str) -> dict:
    """The frames from number `since` on, as soon as there is one or the state is another than `state`."""
    runs = _runs(services)
    run, frames = await runs.follow(session, request.since, request.state)
    return _describe(runs, run) | {"frames": frames} | ({"opening": run.opening} if request.since == 0 else {})


async def end(services: Services, request: EndRequest, session: str) -> dict:
    """End and free the session's run, unless it is a newer one."""
    runs = _runs(services)
    if (run := _current(runs, session)) and run.number <= request.run:
        await asyncio.to_thread(runs.close, session)
    return {}


async def keep_alive(services: Services, request: Request, session: str) -> dict:
    """A word of a page that has something to lose: its models are in use in other tabs."""
    services.hear(session)
    return {}


async def end_session(services: Services, request: Request, session: str) -> dict:
    """The page says goodbye: free all that belongs to it."""
    await asyncio.to_thread(services.end_session, session)
    return {}


async def take(services: Services, request: Request, session: str) -> dict:
    """The model as it is now: safetensors and card, as one ZIP file in base64."""
    run = await _runs(services).save(session)
    content = await asyncio.to_thread(zip_checkpoint, run.card)
    return {"name": f"{run.saved}-{run.saved_step}.zip", "content": to_base64(np.frombuffer(content, np.uint8))}


async def open_in(services: Services, request: Request, session: str) -> dict:
    """A name under which the other tabs know the model as it is now, for this session, and the tabs that open it."""
    run = await _runs(services).save(session)
    model = await asyncio.to_thread(services.session_models.register, session, run.card)
    return await asyncio.to_thread(describe_model, services.models, model, f"yours, {run.saved_step:,} batches")


async def train(
    services: Services,
    model: Any = "cae",
    epochs: Any = 3,
    images: Any = IMAGES,
    learning_rate: Any = 0,
    seed: Any = 0,
) -> AsyncIterator[tuple[dict, str | None]]:
    """The API endpoint: train a model, and report its progress about once a second.

    Args:
        model: "cae", "vae", "denoiser", "classifier", "autodecoder" or "gan".
        epochs: Passes over the training images.
        images: Training images, 50 to 9,000.
        learning_rate: At its peak; 0 for the model's default.
        seed: Of weights and order.

    Yields:
        `state`, `place` in line, `step`, `epoch`, `losses`, `figures`, and as `problem` what these say is wrong with
        the model; and at the end the path of a ZIP of
        safetensors and card.
    """
    values = {"epochs": epochs, "images": images, "seed": seed}
    values |= {"learning_rate": learning_rate} if learning_rate else {}
    runs, session = _runs(services), f"api-{secrets.token_urlsafe(8)}"
    report: dict[str, Any] = {"figures": {}}
    try:
        run = await asyncio.to_thread(runs.open, session, model, values)
        await _command(runs, session, "play")
        since = 0
        while run.state not in ("finished", "diverged", "ended"):
            await asyncio.sleep(1)
            _, frames = await runs.follow(session, since, run.state)
            for frame in frames:
                since = frame["k"] + 1
                report |= {name: frame[name] for name in ("step", "epoch", "losses")}
                report |= {"figures": frame["metrics"]} if frame["metrics"] else {}
                report |= {"problem": frame["problem"]}
            report |= {"state": run.state, "place": runs.line(run)[0]} | ({"words": run.words} if run.words else {})
            yield report, None
        if run.state == "ended" or (run.state == "diverged" and not run.saved):
            raise ValueError(run.words)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{run.saved}.zip"
            path.write_bytes(await asyncio.to_thread(zip_checkpoint, run.card))
            yield report, str(path)
    finally:
        runs.close(session)


def zip_checkpoint(card: Path) -> bytes:
    """A checkpoint's card, weights and codes as one ZIP file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in read_files(card).items():
            file.writestr(name, part)
    return content.getvalue()


def _runs(services: Services) -> LiveRuns:
    return services.live_runs


def _current(runs: LiveRuns, session: str) -> LiveRun | None:
    """A session's run, if it has one."""
    try:
        return runs.run_of(session)
    except ValueError:
        return None


def _describe(runs: LiveRuns, run: LiveRun) -> dict[str, Any]:
    place, line = runs.line(run)
    return {
        "state": run.state,
        "words": run.words,
        "place": place,
        "line": line,
        "saved": run.saved_step,
        "frame_count": run.frame_count,
    }


async def _command(runs: LiveRuns, session: str, command: str | None) -> None:
    commands = {"play": runs.play, "pause": runs.pause, "step": runs.step}
    if command:
        await asyncio.to_thread(commands[command], session)
