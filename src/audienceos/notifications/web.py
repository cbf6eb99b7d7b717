"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.notifications import api
from audienceos.notifications.answers import answer_ports
from audienceos.notifications.pages import inbox, settings, watching

__all__ = ["HANDLERS", "answer_ports"]

HANDLERS: list[Any] = [handler for module in (api, inbox, settings, watching) for handler in module.HANDLERS]
