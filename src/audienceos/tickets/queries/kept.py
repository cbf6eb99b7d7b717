"""Views of tickets under a name: what they keep of an address, as the room of clients that holds them asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audienceos.agency.queries import PEOPLE
from audienceos.clients.ports import KeptScreen
from audienceos.clients.queries.kept import as_kept, asked_of
from audienceos.clients.queries.names import AMONG
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import FieldFault, Invalid
from audienceos.tickets.queries.filters import TicketFilters
from audienceos.tickets.queries.listing import SortedTickets


async def kept_board(lane: Lane, given: Mapping[str, Any]) -> Json:
    """Those of the tickets' board (`clients.ports.KeepParameters`)."""
    return await _kept(lane, asked_of(TicketFilters, given))


async def kept_list(lane: Lane, given: Mapping[str, Any]) -> Json:
    """Those of the tickets' list (`clients.ports.KeepParameters`)."""
    return await _kept(lane, asked_of(SortedTickets, given))


async def _kept(lane: Lane, asked: TicketFilters) -> Json:
    wrong: list[str] = []
    if asked.client:
        seen = {client.id for client in await AMONG.all(lane, {"among": asked.client})}
        wrong += [f"There is no client {one}" for one in asked.client if one not in seen]
    if asked.assignee:
        people = {person.id for person in await PEOPLE.all(lane)}
        wrong += [f"There is nobody {one}" for one in asked.assignee if one not in people]
    if wrong:
        raise Invalid([FieldFault("parameters", words) for words in wrong])
    return as_kept(asked.address)


KEPT_SCREENS = {
    "ticket_board": KeptScreen("tickets", "tickets", "tickets", kept_board),
    "ticket_list": KeptScreen("ticket-list", "tickets", "tickets", kept_list),
}
