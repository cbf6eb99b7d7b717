"""Columns that several questions share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    Subquery,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from audienceos.clients.models import Client, ClientAssignment, ClientNote, ClientSignal, CustomField
from audienceos.platform.db.base import Base
from audienceos.platform.db.read import AGENCY, TODAY, ZONE

CLIENT = bindparam("client_id", type_=Uuid())
ROW = bindparam("row_id", type_=Uuid())


def days_in_stage() -> ColumnElement[int]:
    """Whole local days since the client entered its stage. Binds :today and :zone."""
    entered = cast(func.timezone(ZONE, Client.stage_entered_at), Date)
    return (TODAY - entered).label("days_in_stage")


def owner() -> Subquery:
    """Each client's owner: client_id, owner_id, owner_name, owner_avatar. One row at most a client."""
    user = Base.metadata.tables["user"]
    return (
        select(
            ClientAssignment.client_id,
            ClientAssignment.user_id.label("owner_id"),
            func.concat_ws(" ", user.c.first_name, user.c.last_name).label("owner_name"),
            user.c.email.label("owner_email"),
            user.c.avatar_url.label("owner_avatar"),
        )
        .join(user, (user.c.agency_id == AGENCY) & (user.c.id == ClientAssignment.user_id))
        .where(ClientAssignment.agency_id == AGENCY, ClientAssignment.role == "owner")
        .subquery("owner")
    )


def latest_note() -> ScalarSelect[Any]:
    """The newest entry of the client's log, cut to what a card shows."""
    return (
        select(func.left(ClientNote.content, 160))
        .where(ClientNote.agency_id == AGENCY, ClientNote.client_id == Client.id)
        .order_by(ClientNote.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def latest_note_at() -> ScalarSelect[Any]:
    """When the newest entry of the client's log was written."""
    mine = (ClientNote.agency_id == AGENCY, ClientNote.client_id == Client.id)
    return select(func.max(ClientNote.created_at)).where(*mine).scalar_subquery()


def open_tickets() -> ColumnElement[int]:
    """How many tickets are open for the client, as the room above signals it."""
    signal = select(ClientSignal.count).where(
        ClientSignal.agency_id == AGENCY,
        ClientSignal.client_id == Client.id,
        ClientSignal.source == "tickets",
        ClientSignal.key == "open",
    )
    return func.coalesce(signal.scalar_subquery(), 0, type_=Integer())


def person_name(user_id: Any) -> ColumnElement[str | None]:
    """The full name of someone in the agency, whether or not they are still active."""
    user = Base.metadata.tables["user"].alias()
    name = func.concat_ws(" ", user.c.first_name, user.c.last_name)
    return select(name).where(user.c.agency_id == AGENCY, user.c.id == user_id).scalar_subquery()


def custom() -> ColumnElement[Any]:
    """Values of the agency's own fields, without those of fields that were removed."""
    gone = select(cast(CustomField.id, Text)).where(
        CustomField.agency_id == AGENCY, CustomField.deleted_at.is_not(None)
    )
    hidden = func.array(gone.scalar_subquery(), type_=ARRAY(Text()))
    return Client.custom.op("-", return_type=JSONB())(hidden).label("custom")


def stage_place(stage: Any) -> ColumnElement[int]:
    """Where a stage stands in the pipeline; one that the agency has given up comes last. Binds :stages."""
    stages = bindparam("stages", type_=ARRAY(Text()))
    return func.coalesce(func.array_position(stages, cast(stage, Text), type_=Integer()), 1000)
