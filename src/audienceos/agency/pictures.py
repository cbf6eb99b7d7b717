"""Where faces and the logo are kept: the place stands in the row that shows the picture.

`avatar_url` of a person and `logo_url` of the agency hold it, `media/<file>/<digest>`, or an https address of others. The
row is the only way to the file: who can't see the row can't see the picture, at each look anew.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from audienceos.agency.access import require_admin
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.storage.store import REMOVE, Bucket

BUCKET: Bucket = "media"


class Place(msgspec.Struct, frozen=True):
    """Where a picture of ours is kept, as its row says."""

    file: str
    digest: str

    def key(self, agency_id: UUID) -> str:
        """What the storage calls it."""
        return f"{BUCKET}/{agency_id}/{self.file}"


def address_of(key: str, digest: str) -> str:
    """What the row says of a picture that was just stored under that key."""
    return f"{BUCKET}/{key.rpartition('/')[2]}/{digest}"


def place_in(address: str | None) -> Place | None:
    """The place that the row's address names; None for none, and for an https address of others."""
    parts = (address or "").split("/")
    return Place(parts[1], parts[2]) if len(parts) == 3 and parts[0] == BUCKET else None


def require_face_of(actor: Actor, user_id: UUID) -> None:
    """Raises `Forbidden` for who is neither that person nor an admin: it is asked before anything is uploaded."""
    if actor.user_id != user_id and not actor.is_admin:
        raise Forbidden("Only they themselves or an admin may change somebody's picture.")


def require_logo(actor: Actor) -> None:
    """Raises `Forbidden` for who is no admin."""
    require_admin(actor, "change the logo")


def give_up(db: Db, address: str | None) -> None:
    """The row shows it no longer: its file goes once that is committed."""
    place = place_in(address)
    if place is not None:
        agency_id = db.actor.agency_id
        later(db, Job(name=REMOVE, payload={"key": place.key(agency_id)}), system_of(agency_id))
