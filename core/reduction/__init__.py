"""Dimensionality reduction from scratch, in NumPy alone: PCA, t-SNE and the alignment of maps."""

from core.reduction.alignment import procrustes
from core.reduction.compact import compact
from core.reduction.pca import PCA
from core.reduction.tsne import TSNE

__all__ = ["PCA", "TSNE", "compact", "procrustes"]
