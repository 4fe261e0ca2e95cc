from demos.interpolate.handlers import ORDER, TITLE, build

__all__ = ["ORDER", "TITLE", "build"]
