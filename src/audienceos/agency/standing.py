"""Who may change people, invitations and tokens: a person who is signed in, never a program."""

from __future__ import annotations

from sqlalchemy import select

from audienceos.agency.access import require_admin
from audienceos.agency.models import User
from audienceos.platform.actor import Actor
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden


def require_signed_in(actor: Actor, what: str) -> None:
    """Raises `Forbidden` for a token, whatever its scopes, and for the system."""
    if actor.kind != "person":
        raise Forbidden(f"Sign in to {what}: a program can't.", code="person_only")


def require_host(actor: Actor, what: str) -> None:
    """Raises `Forbidden` unless a signed-in admin asks, and (`verify_first`) unless their address is proven."""
    require_admin(actor, what)
    require_signed_in(actor, what)
    if not actor.verified:
        raise Forbidden(f"Confirm your e-mail address before you {what}.", code="verify_first")


async def require_admin_today(db: Db, actor: Actor) -> None:
    """Raises `Forbidden` unless the actor is an active admin at this moment.

    To be asked behind a lock: whoever was demoted while this transaction waited may no longer act.
    """
    today = await db.scalar(
        select(User.id)
        .where(User.agency_id == actor.agency_id, User.id == actor.user_id, User.role == "admin")
        .where(User.is_active, User.deleted_at.is_(None))
    )
    if today is None:
        raise Forbidden("Only an admin may do this.")
