from demos.scoreboard.handlers import ORDER, TITLE, build

__all__ = ["ORDER", "TITLE", "build"]
