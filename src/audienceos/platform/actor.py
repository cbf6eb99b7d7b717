"""Who is acting. The only "who" that travels through the product."""

from __future__ import annotations

from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

Role = Literal["admin", "user"]
Sight = Literal["all", "assigned"]
ActorKind = Literal["person", "token", "system"]
Scope = Literal["read", "write"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A person in one agency, a token acting for that person, or the agency's own machinery.

    It comes from the database (`app.enter`) on each request and is never kept longer than a transaction,
    so someone deactivated or demoted is so on the next request.
    """

    agency_id: UUID
    user_id: UUID | None
    role: Role
    kind: ActorKind = "person"
    name: str = ""
    zone: str = "UTC"
    """The agency's IANA time zone: days belong to it."""
    client_visibility: Sight = "all"
    verified: bool = True
    scopes: tuple[Scope, ...] = ("read", "write")
    credential_id: UUID | None = None
    """The session or token that was shown."""
    narrowed: bool = False
    """Whether it asks about the clients that it is assigned to alone, though it may see more."""

    @property
    def is_admin(self) -> bool:
        """Whether admin-only acts are open to this actor."""
        return self.role == "admin"

    @property
    def sight(self) -> Sight:
        """Which clients are seen: an admin sees all, whatever the agency's setting, unless less is asked for."""
        if self.narrowed:
            return "assigned"
        return "all" if self.is_admin or self.kind == "system" else self.client_visibility

    @property
    def person(self) -> UUID:
        """The person's id, where only a person may act. Raises `LookupError` for the system."""
        if self.user_id is None:
            raise LookupError("the system has no person's id")
        return self.user_id

    @property
    def tz(self) -> ZoneInfo:
        """The agency's zone, for local days."""
        return ZoneInfo(self.zone)


def system_of(agency_id: UUID, zone: str = "UTC") -> Actor:
    """The agency's own machinery: sweeps and imports that run when nobody is there."""
    return Actor(agency_id=agency_id, user_id=None, role="admin", kind="system", name="AudienceOS", zone=zone)
