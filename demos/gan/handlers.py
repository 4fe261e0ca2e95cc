"""GAN: watch a generator learn, walk through its codes, ask its discriminator, and look for copies."""

import asyncio
from functools import cache

import gradio as gr
import numpy as np
import torch

from core.checkpoint import list_extras
from core.data.fashion_mnist import FASHION_CLASSES
from core.data.images import encode, grid, to_tensor
from core.registry import get_architecture
from demos.gan import compute as gan
from demos.server.models import COMPUTE, cards, classify_pixels, fashion_sample, known
from demos.ui.handlers import answered, endpoint, whole
from demos.ui.images import data_uri, from_base64, load_sample, read_upload, to_base64
from demos.ui.widget import CLASS_COLORS, explanation, tab_page, widget

TITLE = "GAN"
ORDER = 7

SEEDS = 2**32
MOST = 64  # images of a sample


async def sample(checkpoint: str = gan.CHECKPOINT, n: int = 16, seed: int = 0) -> np.ndarray:
    """The API endpoint: images that a generator makes of codes drawn at random, as one picture.

    Args:
        checkpoint: A model that can draw codes of its own: the GAN, a VAE or an auto-decoder.
        n: Images, 1 to 64; they fill the rows of the smallest square that holds them.
        seed: Of the draw, 0 to 2^32 - 1; the same seed gives the same picture.

    Returns:
        uint8, shape (H, W) of clothes, (H, W, 3) of faces.

    Raises:
        ValueError: If there is no such generator, or a number is out of range.
    """
    checkpoint = known(checkpoint, generators(), "generator")
    n, seed = whole("n", n, 1, MOST), whole("seed", seed, 0, SEEDS - 1)
    images = await COMPUTE.run(gan.sampled(checkpoint, n), torch.tensor([seed]))  # (n, C, H, W)
    channels = [grid(channel) for channel in images.swapaxes(0, 1)]
    return channels[0] if len(channels) == 1 else np.stack(channels, axis=-1)


@cache
def generators() -> list[str]:
    """Names of the shipped models that make images of their own."""
    return [card.name for card in cards() if hasattr(get_architecture(card.model).model, "sample")]


def runs() -> dict[str, str]:
    """Names of the trainings whose films ship, and what they are called; the failed one may be missing."""
    filmed = [gan.CHECKPOINT, *list_extras("snapshots")]
    return {run: words for run, words in gan.RUNS.items() if run in filmed}


@answered
async def load_film(request: dict) -> dict:
    """All moments of a run's training as one picture, and its losses."""
    run = _run(request)
    film = await asyncio.to_thread(gan.film, run)
    epoch = gan.steps_an_epoch()
    return {
        "run": run,
        "sprite": await asyncio.to_thread(gan.film_sprite, run),
        "columns": gan.FILM_COLUMNS,
        "tiles": gan.TILES,
        "steps": film.steps.tolist(),
        "epochs": (film.steps / epoch).round(3).tolist(),
        "discriminator": film.losses[:, 0].round(3).tolist(),
        "generator": film.losses[:, 1].round(3).tolist(),
        "closest": await asyncio.to_thread(gan.closest_tile),
    }


@answered
async def walk(request: dict) -> dict:
    """A closed way through a few random codes, decoded, and how real the discriminator finds each frame."""
    images, logits = (await gan.WALKS.wait(gan.walk, *_way(request), beyond=1)).items[:2]
    sprite = encode(grid(images, gan.WALK_COLUMNS), "WEBP", quality=90, method=2)
    return {"sprite": data_uri(sprite, "webp"), "columns": gan.WALK_COLUMNS, "logits": logits.round(3).tolist()}


@answered
async def name_walk(request: dict) -> dict:
    """What the classifier calls each frame of a walk."""
    return {"probs": (await gan.WALKS.result(gan.walk, *_way(request))).round(4).tolist()}


@answered
async def load_verdicts(request: dict) -> dict:
    """The discriminator's log odds of being real, of many test images and of many made ones, which come along."""
    images, made, real = (await gan.TABLES.wait(gan.verdicts, beyond=2)).items
    sprite = await asyncio.to_thread(lambda: encode(grid(images, gan.JUDGED_COLUMNS), "WEBP", quality=85, method=2))
    return {
        "places": gan.real_places().tolist(),
        "real": real.round(3).tolist(),
        "made": made.round(3).tolist(),
        "sprite": data_uri(sprite, "webp"),
        "columns": gan.JUDGED_COLUMNS,
    }


@answered
async def look(request: dict) -> dict:
    """One picture: the discriminator's log odds, the classifier's probabilities, and the most similar test images."""
    image = await _picture(request)
    logit, probs = await asyncio.gather(COMPUTE.run(gan.judged, to_tensor(image)[0]), classify_pixels(image))
    point = gan.by_pixels(image[None])[0]
    return {"pixels": to_base64(image), "logit": logit, "probs": probs, "near": await _near("pixels", point, image)}


@answered
async def compare(request: dict) -> dict:
    """The test images most similar to a picture in the features of a classifier."""
    image = await _picture(request)
    return {"near": await _near("fc1", await COMPUTE.run(gan.featured, to_tensor(image)[0]), image)}


def build() -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "gan", load_film, walk, name_walk, load_verdicts, look, compare, read_upload, load_sample,
            classes=FASHION_CLASSES, colors=CLASS_COLORS, runs=runs(), frames=gan.FRAMES, stops=gan.STOPS,
            tiles=gan.TILES,
        )  # fmt: skip
        explanation("gan")
        first = gan.CHECKPOINT if gan.CHECKPOINT in generators() else next(iter(generators()), None)
        name = gr.Dropdown(generators(), value=first, label="checkpoint", visible=False, allow_custom_value=True)
        n = gr.Number(16, label="images", visible=False)
        seed = gr.Number(0, label="seed", visible=False)
        endpoint(sample, [name, n, seed], gr.Image(visible=False, format="png", label="samples"), "sample")
    return tab


async def _picture(request: dict) -> np.ndarray:
    """The picture, uint8 (28, 28), that a request names by where it comes from."""
    kind = request.get("kind")
    if kind == "film":
        film = await asyncio.to_thread(gan.film, _run(request))
        moment = whole("moment", request.get("moment"), 0, len(film.images) - 1)
        return film.images[moment, whole("tile", request.get("tile"), 0, gan.TILES**2 - 1)]
    if kind == "walk":
        frame = whole("frame", request.get("frame"), 0, gan.FRAMES - 1)
        return (await gan.WALKS.wait(gan.walk, *_way(request))).items[0][frame]
    if kind == "made":
        i = whole("made", request.get("made"), 0, gan.JUDGED - 1)
        return (await gan.TABLES.wait(gan.verdicts)).items[0][i]
    if kind == "real":
        return fashion_sample().images[whole("real", request.get("real"), 0, len(fashion_sample()) - 1), 0].numpy()
    if kind == "pixels":
        return from_base64(request.get("pixels"), (28, 28))
    raise ValueError(f"kind must be film, walk, made, real or pixels, got {kind!r}")


async def _near(space: str, point: np.ndarray, image: np.ndarray) -> dict:
    order, distances, closer = gan.nearest(await gan.TABLES.result(gan.space, space), point, image)
    return {"places": order.tolist(), "distances": distances.round(4).tolist(), "closer": round(closer, 3)}


def _way(request: dict) -> tuple[int, int]:
    """Seed and stops of a walk."""
    seed, stops = whole("seed", request.get("seed"), 0, SEEDS - 1), request.get("stops")
    if stops not in gan.STOPS:
        raise ValueError(f"stops must be one of {', '.join(map(str, gan.STOPS))}, got {stops!r}")
    return seed, int(stops)


def _run(request: dict) -> str:
    run = request.get("run", gan.CHECKPOINT)
    if not isinstance(run, str) or run not in gan.RUNS:
        raise ValueError(f"no run {run!r}; there are: {', '.join(gan.RUNS)}")
    return run
