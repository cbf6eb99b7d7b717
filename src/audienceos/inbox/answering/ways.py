"""Through what somebody may answer a conversation, the usual way first, and why they may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import UUID

import msgspec

from audienceos.connections.queries import Outlet, outlets
from audienceos.inbox.answering.talks import Talk
from audienceos.inbox.firewall.addresses import address_key
from audienceos.inbox.ports import CourierKind, courier_to
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import Conflict, Invalid

Code = Literal["no_client", "read_only", "not_connected", "connection_lost", "other_workspace"]
WORDS: dict[Code, str] = {
    "no_client": "Say first whose conversation this is: what belongs to another client is told by that.",
    "read_only": "You may read this and not answer it.",
    "not_connected": "Nothing is connected that could send this.",
    "connection_lost": "The connection was lost: somebody has to connect it anew.",
    "other_workspace": "This channel is in a workspace that isn't connected.",
}
CONNECT = {
    "slack": "Connect the Slack workspace to answer here.",
    "gmail": "Connect a mailbox to answer by mail.",
}
"""What would help where nothing is connected, by the conversation's platform."""


class Way(msgspec.Struct, frozen=True):
    """One account that an answer may leave through."""

    kind: CourierKind
    account_id: UUID
    address: str
    """Of a mailbox its address, of a workspace its id there."""
    name: str
    is_own: bool
    """The person's own mailbox, not the agency's."""


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """Every way there is, the usual one first. Without any, why: a composer shows it in place of a field."""

    ways: Sequence[Way] = ()
    code: Code | None = None
    reason: str | None = None


async def ways(lane: Lane, one: Talk) -> Ways:
    """Through what the reader may answer this conversation."""
    if "write" not in lane.actor.scopes:
        return _none("read_only")
    if one.client_id is None:
        return _none("no_client")
    found = [outlet for outlet in await outlets(lane) if courier_to(outlet.kind) is not None]
    if one.platform == "slack":
        return _by_slack([outlet for outlet in found if outlet.kind == "slack"], one.came_to)
    return _by_mail([outlet for outlet in found if outlet.kind != "slack"], one.came_to)


async def way_for(lane: Lane, one: Talk, kind: CourierKind | None, account_id: UUID | None) -> Way:
    """The way that was chosen, or the usual one. Raises `Conflict` with the reason where there is none, `Invalid` for
    one that isn't the actor's to write through.
    """
    found = await ways(lane, one)
    if not found.ways:
        raise Conflict(found.reason or "", code=found.code or "not_connected")
    if kind is None and account_id is None:
        return found.ways[0]
    for way in found.ways:
        if way.account_id == account_id and kind in (None, way.kind):
            return way
    raise Invalid.at("account_id", "Choose an account that you may write from")


def _by_slack(found: Iterable[Outlet], workspace: str) -> Ways:
    connected = list(found)
    there = [outlet for outlet in connected if outlet.address == workspace]
    if not connected:
        return _none("not_connected", CONNECT["slack"])
    if not there:
        return _none("other_workspace")
    return _usable(there)


def _by_mail(found: Iterable[Outlet], came_to: str) -> Ways:
    """One's own mailbox before the agency's, and of each kind that to which the conversation came."""
    inboxes = sorted(
        found,
        key=lambda outlet: (outlet.user_id is None, address_key(outlet.address) != came_to, outlet.address),
    )
    return _usable(inboxes) if inboxes else _none("not_connected", CONNECT["gmail"])


def _usable(found: Iterable[Outlet]) -> Ways:
    good = [
        Way(outlet.kind, outlet.id, outlet.address, outlet.name, outlet.user_id is not None)
        for outlet in found
        if not outlet.is_lost
    ]
    return Ways(ways=good) if good else _none("connection_lost")


def _none(code: Code, words: str = "") -> Ways:
    return Ways(code=code, reason=words or WORDS[code])
