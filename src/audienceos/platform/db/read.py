"""A question asked often: one select, compiled once, answered in structs.

    CARDS = Read(ClientCard, cards)              # def cards(sight: Sight, *, sort: str) -> Select[Any]
    rows = await CARDS.all(lane, {"stage": "Live"}, sort="name")

The select is built for what the reader may see (`Sight`) and for its shape (filters, order); each shape is
compiled once and kept. What the select binds as `AGENCY`, `PERSON`, `TODAY` and `ZONE` is filled from the lane.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from sqlalchemy import ColumnElement, Date, Select, Text, Uuid, bindparam, cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from audienceos.platform.actor import Actor, Sight
from audienceos.platform.clock import today_in
from audienceos.platform.db.database import Lane

Shape = TypeVar("Shape", bound=msgspec.Struct)
Question = Select[*tuple[Any, ...]]
Builder = Callable[..., Question]
Convert = Callable[[Any], Any]

SHAPES_KEPT = 256  # a list's filters times its orders, with room; beyond it the oldest is compiled anew

NONE: Mapping[str, Any] = {}
SPARE = "spare_"  # columns of a select that its struct doesn't have: what a page is sorted by

AGENCY = bindparam("agency_id", type_=Uuid())
PERSON = bindparam("user_id", type_=Uuid())
TODAY = bindparam("today", type_=Date())
ZONE = bindparam("zone", type_=Text())

_dialect = PGDialect_asyncpg()


def binds_of(actor: Actor) -> dict[str, Any]:
    """What every question knows of its reader."""
    return {
        "agency_id": actor.agency_id,
        "user_id": actor.user_id,
        "today": today_in(actor.tz),
        "zone": actor.zone,
    }


class _Compiled(Generic[Shape]):
    """One select as the driver wants it: text, the order of its values, what each value and column needs."""

    def __init__(self, shape: type[Shape], select: Question) -> None:
        columns = list(select.selected_columns)
        # jsonb travels as text, so that one step makes of it what the struct's field says.
        compiled = select.with_only_columns(*map(_as_text, columns)).compile(dialect=_dialect)
        if compiled.post_compile_params:
            raise TypeError(f"{shape.__name__}: an expanding IN can't be kept; use `= any(:values)`")
        names = [str(column.key) for column in columns]
        fields = list(shape.__struct_fields__)
        self.width = len(fields)
        if names[: self.width] != fields or not all(name.startswith(SPARE) for name in names[self.width :]):
            raise TypeError(f"{shape.__name__} has {fields}, its select {names}")
        self.text = str(compiled)
        self.cuts = len(names) > self.width
        self.wanted = [
            (name, bind.effective_value, bind.type.dialect_impl(_dialect).bind_processor(_dialect))
            for name in compiled.positiontup or ()
            for bind in (compiled.binds[name],)
        ]
        hints = get_type_hints(shape)
        self.convert_out = [
            (at, _shaped(hints[names[at]]))
            for at, column in enumerate(columns)
            if isinstance(column.type, JSONB) and at < self.width
        ]

    def values(self, actor: Actor, binds: Mapping[str, Any]) -> list[Any]:
        """What the statement binds, in its order: what the caller gives, else what is known of the reader."""
        known = binds_of(actor)
        values: list[Any] = []
        for name, given, convert in self.wanted:
            value = binds[name] if name in binds else known.get(name, given)
            values.append(value if convert is None else convert(value))
        return values


class Read(Generic[Shape]):
    """A kept question. Raises `TypeError` at its first use if the struct and the columns differ."""

    def __init__(self, shape: type[Shape], build: Builder) -> None:
        self.shape = shape
        self._build = build
        self._kept: dict[object, _Compiled[Shape]] = {}

    async def all(self, lane: Lane, binds: Mapping[str, Any] = NONE, **form: Any) -> list[Shape]:
        """Every row of the answer, in order."""
        asked = self._asked(lane.actor.sight, **form)
        return self._decoded(asked, await lane.raw.fetch(asked.text, *asked.values(lane.actor, binds)))

    async def with_spare(
        self, lane: Lane, binds: Mapping[str, Any] = NONE, *, at: int, **form: Any
    ) -> tuple[list[Shape], list[Any]]:
        """Every row, and what the select has beyond the struct (named `SPARE...`) in the row at that place; empty
        where there are fewer rows."""
        asked = self._asked(lane.actor.sight, **form)
        rows = await lane.raw.fetch(asked.text, *asked.values(lane.actor, binds))
        spare = list(rows[at])[asked.width :] if at < len(rows) else []
        return self._decoded(asked, rows), spare

    async def one(self, lane: Lane, binds: Mapping[str, Any] = NONE, **form: Any) -> Shape | None:
        """The first row, or None."""
        rows = await self.all(lane, binds, **form)
        return rows[0] if rows else None

    def text(self, sight: Sight = "all", **form: Any) -> str:
        """The SQL of one shape, for plans and benchmarks."""
        return self._asked(sight, **form).text

    def _asked(self, sight: Sight, **form: Any) -> _Compiled[Shape]:
        key = (sight, *sorted(form.items()))
        if key not in self._kept:
            if len(self._kept) >= SHAPES_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = _Compiled(self.shape, self._build(sight, **form))
        return self._kept[key]

    def _decoded(self, asked: _Compiled[Shape], rows: Iterable[Iterable[Any]]) -> list[Shape]:
        shape, width, cuts, convert_out = self.shape, asked.width, asked.cuts, asked.convert_out
        if not (cuts or convert_out):
            return [shape(*row) for row in rows]
        items: list[Shape] = []
        for row in rows:
            cells = list(row)
            if cuts:
                del cells[width:]
            for at, convert in convert_out:
                cells[at] = convert(cells[at])
            items.append(shape(*cells))
        return items


def _as_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(column, Text).label(column.key) if isinstance(column.type, JSONB) else column


def _shaped(hint: Any) -> Convert:
    """How the text of a jsonb column becomes what the struct's field says."""
    decode: Convert = msgspec.json.Decoder(hint).decode
    optional = get_origin(hint) is UnionType and NoneType in get_args(hint)

    def convert(text: str | None) -> Any:
        if text is not None:
            return decode(text)
        if not optional:
            raise TypeError(f"a jsonb column is null where {hint} is expected")
        return None

    return convert
