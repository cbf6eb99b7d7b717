"""The shape that every table shares: a tenant in each key, an id made here, text with checks for choices.

Rules that a new table follows are in `docs/adding-a-room.md`; `tests/laws` reads the catalogue to see that
they hold.
"""

from __future__ import annotations

import os
import time
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKeyConstraint,
    MetaData,
    Numeric,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from audienceos.platform import clock

Verb = Literal["select", "insert", "update", "delete"]
EVERYTHING: tuple[Verb, ...] = ("select", "insert", "update", "delete")
APPEND_ONLY: tuple[Verb, ...] = ("select", "insert")
NOTHING: tuple[Verb, ...] = ()
LATER = 100
"""The place of a column that came after its table: behind those that were there."""

Json = dict[str, Any]


def uuid7() -> UUID:
    """A new id, UUID version 7 (RFC 9562): in order of time to the millisecond, 74 bits of chance.

    Made here and not by the database, so that a hundred new rows are one statement.
    """
    number = int.from_bytes((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10), "big")
    number = number & ~(0xF << 76) | 7 << 76
    return UUID(int=number & ~(3 << 62) | 2 << 62)


class Base(DeclarativeBase):
    """Every table of ours. Constraints are named by one rule, so a migration can name them too."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pk",
            "ix": "%(table_name)s_%(column_0_N_name)s_ix",
            "uq": "%(table_name)s_%(column_0_N_name)s_uq",
            "fk": "%(table_name)s_%(column_0_N_name)s_fk",
            "ck": "%(table_name)s_%(constraint_name)s_ck",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: DateTime(timezone=True),
        date: Date(),
        UUID: Uuid(),
        Decimal: Numeric(14, 2),
        Json: JSONB(none_as_null=True),
        list[Any]: JSONB(none_as_null=True),
        list[str]: ARRAY(Text()),
    }


class Walled:
    """Primary key (agency_id, id): the tenant comes from the transaction's actor, the id from `uuid7`.

    `info["verbs"]` in the table's arguments says what the request login may do; all four unless stated.
    """

    agency_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-19)


class Created:
    """When the row was made."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now(), sort_order=90)


class Stamped(Created):
    """When the row was made and last changed."""

    updated_at: Mapped[datetime] = mapped_column(
        default=clock.now, onupdate=clock.now, server_default=func.now(), sort_order=91
    )


class Versioned:
    """Raised by one at each edit of a person; the ETag of what people edit."""

    version: Mapped[int] = mapped_column(default=1, server_default="1", sort_order=92)


def to(target: str, column: str, **options: Any) -> ForeignKeyConstraint:
    """A foreign key that carries the tenant: (agency_id, `column`) to `target` (agency_id, id)."""
    return ForeignKeyConstraint(["agency_id", column], [f"{target}.agency_id", f"{target}.id"], **options)


def of_agency() -> ForeignKeyConstraint:
    """The tenant itself exists."""
    return ForeignKeyConstraint(["agency_id"], ["agency.id"])


def one_of(column: str, *choices: str) -> CheckConstraint:
    """A choice as text with a check. Not an enum: its `=` is not leakproof, so row security hides the index."""
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return CheckConstraint(f"{column} in ({listed})", name=column)


def verbs(*allowed: Verb) -> dict[str, Any]:
    """Table arguments that declare what the request login may do."""
    return {"info": {"verbs": allowed}}


def outside_the_wall(reason: str) -> dict[str, Any]:
    """Table arguments of a global table: no policy and no grant for the request login, and why it is global."""
    return {"info": {"verbs": NOTHING, "global": reason}}


def hiding(*columns: str, allowed: tuple[Verb, ...] = EVERYTHING) -> dict[str, Any]:
    """Table arguments that keep some columns from the request login altogether."""
    return {"info": {"verbs": allowed, "hidden": columns}}
