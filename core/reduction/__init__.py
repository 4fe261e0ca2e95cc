"""Dimensionality reduction from scratch, in NumPy alone: PCA, t-SNE and aligned sequences of maps."""

from core.reduction.compact import compact
from core.reduction.frames import aligned_frames, procrustes
from core.reduction.pca import PCA
from core.reduction.tsne import TSNE

__all__ = ["PCA", "TSNE", "aligned_frames", "compact", "procrustes"]
