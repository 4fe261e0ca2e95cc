"""Train live: watch a model learn, stop it, change it, take it away."""

import asyncio
import io
import secrets
import tempfile
import zipfile
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from core.data.fashion_mnist import FASHION_CLASSES
from core.training.live import HYPERPARAMETERS, IMAGES, LIVE_MODELS
from demos.live.live_run import LiveRun
from demos.live.runs import LIVE
from demos.server.errors import told
from demos.server.session_models import adopt, own_card
from demos.ui.handlers import answered, whole
from demos.ui.images import to_base64
from demos.ui.widget import CLASS_COLORS, explanation, tab_page, widget

TITLE = "Train live"
ORDER = 8


@answered
async def warm(request: dict) -> dict:
    """Have a process ready to fork from, before anybody presses Play."""
    await asyncio.to_thread(LIVE.warm)
    return {}


@answered
async def start(request: dict, page: gr.Request) -> dict:
    """A new run with these choices, instead of the one this visitor had; `do` says what it is to do at once."""
    visit, values = await _visit(page), request.get("values")
    if not isinstance(values, dict):
        raise ValueError(f"values must be an object of named numbers, got {str(values)[:40]!r}")
    run = await asyncio.to_thread(LIVE.open, visit, request.get("model"), values)
    await _do(visit, request.get("do"))
    return _told(run) | {"values": run.values}


@answered
async def tell(request: dict, page: gr.Request) -> dict:
    """Play, pause or step the run, or change what may change while it learns."""
    visit = await _visit(page)
    if request.get("do") == "change":
        values = request.get("values")
        await asyncio.to_thread(LIVE.change, visit, dict(values) if isinstance(values, dict) else {})
    else:
        await _do(visit, request.get("do"))
    return _told(LIVE.run_of(visit))


@answered
async def follow(request: dict, page: gr.Request) -> dict:
    """The frames from number `since` on, as soon as there is one or the state is another than `state`."""
    since = whole("since", request.get("since"), 0, 10**9)
    run, frames = await LIVE.follow(await _visit(page), since, str(request.get("state")))
    return _told(run) | {"frames": frames} | ({"opening": run.opening} if since == 0 else {})


@answered
async def end(request: dict, page: gr.Request) -> dict:
    """Free the visitor's run."""
    await asyncio.to_thread(LIVE.close, await _visit(page))
    return {}


@answered
async def take(request: dict, page: gr.Request) -> dict:
    """The model as it is now: safetensors and card, as one ZIP file in base64."""
    run = await LIVE.save(await _visit(page))
    content = await asyncio.to_thread(_zipped, run.card)
    return {"name": f"{run.saved}-{run.saved_step}.zip", "content": to_base64(np.frombuffer(content, np.uint8))}


@answered
async def open_in(request: dict, page: gr.Request) -> dict:
    """A name under which the other tabs know the model as it is now, for this visit."""
    visit = await _visit(page)
    run = await LIVE.save(visit)
    name = await asyncio.to_thread(adopt, visit, run.card)
    card = own_card(name)
    return {
        "name": name,
        "words": f"yours, {run.saved_step:,} batches",
        "size": card.config.get("latent_dim", 0),
    }


async def train(
    model: str = "cae", epochs: int = 3, images: int = IMAGES, learning_rate: float = 0, seed: int = 0
) -> AsyncIterator[tuple[dict, str | None]]:
    """The API endpoint: train a model, and tell how it goes about once a second.

    Args:
        model: "cae", "vae", "denoiser", "classifier", "autodecoder" or "gan".
        epochs: Passes over the training images.
        images: Training images, 50 to 9,000.
        learning_rate: At its peak; 0 for the model's default.
        seed: Of weights and order.

    Yields:
        `state`, `place` in line, `step`, `epoch`, `losses` and `figures`; and at the end the path of a ZIP of
        safetensors and card.
    """
    values = {"epochs": epochs, "images": images, "seed": seed} | (
        {"learning_rate": learning_rate} if learning_rate else {}
    )
    visit, report, since = f"api-{secrets.token_urlsafe(8)}", {"figures": {}}, 0
    try:
        run = await asyncio.to_thread(LIVE.open, visit, model, values)
        await _do(visit, "play")
        while run.state not in ("finished", "ended"):
            await asyncio.sleep(1)
            _, frames = await LIVE.follow(visit, since, run.state)
            for frame in frames:
                since = frame["k"] + 1
                report |= {name: frame[name] for name in ("step", "epoch", "losses")} | (
                    {"figures": frame["figures"]} if frame["figures"] else {}
                )
            report |= {"state": run.state, "place": LIVE.line(run)[0]}
            yield report, None
        if run.state == "ended":
            raise ValueError(run.words)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{run.saved}.zip"
            path.write_bytes(await asyncio.to_thread(_zipped, run.card))
            yield report, str(path)
    except Exception as error:
        raise gr.Error(told(train, error), print_exception=False) from error
    finally:
        LIVE.close(visit)


def build() -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "live", warm, start, tell, follow, end, take, open_in,
            classes=FASHION_CLASSES, colors=CLASS_COLORS,
            choices={name: asdict(each) | {"steers": each.live_editable} for name, each in HYPERPARAMETERS.items()},
            subjects={
                name: {"title": each.title, "defaults": each.defaults, "opens": each.opens}
                for name, each in LIVE_MODELS.items()
            },
        )  # fmt: skip
        explanation("live")
        inputs = [
            gr.Dropdown(list(LIVE_MODELS), value="cae", label="model", visible=False, allow_custom_value=True),
            gr.Number(3, label="passes", visible=False),
            gr.Number(IMAGES, label="training images", visible=False),
            gr.Number(0, label="learning rate, 0 for the default", visible=False),
            gr.Number(0, label="seed", visible=False),
        ]
        outputs = [gr.JSON(visible=False, label="figures"), gr.File(visible=False, label="model")]
        gr.Button(visible=False).click(
            train, inputs, outputs, api_name="train", concurrency_limit=4, show_progress="hidden"
        )
    return tab


def _told(run: LiveRun) -> dict[str, Any]:
    place, line = LIVE.line(run)
    return {
        "state": run.state,
        "words": run.words,
        "place": place,
        "line": line,
        "saved": run.saved_step,
        "told": run.frame_count,
    }


async def _do(visit: str, what: Any) -> None:
    deeds = {"play": LIVE.play, "pause": LIVE.pause, "step": LIVE.step}
    if what is not None and (not isinstance(what, str) or what not in deeds):
        raise ValueError(f"do must be one of {', '.join(deeds)}, got {what!r}")
    if what:
        await asyncio.to_thread(deeds[what], visit)


async def _visit(page: gr.Request) -> str:
    """What the page calls its session; the event that ends it calls it the same.

    Gradio gives server functions the bare HTTP request, whose body holds it.
    """
    visit = (await page.json()).get("session_hash")
    if not isinstance(visit, str) or not visit:
        raise ValueError("The page did not say which session it is. Reload it.")
    return visit


def _zipped(card: Path) -> bytes:
    """A checkpoint's card, weights and codes as one ZIP file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(card.parent.glob(f"{card.stem}.*")):
            file.write(path, path.name)
    return content.getvalue()
