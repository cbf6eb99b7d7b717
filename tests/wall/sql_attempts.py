"""Attempts at the wall by SQL, as the request login with the claims of one agency, on another's rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any, cast

import asyncpg
import msgspec

from audienceos.platform.db.connect import Connection, connected
from tests.wall.changes import COLLIDE, Change, change
from tests.wall.ground import WALLED, Ground, Side, fingerprint, key_of, texts, verbs_of
from tests.wall.questions import Question, question
from tests.wall.tricks import Trick, trick

NO_VALUE = "428C9"  # a column that makes its own values: refused before any row is looked at
REFUSED = "42501"  # insufficient privilege, a row that the wall turns back among them
NO_SUCH_ROW = "23503"  # a key that carries the tenant finds nothing to point at
PATIENCE = "set statement_timeout = '20s'"
NOBODY = "00000000-0000-0000-0000-000000000000"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Outcome(msgspec.Struct, frozen=True):
    """How a statement ended, with everything masked that differs from one agency to another anyway."""

    rows: tuple[str, ...] = ()
    count: int = 0
    state: str = ""
    told: str = ""


class SqlAttempts:
    """Makes attempts and keeps count. Raises `AssertionError` with the statement at the first that gets through."""

    def __init__(self, ground: Ground, asker: Any, owner: Connection) -> None:
        self.ground = ground
        self.asker = asker
        self.owner = owner
        self.never = ground.theirs.never_was()
        self.tried: Counter[str] = Counter()
        self.notices: list[str] = []
        asker.add_log_listener(self._noted)

    def _noted(self, connection: object, message: object) -> None:
        self.notices.append(str(message))

    async def make(self, seed: str) -> None:
        """One attempt, which the seed tells wholly."""
        dice = Random(seed)
        kind = dice.choices((self._question, self._change, self._trick), weights=(4, 5, 2))[0]
        await kind(dice, seed)
        told = self.notices.copy()
        self.notices.clear()
        self._nothing_of_theirs(told, seed)

    async def _question(self, dice: Random, seed: str) -> None:
        asked = question(dice, self.ground.theirs)
        claims, agency = self.ground.mine.claims, str(self.ground.mine.agency)
        if dice.random() < 0.15:
            claims, agency = None, NOBODY
        how = dice.choices((_fetched, _copied), weights=(6, 1))[0]
        async with _acting(self.asker, claims):
            found = await self._answer(how, self.asker, asked.asked())
        async with _acting(self.owner, claims):
            meant = await self._answer(how, self.owner, asked.meant(agency))
        self._same(asked, found, meant, seed)
        self.tried["select" if found.rows else "select, nothing seen"] += 1

    async def _answer(self, how: Callable[..., Awaitable[list[str]]], asker: Any, text: str) -> Outcome:
        try:
            return Outcome(tuple(await how(asker, text)))
        except asyncpg.PostgresError as problem:
            return _refused(problem)

    def _same(self, asked: Question, found: Outcome, meant: Outcome, seed: str) -> None:
        assert found == meant, f"{seed}: {asked.asked()}\nsaw {found}\ninstead of {meant}"
        assert not found.state, f"{seed}: {asked.asked()} is no question: {found.told}"
        self._nothing_of_theirs(found.rows, seed)

    async def _change(self, dice: Random, seed: str) -> None:
        mine, state = self.ground.mine, dice.getstate()
        theirs = change(dice, mine, self.ground.theirs)
        dice.setstate(state)
        twin = change(dice, mine, self.never)
        outcome = await self._changed(theirs)
        assert outcome == await self._changed(twin), (
            f"{seed}: an agency that never was is told apart: {theirs}"
        )
        if theirs.kind == COLLIDE:
            self.tried[f"{COLLIDE}, {'refused' if outcome.state else 'of no use'}"] += 1
            return
        harmless = {REFUSED, NO_SUCH_ROW, NO_VALUE} if theirs.kind == "lean over" else {REFUSED, NO_VALUE}
        refused = outcome.state in harmless
        assert refused or (not outcome.state and outcome.count == 0), f"{seed}: {outcome} by {theirs}"
        self._nothing_of_theirs(outcome.rows, seed)
        self.tried[f"{theirs.kind}, refused" if refused else f"{theirs.kind}, nothing found"] += 1

    async def _changed(self, made: Change) -> Outcome:
        """Try it and commit, so that whatever got through would stay."""
        end = "rollback" if made.kind == COLLIDE else "commit"
        try:
            async with _acting(self.asker, self.ground.mine.claims, end):
                prepared = await self.asker.prepare(made.text)
                rows = await prepared.fetch(*made.values)
                status = cast("str", prepared.get_statusmsg())
        except asyncpg.PostgresError as problem:
            return _refused(problem, self._marks())
        count = rows[0][0] if status == "SELECT 1" and len(rows[0]) == 1 else status.rpartition(" ")[2]
        return Outcome(
            _lines(rows) if status != "SELECT 1" else (), int(count) if str(count).isdigit() else 0
        )

    async def _trick(self, dice: Random, seed: str) -> None:
        tried: Trick = trick(dice, self.ground.mine, self.ground.theirs)
        seen: list[str] = []
        problem = ""
        async with _acting(self.asker, self.ground.mine.claims):
            try:
                for statement in tried.statements:
                    seen += _lines(await self.asker.fetch(statement))
                count = await self.asker.fetchval(tried.look)
            except asyncpg.PostgresError as refused:
                count, problem = 0, _told(refused)
        assert count == 0, f"{seed}: {count} rows by {tried}"
        self._nothing_of_theirs([*seen, problem], seed)
        self.tried[f"{tried.kind}, refused" if problem else f"{tried.kind}, of no use"] += 1

    def _nothing_of_theirs(self, seen: Any, seed: str) -> None:
        shown = [text for text in texts(seen) if self.ground.theirs.mark in text]
        assert shown == [], f"{seed}: {shown[:3]}"

    def _marks(self) -> tuple[str, ...]:
        return (self.ground.theirs.mark, self.never.mark)

    async def own_rows_are_reached(self) -> int:
        """The control: the same login with the same claims sees and changes its own rows. Gives how many tables."""
        reached = 0
        mine = self.ground.mine
        for table in sorted(WALLED):
            key, verbs = key_of(table), verbs_of(table)
            async with _acting(self.asker, mine.claims):
                if "select" in verbs:
                    own = await self.asker.fetchval(f'select count({key}) from "{table}"')
                    assert own >= 1, table
                    reached += 1
                if "delete" in verbs and await self._goes(table, mine):
                    reached += 1
        return reached

    async def _goes(self, table: str, mine: Side) -> bool:
        """Whether an own row is removed, or kept only by what hangs from it."""
        key = key_of(table)
        try:
            return (
                await self.asker.execute(f'delete from "{table}" where {key} = $1', mine.agency) != "DELETE 0"
            )
        except asyncpg.ForeignKeyViolationError:
            return True


@asynccontextmanager
async def attempts_at(ground: Ground) -> AsyncGenerator[SqlAttempts]:
    """Make attempts inside; afterwards nothing of the other agency may have changed by a single character."""
    async with connected(ground.ways.owner) as owner, connected(ground.ways.app) as asker:
        await owner.execute("analyze")
        await owner.execute(PATIENCE)
        await asker.execute(PATIENCE)
        before = await fingerprint(owner, ground.theirs.agency)
        assert min(rows for rows, _ in before.values() if rows) > 0
        assert sum(rows > 0 for rows, _ in before.values()) >= len(WALLED)
        yield SqlAttempts(ground, asker, owner)
        assert await fingerprint(owner, ground.theirs.agency) == before


@asynccontextmanager
async def _acting(connection: Connection, claims: str | None, end: str = "rollback") -> AsyncGenerator[None]:
    await connection.execute("begin")
    try:
        if claims is not None:
            await connection.execute("select app.set_claims($1)", claims)
        yield
        await connection.execute(end)
    except BaseException:
        await connection.execute("rollback")
        raise


async def _fetched(asker: Any, text: str) -> list[str]:
    return sorted(_lines(await asker.fetch(text)))


async def _copied(asker: Any, text: str) -> list[str]:
    pieces: list[bytes] = []

    async def keep(piece: bytes) -> None:
        pieces.append(piece)

    await asker.copy_from_query(text, output=keep)
    return sorted(b"".join(pieces).decode().splitlines())


def _lines(rows: Any) -> tuple[str, ...]:
    return tuple(" ".join(map(str, row)) for row in rows)


def _told(problem: asyncpg.PostgresError) -> str:
    """All that the server says with a refusal."""
    return " ".join(str(part) for part in (problem, *vars(problem).values()))


def _refused(problem: asyncpg.PostgresError, marks: tuple[str, ...] = ()) -> Outcome:
    state = str(cast("Any", problem).sqlstate)
    return Outcome(state=state, told=_masked(_told(problem), marks))


def _masked(text: str, marks: tuple[str, ...] = ()) -> str:
    for mark in marks:
        text = text.replace(mark, "MARK")
    return UUID.sub("ID", text)
