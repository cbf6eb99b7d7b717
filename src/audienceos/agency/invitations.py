"""Invitations, from the inside: an admin asks somebody in, asks again, or thinks better of it.

An invitation is one row while it waits. Its link works once, for seven days, and only its hash is kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from audienceos.agency.access import agency_for
from audienceos.agency.letters import invitation_letter, invite_link
from audienceos.agency.models import Invitation, User
from audienceos.agency.people import storable
from audienceos.agency.standing import require_host
from audienceos.platform import clock
from audienceos.platform.actor import Role
from audienceos.platform.auth.emails import checked_email, email_key
from audienceos.platform.auth.secrets import hash_of, new_invite
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Gone, Invalid, NotFound, TooMany
from audienceos.platform.events.models import Event
from audienceos.platform.events.recording import record
from audienceos.platform.mail.posting import post_for_agency
from audienceos.platform.settings import Settings

LIVES = timedelta(days=7)
PER_HOUR = 10
HOUR = timedelta(hours=1)
MESSAGE_LENGTH = 1000
SENT, RESENT = "invitation.sent", "invitation.resent"
PENDING = text("accepted_at is null and cancelled_at is null")


class Invited(msgspec.Struct, frozen=True):
    """An invitation on its way. The link is shown this once; whoever copies it should hand it on privately."""

    id: UUID
    email: str
    role: Role
    expires_at: datetime
    link: str
    email_status: Literal["queued", "kept"]
    """`kept`: no mail server is set, so the link must be handed on by hand."""


async def invite(db: Db, settings: Settings, email: str, role: Role, message: str | None = None) -> Invited:
    """Ask the owner of the address into the acting admin's agency.

    Raises `Forbidden` (`verify_first` for an unproven admin), `Invalid`, `TooMany` beyond ten an hour, and
    `Conflict`: `already_member`, `deactivated`, or `invitation_pending`, which offers its id for resending.
    """
    actor = db.actor
    require_host(actor, "invite people")
    address, words = checked_email(email), _checked_message(message)
    await _within_limit(db)
    await _refuse_members(db, address)
    await _clear_expired(db, address)
    token, now = new_invite(actor.agency_id), clock.now()
    row: dict[str, Any] = {
        "agency_id": actor.agency_id,
        "id": uuid7(),
        "email": address,
        "email_key": email_key(address),
        "role": role,
        "message": words,
        "hash": hash_of(token),
        "invited_by": actor.person,
        "expires_at": now + LIVES,
    }
    invitation = await db.scalar(
        insert(Invitation)
        .values(row)
        .on_conflict_do_nothing(index_elements=["agency_id", "email_key"], index_where=PENDING)
        .returning(Invitation)
    )
    if invitation is None:
        raise await _pending(db, address)
    return await _send(db, settings, invitation, token, SENT)


async def resend_invitation(db: Db, settings: Settings, invitation_id: UUID) -> Invited:
    """Send it again with seven fresh days and a fresh link; the old link is void.

    Raises as `invite` does, `NotFound`, and `Gone` for an invitation that was accepted or cancelled.
    """
    require_host(db.actor, "invite people")
    await _within_limit(db)
    invitation = await _locked(db, invitation_id)
    if invitation.accepted_at or invitation.cancelled_at:
        raise Gone("This invitation was accepted or cancelled; write a new one.")
    await _refuse_members(db, invitation.email)
    token = new_invite(invitation.agency_id)
    invitation.hash, invitation.expires_at = hash_of(token), clock.now() + LIVES
    return await _send(db, settings, invitation, token, RESENT)


async def cancel_invitation(db: Db, invitation_id: UUID) -> None:
    """Take it back; taking it back twice is no error. Raises `NotFound`, `Conflict` (`accepted`)."""
    require_host(db.actor, "cancel invitations")
    invitation = await _locked(db, invitation_id)
    if invitation.accepted_at:
        raise Conflict("This invitation was accepted: change the person instead.", code="accepted")
    if invitation.cancelled_at is None:
        invitation.cancelled_at = clock.now()
        await record(
            db, "invitation.cancelled", "invitation", invitation.id, after={"email": invitation.email}
        )


async def _send(db: Db, settings: Settings, invitation: Invitation, token: str, event: str) -> Invited:
    link = invite_link(settings.url, token)
    agency = await agency_for(db)
    letter = invitation_letter(
        agency.name, db.actor.name, invitation.message, link, invitation.expires_at.astimezone(db.actor.tz)
    )
    post_for_agency(db, invitation.email, letter, about_id=invitation.id)
    told = {"email": invitation.email, "role": invitation.role}
    await record(db, event, "invitation", invitation.id, after=told)
    return Invited(
        id=invitation.id,
        email=invitation.email,
        role=msgspec.convert(invitation.role, Role),
        expires_at=invitation.expires_at,
        link=link,
        email_status="queued" if settings.smtp_url else "kept",
    )


async def _within_limit(db: Db) -> None:
    """Ten an hour for each admin, counted from the log; their own row is locked, so two at once count as two."""
    me, since = db.actor.person, clock.now() - HOUR
    await db.execute(
        select(User.id).where(User.agency_id == db.actor.agency_id, User.id == me).with_for_update()
    )
    sent, first = (
        await db.execute(
            select(func.count(), func.min(Event.at))
            .where(Event.agency_id == db.actor.agency_id, Event.at > since, Event.actor_id == me)
            .where(Event.name.in_((SENT, RESENT)))
        )
    ).one()
    if sent >= PER_HOUR:
        wait = int((first - since).total_seconds()) + 1
        raise TooMany(wait, f"Ten invitations an hour are the limit; go on in {wait // 60 + 1} min.")


async def _refuse_members(db: Db, email: str) -> None:
    active = await db.scalar(
        select(User.is_active)
        .where(User.agency_id == db.actor.agency_id, User.email_key == email_key(email))
        .where(User.deleted_at.is_(None))
    )
    if active:
        raise Conflict(f"{email} is in this agency already.", code="already_member")
    if active is not None:
        raise Conflict(f"{email} was deactivated here: reactivate them instead.", code="deactivated")


async def _clear_expired(db: Db, email: str) -> None:
    """An invitation that ran out makes way for a new one."""
    now = clock.now()
    await db.execute(
        update(Invitation)
        .where(Invitation.agency_id == db.actor.agency_id, Invitation.email_key == email_key(email))
        .where(
            Invitation.accepted_at.is_(None), Invitation.cancelled_at.is_(None), Invitation.expires_at <= now
        )
        .values(cancelled_at=now)
    )


async def _pending(db: Db, email: str) -> Conflict:
    pending = await db.scalar(
        select(Invitation.id)
        .where(Invitation.agency_id == db.actor.agency_id, Invitation.email_key == email_key(email))
        .where(PENDING)
    )
    offer = {"invitation_id": str(pending)}
    return Conflict(f"{email} is invited already: send it again?", code="invitation_pending", extra=offer)


async def _locked(db: Db, invitation_id: UUID) -> Invitation:
    invitation = await db.scalar(
        select(Invitation)
        .where(Invitation.agency_id == db.actor.agency_id, Invitation.id == invitation_id)
        .with_for_update()
    )
    if invitation is None:
        raise NotFound("invitation")
    return invitation


def _checked_message(message: str | None) -> str | None:
    if message and len(message) > MESSAGE_LENGTH:
        raise Invalid.at("message", f"Use at most {MESSAGE_LENGTH} characters")
    return storable((message or "").strip(), "message") or None
