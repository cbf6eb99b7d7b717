"""The workspace's channels, for whoever says whose they are (`inbox.ports.Workspace`)."""

from __future__ import annotations

import time
from uuid import UUID

from audienceos.connections.ports import Permanent, VendorError
from audienceos.inbox.ports import Room
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.errors import Conflict, Unavailable
from audienceos.providers.slack.calling import Refused
from audienceos.providers.slack.workspace import workspace_of

KEPT_SECONDS = 60
"""Somebody who looks for a channel asks several times; Slack allows twenty lists a minute."""
KEPT = 200
"""Workspaces; whoever asked longest ago is asked for again."""
ALONE = {
    "method_not_supported_for_channel_type": "It is private: invite our app there.",
    "channel_not_found": "It is private, or isn't there any more: invite our app there.",
    "is_archived": "It is archived: nothing new will come from it.",
    "missing_scope": "Our app may not join channels by itself: invite it there.",
}
LATER = "Slack doesn't answer just now; our app goes in by itself when the channel is read."
UNCONNECTED = "No workspace is connected: nothing comes from it until one is."


class SlackRooms:
    """Asks Slack, and remembers for a minute."""

    def __init__(self) -> None:
        self._kept: dict[tuple[UUID, str], tuple[float, list[Room]]] = {}

    async def rooms(self, database: Database, agency_id: UUID) -> list[Room]:
        """Those that can be linked. Raises `Conflict` (`not_connected`) where no workspace is, `Unavailable`."""
        try:
            workspace = await workspace_of(database, system_of(agency_id))
            key, now = (agency_id, workspace.team), time.monotonic()
            until, rooms = self._kept.get(key, (0.0, []))
            if until < now:
                listed = await workspace.rooms()
                rooms = [
                    Room(
                        place=one.id,
                        name=one.name or one.id,
                        is_private=one.kind == "private",
                        is_inside=one.is_member,
                    )
                    for one in listed
                ]
                if len(self._kept) >= KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = (now + KEPT_SECONDS, rooms)
            return rooms
        except Permanent:
            raise Conflict("Slack isn't connected.", code="not_connected") from None
        except VendorError as problem:
            raise Unavailable(f"{problem}. Try again in a while.", code="vendor_away") from None

    async def enter(self, database: Database, agency_id: UUID, place: str) -> str | None:
        """Have our app be in a channel; why it can't be, in words."""
        try:
            workspace = await workspace_of(database, system_of(agency_id))
            room = await workspace.room(place)
            if room is not None and room.is_member:
                return None
            await workspace.join(place)
        except Permanent:
            return UNCONNECTED
        except Refused as problem:
            return ALONE.get(problem.code, f"Our app can't go in ({problem.code}): invite it there.")
        except VendorError:
            return LATER
        return None
