"""How pressing a client is, as a number to sort by: the higher, the sooner somebody should look (product rule 3.5)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Float, and_, case, cast, exists, func, literal

from audienceos.clients.models import Client
from audienceos.clients.queries.columns import days_in_stage, open_tickets
from audienceos.clients.queries.filters import BLOCKER, has_critical_ticket, tags_of

AT_RISK, WATCH, BLOCKED, HEALTHY = 100, 60, 40, 10
EACH_TICKET = 5
OUTSIDERS = BLOCKER + "%waiting on%"
"""A blocker that others must take away: days only make it less urgent for the agency itself."""


def priority() -> ColumnElement[float]:
    """By health first; what blocks the agency itself, a critical ticket too, presses more each day, what waits
    on outsiders less; and each open ticket adds to it.

    Binds :today and :zone.
    """
    days = cast(days_in_stage().element, Float)
    ours = _tagged(by_outsiders=False) | has_critical_ticket()
    theirs = _tagged(by_outsiders=True)
    base = case(
        (Client.health_status == "red", AT_RISK),
        (Client.health_status == "yellow", WATCH),
        (ours | theirs, BLOCKED),
        else_=HEALTHY,
    )
    factor = case(
        (ours, 1 + literal(0.1) * days),
        (theirs, literal(0.5) / (1 + func.log(days + 1))),
        else_=1 + literal(0.05) * days,
    )
    return base * factor + EACH_TICKET * open_tickets()


def _tagged(*, by_outsiders: bool) -> ColumnElement[bool]:
    tag = tags_of()
    waits = func.lower(tag.c.tag).like(OUTSIDERS)
    is_blocker = func.starts_with(func.lower(tag.c.tag), BLOCKER)
    return exists().select_from(tag).where(and_(is_blocker, waits if by_outsiders else ~waits))
