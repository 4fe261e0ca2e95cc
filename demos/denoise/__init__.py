from demos.denoise.handlers import ORDER, TITLE, build

__all__ = ["ORDER", "TITLE", "build"]
