"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.clients.api import clients
from audienceos.clients.pages import board, client, listing
from audienceos.clients.queries.visible import visible_among
from audienceos.platform.realtime.ports import answer_visible

HANDLERS: list[Any] = [*board.HANDLERS, *listing.HANDLERS, *client.HANDLERS, *clients.HANDLERS]


def answer_ports() -> None:
    """Say to the live pages which clients a scoped reader may hear of."""
    answer_visible(visible_among)
