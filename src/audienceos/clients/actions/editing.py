"""Change a client's own fields, archive it and bring it back from there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import UNSET, structs

from audienceos.clients.access import client_for
from audienceos.clients.actions.contacts import mirror_to_primary
from audienceos.clients.actions.fields import custom_values
from audienceos.clients.actions.judging import acted
from audienceos.clients.actions.repeating import replan
from audienceos.clients.forms import ClientPatch
from audienceos.clients.models import Client
from audienceos.clients.words import checked_money, name_key, tidy_domain, tidy_tags
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version

MIRRORED = ("contact_name", "contact_email")


async def edit_client(db: Db, client_id: UUID, patch: ClientPatch, version: int | None) -> Client:
    """Lay the given fields over the client. What is absent stays, null clears.

    `version` is what was read; None for a button that sets one thing whatever else was saved meanwhile.
    Raises `NotFound`; `Stale` when somebody saved since; `Invalid` for a custom value of the wrong kind or an
    install date ahead; `Forbidden` when a user changes the install date.
    """
    client = await client_for(db, client_id, to="change")
    if version is not None:
        check_version(client, version)
    given = {name: value for name, value in structs.asdict(patch).items() if value is not UNSET}
    changes = await _changes(db, client, given)
    before = {name: getattr(client, name) for name in changes if getattr(client, name) != changes[name]}
    if not before:
        return client
    for name in before:
        setattr(client, name, changes[name])
    client.version += 1
    if before.get("is_active") is False:
        await replan(db, db.actor.tz, client.id)
    if before.keys() & set(MIRRORED):
        await mirror_to_primary(db, client)
    await _tell(db, client, before)
    await acted(db, client)
    return client


async def tag_client(db: Db, client_id: UUID, tag: str) -> Client:
    """Add a tag (or several, with commas between); one that is there, however capitalised, changes nothing.

    Raises `NotFound`, and `Invalid` beyond the number of tags that a client may have.
    """
    client = await client_for(db, client_id, to="change")
    return await edit_client(db, client_id, ClientPatch(tags=[*client.tags, tag]), None)


async def untag_client(db: Db, client_id: UUID, tag: str) -> Client:
    """Take a tag away, however capitalised; one that isn't there changes nothing. Raises `NotFound`."""
    client = await client_for(db, client_id, to="change")
    kept = [one for one in client.tags if one.casefold() != tag.strip().casefold()]
    return await edit_client(db, client_id, ClientPatch(tags=kept), None)


async def _changes(db: Db, client: Client, given: Json) -> dict[str, Any]:
    changes: dict[str, Any] = {name: None if value == "" else value for name, value in given.items()}
    if "name" in changes:
        changes["name_key"] = name_key(changes["name"])
    if "domain" in changes:
        changes["domain"] = tidy_domain(changes["domain"])
    if "tags" in changes:
        changes["tags"] = tidy_tags(changes["tags"])
    for field in ("lifetime_value", "total_spend"):
        if field in changes:
            changes[field] = checked_money(changes[field], field)
    if "custom" in changes:
        changes["custom"] = await custom_values(db, changes["custom"], client.custom)
    if "install_date" in changes and changes["install_date"] != client.install_date:
        _check_install_date(db, changes["install_date"])
    return changes


def _check_install_date(db: Db, day: date | None) -> None:
    if not db.actor.is_admin:
        raise Forbidden("Only an admin corrects the day a client went live.")
    if day is not None and day > clock.today_in(db.actor.tz):
        raise Invalid.at("install_date", "The day it went live can't be ahead")


async def _tell(db: Db, client: Client, before: Json) -> None:
    was_active = before.get("is_active")
    name = "client.changed"
    if was_active is not None:
        name = "client.archived" if was_active else "client.reactivated"
    shown = {field: _plain(value) for field, value in before.items() if field != "name_key"}
    now = {field: _plain(getattr(client, field)) for field in shown}
    await record(
        db,
        name,
        "client",
        client.id,
        client_id=client.id,
        before=shown,
        after=now,
        name=client.name,
        fields=sorted(shown),
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (Decimal, date)) else value
