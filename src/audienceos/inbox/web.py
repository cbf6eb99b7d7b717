"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.inbox.answers import answer_ports
from audienceos.inbox.api import answers as answer_nouns
from audienceos.inbox.api import archives, channels, comments, conversations, sources, templates
from audienceos.inbox.pages import (
    answer_templates,
    answering,
    conversation,
    deciding,
    files,
    leaving,
    listing,
    of_client,
    settings,
)
from audienceos.inbox.pages import archives as archive_pages
from audienceos.inbox.pages import channels as channel_pages
from audienceos.inbox.pages import comments as comment_pages

__all__ = ["HANDLERS", "answer_ports"]

API = (conversations, answer_nouns, archives, channels, comments, templates, sources)
PAGES = (
    listing,
    conversation,
    deciding,
    files,
    answering,
    leaving,
    comment_pages,
    answer_templates,
    of_client,
    settings,
    archive_pages,
    channel_pages,
)
HANDLERS: list[Any] = [handler for module in (*API, *PAGES) for handler in module.HANDLERS]
