"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.connections.api import accounts
from audienceos.connections.api import integrations as integrations_api
from audienceos.connections.pages import acting, integrations, returning

HANDLERS: list[Any] = [
    handler
    for module in (integrations_api, accounts, integrations, acting, returning)
    for handler in module.HANDLERS
]
