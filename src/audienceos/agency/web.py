"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.agency.api import agency, invitations, own, stages, users
from audienceos.agency.pages import (
    account,
    credentials,
    entry,
    inviting,
    member,
    proving,
    settings,
    shell,
    signing,
    team,
)
from audienceos.agency.pages import stages as pipeline

PAGES = (
    entry,
    signing,
    proving,
    inviting,
    settings,
    pipeline,
    team,
    member,
    account,
    credentials,
    shell,
)
API = (agency, stages, users, invitations, own)
HANDLERS: list[Any] = [handler for module in (*PAGES, *API) for handler in module.HANDLERS]
