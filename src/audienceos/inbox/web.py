"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.inbox.answers import answer_ports
from audienceos.inbox.api import archives, channels, conversations
from audienceos.inbox.pages import archives as archive_pages
from audienceos.inbox.pages import conversation, deciding, listing, of_client

__all__ = ["HANDLERS", "answer_ports"]

API = (conversations, archives, channels)
PAGES = (listing, conversation, deciding, of_client, archive_pages)
HANDLERS: list[Any] = [handler for module in (*API, *PAGES) for handler in module.HANDLERS]
