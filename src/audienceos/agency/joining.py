"""Invitations, from the outside: whoever holds the link looks at it and takes the seat.

The mailed link carries a proof that the copied one lacks (`platform.auth.secrets.proof_of`). Somebody new who
comes by the mailed link has proven their address; by a copied one their account is unverified, which joins
nothing else until it is verified. Somebody who has an account signs in to it: a link never sets a password.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.agency.models import Agency, Invitation, User
from audienceos.agency.people import NewPerson, actor_in, checked_names, checked_person, name_of, seat
from audienceos.platform import clock
from audienceos.platform.actor import Role
from audienceos.platform.auth.accounts import Account, Browser, account_at, account_of, create_account
from audienceos.platform.auth.emails import email_key
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.keys import installation_key
from audienceos.platform.auth.recovery import post_verification, take_for_proven
from audienceos.platform.auth.secrets import is_proven, read_invite
from audienceos.platform.auth.sessions import Opened, open_session
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import (
    Conflict,
    FieldFault,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    Unauthenticated,
)
from audienceos.platform.events.recording import record


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What an invitation's page shows."""

    agency_id: UUID
    agency_name: str
    inviter: str
    email: str
    role: Role
    expires_at: datetime
    has_account: bool
    """Then the person signs in and accepts; else they choose a name and a password."""
    proven: bool
    """The link came by mail."""


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """What the person says: somebody new all of it, somebody with an account names at most."""

    first_name: str = ""
    last_name: str = ""
    password: str = ""


class Joined(msgspec.Struct, frozen=True):
    """A seat was taken; for somebody new also a session, shown this once."""

    agency_id: UUID
    slug: str
    user_id: UUID
    account_id: UUID
    session: Opened | None


async def look_at_invitation(auth: Auth, token: str) -> Offer:
    """What the link offers. Raises `NotFound`, and `Gone` once it was used, cancelled or ran out."""
    async with auth.database.serving() as db:
        invitation = await _open(db, token)
        return await _offer(auth, db, invitation, token)


async def accept_invitation(
    auth: Auth, token: str, joining: Joining, *, by: UUID | None = None, browser: Browser | None = None
) -> Joined:
    """Take the offered seat, as the signed-in account `by` or as somebody new.

    Raises `NotFound`, `Gone`; `Unauthenticated` (`sign_in_first`) when the address has an account and nobody is
    signed in; `Forbidden`: `other_account`, or `verify_first` for an unverified account with a copied link;
    `Conflict` (`already_member`); `Invalid` with every wrong field.
    """
    offer = await look_at_invitation(auth, token)
    if by is None and offer.has_account:
        raise Unauthenticated(f"Sign in as {offer.email} to join.", code="sign_in_first")
    if by is not None:
        return await _accept_as(auth, token, joining, by)
    person = _checked(joining, offer)
    password_hash = await auth.passwords.hash(person.password)
    async with auth.database.serving() as db:
        invitation = await _open(db, token, lock=True)
        proven_at = clock.now() if offer.proven else None
        account = await create_account(db, invitation.email, password_hash, verified_at=proven_at)
        joined = await _take_seat(db, invitation, account, (person.first_name, person.last_name))
        await post_verification(auth, db, account.id)
        opened = open_session(db, auth.settings, account.id, browser.user_agent if browser else "")
        return msgspec.structs.replace(joined, session=opened)


async def _accept_as(auth: Auth, token: str, joining: Joining, by: UUID) -> Joined:
    async with auth.database.serving() as db:
        invitation = await _open(db, token, lock=True)
        account = await account_of(db, by)
        if email_key(account.email) != invitation.email_key:
            detail = f"This invitation is for {invitation.email}: sign out, and in as them."
            raise Forbidden(detail, code="other_account")
        if account.verified_at is None:
            if not _is_proven(auth, token, invitation):
                raise Forbidden("Confirm your e-mail address before you join.", code="verify_first")
            await take_for_proven(auth, db, account.id)
            account = await account_of(db, by)
        return await _take_seat(db, invitation, account, await _names(db, joining, account.id))


async def _take_seat(db: Db, invitation: Invitation, account: Account, names: tuple[str, str]) -> Joined:
    await _refuse_seated(db, invitation.agency_id, account.id)
    agency = await db.get_one(Agency, invitation.agency_id)
    user = seat(agency.id, account, names, cast("Role", invitation.role))
    db.add(user)
    await db.flush()
    invitation.accepted_at, invitation.accepted_by = clock.now(), user.id
    actor = actor_in(user, agency.timezone)
    await record(db, "invitation.accepted", "invitation", invitation.id, actor=actor, user_id=user.id)
    await record(db, "user.joined", "user", user.id, actor=actor, name=actor.name, role=user.role)
    return Joined(agency.id, agency.slug, user.id, account.id, None)


async def _refuse_seated(db: Db, agency_id: UUID, account_id: UUID) -> None:
    seated = await db.scalar(
        select(User.id).where(
            User.agency_id == agency_id, User.account_id == account_id, User.deleted_at.is_(None)
        )
    )
    if seated is not None:
        raise Conflict("You are in this agency already.", code="already_member")


async def _open(db: Db, token: str, *, lock: bool = False) -> Invitation:
    link = read_invite(token)
    if link is None:
        raise NotFound("invitation")
    query = select(Invitation).where(Invitation.agency_id == link.agency_id, Invitation.hash == link.hash)
    invitation = await db.scalar(query.with_for_update() if lock else query)
    if invitation is None:
        raise NotFound("invitation")
    if invitation.accepted_at or invitation.cancelled_at or invitation.expires_at <= clock.now():
        raise Gone("This invitation was used, taken back or is too old. Ask your admin for a new one.")
    return invitation


async def _offer(auth: Auth, db: Db, invitation: Invitation, token: str) -> Offer:
    agency = await db.get_one(Agency, invitation.agency_id)
    inviter = await db.get_one(User, (invitation.agency_id, invitation.invited_by))
    return Offer(
        agency_id=agency.id,
        agency_name=agency.name,
        inviter=name_of(inviter),
        email=invitation.email,
        role=cast("Role", invitation.role),
        expires_at=invitation.expires_at,
        has_account=await account_at(db, invitation.email) is not None,
        proven=_is_proven(auth, token, invitation),
    )


def _is_proven(auth: Auth, token: str, invitation: Invitation) -> bool:
    link = read_invite(token)
    return link is not None and is_proven(link, invitation.email_key, installation_key(auth.settings))


def _checked(joining: Joining, offer: Offer) -> NewPerson:
    faults: list[FieldFault] = []
    person = NewPerson(
        email=offer.email,
        password=joining.password,
        first_name=joining.first_name,
        last_name=joining.last_name,
    )
    person = checked_person(person, faults, offer.agency_name)
    if faults:
        raise Invalid(faults)
    return person


async def _names(db: Db, joining: Joining, account_id: UUID) -> tuple[str, str]:
    """The names given, else those of the person's latest seat elsewhere."""
    if not (joining.first_name or joining.last_name):
        known = await db.scalar(
            select(User).where(User.account_id == account_id).order_by(User.created_at.desc()).limit(1)
        )
        if known is not None:
            return known.first_name, known.last_name
    faults: list[FieldFault] = []
    names = checked_names(joining.first_name, joining.last_name, faults)
    if faults:
        raise Invalid(faults)
    return names
