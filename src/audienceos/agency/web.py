"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.agency.api import agency, invitations, jobs, own, stages, users
from audienceos.agency.api import events as event_nouns
from audienceos.agency.api import pictures as picture_nouns
from audienceos.agency.pages import (
    account,
    audit,
    credentials,
    entry,
    held,
    inviting,
    inviting_list,
    member,
    pictures,
    proving,
    settings,
    shell,
    signing,
    team,
    welcome,
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
    pictures,
    audit,
    held,
    inviting_list,
    welcome,
)
API = (agency, stages, users, invitations, own, picture_nouns, event_nouns, jobs)
HANDLERS: list[Any] = [handler for module in (*PAGES, *API) for handler in module.HANDLERS]
