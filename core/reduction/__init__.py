"""Dimensionality reduction from scratch, in NumPy alone: PCA and t-SNE."""

from core.reduction.pca import PCA
from core.reduction.tsne import TSNE

__all__ = ["PCA", "TSNE"]
