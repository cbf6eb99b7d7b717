"""A client is born: with its first stage event, its owner and its primary contact."""

from __future__ import annotations

from uuid import UUID

from audienceos.agency.access import assignable, ground_for
from audienceos.agency.pipeline import Pipeline
from audienceos.clients.access import visible_clients
from audienceos.clients.actions.fields import custom_values
from audienceos.clients.actions.judging import rejudge
from audienceos.clients.actions.moving import enter_stage
from audienceos.clients.forms import ClientIn
from audienceos.clients.models import Client, ClientAssignment, ClientContact
from audienceos.clients.words import checked_money, name_key, tidy_domain, tidy_tags
from audienceos.platform import clock
from audienceos.platform.auth.emails import email_key
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Invalid
from audienceos.platform.events.recording import record


async def create_client(db: Db, data: ClientIn) -> Client:
    """Add a client. Its creator becomes its owner unless another is named.

    Raises `Invalid` for a stage the agency doesn't have, an owner who can't be given work, a custom value of
    the wrong kind, or an install date ahead.
    """
    ground = await ground_for(db, "share")
    pipeline = ground.pipeline
    stage = data.stage or pipeline.initial
    _check(db, data, stage, pipeline)
    owner = data.default_owner_id or db.actor.person
    await assignable(db, owner, "default_owner_id")
    client = await _made(db, data)
    db.add(client)
    await enter_stage(db, ground, client, stage, first=True, owner=owner)
    await db.flush()
    _assign(db, client, owner)
    _add_primary_contact(db, client)
    await record(
        db, "client.created", "client", client.id, client_id=client.id, name=client.name, stage=client.stage
    )
    await rejudge(db, client, ground)
    return client


async def namesake(db: Db, name: str) -> UUID | None:
    """Another client of this name that the actor may see, to warn about."""
    query = visible_clients(db.actor).where(Client.name_key == name_key(name))
    return await db.scalar(query.with_only_columns(Client.id).limit(1))


async def _made(db: Db, data: ClientIn) -> Client:
    return Client(
        id=uuid7(),
        name=data.name,
        name_key=name_key(data.name),
        contact_name=data.contact_name or None,
        contact_email=data.contact_email or None,
        domain=tidy_domain(data.domain),
        lifetime_value=checked_money(data.lifetime_value, "lifetime_value"),
        total_spend=checked_money(data.total_spend, "total_spend"),
        install_date=data.install_date,
        notes=data.notes or None,
        tags=tidy_tags(data.tags),
        custom=await custom_values(db, data.custom),
        created_by=db.actor.user_id,
        last_activity_at=clock.now(),
    )


def _assign(db: Db, client: Client, owner: UUID) -> None:
    db.add(ClientAssignment(client_id=client.id, user_id=owner, role="owner"))
    if owner != db.actor.person and db.actor.sight == "assigned":
        # Else they would not see what they have just made.
        db.add(ClientAssignment(client_id=client.id, user_id=db.actor.person, role="collaborator"))


def _check(db: Db, data: ClientIn, stage: str, pipeline: Pipeline) -> None:
    if stage not in pipeline.stages:
        raise Invalid.at("stage", f"There is no stage {stage!r}; choose one of {', '.join(pipeline.stages)}")
    if data.install_date and data.install_date > clock.today_in(db.actor.tz):
        raise Invalid.at("install_date", "The day it went live can't be ahead")


def _add_primary_contact(db: Db, client: Client) -> None:
    if client.contact_name is None and client.contact_email is None:
        return
    db.add(
        ClientContact(
            client_id=client.id,
            name=client.contact_name,
            email=client.contact_email,
            email_key=email_key(client.contact_email) if client.contact_email else None,
            is_primary=True,
        )
    )
