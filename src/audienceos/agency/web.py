"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.agency.api import agency, invitations, own, stages, users
from audienceos.agency.pages import entry

API = (agency, stages, users, invitations, own)
PAGES = (entry,)
HANDLERS: list[Any] = [handler for module in (*PAGES, *API) for handler in module.HANDLERS]
