"""The people at a client. The primary one is mirrored in the client's own contact fields, both ways."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET, structs
from sqlalchemy import func, select

from audienceos.clients.access import client_for, held_for
from audienceos.clients.actions.judging import acted
from audienceos.clients.forms import ContactIn, ContactPatch
from audienceos.clients.models import Client, ClientContact
from audienceos.platform.auth.emails import email_key
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version

CONTACTS_AT_MOST = 200
FIELDS = ("name", "email", "phone", "title")


async def add_contact(db: Db, client_id: UUID, data: ContactIn) -> ClientContact:
    """Add someone at the client; the first becomes the primary one.

    Raises `NotFound`, `Invalid` for a contact without name, e-mail or phone, `Conflict` beyond the limit.
    """
    client = await client_for(db, client_id, to="change")
    if await _count(db, client) >= CONTACTS_AT_MOST:
        raise Conflict(f"A client has at most {CONTACTS_AT_MOST} contacts.", code="too_many")
    contact = ClientContact(client_id=client.id, is_primary=False)
    for field in FIELDS:
        setattr(contact, field, getattr(data, field) or None)
    contact.email_key = email_key(contact.email) if contact.email else None
    _check(contact)
    db.add(contact)
    await db.flush()
    if data.is_primary or await primary_of(db, client) is None:
        await _make_primary(db, client, contact)
    await _tell(db, client, "client.contact_added", contact)
    return contact


async def edit_contact(
    db: Db, client_id: UUID, contact_id: UUID, patch: ContactPatch, version: int
) -> ClientContact:
    """Lay the given fields over the contact. Making one primary ends that of the other.

    Raises `NotFound`, `Stale`, and `Invalid` where nobody would be left to call, or no primary one.
    """
    client, contact = await held_for(db, ClientContact, contact_id, "contact", client_id)
    check_version(contact, version)
    given = {name: value for name, value in structs.asdict(patch).items() if value is not UNSET}
    becomes_primary = given.pop("is_primary", contact.is_primary)
    if contact.is_primary and not becomes_primary:
        raise Invalid.at("is_primary", "Make another contact the primary one instead")
    changes = {name: value or None for name, value in given.items()}
    before = {name: getattr(contact, name) for name in changes if getattr(contact, name) != changes[name]}
    if not before and becomes_primary == contact.is_primary:
        return contact
    for name in before:
        setattr(contact, name, changes[name])
    contact.email_key = email_key(contact.email) if contact.email else None
    _check(contact)
    contact.version += 1
    if becomes_primary:
        await _make_primary(db, client, contact)
    await _tell(db, client, "client.contact_changed", contact, before)
    return contact


async def remove_contact(db: Db, client_id: UUID, contact_id: UUID) -> None:
    """Remove someone. After the primary one the longest known becomes it; after the last the client has none.

    Raises `NotFound`.
    """
    client, contact = await held_for(db, ClientContact, contact_id, "contact", client_id)
    await db.delete(contact)
    await db.flush()
    if contact.is_primary:
        heir = await db.scalar(
            select(ClientContact)
            .where(ClientContact.agency_id == client.agency_id, ClientContact.client_id == client.id)
            .order_by(ClientContact.created_at, ClientContact.id)
            .limit(1)
        )
        if heir is None:
            _mirror(client, None, None)
        else:
            heir.version += 1
            await _make_primary(db, client, heir)
    await _tell(db, client, "client.contact_removed", contact)


async def mirror_to_primary(db: Db, client: Client) -> None:
    """The client's contact fields were edited: write them to its primary contact, made or removed as needed."""
    primary = await primary_of(db, client)
    if primary is None and (client.contact_name or client.contact_email):
        primary = ClientContact(client_id=client.id, is_primary=True)
        db.add(primary)
    elif primary is not None:
        primary.version += 1
    if primary is None:
        return
    primary.name, primary.email = client.contact_name, client.contact_email
    primary.email_key = email_key(client.contact_email) if client.contact_email else None
    if primary.name is None and primary.email is None and primary.phone is None:
        await db.delete(primary)


async def primary_of(db: Db, client: Client) -> ClientContact | None:
    """The client's primary contact, or None."""
    return await db.scalar(
        select(ClientContact).where(
            ClientContact.agency_id == client.agency_id,
            ClientContact.client_id == client.id,
            ClientContact.is_primary,
        )
    )


async def _make_primary(db: Db, client: Client, contact: ClientContact) -> None:
    former = await primary_of(db, client)
    if former is not None and former is not contact:
        former.is_primary = False
        former.version += 1
        await db.flush()  # before the other: there is never a moment with two
    contact.is_primary = True
    _mirror(client, contact.name, contact.email)


def _mirror(client: Client, name: str | None, email: str | None) -> None:
    if (client.contact_name, client.contact_email) != (name, email):
        client.contact_name, client.contact_email = name, email
        client.version += 1


def _check(contact: ClientContact) -> None:
    if not (contact.name or contact.email or contact.phone):
        raise Invalid.at("name", "Give a name, an e-mail or a phone number")


async def _count(db: Db, client: Client) -> int:
    counted = await db.scalar(
        select(func.count()).where(
            ClientContact.agency_id == client.agency_id, ClientContact.client_id == client.id
        )
    )
    return counted or 0


async def _tell(
    db: Db, client: Client, name: str, contact: ClientContact, before: dict[str, str | None] | None = None
) -> None:
    now = {field: getattr(contact, field) for field in before or FIELDS}
    who = contact.name or contact.email or contact.phone
    await record(
        db,
        name,
        "contact",
        contact.id,
        client_id=client.id,
        before=now if name.endswith("removed") else before,
        after=None if name.endswith("removed") else now,
        name=client.name,
        contact=who,
    )
    await acted(db, client)
