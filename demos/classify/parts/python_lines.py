"""The Python lines that make what Classify shows."""

from typing import Annotated

import numpy as np
from pydantic import Field

from core.confidence import is_calibrated
from core.training.learning_curves import load_learning_curves
from demos.classify.compute import DAB, LAYER, METHODS
from demos.classify.handlers import AnyClassifier, NetworksRequest, ScatterRequest, networks
from demos.server.classifier import Classifier
from demos.server.models import CLASSIFIER
from demos.server.services import Services
from demos.ui.fields import OneOf, Pixels, SampleIndex
from demos.ui.python_lines import picture_line, require_shipped, script

VIEWS = ("images", "evidence", "confusion", "training")

_PROBABILITIES = """\
probs = {{}}
for name in {names}:
    probs[name] = {rule}
    for k in probs[name].argsort(descending=True)[:3].tolist():
        print(f"{{name}}: {{FASHION_CLASSES[k]}} {{probs[name][k]:.1%}}")
"""
_CALIBRATED = "classify(load_model(name), x).probs[0]  # calibrated"
_PLAIN = "load_model(name)(x).softmax(1)[0].detach()"
_GRADIENT = """
# what brightening {dab} x {dab} pixels would add to the log-odds of each class, in nats
slopes = gradient_maps(load_model("{model}"), x[0])
maps = torch.nn.functional.avg_pool2d(slopes[:, None], {dab}, 1, {dab} // 2)[:, 0] * {dab}**2
"""
_OCCLUSION = """
# by how much the log-odds of each class fall when a square is covered, in nats
model = load_model("{model}")
maps = occlusion_maps(model(x)[0], model(covered(x[0])), (14, 14)).detach()
"""
_MAP = """
k = int(probs["{model}"].argmax())
plt.imshow(maps[k], cmap="PuOr_r", vmin=-maps[k].abs().max(), vmax=maps[k].abs().max())
plt.title(f"what speaks for {FASHION_CLASSES[k]}")
plt.show()
"""
_CONFUSION = """\
card = load_card("{model}")
print(np.array(card.confusion))  # rows: what it is; columns: what was predicted

sample = load_fashion_sample()  # the 1,000 shipped test images
chosen = np.isin(sample.labels.numpy(), {classes})
x = sample.images[chosen].float() / 255
model = load_model("{model}")
X = model.features(x)["{layer}"].detach().numpy()
Y = PCA(2).fit_transform(X)
predicted = model(x).argmax(1)

plt.scatter(*Y.T, c=sample.labels[chosen], cmap="tab10", vmin=0, vmax=9, s=8)
plt.show()
"""
_TRAINING = """\
history = {history}
for metric in ("cross_entropy", "accuracy"):
    plt.figure()
    for name in (metric, f"validation_{{metric}}"):
        plt.plot([row.get(name) for row in history], label=name)
    plt.legend()
plt.show()
"""


class LinesRequest(NetworksRequest, ScatterRequest):
    """What is shown: a view of a picture, the networks compared and the one that leads."""

    view: Annotated[str, OneOf(VIEWS)] = "images"
    classifier: AnyClassifier = Field(CLASSIFIER, alias="checkpoint")
    method: Annotated[str, OneOf(METHODS)] = METHODS[0]
    image: SampleIndex = 0
    pixels: Annotated[np.ndarray, Pixels()] | None = None


async def python_lines(services: Services, request: LinesRequest) -> dict:
    """The Python lines that make what is shown.

    Raises:
        ValueError: For a model that does not ship.
    """
    compared = list(request.networks or map(services.models.classifier, networks(services.models)))
    require_shipped(request.classifier, *compared)
    model = request.classifier.name
    if request.view == "confusion":
        classes = sorted(request.classes or range(10))
        return {"lines": script(_CONFUSION.format(model=model, classes=classes, layer=LAYER))}
    if request.view == "training":
        curves = f'load_learning_curves()["{model}"].history' if model in load_learning_curves() else ""
        return {"lines": script(_training(model, curves))}
    picture = picture_line(request.image, request.pixels)
    probabilities = "".join(_probabilities(compared))
    evidence = _attribution(model, request.method) if request.view == "evidence" else ""
    return {"lines": script(f"{picture}\n{probabilities}{evidence}")}


def _probabilities(compared: list[Classifier]) -> list[str]:
    """The lines for networks whose probabilities are computed alike."""
    parts = []
    for rule, known in ((_CALIBRATED, True), (_PLAIN, False)):
        names = [each.name for each in compared if is_calibrated(each.module) == known]
        if names:
            lines = _PROBABILITIES if not parts else _PROBABILITIES.split("\n", 1)[1]
            parts.append(lines.format(names=names, rule=rule))
    return parts


def _attribution(model: str, method: str) -> str:
    lines = _GRADIENT if method == "gradient" else _OCCLUSION
    return lines.format(model=model, dab=DAB) + _MAP.replace("{model}", model)


def _training(model: str, curves: str) -> str:
    if not curves:
        return _TRAINING.format(history=f'load_card("{model}").history')
    # by metric, each a list over epochs
    return _TRAINING.format(history=curves).replace("[row.get(name) for row in history]", "history[name]")
