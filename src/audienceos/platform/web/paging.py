"""Lists in pages: `limit` and `cursor` come in, `items` and `next_cursor` go out.

    CLIENTS = Paged("clients", ClientRow, _rows, {
        "name": (Key(Client.name_key),),
        "-created_at": (Key(Client.created_at, descending=True),),
        "owner": (Key("owner_name", nullable=True),),          # a column of the select, by its label
    }, unique=Client.id)
    page = await CLIENTS.page(lane, query, sort=query.sort, binds=filters.binds, form=filters.form)

A page begins after the last row of the one before, by that row's sort keys and id, so what others insert or
delete meanwhile neither repeats a row nor hides one. Empty values come last in both directions.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any, Generic, Protocol, TypeVar, cast

import msgspec
from msgspec import Meta
from sqlalchemy import BigInteger, ColumnElement, Label, and_, bindparam, false, or_, tuple_

from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import SPARE, Builder, Question, Read
from audienceos.platform.errors import FieldFault
from audienceos.platform.web.forms import storable
from audienceos.platform.web.parameters import BadQuery

PAGE = 25
LONGEST_PAGE = 100
LONGEST_CURSOR = 4000  # of characters; sort keys are short texts, times and numbers
CHECK_BYTES = 6

Item = TypeVar("Item")
Shape = TypeVar("Shape", bound=msgspec.Struct)
Column = ColumnElement[Any]


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """Part of a list. Ask again with `next_cursor` for what follows; null at the end."""

    items: list[Item]
    next_cursor: str | None = None


Limit = Annotated[int, Meta(ge=1, le=LONGEST_PAGE, description="How many at most")]
From = Annotated[str, Meta(description="`next_cursor` of the page before")]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What every list can be asked. A room's own query adds its filters and its `sort`."""

    limit: Limit = PAGE
    cursor: From | None = None


class Asking(Protocol):
    """Anything that says which page is wanted: `Listed`, or a struct of another base with its two fields."""

    @property
    def limit(self) -> int: ...
    @property
    def cursor(self) -> str | None: ...


class Key(msgspec.Struct, frozen=True):
    """What a list is sorted by: a column, or the label of one in the select."""

    column: Any
    descending: bool = False
    nullable: bool = False


class After(msgspec.Struct, frozen=True):
    """Where a page begins: the sort keys of the row before it."""

    values: tuple[Any, ...]

    @property
    def form(self) -> tuple[bool, ...]:
        """Which of them are null: the shape of the condition."""
        return tuple(value is None for value in self.values)

    @property
    def binds(self) -> dict[str, Any]:
        """Their values, as the condition names them."""
        return {f"after_{at}": value for at, value in enumerate(self.values)}


class Paged(Generic[Shape]):
    """A kept question whose answer comes in pages. `build` gives the select without order or limit.

    `orders` are the ways to sort, by their names in the address; `unique` is what tells two equal rows apart.
    """

    def __init__(
        self,
        noun: str,
        shape: type[Shape],
        build: Builder,
        orders: Mapping[str, Sequence[Key]],
        *,
        unique: Any,
    ) -> None:
        self._noun = noun
        self._build = build
        self._orders = {
            name: (*keys, Key(unique, descending=keys[-1].descending)) for name, keys in orders.items()
        }
        self._types: dict[str, list[Any]] = {}
        self.read = Read(shape, self._question)

    async def page(
        self, lane: Lane, asked: Asking, *, sort: str, binds: Mapping[str, Any] | None = None, **form: Any
    ) -> Page[Shape]:
        """One page, in one statement. Raises `BadQuery` for a cursor that isn't of this list and order."""
        after = self._after(asked.cursor, sort, lane.actor.sight, form)
        values = dict(binds or {}) | (after.binds if after else {}) | {"page_limit": asked.limit + 1}
        form["page"] = (sort, after.form if after else None)
        items, keys = await self.read.with_spare(lane, values, at=asked.limit - 1, **form)
        if len(items) <= asked.limit:
            return Page(items)
        del items[asked.limit :]
        return Page(items, encode(self._name(sort), keys))

    def cursor(self, sort: str, keys: Sequence[Any]) -> str:
        """Where the page begins that follows a row with these sort keys, its `unique` last."""
        return encode(self._name(sort), keys)

    def _after(self, cursor: str | None, sort: str, sight: Sight, form: Mapping[str, Any]) -> After | None:
        if cursor is None:
            return None
        if sort not in self._types:
            self.read.text(sight, page=(sort, None), **form)
        return decode(self._name(sort), cursor, self._types[sort])

    def _name(self, sort: str) -> str:
        return f"{self._noun} {sort}"

    def _question(self, sight: Sight, *, page: tuple[str, tuple[bool, ...] | None], **form: Any) -> Question:
        sort, nulls = page
        query = self._build(sight, **form)
        keys = self._orders[sort]
        columns = [_column(query, key) for key in keys]
        self._types[sort] = [
            column.type.python_type | None if key.nullable else column.type.python_type
            for key, column in zip(keys, columns, strict=True)
        ]
        spare = [column.label(f"{SPARE}{at}") for at, column in enumerate(columns)]
        if nulls is not None:
            query = query.where(follows(keys, columns, nulls))
        order = [_ordered(key, column) for key, column in zip(keys, columns, strict=True)]
        return query.add_columns(*spare).order_by(*order).limit(bindparam("page_limit", type_=BigInteger()))


def follows(keys: Sequence[Key], columns: Sequence[Column], nulls: Sequence[bool]) -> ColumnElement[bool]:
    """Whether a row comes after the one whose keys are bound as `after_0`, `after_1` and so on.

    Sorted one way and never empty, the keys compare as one tuple, which an index answers at once.
    """
    given = [bindparam(f"after_{at}", type_=column.type) for at, column in enumerate(columns)]
    if len({key.descending for key in keys}) == 1 and not any(key.nullable for key in keys):
        mine, theirs = tuple_(*columns), tuple_(*given)
        return mine < theirs if keys[0].descending else mine > theirs
    steps: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for key, column, value, null in zip(keys, columns, given, nulls, strict=True):
        steps.append(and_(*same, _beyond(key, column, value, null)))
        same.append(column.is_(None) if null else column == value)
    return or_(*steps)


def _beyond(key: Key, column: Column, value: Column, null: bool) -> ColumnElement[bool]:
    if null:
        return false()
    beyond = column < value if key.descending else column > value
    return or_(beyond, column.is_(None)) if key.nullable else beyond


def _ordered(key: Key, column: Column) -> ColumnElement[Any]:
    if not key.descending:
        return column
    return column.desc().nulls_last() if key.nullable else column.desc()


def _column(query: Question, key: Key) -> Column:
    if not isinstance(key.column, str):
        return cast("Column", key.column)
    found = query.selected_columns[key.column]
    return found.element if isinstance(found, Label) else found


def encode(name: str, values: Sequence[Any]) -> str:
    """A cursor: the keys of a page's last row, and a check that it is this list's and whole."""
    body = msgspec.json.encode(values)
    return urlsafe_b64encode(_check(name, body) + body).decode().rstrip("=")


def decode(name: str, cursor: str, types: Sequence[Any]) -> After:
    """Read a cursor back. Raises `BadQuery` for one that was altered or belongs to another list or order.

    It opens nothing that the caller may not see: what follows it is asked with their own rights.
    """
    try:
        whole = urlsafe_b64decode(cursor[:LONGEST_CURSOR] + "=" * (-len(cursor) % 4))
        check, body = whole[:CHECK_BYTES], whole[CHECK_BYTES:]
        if check != _check(name, body):
            raise ValueError("altered")
        values = msgspec.json.decode(body, type=tuple[tuple(types)])  # pyright: ignore[reportInvalidTypeArguments]
        for value in cast("tuple[Any, ...]", values):
            if isinstance(value, str):
                storable(value)
    except ValueError:
        wrong = FieldFault(
            "cursor", "This isn't a cursor of this list in this order; leave it out to begin anew"
        )
        raise BadQuery([wrong], code="bad_cursor") from None
    return After(cast("tuple[Any, ...]", values))


def _check(name: str, body: bytes) -> bytes:
    return sha256(name.encode() + b"\0" + body).digest()[:CHECK_BYTES]
