from demos.latent_map.handlers import ORDER, TITLE, build

__all__ = ["ORDER", "TITLE", "build"]
