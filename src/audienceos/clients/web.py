"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.clients.answers import answer_ports
from audienceos.clients.api import clients
from audienceos.clients.pages import board, client, listing

__all__ = ["HANDLERS", "answer_ports"]

HANDLERS: list[Any] = [*board.HANDLERS, *listing.HANDLERS, *client.HANDLERS, *clients.HANDLERS]
