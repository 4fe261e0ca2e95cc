"""Pictures: the datasets by name, and what turns a file into an array that a network takes."""

from core.data.registry import Dataset, get_dataset, list_datasets

__all__ = ["Dataset", "get_dataset", "list_datasets"]
