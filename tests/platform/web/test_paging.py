"""Lists in pages: every row once, whatever the order, and whatever others insert or delete meanwhile."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Select, delete, func, literal, select

from audienceos.agency.entering import Founded
from audienceos.clients.models import Client
from audienceos.platform import clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.read import AGENCY
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.paging import Key, Listed, Page, Paged, decode, encode
from audienceos.platform.web.parameters import BadQuery
from tests.entering import door

ROWS = 60


class Line(msgspec.Struct, frozen=True):
    """A client in the lists below."""

    id: UUID
    name: str
    length: int


def _lines(sight: Sight, *, form: frozenset[str] = frozenset()) -> Select[*tuple[Any, ...]]:
    query = select(Client.id, Client.name, func.length(Client.name).label("length")).where(
        Client.agency_id == AGENCY
    )
    return query.where(Client.stage == "Live") if "live" in form else query


def both(key: Key) -> dict[bool, tuple[Key, ...]]:
    return {down: (msgspec.structs.replace(key, descending=down),) for down in (False, True)}


ORDERS: dict[str, tuple[Key, ...]] = {
    f"{'-' if down else ''}{name}": keys
    for name, key in {
        "name": Key(Client.name_key),
        "health": Key(Client.health_status),
        "entered": Key(Client.stage_entered_at),
        "installed": Key(Client.install_date, nullable=True),
        "spend": Key(Client.total_spend, nullable=True),
        "active": Key(Client.is_active),
        "length": Key("length"),
    }.items()
    for down, keys in both(key).items()
} | {
    "mixed": (Key(Client.health_status, descending=True), Key(Client.install_date, nullable=True)),
    "both empty": (
        Key(Client.total_spend, nullable=True, descending=True),
        Key(Client.install_date, nullable=True),
    ),
    "two": (Key(Client.is_active), Key(Client.name_key)),
}
LINES = Paged("lines", Line, _lines, ORDERS, unique=Client.id)


def a_client(at: int) -> Client:
    """One of many that are alike in all but a little."""
    now = clock.now().replace(microsecond=at % 7)
    name = f"{'Ünïcode' if at % 4 else 'Acme'} {at % 9}"
    return Client(
        name=name,
        name_key=name.casefold(),
        stage="Live" if at % 2 else "Onboarding",
        stage_entered_at=now,
        last_activity_at=now,
        health_status=("green", "yellow", "red")[at % 3],
        install_date=None if at % 3 == 0 else date(2026, 1, 1 + at % 5),
        total_spend=None if at % 5 == 0 else Decimal(at % 4) / 3,
        is_active=at % 6 != 0,
    )


@pytest.fixture
async def many(database: Database, someone: Founded) -> Founded:
    """An agency of sixty clients."""
    async with database.acting(door(someone)) as db:
        db.add_all(a_client(at) for at in range(ROWS))
    return someone


async def page(lane: Lane, sort: str, cursor: str | None = None, limit: int = 7, **form: Any) -> Page[Line]:
    return await LINES.page(lane, Listed(limit=limit, cursor=cursor), sort=sort, **form)


async def every(lane: Lane, sort: str, limit: int = 7, **form: Any) -> list[Line]:
    """All pages, one after another."""
    rows: list[Line] = []
    cursor: str | None = None
    while True:
        part = await page(lane, sort, cursor, limit, **form)
        assert len(part.items) <= limit
        rows += part.items
        cursor = part.next_cursor
        if cursor is None:
            return rows


@pytest.mark.parametrize("sort", ORDERS)
async def test_pages_together_are_the_whole_list(database: Database, many: Founded, sort: str) -> None:
    async with database.reading(door(many)) as lane:
        whole = await page(lane, sort, limit=100)
        assert len(whole.items) == ROWS
        assert whole.next_cursor is None
        for limit in (1, 7, 30, 59, 60):
            assert await every(lane, sort, limit) == whole.items


async def test_the_order_is_the_one_that_was_asked(database: Database, many: Founded) -> None:
    async with database.acting(door(many)) as db:
        known = {row.id: row for row in await db.scalars(select(Client))}
    async with database.reading(door(many)) as lane:
        names = [line.name for line in await every(lane, "name")]
        assert names == sorted(names, key=str.casefold)
        assert [line.length for line in await every(lane, "-length")] == sorted(
            [len(name) for name in names], reverse=True
        )
        for sort, turned in (("installed", False), ("-installed", True)):
            dates = [known[line.id].install_date for line in await every(lane, sort)]
            there = [day for day in dates if day is not None]
            assert dates == [*sorted(there, reverse=turned), *[None] * 20], "what is empty comes last"


async def test_filters_hold_on_every_page(database: Database, many: Founded) -> None:
    async with database.reading(door(many)) as lane:
        lines = await every(lane, "-spend", form=frozenset({"live"}))
        assert len({line.id for line in lines}) == len(lines) == ROWS // 2


async def test_the_wall_stands_on_every_page(
    database: Database, many: Founded, someone_else: Founded
) -> None:
    async with database.reading(door(many)) as lane:
        cursor = (await page(lane, "name")).next_cursor
    async with database.reading(door(someone_else)) as lane:
        assert (await page(lane, "name", cursor)).items == []


@pytest.mark.parametrize("sort", ["name", "-name", "-entered", "installed", "-spend", "mixed", "both empty"])
async def test_what_others_insert_and_delete_neither_hides_nor_repeats_a_row(
    database: Database, many: Founded, sort: str
) -> None:
    async with database.reading(door(many)) as lane:
        before = [line.id for line in await every(lane, sort)]
    seen: list[UUID] = []
    gone: set[UUID] = set()
    cursor: str | None = None
    for at in range(100):
        async with database.reading(door(many)) as lane:
            part = await page(lane, sort, cursor)
        seen += [line.id for line in part.items]
        cursor = part.next_cursor
        if cursor is None:
            break
        async with database.acting(door(many)) as db:
            db.add_all(a_client(at * 3 + step) for step in range(3))
            gone |= await _delete_one(db, seen[-1])
    assert len(seen) == len(set(seen))
    assert [row for row in seen if row in before] == before, "the rest, in their order"
    assert gone


async def _delete_one(db: Db, row: UUID) -> set[UUID]:
    """Delete the very row that the cursor names: its place is kept by its keys."""
    await db.execute(delete(Client).where(Client.agency_id == db.actor.agency_id, Client.id == row))
    return {row}


async def test_one_page_is_one_statement_by_its_index(database: Database, many: Founded) -> None:
    text = LINES.read.text("all", page=("name", (False, False)))
    assert "(client.name_key, client.id) > (" in text
    assert " or " not in text.lower()
    down = LINES.read.text("all", page=("-name", (False, False)))
    assert "(client.name_key, client.id) < (" in down


async def test_a_wrong_cursor_is_refused(database: Database, many: Founded) -> None:
    async with database.reading(door(many)) as lane:
        good = (await page(lane, "name")).next_cursor
        assert good is not None
        spend = (await page(lane, "spend")).next_cursor
        wrong = ["", "x", good[:-2], good + "AAAA", good.swapcase(), spend, "é", "\x00", "=" * 8, "A" * 9000]
        for cursor in wrong:
            with pytest.raises(BadQuery) as refused:
                await page(lane, "name", cursor)
            assert refused.value.code == "bad_cursor"
            assert [fault.field for fault in refused.value.faults] == ["cursor"]
        with pytest.raises(BadQuery):
            await page(lane, "-name", good)
        assert (await page(lane, "name", good, limit=100)).items, "the page's size may change"


def test_a_cursor_made_by_hand_is_judged_by_its_types() -> None:
    types = [str, int | None, UUID]
    some_id = str(UUID(int=1))
    wrong: list[list[Any]] = [["a", 1, "no id"], ["a", "1", some_id], ["a"], [1, 1, some_id], []]
    for values in wrong:
        with pytest.raises(BadQuery):
            decode("lines name", encode("lines name", values), types)
    with pytest.raises(BadQuery):
        decode("lines name", encode("lines name", ["a\x00", 1, some_id]), types)
    assert decode("lines name", encode("lines name", ["a", None, UUID(int=1)]), types).values == (
        "a",
        None,
        UUID(int=1),
    )


async def test_a_select_that_is_not_the_structs_is_an_error(database: Database, many: Founded) -> None:
    def other(sight: Sight) -> Select[*tuple[Any, ...]]:
        return select(Client.id, literal("x").label("nme")).where(Client.agency_id == AGENCY)

    wrong = Paged("wrong", Line, other, {"id": (Key(Client.id),)}, unique=Client.id)
    async with database.reading(door(many)) as lane:
        with pytest.raises(TypeError, match="nme"):
            await wrong.page(lane, Listed(), sort="id")
