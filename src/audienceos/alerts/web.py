"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.alerts.answers import answer_ports
from audienceos.alerts.api import alerts, rules
from audienceos.alerts.pages import acting, of_client
from audienceos.alerts.pages import alerts as alerts_page
from audienceos.alerts.pages import rules as rules_page

__all__ = ["HANDLERS", "answer_ports"]

MODULES = (alerts, rules, alerts_page, acting, of_client, rules_page)
HANDLERS: list[Any] = [handler for module in MODULES for handler in module.HANDLERS]
