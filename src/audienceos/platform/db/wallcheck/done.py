"""What the wall does: two agencies with a row in every table try each verb on each other's rows, both ways.

All of it in one transaction of the owner, who becomes the request login for each try (`set local role`, the
one place where a role is switched), and which is rolled back: nothing stays and nobody is told.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import MetaData, Table

from audienceos.platform.db.base import EVERYTHING
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.raw import Raw
from audienceos.platform.db.wallcheck.filling import Filled, Values, fill, insert_of
from audienceos.platform.db.wallcheck.report import Report

JOBS_OF = "select count(id) from jobs.pgqueuer where headers ->> 'agency_id' = $1"
JOB = """insert into jobs.pgqueuer (priority, entrypoint, status, headers, payload)
         values (0, 'probe', 'queued', jsonb_build_object('agency_id', $1::text), null)"""
REFUSED = (asyncpg.InsufficientPrivilegeError,)


class Done(msgspec.Struct, frozen=True):
    """The tries of one check."""

    metadata: MetaData
    logins: Logins
    report: Report

    async def attempt(self, raw: Raw) -> None:
        """Fill two agencies and try everything. The caller rolls back."""
        ours, failed = await fill(raw, self.metadata, "ours")
        theirs, also = await fill(raw, self.metadata, "theirs")
        for line in {*failed, *also}:
            self.report.gaps.append(line)
        self.report.note("tables filled for two agencies", len(ours))
        for table in self.metadata.sorted_tables:
            if table.name in ours and table.name in theirs:
                await self._both_ways(raw, table, ours, theirs)
        for mine, other in ((ours, theirs), (theirs, ours)):
            await self._queue(raw, mine, other["agency"]["id"])

    async def _both_ways(self, raw: Raw, table: Table, ours: Filled, theirs: Filled) -> None:
        for mine, other in ((ours, theirs), (theirs, ours)):
            if "global" in table.info:
                await self._outside(raw, table, mine)
            else:
                await self._walled(raw, table, mine, other)
        await self._nobody(raw, table)

    async def _walled(self, raw: Raw, table: Table, mine: Filled, other: Filled) -> None:
        verbs = table.info.get("verbs", EVERYTHING)
        key = "id" if table.name == "agency" else "agency_id"
        stranger = other["agency"]["id"]
        async with self._as(raw, mine):
            seen = await self._rows(raw, table, key, stranger)
            self.report.expect(seen in (None, 0), table.name, f"{seen} rows of another agency are seen")
            if "select" in verbs and not table.info.get("narrow_select"):
                own = await self._rows(raw, table, key, mine["agency"]["id"])
                self.report.expect(
                    bool(own), table.name, "an agency does not see its own row, so nothing is proven"
                )
            await self._insert(raw, table, other[table.name])
            await self._change(
                raw, table, f'update "{table.name}" set "{key}" = "{key}" where "{key}" = $1', stranger
            )
            await self._change(raw, table, f'delete from "{table.name}" where "{key}" = $1', stranger)
            await self._give_away(raw, table, key, mine, stranger)
        await self._lean_over(raw, table, mine, other)

    async def _rows(self, raw: Raw, table: Table, key: str, agency: Any) -> int | None:
        """How many rows of that agency are seen; None where no reading is allowed."""
        async with self._try(raw, "rows of the other agency asked for") as tried:
            tried.outcome = await raw.fetchval(
                f'select count("{key}") from "{table.name}" where "{key}" = $1', agency
            )
        return tried.outcome

    async def _insert(self, raw: Raw, table: Table, row: Values) -> None:
        fresh = {name: value for name, value in row.items() if name != "id"} | (
            {"id": _fresh(row)} if "id" in row else {}
        )
        async with self._try(raw, "rows planted in the other agency") as tried:
            await raw.execute(*insert_of(table.name, fresh))
            tried.outcome = 1
        self.report.expect(not tried.outcome, table.name, "a row could be planted in another agency")

    async def _change(self, raw: Raw, table: Table, statement: str, agency: Any) -> None:
        async with self._try(raw, "rows of the other agency changed or removed") as tried:
            tried.outcome = _count(await raw.execute(statement, agency))
        verb = statement.partition(" ")[0]
        self.report.expect(not tried.outcome, table.name, f"{verb} reached a row of another agency")

    async def _give_away(self, raw: Raw, table: Table, key: str, mine: Filled, stranger: Any) -> None:
        """An own row must not be pushed over the wall."""
        own = mine["agency"]["id"]
        async with self._try(raw, "own rows pushed over the wall") as tried:
            done = await raw.execute(
                f'update "{table.name}" set "{key}" = $2 where "{key}" = $1', own, stranger
            )
            tried.outcome = _count(done)
        self.report.expect(not tried.outcome, table.name, "an own row could be given to another agency")

    async def _lean_over(self, raw: Raw, table: Table, mine: Filled, other: Filled) -> None:
        """An own row must not point at another agency's row, whoever writes it: keys look past row security."""
        where = " and ".join(f'"{c.name}" = ${at + 2}' for at, c in enumerate(table.primary_key.columns))
        own = [mine[table.name][c.name] for c in table.primary_key.columns]
        for key in table.foreign_key_constraints:
            target = other.get(key.referred_table.name)
            column = next((name for name in key.column_keys if name not in ("agency_id", "id")), None)
            if target is None or column is None or "global" in key.referred_table.info:
                continue
            self.report.note("own rows pointed at the other agency's")
            await raw.execute("savepoint leaning")
            try:
                await raw.execute(
                    f'update "{table.name}" set "{column}" = $1 where {where}', target["id"], *own
                )
                self.report.gap(table.name, f"its {column} could point at another agency's row")
            except asyncpg.ForeignKeyViolationError:
                pass
            finally:
                await raw.execute("rollback to savepoint leaning")

    async def _outside(self, raw: Raw, table: Table, mine: Filled) -> None:
        """A global table shows the request login nothing at all."""
        async with self._as(raw, mine):
            async with self._try(raw, "global tables knocked at") as tried:
                column = next(iter(table.primary_key.columns)).name
                tried.outcome = await raw.fetchval(f'select count("{column}") from "{table.name}"')
            self.report.expect(
                not tried.outcome, table.name, "a global table shows rows to the request login"
            )
            await self._insert(raw, table, mine[table.name])

    async def _queue(self, raw: Raw, mine: Filled, stranger: Any) -> None:
        """The queue's own wall: a job names its agency in its headers."""
        for agency in (mine["agency"]["id"], stranger):
            await raw.execute(*_job(agency))
        async with self._as(raw, mine):
            async with self._try(raw, "jobs of the other agency asked for") as tried:
                tried.outcome = await raw.fetchval(JOBS_OF, str(stranger))
            self.report.expect(not tried.outcome, "jobs.pgqueuer", "jobs of another agency are seen")
            async with self._try(raw, "jobs queued for the other agency") as tried:
                await raw.execute(*_job(stranger))
                tried.outcome = 1
            self.report.expect(not tried.outcome, "jobs.pgqueuer", "a job could be queued for another agency")

    async def _nobody(self, raw: Raw, table: Table) -> None:
        """Without a claim there are no rows, and no error either where reading is allowed."""
        key = "id" if table.name == "agency" else next(iter(table.primary_key.columns)).name
        async with self._as(raw, None), self._try(raw, "rows asked for without a claim") as tried:
            tried.outcome = await raw.fetchval(f'select count("{key}") from "{table.name}"')
        self.report.expect(not tried.outcome, table.name, "rows are seen without any claim")

    @asynccontextmanager
    async def _as(self, raw: Raw, mine: Filled | None) -> AsyncGenerator[None]:
        """Be the request login, acting for that agency as an admin of it, the most that it can be."""
        claims = "{}"
        if mine is not None:
            who = {
                "agency_id": mine["agency"]["id"],
                "sub": mine["user"]["id"],
                "user_role": "admin",
                "actor_kind": "person",
            }
            claims = msgspec.json.encode(who).decode()
        await raw.execute("savepoint acting")
        await raw.execute(f"set local role {self.logins.quoted()['app']}")
        await raw.execute("select app.set_claims($1)", claims)
        try:
            yield
        finally:
            await raw.execute("rollback to savepoint acting")

    @asynccontextmanager
    async def _try(self, raw: Raw, what: str) -> AsyncGenerator[_Try]:
        """One try. A refusal by the wall leaves no outcome; one by a key is a gap, since the wall comes first."""
        tried = _Try()
        self.report.note(what)
        await raw.execute("savepoint trying")
        try:
            yield tried
        except REFUSED:
            tried.outcome = None
        except asyncpg.IntegrityConstraintViolationError as problem:
            self.report.gap(what, f"a key, not the wall, stopped it ({problem})")
        finally:
            await raw.execute("rollback to savepoint trying")


class _Try:
    outcome: int | None = None


def _job(agency: Any) -> tuple[str, str]:
    return JOB, str(agency)


def _count(status: str) -> int:
    return int(status.rpartition(" ")[2])


def _fresh(row: Values) -> Any:
    return type(row["id"])(int=row["id"].int ^ 1)
