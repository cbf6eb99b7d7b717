"""What may come in about saved views and about changes of many clients, and the shapes given out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from audienceos.platform.web.forms import Form

Screen = Literal["board", "list", "ticket_board", "ticket_list"]
ViewName = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\S")]


class ViewIn(Form):
    """A view to keep: a board's or a list's parameters, as they stand in its address."""

    name: ViewName
    screen: Screen = "list"
    parameters: dict[str, Any] = {}
    """Filters, order and columns by the names of `/v1/clients` or `/v1/tickets`; no page of it."""
    is_shared: bool = False
    """Whether the whole agency sees it."""


class ViewPatch(Form):
    """A change of a view: what is absent stays. `parameters` are all of them."""

    name: ViewName | UnsetType = UNSET
    parameters: dict[str, Any] | UnsetType = UNSET
    is_shared: bool | UnsetType = UNSET


class SavedViewView(msgspec.Struct, frozen=True):
    """A view that somebody kept."""

    id: UUID
    screen: Screen
    name: str
    parameters: dict[str, Any]
    is_shared: bool
    author_id: UUID
    author: str | None
    version: int
    created_at: datetime
    updated_at: datetime


Kind = Literal["assign", "move", "tag", "untag", "mark_healthy"]
Outcome = Literal["waiting", "changed", "unchanged", "refused", "undone", "kept"]
ChangeStatus = Literal["running", "done", "failed", "undoing", "undone"]
CLIENTS_AT_MOST = 1000


class ChangeData(Form):
    """What a verb on many clients needs; what it doesn't is left out."""

    user_id: UUID | None = None
    """To assign: who owns them from now on."""
    to_stage: Annotated[str, Meta(min_length=1, max_length=50)] | None = None
    """To move."""
    notes: Annotated[str, Meta(max_length=2000)] | None = None
    """To move: why, for each client's history."""
    override: bool = False
    """To move: an admin insists on moves that the rules refuse."""
    tag: Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\S")] | None = None
    """To tag and to untag."""
    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")] | None = None
    """To mark healthy: why."""
    days: Annotated[int, Meta(ge=1, le=365)] = 7
    """To mark healthy: for how long."""


class ChangeIn(ChangeData, kw_only=True):
    """One verb on up to 1,000 clients. Each is done by itself, as by hand: one that is refused keeps none back."""

    client_ids: Annotated[list[UUID], Meta(min_length=1, max_length=CLIENTS_AT_MOST)]
    kind: Kind


class ManyView(msgspec.Struct, frozen=True):
    """A verb on many clients: what it is, how far it got, and how many of its rows have which outcome."""

    id: UUID
    kind: Kind
    data: dict[str, Any]
    status: ChangeStatus
    total: int
    counts: dict[str, int]
    error: str | None
    created_by: UUID
    author: str | None
    created_at: datetime
    finished_at: datetime | None


class ManyRowView(msgspec.Struct, frozen=True):
    """What came of one client. One that the reader can't see (any more) has neither id nor name nor reason."""

    place: int
    client_id: UUID | None
    name: str | None
    outcome: Outcome
    reason: str | None
    before: dict[str, Any] | None


class MoveUndoIn(Form):
    """Where the client was seen when its last move is taken back: another place is a 409."""

    from_stage: Annotated[str, Meta(min_length=1, max_length=50)]
