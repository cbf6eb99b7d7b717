"""The people at a client. The primary one is mirrored in the client's own contact fields."""

from __future__ import annotations

from sqlalchemy import select

from audienceos.clients.models import Client, ClientContact
from audienceos.clients.words import email_key
from audienceos.platform.db.sessions import Db


async def mirror_to_primary(db: Db, client: Client) -> None:
    """The client's contact fields were edited: write them to its primary contact, made or removed as needed."""
    primary = await primary_of(db, client)
    if client.contact_name is None and client.contact_email is None:
        if primary is not None and primary.phone is None and primary.title is None:
            await db.delete(primary)
        elif primary is not None:
            primary.name = primary.email = primary.email_key = None
        return
    if primary is None:
        primary = ClientContact(client_id=client.id, is_primary=True)
        db.add(primary)
    primary.name, primary.email = client.contact_name, client.contact_email
    primary.email_key = email_key(client.contact_email)


async def primary_of(db: Db, client: Client) -> ClientContact | None:
    """The client's primary contact, or None."""
    return await db.scalar(
        select(ClientContact).where(
            ClientContact.agency_id == client.agency_id,
            ClientContact.client_id == client.id,
            ClientContact.is_primary,
        )
    )
