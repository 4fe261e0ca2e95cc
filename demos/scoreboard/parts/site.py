"""What Scoreboard takes along to a page without a server: everything, for it asks once."""

from collections.abc import Iterator
from typing import Any

from demos.server.services import Services

NEEDS: dict[str, str] = {}  # nothing


def questions(services: Services) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is answered ahead."""
    yield "load_cards", {}
    for name in [None, *(card.name for card in services.models.cards)]:
        yield "python_lines", {"model": name}
