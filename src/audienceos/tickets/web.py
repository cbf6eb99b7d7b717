"""Every handler of this room, and what it answers for the floors below."""

from __future__ import annotations

from typing import Any

from audienceos.tickets.answers import answer_ports
from audienceos.tickets.api import hanging, limits, many, metrics, moving, summaries, tickets
from audienceos.tickets.pages import acting, board, editing, of_client, ticket
from audienceos.tickets.pages import limits as limit_pages
from audienceos.tickets.pages import many as many_pages
from audienceos.tickets.pages import metrics as metric_pages
from audienceos.tickets.pages import summaries as summary_pages

__all__ = ["HANDLERS", "answer_ports"]

API = (tickets, moving, hanging, limits, many, summaries, metrics)
PAGES = (board, ticket, editing, acting, of_client, many_pages, summary_pages, metric_pages, limit_pages)
HANDLERS: list[Any] = [handler for module in (*API, *PAGES) for handler in module.HANDLERS]
