"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.alerts.answers import answer_ports
from audienceos.alerts.api import alerts, rules

__all__ = ["HANDLERS", "answer_ports"]

MODULES = (alerts, rules)
HANDLERS: list[Any] = [handler for module in MODULES for handler in module.HANDLERS]
