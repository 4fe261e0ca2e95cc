"""The Python lines that make a map of Features."""

from core.data.known_truth import KNOWN_TRUTHS
from demos.server.features import EVERY, FRAMES, IMAGES, ITERATIONS, Source

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
    """A script, run beside `core`, that makes the map `Y`, (10n, dimensions), of the points `X` with their `labels`."""
    is_images, is_curve = source.data == IMAGES, source.data != IMAGES and KNOWN_TRUTHS[source.data].is_curve
    parts = [_imports(is_images, method)]
    if is_images:
        parts.append(_IMAGES.format(n=source.n, model=source.classifier.name, layer=source.layer))
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


def _imports(is_images: bool, method: str) -> str:
    reductions = ["PCA"] + ["TSNE"] * (method != "PCA") + ["compact"] * is_images + ["procrustes"] * (method != "PCA")
    torch = "import torch\n" if is_images else ""
    data = "from core.data.known_truth import generate\n"
    if is_images:
        data = "from core import load_model\nfrom core.data.fashion_mnist import load_fashion_sample\n"
    return (
        f"import matplotlib.pyplot as plt\nimport numpy as np\n{torch}\n{data}"
        f"from core.metrics import neighbor_agreement\nfrom core.reduction import {', '.join(reductions)}\n\n"
    )
