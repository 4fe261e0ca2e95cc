"""Models, data and numerics of Latent Loom; knows nothing of the page that shows them."""

from core.checkpoint import list_checkpoints, load_card, load_model
from core.registry import create_model, list_models

__all__ = ["create_model", "list_checkpoints", "list_models", "load_card", "load_model"]
