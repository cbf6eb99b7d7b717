"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.dashboard.api import kpis
from audienceos.dashboard.pages import dashboard

API = (kpis,)
PAGES = (dashboard,)
HANDLERS: list[Any] = [handler for module in (*API, *PAGES) for handler in module.HANDLERS]
