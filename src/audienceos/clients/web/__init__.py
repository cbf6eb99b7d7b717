"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.clients.answers import answer_ports
from audienceos.clients.api import (
    assignments,
    bulk,
    clients,
    contacts,
    exports,
    fields,
    imports,
    notes,
    standing,
    views,
)
from audienceos.clients.pages import board, choosing, creating, editing, listing, removal
from audienceos.clients.pages import bulk as bulk_pages
from audienceos.clients.pages import fields as field_pages
from audienceos.clients.pages import imports as import_pages
from audienceos.clients.pages import notes as note_pages
from audienceos.clients.pages import people as people_pages
from audienceos.clients.pages import standing as standing_pages
from audienceos.clients.pages import views as view_pages
from audienceos.clients.web.tasks import MODULES

__all__ = ["HANDLERS", "answer_ports"]

API = (clients, exports, imports, standing, contacts, notes, assignments, fields, views, bulk)
PAGES = (
    board,
    listing,
    choosing,
    creating,
    editing,
    removal,
    standing_pages,
    note_pages,
    people_pages,
    field_pages,
    import_pages,
    view_pages,
    bulk_pages,
)
HANDLERS: list[Any] = [handler for module in (*API, *PAGES, *MODULES) for handler in module.HANDLERS]
