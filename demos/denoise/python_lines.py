"""The Python lines that make what Denoise shows."""

from typing import Annotated

import numpy as np
from pydantic import PlainValidator

from core.noise.functions import ONE_LEVEL
from core.noise.grid import MEDIAN, ONE_NOISE
from core.noise.kinds import Levels
from demos.denoise.handlers import DENOISER, AnyDenoiser, Noise, _levels
from demos.server.services import Services
from demos.ui.fields import OneOf, Pixels, Request, SampleIndex, Seed
from demos.ui.python_lines import picture_line, require_shipped, script

_LINES = """\
{picture}
noisy = corrupt(x, "{noise}", {levels}, seed={seed})
denoised = {denoiser}(noisy).detach()
for name, y in (("noisy", noisy), ("denoised", denoised)):
    a, b = x.numpy(), y.numpy()
    print(f"{{name}}: PSNR {{psnr(a, b)[0]:.2f}} dB, SSIM {{ssim(a, b)[0]:.3f}}")

plt.imshow(np.hstack(to_bytes(torch.cat([x, noisy, denoised]))[:, 0]), cmap="gray")
plt.show()
"""

_ONE_NOISE = """\
{picture}
names = {names}
noises = {levels}
noisy = [corrupt(x, kind, levels, seed={seed}) for kind, levels in noises.items()]
rows = [noisy] + [[load_model(name)(y).detach() for y in noisy] for name in names]
decibels = [[float(psnr(x.numpy(), y.numpy())[0]) for y in row] for row in rows]
for name, row in zip(["noisy", *names], decibels):
    print(name, ", ".join(f"{{kind}} {{value:.2f}} dB" for kind, value in zip(noises, row)))

plt.imshow(np.vstack([np.hstack([to_bytes(y)[0, 0] for y in row]) for row in rows]), cmap="gray")
plt.show()
"""


class LinesRequest(Request):
    """A picture, its noise and a denoiser, or each network that met one noise on each of these kinds."""

    view: Annotated[str, OneOf(("pictures", "one-noise"))] = "pictures"

    image: SampleIndex = 0
    pixels: Annotated[np.ndarray, Pixels()] | None = None
    noise: Noise
    levels: Annotated[Levels, PlainValidator(_levels)]
    seed: Seed
    model: AnyDenoiser = DENOISER


async def python_lines(services: Services, request: LinesRequest) -> dict:
    """The Python lines that make the noisy picture and the denoised one, or those of each network and noise.

    Raises:
        ValueError: For a model that does not ship.
    """
    picture = picture_line(request.image, request.pixels)
    if request.view == "one-noise":
        names = ", ".join(f'"{name}"' for name in ONE_NOISE)
        levels = ", ".join(f'"{kind}": {at}' for kind, at in ONE_LEVEL.items())
        parts = {"names": f"[{names}]", "levels": f"{{{levels}}}", "seed": request.seed}
        return {"lines": script(_ONE_NOISE.format(picture=picture, **parts))}
    if request.model.model:
        require_shipped(request.model.model)
    name = request.model.name
    denoiser = "median_filter" if name == MEDIAN else f'load_model("{name}")'
    settings = {"noise": request.noise, "levels": request.levels, "seed": request.seed}
    return {"lines": script(_LINES.format(picture=picture, denoiser=denoiser, **settings))}
