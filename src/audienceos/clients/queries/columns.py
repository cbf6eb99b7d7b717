"""Columns that several questions share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, ScalarSelect, Subquery, cast, func, select

from audienceos.clients.models import Client, ClientAssignment, ClientNote
from audienceos.platform.db.base import Base
from audienceos.platform.db.read import AGENCY, TODAY, ZONE


def days_in_stage() -> ColumnElement[int]:
    """Whole local days since the client entered its stage. Binds :today and :zone."""
    entered = cast(func.timezone(ZONE, Client.stage_entered_at), Date)
    return (TODAY - entered).label("days_in_stage")


def owner() -> Subquery:
    """Each client's owner: client_id, owner_id, owner_name. One row at most a client."""
    user = Base.metadata.tables["user"]
    return (
        select(
            ClientAssignment.client_id,
            ClientAssignment.user_id.label("owner_id"),
            func.concat_ws(" ", user.c.first_name, user.c.last_name).label("owner_name"),
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
