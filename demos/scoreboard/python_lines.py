"""The Python lines that read what Scoreboard shows."""

from typing import Annotated

from pydantic import PlainValidator

from core.checkpoint import list_checkpoints
from demos.server.services import Services
from demos.ui.fields import Request, wanted
from demos.ui.python_lines import script

_CARD = """\
card = load_card("{model}")
for name, value in card.metrics.items():
    targets = {{"goal": card.goal, "report": card.report, "baseline": card.baseline}}
    print(f"{{name}} {{value:.4g}}", {{kind: known[name] for kind, known in targets.items() if name in known}})
print("again:", card.recipe.get("command"))

for name in card.history[0] if card.history else []:
    if name not in ("epoch", "minutes", "images_per_second"):
        plt.plot([row.get(name) for row in card.history], label=name)
plt.legend()
plt.show()
"""
_ALL = """\
for name in list_checkpoints():
    card = load_card(name)
    print(name, {key: round(value, 4) for key, value in card.metrics.items()})
"""


def _known(name: object) -> str | None:
    if name is None or name in list_checkpoints():
        return name
    raise wanted("a shipped model", name)


class LinesRequest(Request):
    """The model whose card is open, if one is."""

    model: Annotated[str | None, PlainValidator(_known)] = None


async def python_lines(services: Services, request: LinesRequest) -> dict:
    """The Python lines that read the open card, or all of them."""
    return {"lines": script(_CARD.format(model=request.model) if request.model else _ALL)}
