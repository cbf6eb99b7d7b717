"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.tickets.answers import answer_ports
from audienceos.tickets.api import hanging, limits, moving, tickets

__all__ = ["HANDLERS", "answer_ports"]

API = (tickets, moving, hanging, limits)
HANDLERS: list[Any] = [handler for module in API for handler in module.HANDLERS]
