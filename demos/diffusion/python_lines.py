"""The Python lines that make what Diffusion shows."""

import base64
import zlib
from typing import Annotated, ClassVar

import numpy as np

from core.checkpoint import load_extra
from core.models.flow import METHODS
from demos.diffusion.compute import (
    CHECKPOINT,
    FILLINGS,
    OTHERS,
    PATHS,
    REPEATS,
    RETURN_STEPS,
    RETURNS,
    SAMPLED,
    WALK,
)
from demos.diffusion.handlers import Class, FlowRequest, Guidance, Method, Steps
from demos.server.services import Services
from demos.ui.fields import Between, OneOf, Pixels, SampleIndex, Seed
from demos.ui.python_lines import picture_line, require_shipped, script

_NOISE = """\
flow = load_model("flow")
z = flow.noise({paths}, torch.Generator().manual_seed({seed})).view(-1, 1, 28, 28)
"""
_PATHS = """\
states = list(flow.path(z[[{tile}]], steps={steps}, guidance={guidance:g}, classes={classes}, method="{method}"))
pictures = to_bytes(flow.images(torch.cat(states)))[:, 0]  # from noise to picture
"""
_RETURN = """
k = {from_k}  # of {steps} steps: from there the picture comes back
noised = flow.mix(x, z[:1], k / {steps})
rest = flow.path(noised, steps={steps} - k, guidance={guidance:g}, classes={classes}, start=k / {steps})
states = [noised, *rest] if k < {steps} else [noised]
pictures = to_bytes(flow.images(torch.cat([states[0], states[-1]])))[:, 0]
"""
_HOLE = """
hole = torch.frombuffer(bytearray(zlib.decompress(base64.b64decode("{hole}"))), dtype=torch.uint8).view(28, 28) > 127
z, generator = z[:{fillings}], torch.Generator().manual_seed({seed})
state, x = z, x.expand_as(z)
for k in range({steps}):
    before, after = k / {steps}, (k + 1) / {steps}
    for repeat in range({repeats}):
        if repeat:  # noise once more what was cleaned
            kept = before / after
            std = ((1 - before) ** 2 - (kept * (1 - after)) ** 2) ** 0.5
            state = kept * state + std * torch.randn(state.shape, generator=generator)
        *_, state = flow.path(
            state, 1, {guidance:g}, {classes}, "{method}", start=before, end=after
        )
        state = torch.where(hole, state, flow.mix(x, z, after))  # the rest is the picture's
pictures = to_bytes(flow.images(state))[:, 0]
"""
_WALK = """\
codes = z.flatten(1)
arc = slerp(codes[{tile}], codes[{to}], torch.linspace(0, 1, {walk})[:, None]).view(-1, 1, 28, 28)
*_, state = flow.path(arc, steps={steps}, guidance={guidance:g}, classes={classes}, method="{method}")
pictures = to_bytes(flow.images(state))[:, 0]
"""
_OTHERS = """\
*_, state = flow.path(z[:{sampled}], steps=20)
rows = {{"flow": to_bytes(flow.images(state))[:, 0]}}
for name in {others}:
    model = load_model(name)
    rows[name] = to_bytes(model.sample({sampled}, torch.Generator().manual_seed({seed})))[:, 0]
pictures = np.concatenate([np.hstack(row)[None] for row in rows.values()])  # a model a row
"""
_TRAINING = """\
film = load_extra("flow", "snapshots")  # {count} moments of the training, 64 fixed noises
pictures = film["images"][:, {tile}, 0].numpy()
picture = pictures[{snapshot}]  # after {step:,} steps
"""
_SHOW = """
plt.imshow(np.{stack}(pictures), cmap="gray")
plt.show()
"""


class LinesRequest(FlowRequest):
    """A view, and what is chosen in it."""

    VIEWS: ClassVar = ("paths", "picture", "hole", "walk", "others", "training")
    view: Annotated[str, OneOf(VIEWS)] = "paths"
    seed: Seed = 0
    steps: Steps = 20
    guidance: Guidance = 0.0
    classes: Class | None = None
    method: Method = METHODS[0]
    tile: Annotated[int, Between(0, PATHS - 1)] = 0
    to: Annotated[int, Between(0, PATHS - 1)] = 0
    place: Annotated[int, Between(0, RETURNS - 1)] = 0  # of the times to which a picture is noised
    snapshot: Annotated[int, Between(0, 999)] = 0  # the training has fewer
    real: SampleIndex = 0
    pixels: Annotated[np.ndarray, Pixels()] | None = None
    hole: Annotated[np.ndarray, Pixels()] | None = None


async def python_lines(services: Services, request: LinesRequest) -> dict:
    """The Python lines that make the pictures shown.

    Raises:
        ValueError: For a flow that does not ship.
    """
    require_shipped(request.flow)
    chosen = request.model_dump(include={"seed", "steps", "guidance", "classes", "method", "tile", "to", "snapshot"})
    noise = _NOISE.format(paths=PATHS, seed=request.seed)
    picture = picture_line(request.real, request.pixels)
    match request.view:
        case "paths":
            body = noise + _PATHS.format(**chosen)
        case "picture":
            at = round(request.place / (RETURNS - 1) * RETURN_STEPS)
            body = noise + picture + _RETURN.format(**chosen | {"steps": RETURN_STEPS, "from_k": at})
        case "hole":
            body = (
                noise + picture + _HOLE.format(**chosen, hole=_packed(request.hole), fillings=FILLINGS, repeats=REPEATS)
            )
        case "walk":
            body = noise + _WALK.format(**chosen, walk=WALK)
        case "others":
            body = noise + _OTHERS.format(**chosen, sampled=SAMPLED, others=list(OTHERS))
        case _:
            steps = load_extra(CHECKPOINT, "snapshots")["steps"].tolist()
            Between(0, len(steps) - 1).check("snapshot", request.snapshot, int)
            body = _TRAINING.format(**chosen, count=len(steps), step=steps[request.snapshot])
    return {"lines": script(body + _SHOW.format(stack="vstack" if request.view == "others" else "hstack"))}


def _packed(hole: np.ndarray | None) -> str:
    empty = np.zeros((28, 28), np.uint8)
    return base64.b64encode(zlib.compress((empty if hole is None else hole).tobytes(), 9)).decode()
