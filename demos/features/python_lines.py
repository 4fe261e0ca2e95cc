"""The Python lines that make a map of Features."""

from core.data.known_truth import KNOWN_TRUTHS
from demos.server.features import CODES, COLUMNS, EVERY, FRAMES, IMAGES, ITERATIONS, PIXELS, Source, features

_IMAGES = """\
sample = load_fashion_sample()  # the 1,000 shipped test images
labels = sample.labels.numpy()
some = np.concatenate([np.flatnonzero(labels == k)[:{n}] for k in range(10)])  # the first {n} of every class
labels = labels[some]
model = load_model("{model}")
with torch.no_grad():
    X = model.features(sample.images[some].float() / 255)["{layer}"].numpy()
X = compact(X)  # fewer columns, the same distances
"""
_OWN = """\
card = Path("{model}.json")  # the model's other files lie beside it
sample = dataset_of(load_card(card), card).sample()
labels = sample.labels.numpy()
some = np.concatenate([np.flatnonzero(labels == k)[:{n}] for k in range(labels.max() + 1)])  # the first {n} of each
labels = labels[some]
"""
_PIXELS = """\
X = compact(sample.images[some].flatten(1).numpy() / 255)  # fewer columns, the same distances
"""
_CODES = """\
X = compact(load_codes(card).numpy()[some])  # the same as model.encode() gives
"""
_LAYER = """\
with torch.no_grad():
    X = load_model(card).features(sample.images[some].float() / 255)["{layer}"].numpy()
X = compact(X)  # fewer columns, the same distances
"""
_WIDENED = """\
X = np.pad(X, ((0, 0), (0, {more})))  # as many columns as a map may have dimensions, the same distances
"""
_KNOWN = """\
X, labels = generate("{data}", {count})  # {title}
"""
_SHUFFLED = """\
labels = np.random.default_rng(0).permutation(labels)  # no map looks at them
"""
_PCA = """\
Y = PCA(3).fit_transform(X)[:, :{d}]
"""
_TSNE = """\
tsne = TSNE({d}, perplexity={perplexity:g}, n_iter={iterations}, init="{start}", seed={seed})
"""
_WHOLE = """\
Y = tsne.fit_transform(X)
print(f"KL {tsne.kl_divergence_:.2f} nats")
"""
_FRAME = """\
for iteration, Y, kl in tsne.iterate(X, every={every}):
    if iteration == {iteration}:  # of {iterations}
        break
print(f"KL {{kl:.2f}} nats")
"""
_ALIGNED = """\
Y = procrustes(Y, PCA({d}).fit_transform(X))  # turned to face like the PCA map
"""
_PLOT = """\
print(f"{{neighbor_agreement(Y, labels, {compared}):.0%}} of the {compared} nearest are of the same class")

axes = plt.figure().add_subplot({projection})
axes.scatter(*Y.T, c=labels, cmap="{colors}", s=12)
plt.show()
"""


def lines_of(source: Source, method: str, dimensions: int, perplexity: float, seed: int, start: str, frame: int) -> str:
    """A script, run beside `core`, that makes the map `Y`, (N, dimensions), of the points `X` with their `labels`."""
    is_images, is_curve = source.data == IMAGES, source.data != IMAGES and KNOWN_TRUTHS[source.data].is_curve
    parts = [_imports(source, method)]
    if is_images and not source.model.is_shipped:
        layer = {PIXELS: _PIXELS, CODES: _CODES}.get(source.layer, _LAYER).format(layer=source.layer)
        parts += [_OWN.format(n=source.n, model=source.model.card.name), layer]
        if (width := features(source.model, source.layer, source.n).shape[1]) < COLUMNS:
            parts.append(_WIDENED.format(more=COLUMNS - width))
    elif is_images:
        parts.append(_IMAGES.format(n=source.n, model=source.model.name, layer=source.layer))
    else:
        title = KNOWN_TRUTHS[source.data].title
        parts.append(_KNOWN.format(data=source.data, count=10 * source.n, title=title))
    if source.is_shuffled:
        parts.append(_SHUFFLED)
    if method == "PCA":
        parts.append(_PCA.format(d=dimensions))
    else:
        settings = {"perplexity": perplexity, "iterations": ITERATIONS, "start": start.lower(), "seed": seed}
        parts.append(_TSNE.format(d=dimensions, **settings))
        at = {"every": EVERY, "iteration": EVERY * (frame + 1), "iterations": ITERATIONS}
        parts.append(_WHOLE if frame == FRAMES - 1 else _FRAME.format(**at))
        parts.append(_ALIGNED.format(d=dimensions))
    projection = 'projection="3d"' if dimensions == 3 else ""
    colors = "viridis" if is_curve else "tab10"
    return "".join([*parts, _PLOT.format(compared=source.compared, projection=projection, colors=colors)])


def _imports(source: Source, method: str) -> str:
    is_images = source.data == IMAGES
    is_own = is_images and not source.model.is_shipped
    reductions = ["PCA"] + ["TSNE"] * (method != "PCA") + ["compact"] * is_images + ["procrustes"] * (method != "PCA")
    needs_network = is_images and source.layer not in (PIXELS, CODES)
    data = "from core.data.known_truth import generate\n"
    if is_own:
        codes = ", load_codes" * (source.layer == CODES)
        data = f"from core.checkpoint import load_card{codes}\nfrom core.data.model_dataset import dataset_of\n"
    elif is_images:
        data = "from core.data.fashion_mnist import load_fashion_sample\n"
    return (
        f"{'from pathlib import Path' + 2 * chr(10) if is_own else ''}"
        f"import matplotlib.pyplot as plt\nimport numpy as np\n{'import torch' + chr(10) if needs_network else ''}\n"
        f"{'from core import load_model' + chr(10) if needs_network else ''}{data}"
        f"from core.metrics import neighbor_agreement\nfrom core.reduction import {', '.join(reductions)}\n\n"
    )
