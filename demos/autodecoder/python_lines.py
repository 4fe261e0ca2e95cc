"""The Python lines that make what Auto-decoder shows."""

from typing import Annotated, ClassVar

import numpy as np

from demos.autodecoder.compute import ALPHAS, COMPARED, DRAWS, MAGNITUDES, MODELS, STARTS, VARIATIONAL, training_images
from demos.autodecoder.handlers import AutoDecoder, DrawSeed, ModelsRequest, StepCount
from demos.server.decoder import FIT_STEPS
from demos.server.services import Services
from demos.ui.fields import Between, OneOf, Pixels, SampleIndex
from demos.ui.python_lines import picture_line, require_shipped, script

_MAGNITUDE = """\
pictures = []
for name in {models}:
    code = load_codes(name)[[{image}]]  # as it was fitted to a test image
    pictures.append(to_bytes(load_model(name).decode({magnitude:g} * code))[0, 0])
"""
_TRY = """\
pictures = []
for name in {models}:
    model = load_model(name)
    noise = torch.randn(({draws}, model.config.latent_dim), generator=torch.Generator().manual_seed({seed}))
    codes = torch.cat([torch.zeros_like(noise[:1]), torch.ones_like(noise[:1]), model.family.from_normal(noise)])
    pictures.append(np.hstack(to_bytes(model.decode(codes))[:, 0]))  # zeros, ones, draws from the prior
"""
_FOUR = """
codes, pictures = {{}}, []
for name in {models}:
    model = load_model(name)
    {code}
    codes[name] = code[0].detach()
    pictures.append(to_bytes(model.decode(code))[0, 0])
"""
_KNOWN = "code = load_codes(name)[[{image}]]"
_FOUND = "code = model.encode(x) if hasattr(model, 'encode') else model.fit_codes(x, steps={steps})"
_LEARNED = """\
model = load_model("{family}")
parameters = load_extra("{family}", "learned")["parameters"][{training}].float()  # of each number of the code
mean, std = model.family.mean(parameters[None]), model.family.std(parameters[None])
drawn = model.family.draw(parameters.expand({draws}, -1, -1), torch.Generator().manual_seed({seed}))
pictures = to_bytes(model.decode(torch.cat([mean, drawn])))[:, 0]  # the mean, and draws
"""
_FIT = """
model = load_model("{model}")
path = list(model.fit_path(x, {steps}, start={start}))  # Adam moves the code, step by step
code, error = path[{step}]
print(f"step {step}: mean squared error {{error.item():.4f}}")
pictures = to_bytes(torch.cat([x, model.decode(code)]))[:, 0]
"""
_MAP = """\
labels = load_fashion_sample().labels
maps = {{}}
figure, axes = plt.subplots(1, {count}, squeeze=False)
for axis, name in zip(axes[0], {models}):
    maps[name] = LatentMap(load_codes(name).numpy(), "t-SNE").points
    axis.scatter(*maps[name].T, c=labels, cmap="tab10", s=8)
    axis.set_title(name)
plt.show()
"""
_PATH = """\
pictures = []
for name in {models}:
    codes = load_codes(name)
    code = lerp(codes[{a}], codes[{b}], {alpha:g})  # 0 is the first image, 1 the second
    pictures.append(to_bytes(load_model(name).decode(code[None]))[0, 0])
"""
_SHOW = """
plt.imshow(np.{stack}(pictures), cmap="gray")
plt.show()
"""


class LinesRequest(ModelsRequest):
    """A view, and what is chosen in it."""

    VIEWS: ClassVar = ("magnitude", "try", "four", "learned", "fit", "map", "path")
    view: Annotated[str, OneOf(VIEWS)] = "try"
    image: SampleIndex = 0
    pixels: Annotated[np.ndarray, Pixels()] | None = None
    magnitude: Annotated[int, Between(0, len(MAGNITUDES) - 1)] = 0  # which of them
    seed: DrawSeed = 0
    family: Annotated[str, OneOf(VARIATIONAL)] = VARIATIONAL[0]
    training: Annotated[int, Between(0, lambda given: len(training_images()[1]) - 1)] = 0
    model: AutoDecoder = MODELS[0]
    steps: StepCount = 100
    start: Annotated[str, OneOf(STARTS)] = STARTS[0]
    step: Annotated[int, Between(0, lambda given: given["steps"])] = 0
    a: SampleIndex = 0
    b: SampleIndex = 0
    alpha: Annotated[int, Between(0, len(ALPHAS) - 1)] = 0  # which of them


async def python_lines(services: Services, request: LinesRequest) -> dict:
    """The Python lines that make the pictures shown.

    Raises:
        ValueError: For a model that does not ship.
    """
    require_shipped(request.model, *(request.decoders or ()))
    models = [each.name for each in request.decoders] if request.decoders else list(MODELS)
    chosen = request.model_dump(include={"image", "seed", "family", "training", "steps", "step", "a", "b"})
    picture = picture_line(request.image, request.pixels)
    match request.view:
        case "magnitude":
            body = _MAGNITUDE.format(models=models, magnitude=MAGNITUDES[request.magnitude], **chosen)
        case "try":
            body = _TRY.format(models=models, draws=DRAWS, **chosen)
        case "four" if request.pixels is None:
            body = _FOUR.format(models=list(COMPARED), code=_KNOWN.format(**chosen))
        case "four":
            body = picture + _FOUR.format(models=list(COMPARED), code=_FOUND.format(steps=FIT_STEPS))
        case "learned":
            body = _LEARNED.format(draws=DRAWS, **chosen)
        case "fit":
            zeros = "torch.zeros(1, model.config.latent_dim)" if request.start == "nothing" else None
            body = picture + _FIT.format(model=request.model.name, start=zeros, **chosen)
        case "map":
            return {"lines": script(_MAP.format(models=models, count=len(models)))}
        case _:
            body = _PATH.format(models=models, alpha=ALPHAS[request.alpha], **chosen)
    return {"lines": script(body + _SHOW.format(stack="vstack" if request.view == "try" else "hstack"))}
