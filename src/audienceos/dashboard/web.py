"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.dashboard.api import kpis

API = (kpis,)
HANDLERS: list[Any] = [handler for module in API for handler in module.HANDLERS]
