"""What Scoreboard answers: every card, read anew each time."""

import asyncio
import math
from dataclasses import asdict
from typing import Any

from core.checkpoint import Card, CheckpointError, list_checkpoints, load_card
from core.metrics import higher_is_better, margin
from demos.scoreboard.contrasts import CONTRASTS
from demos.server.services import Services
from demos.ui.fields import Request

VISIBLE = 0.01  # share of the largest loss that a term must reach to be drawn
PAGE_ONLY = ("history", "loss_terms", "confusion", "contrast")
COUNTED = ("epoch", "minutes", "images_per_second")  # columns of a history that are no measures


async def scoreboard(services: Services) -> list[dict]:
    """The API endpoint: one object a model, with its measures, goals, margins, recipe and hash; no history."""
    rows = await asyncio.to_thread(read_cards)
    return [{name: value for name, value in row.items() if name not in PAGE_ONLY} for row in rows]


async def load_cards(services: Services, request: Request) -> dict:
    """Everything the tab shows, at once: sorting and opening never ask again."""
    return {"rows": await asyncio.to_thread(read_cards)}


def read_cards() -> list[dict]:
    """One row a shipped checkpoint; an unreadable card is reported in its own row and hides no other."""
    return [_row(name) for name in list_checkpoints()]


def metric_rows(card: Card) -> list[dict]:
    """Each figure of a card beside goal, report and baseline: first those with a goal, then those with the others."""

    def against(name: str, value: float, target: float | None) -> dict:
        return {"value": target, "margin": None if target is None else margin(name, value, target)}

    rows = [
        {
            "name": name,
            "value": value,
            "higher": higher_is_better(name),
            "goal": against(name, value, card.goal.get(name)),
            "report": against(name, value, card.report.get(name)),
            "baseline": against(name, value, card.baseline.get(name)),
        }
        for name, value in card.metrics.items()
    ]
    return sorted(rows, key=lambda row: tuple(row[kind]["value"] is None for kind in ("goal", "report", "baseline")))


def _row(name: str) -> dict:
    try:
        card = load_card(name)
    except CheckpointError as error:
        return {"name": name, "error": str(error)}
    known = asdict(card)
    row = {key: known[key] for key in ("name", "model", "config", "recipe", "dataset", "seed", "minutes", "parameters")}
    row |= {key: known[key] for key in ("class_names", "confusion", "versions", "sha256")}
    row |= {"contrast": CONTRASTS.get(name, "")}
    names = [name for name in dict.fromkeys(key for epoch in card.history for key in epoch) if name != "epoch"]
    history = {key: [epoch.get(key) for epoch in card.history] for key in names if key not in COUNTED}
    terms = loss_terms(card)
    if terms:
        history = {"loss": [sum(epoch[term] for term in terms) for epoch in card.history]} | history
    return _finite(row | {"measures": metric_rows(card), "history": history, "loss_terms": _visible(terms, history)})


def loss_terms(card: Card) -> list[str]:
    """Columns of a card's history that add up to the loss, if it has several terms and one network minimises it."""
    if not card.history or "discriminator" in card.history[0]:  # of two networks, each with a loss of its own
        return []
    terms = [key for key in card.history[0] if key not in COUNTED and not key.startswith("validation_")]
    return terms if len(terms) > 1 else []


def _visible(terms: list[str], history: dict[str, list]) -> list[str]:
    """The terms that are ever more than VISIBLE of the loss."""
    return [term for term in terms if max(history[term]) > VISIBLE * max(history["loss"])]


def _finite(value: Any) -> Any:
    """The same with None for NaN and infinity, which JSON lacks."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value
