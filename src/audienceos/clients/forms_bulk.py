"""What may come in about saved views and about changes of many clients, and the shapes given out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from audienceos.platform.web.forms import Form

Screen = Literal["board", "list"]
ViewName = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\S")]


class ViewIn(Form):
    """A view to keep: the board's or the list's parameters, as they stand in its address."""

    name: ViewName
    screen: Screen = "list"
    parameters: dict[str, Any] = {}
    """Filters, order and columns by the names of `/v1/clients`; those of the address alone, no page of it."""
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
