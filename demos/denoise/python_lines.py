"""The Python lines that make what Denoise shows."""

from typing import Annotated

import numpy as np
from pydantic import PlainValidator

from core.noise.grid import MEDIAN
from core.noise.kinds import Levels
from demos.denoise.handlers import DENOISER, AnyDenoiser, Noise, _levels
from demos.server.services import Services
from demos.ui.fields import Pixels, Request, SampleIndex, Seed
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


class LinesRequest(Request):
    """A picture, its noise and a denoiser."""

    image: SampleIndex = 0
    pixels: Annotated[np.ndarray, Pixels()] | None = None
    noise: Noise
    levels: Annotated[Levels, PlainValidator(_levels)]
    seed: Seed
    model: AnyDenoiser = DENOISER


async def python_lines(services: Services, request: LinesRequest) -> dict:
    """The Python lines that make the noisy picture and the denoised one.

    Raises:
        ValueError: For a model that does not ship.
    """
    if request.model.model:
        require_shipped(request.model.model)
    name = request.model.name
    denoiser = "median_filter" if name == MEDIAN else f'load_model("{name}")'
    picture = picture_line(request.image, request.pixels)
    settings = {"noise": request.noise, "levels": request.levels, "seed": request.seed}
    return {"lines": script(_LINES.format(picture=picture, denoiser=denoiser, **settings))}
