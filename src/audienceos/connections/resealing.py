"""Everything sealed, sealed anew with the newest key: in batches, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Table, select, tuple_, update

from audienceos.connections.vault import TABLES
from audienceos.platform.db.base import Base
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.sealing import Place, Unopenable, box, key_of

BATCH = 200
NOWHERE = UUID(int=0)


class Count(msgspec.Struct, frozen=True):
    """What became of a table's sealed rows."""

    resealed: int = 0
    current: int = 0
    failed: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.resealed + other.resealed, self.current + other.current, self.failed + other.failed)


async def reseal(database: Database, *, batch: int = BATCH) -> dict[str, Count]:
    """Go through every sealed row of every agency. Raises `Unavailable` when the keys can't be read."""
    counts: dict[str, Count] = {}
    for name, columns in TABLES.items():
        table, after, counts[name] = Base.metadata.tables[name], (NOWHERE, NOWHERE), Count()
        while after is not None:
            async with database.serving() as db:
                after, count = await _batch(db, table, columns, after, batch)
            counts[name] += count
    return counts


async def _batch(
    db: Db, table: Table, columns: Sequence[str], after: tuple[UUID, UUID], batch: int
) -> tuple[tuple[UUID, UUID] | None, Count]:
    """The next rows in the order of their keys, locked; and where they end, or None at the end of all."""
    key = tuple_(table.c.agency_id, table.c.id)
    asked = (
        select(table.c.agency_id, table.c.id, *(table.c[name] for name in columns))
        .where(key > tuple_(*after))
        .order_by(table.c.agency_id, table.c.id)
        .limit(batch)
        .with_for_update()
    )
    rows = [tuple[Any, ...](row) for row in (await db.execute(asked)).all()]
    count = Count()
    for agency_id, row_id, *texts in rows:
        held: dict[str, str] = {
            name: text for name, text in zip(columns, texts, strict=True) if text is not None
        }
        if held:
            count += await _row(db, table, agency_id, row_id, held)
    return (rows[-1][0], rows[-1][1]) if len(rows) == batch else None, count


async def _row(db: Db, table: Table, agency_id: UUID, row_id: UUID, held: dict[str, str]) -> Count:
    newest = box().newest
    old = {name: text for name, text in held.items() if key_of(text) != newest}
    if not old:
        return Count(current=1)
    values: dict[str, Any] = {}
    for name, text in old.items():
        place = Place(agency_id, row_id, f"{table.name}.{name}")
        try:
            values[name] = box().seal(box().open(text, place).reveal(), place)
        except Unopenable:
            return Count(failed=1)
    await db.execute(update(table).where(table.c.agency_id == agency_id, table.c.id == row_id).values(values))
    return Count(resealed=1)
