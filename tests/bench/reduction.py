"""Time and quality of our PCA and t-SNE beside scikit-learn and openTSNE.

    python -m tests.bench.reduction                     # the whole table, a quarter of an hour on two cores
    python -m tests.bench.reduction --sizes 1000 5000   # a part of it
    python -m tests.bench.reduction --repeats 3         # the median of three timings
    python -m tests.bench.reduction --known-truth       # only what maps make of data whose structure is known

Data: Fashion-MNIST test images (training images above 10,000) by PCA to 50 dimensions. Every library gets two
threads and its own defaults from a PCA start. One function judges all maps: KL(P || Q) over all pairs, with P
from the 3 x 30 nearest neighbours. Peers: scikit-learn, and openTSNE (`pip install openTSNE`), which nothing
else needs. An unset OPENBLAS_CORETYPE gives all of them their fastest matrix products.
"""

import argparse
import gzip
import importlib.util
import multiprocessing
import resource
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import sklearn.decomposition
import sklearn.manifold

from core.data.known_truth import chance, generate
from core.metrics import knn_accuracy, neighbor_agreement
from core.reduction import PCA, TSNE
from core.reduction.affinities import JointAffinities, joint_affinities
from core.reduction.exact import exact_repulsion
from tests.helpers.islands import islands
from tests.helpers.trustworthiness import trustworthiness

DATA_ROOT = Path("/usr/share/datasets/fashion-mnist")
SIZES = (1000, 5000, 10_000, 20_000, 60_000)
PEERS_UP_TO = 20_000
TIME_LIMITS = {1000: (0.40, 0.60), 5000: (0.15, 0.20), 10_000: (0.12, 0.14), 20_000: (0.12, 0.25)}
KL_LIMIT = 1.01  # times the best
TRUST_LIMIT, ACCURACY_LIMIT = 0.002, 0.005  # below the best peer
GROWTH_LIMIT = 8.0  # time of 60,000 over time of 10,000
MEMORY_LIMIT = 2048  # MB at 60,000
THREADS = 2
KNOWN_SIZE = 1000  # points of a set whose structure is known
PERPLEXITIES = (5, 10, 20, 30, 50, 100)
NOISE_LIMIT = 0.02  # of the 10-neighbour agreement above chance


def main(options: argparse.Namespace) -> None:
    """Print the table, then every target with its ratio."""
    verdicts = bench_known_truth()
    if options.known_truth:
        print("\n" + "\n".join(verdicts))
        return
    verdicts.append(bench_pca(options.data_root, options.repeats))
    if not has_opentsne():
        print("openTSNE is not installed, its columns stay empty: pip install openTSNE")
    print(f"\n{'n':>6} {'library':<13} {'seconds':>8} {'KL':>8} {'trust':>7} {'10-NN':>6}")
    seconds = {}
    for n in sorted(options.sizes):
        X, labels = fashion(n, options.data_root)
        results = compare(X, labels, options.repeats)
        seconds[n] = results["ours"]["seconds"]
        verdicts += verdicts_of(n, results)
    if {10_000, 60_000} <= seconds.keys():
        verdicts.append(verdict("time(60,000) / time(10,000)", seconds[60_000] / seconds[10_000], GROWTH_LIMIT))
    if 60_000 in seconds:
        with multiprocessing.get_context("spawn").Pool(1) as fresh:
            peak = fresh.apply(peak_memory, (X,))
        verdicts.append(verdict("60,000: peak memory of the process, MB", peak, MEMORY_LIMIT))
    print("\n" + "\n".join(verdicts))


def compare(X: np.ndarray, labels: np.ndarray, repeats: int) -> dict[str, dict[str, float]]:
    """Map X with every library and print one line each."""
    P = joint_affinities(X, 30.0)
    results = {}
    for name, run in runners(len(X)).items():
        taken, Y = timed(lambda run=run: run(X), repeats)
        results[name] = {
            "seconds": taken,
            "kl": divergence(P, Y),
            "trust": trustworthiness(X, Y) if len(X) <= PEERS_UP_TO else np.nan,
            "accuracy": knn_accuracy(Y, labels),
        }
        cells = zip(results[name].values(), ("8.2f", "8.4f", "7.4f", "6.3f"), strict=True)
        print(f"{len(X):>6} {name:<13} " + " ".join(format(*cell) for cell in cells), flush=True)
    return results


def runners(n: int) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """The libraries to run on n points, ours first."""
    chosen = {"ours": lambda X: TSNE().fit_transform(X)}
    if n <= PEERS_UP_TO:
        chosen["scikit-learn"] = lambda X: sklearn.manifold.TSNE(n_jobs=THREADS, random_state=0).fit_transform(X)
        if has_opentsne():
            chosen["openTSNE"] = run_opentsne
    return chosen


def peak_memory(X: np.ndarray) -> float:
    """MB this process has held after mapping X; meant for a process that has done nothing else."""
    TSNE().fit_transform(X)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def has_opentsne() -> bool:
    return importlib.util.find_spec("openTSNE") is not None


def run_opentsne(X: np.ndarray) -> np.ndarray:
    import openTSNE

    return np.asarray(openTSNE.TSNE(n_jobs=THREADS, random_state=0).fit(X), np.float32)


def divergence(P: JointAffinities, Y: np.ndarray) -> float:
    """KL(P || Q) with Z summed over all pairs; nothing in it is interpolated."""
    Y = Y - Y.mean(axis=0)
    _, Z = exact_repulsion(np.ascontiguousarray(Y.T, np.float32))
    stretch = np.log1p(np.sum((Y[P.row] - Y[P.column]) ** 2, axis=1), dtype=np.float64)
    p = P.p.astype(np.float64)
    return float(p @ (np.log(p) + stretch) + np.log(Z))


def verdicts_of(n: int, results: dict[str, dict[str, float]]) -> list[str]:
    """Targets of one size, as lines."""
    ours = results["ours"]
    lines = []
    for peer, limit in zip(("scikit-learn", "openTSNE"), TIME_LIMITS.get(n, (None, None)), strict=True):
        if peer in results and limit:
            lines.append(verdict(f"n = {n:,}: time against {peer}", ours["seconds"] / results[peer]["seconds"], limit))
    peers = [row for name, row in results.items() if name != "ours"]
    if peers:
        best = min(row["kl"] for row in results.values())
        lines.append(verdict(f"n = {n:,}: KL against the best", ours["kl"] / best, KL_LIMIT))
        lost = max(row["trust"] for row in peers) - ours["trust"]
        lines.append(verdict(f"n = {n:,}: trustworthiness lost on the best peer", lost, TRUST_LIMIT))
        lost = max(row["accuracy"] for row in peers) - ours["accuracy"]
        lines.append(verdict(f"n = {n:,}: 10-NN accuracy lost on the best peer", lost, ACCURACY_LIMIT))
    return lines


def bench_known_truth() -> list[str]:
    """Two unequal clusters must stay two islands of one colour each, and noise must agree with no colours.

    A splinter that holds less than a twentieth of the points is no cluster, and has a column of its own.
    """
    print(f"{KNOWN_SIZE} points whose structure is known, random start")
    print(f"{'perplexity':>10} {'islands of two':>15} {'mixed':>6} {'splinters':>10} {'noise above chance':>19}")
    wrong, excess = 0, []
    for perplexity in PERPLEXITIES:
        two, labels = known_map("two", perplexity)
        island = islands(two)
        groups = [labels[island == k] for k in np.unique(island)]
        large = sum(len(group) >= KNOWN_SIZE / 20 for group in groups)
        mixed = sum(len(set(group)) > 1 for group in groups)
        noise, colours = known_map("noise", perplexity)
        excess.append(neighbor_agreement(noise, colours) - chance(colours))
        wrong = max(wrong, abs(large - 2) + mixed)
        print(f"{perplexity:>10} {large:>15} {mixed:>6} {len(groups) - large:>10} {excess[-1]:>19.4f}", flush=True)
    return [
        verdict("two clusters: islands too many, too few or mixed, at worst", wrong, 0),
        verdict("noise: 10-neighbour agreement above chance, at most", max(excess), NOISE_LIMIT),
    ]


def known_map(name: str, perplexity: float) -> tuple[np.ndarray, np.ndarray]:
    """A map of a set whose structure is known, and the classes of its points."""
    X, labels = generate(name, KNOWN_SIZE)
    return TSNE(perplexity=perplexity, init="random").fit_transform(X), labels


def bench_pca(root: Path, repeats: int) -> str:
    """PCA of 60,000 x 784 beside scikit-learn's full solver."""
    X = images("train", root)
    ours, _ = timed(lambda: PCA(50).fit_transform(X), repeats)
    peer, _ = timed(lambda: sklearn.decomposition.PCA(50, svd_solver="full").fit_transform(X), repeats)
    auto, _ = timed(lambda: sklearn.decomposition.PCA(50).fit_transform(X), repeats)
    print(f"PCA 60,000 x 784 to 50: ours {ours:.2f} s, scikit-learn full {peer:.2f} s, automatic {auto:.2f} s")
    return verdict("PCA: time against scikit-learn's full solver", ours / peer, 1.0)


def verdict(what: str, value: float, limit: float) -> str:
    return f"{what:<58} {value:>9.3f}  wanted <= {limit:<7g} {'met' if value <= limit else 'NOT MET'}"


def timed(call: Callable[[], np.ndarray], repeats: int) -> tuple[float, np.ndarray]:
    """Median wall-clock seconds of the call, and its last result."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = call()
        taken.append(time.perf_counter() - start)
    return median(taken), result


def fashion(n: int, root: Path) -> tuple[np.ndarray, np.ndarray]:
    """n images by PCA to 50 dimensions, shape (n, 50), and their labels."""
    split = "t10k" if n <= 10_000 else "train"
    return PCA(50).fit_transform(images(split, root)[:n]), labels_of(split, root)[:n]


def images(split: str, root: Path) -> np.ndarray:
    """float32 in [0, 1], shape (n, 784)."""
    with gzip.open(root / f"{split}-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255


def labels_of(split: str, root: Path) -> np.ndarray:
    with gzip.open(root / f"{split}-labels-idx1-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=8)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of points")
    parser.add_argument("--repeats", type=int, default=1, help="timings of which the median counts")
    parser.add_argument("--known-truth", action="store_true", help="judge the sets of known structure alone")
    parser.add_argument("--data-root", type=Path, default=DATA_ROOT, help="folder of the four IDX files")
    return parser.parse_args()


if __name__ == "__main__":
    main(parse())
