"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.dashboard.api import installs, kpis, snapshots
from audienceos.dashboard.pages import dashboard, keeping

API = (kpis, snapshots, installs)
PAGES = (dashboard, keeping)
HANDLERS: list[Any] = [handler for module in (*API, *PAGES) for handler in module.HANDLERS]
