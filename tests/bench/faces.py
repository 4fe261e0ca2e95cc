"""How well PCA reconstructs the faces of people it never saw: what `vae-faces` is compared with.

python -m tests.bench.faces
"""

import argparse

import numpy as np
import torch
from sklearn.decomposition import PCA

from core.data.lfw import load_course_faces, load_lfw
from core.metrics import ssim
from train.face_vae import sharpness

BLOCK = 200  # images measured at a time


def as_rows(images: torch.Tensor) -> np.ndarray:
    """Bytes (n, C, H, W) as floats in [0, 1], (n, C * H * W)."""
    return images.flatten(1).numpy().astype(np.float32) / 255


def pca_metrics(pca: PCA, images: torch.Tensor, components: int) -> tuple[float, float, float]:
    """Mean squared error, SSIM and sharpness of reconstructions from the first components, clipped to [0, 1]."""
    X = as_rows(images)
    W = pca.components_[:components]
    X_hat = ((X - pca.mean_) @ W.T @ W + pca.mean_).clip(0, 1)
    pairs = [(X[i : i + BLOCK].reshape(-1, *images.shape[1:]), X_hat[i : i + BLOCK]) for i in range(0, len(X), BLOCK)]
    alike = np.concatenate([ssim(x, x_hat.reshape(x.shape)) for x, x_hat in pairs])
    sharp = sharpness(torch.from_numpy(X_hat.reshape(-1, *images.shape[1:])))
    return float(np.square(X - X_hat).mean()), float(alike.mean()), float(sharp.mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-root", help="folder of the faces (else LOOM_DATA, else data/)")
    args = parser.parse_args()
    sets = {
        "LFW, 128x128": (lambda split: load_lfw(split, args.data_root), (64, 128, 256)),
        "course, 32x32": (lambda split: load_course_faces(split, 32, args.data_root), (120,)),
        "course, 256x256": (lambda split: load_course_faces(split, 256, args.data_root), (256,)),
    }
    print(f"{'images':<16} {'components':>10} {'MSE':>8} {'SSIM':>6} {'sharpness':>9}")
    for name, (load, sizes) in sets.items():
        pca = PCA(max(sizes), svd_solver="randomized", random_state=0).fit(as_rows(load("train").images))
        test = load("test").images
        for size in sizes:
            mse, alike, sharp = pca_metrics(pca, test, size)
            print(f"{name:<16} {size:>10} {mse:8.5f} {alike:6.4f} {sharp:9.5f}", flush=True)


if __name__ == "__main__":
    main()
