"""Paths of a flow from noise to pictures, one step of the network at a time, so that others are served in between."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from core.checkpoint import load_extra
from core.data.images import encode, grid, to_bytes, to_pictures, to_tensor
from core.latent import slerp
from core.serving.batcher import Forward
from core.serving.cache import cached
from core.training.devices import autocast
from demos.server.classifier import Classifier, class_probabilities
from demos.server.decoder import Decoder
from demos.ui.images import data_uri

CHECKPOINT = "flow"
SIDE = 8  # paths in a row
PATHS = SIDE**2
TOGETHER = 16  # paths that are walked together, and can be scrubbed while the others follow
FRAMES = 25  # steps of a path that are shown at most; of more, some are left out
RETURNS = 11  # times to which a picture is noised
RETURN_STEPS = 20  # from noise to picture, fewer from later times; each of RETURNS falls on one
WALK = 25  # places between two noises
OTHERS = ("dcgan", "vad-gaussian", "vae-fashion")  # shown beside the flow
SAMPLED = 16  # pictures of each
FILLINGS = 4  # of a hole, each from a noise of its own
REPEATS = 3  # times that each step of a filling is taken, or hole and picture would not fit together
STRONGEST = 2.0  # velocity that is shown in the strongest colour
FILM_COLUMNS = 6  # snapshots of the training in a row of their sprite


@dataclass(frozen=True)
class Options:
    """How a path is walked; the arguments of Flow.path()."""

    steps: int = 20
    guidance: float = 0.0
    classes: int | None = None
    method: str = "euler"


@dataclass(frozen=True)
class Trace:
    """One path: what the network predicts at each shown state, and what a classifier says of each guess of the end."""

    states: np.ndarray  # uint8 (K, H, W), or (K, H, W, 3) in colour
    velocities: np.ndarray  # the same; 128 is no change, 1 and 255 are -STRONGEST and STRONGEST
    guesses: np.ndarray  # the same, of x + (1 - t) v
    probs: np.ndarray  # (K, classes); no classes without a classifier


@dataclass(frozen=True)
class Returns:
    """A picture noised to each of return_times(), and brought back from there."""

    noised: np.ndarray  # uint8 (RETURNS, H, W), or (RETURNS, H, W, 3) in colour
    returned: np.ndarray
    probs: np.ndarray  # (RETURNS, classes) of what came back


def shown_steps(steps: int) -> list[int]:
    """The steps of a path that are shown: all, or FRAMES + 1 of them evenly, the first and the last among these."""
    count = min(steps, FRAMES)
    return [round(k * steps / count) for k in range(count + 1)]


def return_times() -> list[float]:
    """Times from 0, noise, to 1, the picture itself."""
    return [k / (RETURNS - 1) for k in range(RETURNS)]


def noise(flow: Decoder, seed: int, n: int = PATHS) -> Tensor:
    """First states (n, C, H, W) of a seed, of which fewer are the first ones of the same."""
    z = flow.module.noise(PATHS, Generator().manual_seed(seed))[:n]
    return z.view(n, *flow.module.config.image_shape)


def walk(flow: Decoder, options: Options, state: Tensor, is_ahead: bool = False) -> Iterator[Tensor]:
    """The steps + 1 states (n, C, H, W) of paths, each step a turn of the batcher's, as Batcher.run() takes it."""
    yield state
    for k in range(options.steps):
        state = _run(flow, _step(flow, options, k / options.steps, (k + 1) / options.steps), state, is_ahead)
        yield state


def paths(flow: Decoder, options: Options, seed: int, part: int) -> Iterator[np.ndarray]:
    """Shown states of one part of the paths, uint8 (TOGETHER, H, W[, 3]) each; for a JobPool.

    A part is a job of its own, so that in a full room everyone's first paths come before anyone's last ones.
    """
    shown, first = shown_steps(options.steps), noise(flow, seed).split(TOGETHER)[part]
    for k, state in enumerate(walk(flow, options, first, is_ahead=part > 0)):
        if k in shown:
            yield _bytes(flow, state)


def ends(flow: Decoder, options: Options, seed: int, n: int) -> Iterator[np.ndarray]:
    """Where n paths end, uint8, shape (n, H, W[, 3]); for a JobPool."""
    yield _ends(flow, options, noise(flow, seed, n))


def trace(flow: Decoder, classifier: Classifier | None, options: Options, seed: int, tile: int) -> Iterator[Trace]:
    """One of the paths of a seed, with what the network predicts on it; for a JobPool."""
    shown = shown_steps(options.steps)
    states = torch.cat(list(walk(flow, options, noise(flow, seed)[tile : tile + 1])))[shown]
    t = torch.tensor(shown) / options.steps
    v = _run(flow, _velocity(flow, options, t), states)
    guesses = _bytes(flow, states + (1 - t[:, None, None, None]) * v)
    shades = (128 + 127 * (v / STRONGEST).clamp(-1, 1)).round().to(torch.uint8)
    yield Trace(_bytes(flow, states), to_pictures(shades.numpy()), guesses, class_probabilities(classifier, guesses))


def walk_noise(
    flow: Decoder, classifier: Classifier | None, options: Options, seed: int, first: int, last: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Where the paths of WALK noises on the arc from one to another end, and their classes; for a JobPool.

    Yields:
        uint8 (WALK, H, W[, 3]), and probabilities (WALK, classes).
    """
    z = noise(flow, seed).flatten(1)
    arc = slerp(z[first], z[last], torch.linspace(0, 1, WALK)[:, None]).view(WALK, *flow.module.config.image_shape)
    pictures = _ends(flow, options, arc)
    yield pictures, class_probabilities(classifier, pictures)


def sample(model: Decoder, n: int, seed: int) -> Iterator[np.ndarray]:
    """Pictures that another model makes of codes of its own, uint8 (n, 28, 28); for a JobPool."""

    def forward(sets: Tensor) -> list[np.ndarray]:
        return [to_bytes(model.module.sample(n, Generator().manual_seed(seed)))[:, 0] for _ in sets]

    yield model.batcher.submit(forward, torch.empty(0)).result()


def bring_back(
    flow: Decoder, classifier: Classifier | None, options: Options, seed: int, pixels: bytes
) -> Iterator[Returns]:
    """A picture's bytes noised and brought back: all together, each from its time on; for a JobPool."""
    x = _picture(flow, pixels)
    noised = torch.cat([flow.module.mix(x, noise(flow, seed, 1), t) for t in return_times()])
    state = noised
    for k in range(options.steps):
        started = sum(round(t * options.steps) <= k for t in return_times())
        step = _step(flow, options, k / options.steps, (k + 1) / options.steps)
        state = torch.cat((_run(flow, step, state[:started]), state[started:]))
    returned = _bytes(flow, state)
    yield Returns(_bytes(flow, noised), returned, class_probabilities(classifier, returned))


def fill(
    flow: Decoder, classifier: Classifier | None, options: Options, seed: int, pixels: bytes, hole: bytes
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """A hole in a picture filled FILLINGS times, where the rest is held to the picture at every step; for a JobPool.

    Args:
        pixels: Bytes of a picture.
        hole: H x W bytes, above 127 where the picture is to be filled.

    Yields:
        Shown states, uint8 (K, FILLINGS, H, W[, 3]), and class probabilities of the last ones, (FILLINGS, classes).

    Source: RePaint, 2022, arXiv:2201.09865.
    """
    z = noise(flow, seed, FILLINGS)
    x = _picture(flow, pixels).expand_as(z)
    is_hole = torch.from_numpy(np.frombuffer(hole, np.uint8).reshape(flow.picture_shape[:2]) > 127)
    generator = Generator().manual_seed(seed)
    states = [z]
    for k in range(options.steps):
        before, after = k / options.steps, (k + 1) / options.steps
        state = states[-1]
        for repeat in range(REPEATS):
            if repeat:
                state = _noised_again(state, after, before, generator)
            state = _run(flow, _step(flow, options, before, after), state)
            state = torch.where(is_hole, state, flow.module.mix(x, z, after))
        states.append(state)
    shown = np.stack([_bytes(flow, states[k]) for k in shown_steps(options.steps)])
    yield shown, class_probabilities(classifier, shown[-1])


@cached()
def training_film(flow: Decoder) -> tuple[str, list[int]]:
    """Sprite of what the same noises became in the training, and the optimiser steps done at each snapshot."""
    tensors = load_extra(flow.path.stem, "snapshots", flow.path.parent)
    frames = np.stack([grid(images, SIDE) for images in to_pictures(tensors["images"].numpy())])
    return sprite(frames, FILM_COLUMNS, quality=65), tensors["steps"].tolist()


def sprite(tiles: np.ndarray, columns: int, quality: int = 0) -> str:
    """Address of a picture of tiles, uint8 (n, H, W[, 3]); exact without a quality (1 to 100)."""
    lossy = {"quality": quality, "method": 1} if quality else {"lossless": True, "method": 0}
    return data_uri(encode(grid(tiles, columns), "WEBP", **lossy), "webp")


def _noised_again(state: Tensor, after: float, before: float, generator: Generator) -> Tensor:
    """States of time `after` with so much new noise that they are such of the earlier time `before`."""
    remaining = before / after  # of the picture in it, t x, and of its noise, (1 - t) z
    std = ((1 - before) ** 2 - (remaining * (1 - after)) ** 2) ** 0.5
    return remaining * state + std * torch.randn(state.shape, generator=generator)


def _ends(flow: Decoder, options: Options, state: Tensor) -> np.ndarray:
    return np.concatenate([_bytes(flow, list(walk(flow, options, part))[-1]) for part in state.split(TOGETHER)])


def _bytes(flow: Decoder, state: Tensor) -> np.ndarray:
    return to_pictures(to_bytes(flow.module.images(state)))


def _picture(flow: Decoder, pixels: bytes) -> Tensor:
    """A picture's bytes as an image (1, C, H, W)."""
    return to_tensor(np.frombuffer(pixels, np.uint8).reshape(flow.picture_shape))


def _run(flow: Decoder, forward: Forward, state: Tensor, is_ahead: bool = False) -> Tensor:
    return flow.batcher.submit(forward, state, is_ahead).result()


def _step(flow: Decoder, options: Options, start: float, end: float) -> Forward:
    def last(state: Tensor) -> Tensor:
        with autocast(state.device, "auto"):
            *_, state = flow.module.path(
                state, 1, options.guidance, options.classes, options.method, start=start, end=end
            )
        return state

    return lambda sets: [last(states) for states in sets]


def _velocity(flow: Decoder, options: Options, t: Tensor) -> Forward:
    return lambda sets: [flow.module.velocity(states, t, options.classes, options.guidance) for states in sets]
