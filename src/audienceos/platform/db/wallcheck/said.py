"""What the catalogue says: policies, grants, keys, views, functions. Read as the owner; nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from sqlalchemy import MetaData, Table

from audienceos.platform.db.base import EVERYTHING
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.raw import Raw, Row
from audienceos.platform.db.wallcheck.questions import (
    FUNCTIONS,
    GRANTS,
    KEYS,
    POLICIES,
    TABLES,
    UNIQUES,
    VIEWS,
)
from audienceos.platform.db.wallcheck.report import Report

OWN_HASH = "((hash)::text=(SELECTapp.credential()AScredential))"
CLAIM_READERS = frozenset(
    f"app.{name}"
    for name in (
        "set_claims",
        "agency_id",
        "user_id",
        "user_role",
        "actor_kind",
        "credential",
        "enter",
        "acting",
    )
) | {"auth.jwt", "jobs.waiting"}
"""All that the request login may call."""

# PgQueuer's own tables, the named exception to the rules about keys: what the request login may do there.
QUEUE: dict[str, frozenset[str]] = {
    "jobs.pgqueuer": frozenset({"select", "insert", "update"}),
    "jobs.pgqueuer_log": frozenset({"select", "insert"}),
}
QUEUE_WALLS = {
    ("jobs.pgqueuer", "wall"): "(((headers->>'agency_id'::text))::uuid=(SELECTapp.agency_id()ASagency_id))",
    (
        "jobs.pgqueuer_log",
        "held",
    ): "(EXISTS(SELECTFROMjobs.pgqueuerqWHERE((q.id=pgqueuer_log.job_id)AND(q.status='failed'::jobs.pgqueuer_status))))",
    ("jobs.pgqueuer_log", "queued"): "",
}


class Said(msgspec.Struct, frozen=True):
    """What is compared: the models' word against the catalogue's."""

    metadata: MetaData
    logins: Logins
    report: Report

    async def look(self, raw: Raw) -> None:
        """Compare everything, and note each gap."""
        tables = {row["name"]: row for row in await raw.fetch(TABLES)}
        await self._tables(tables)
        await self._policies(await raw.fetch(POLICIES), tables)
        await self._grants(await raw.fetch(GRANTS))
        self._keys(await raw.fetch(KEYS), await raw.fetch(UNIQUES))
        self._views(await raw.fetch(VIEWS))
        self._functions(await raw.fetch(FUNCTIONS))

    def known(self, name: str) -> Table | None:
        """The model of a table of ours."""
        return self.metadata.tables.get(name.removeprefix("public."))

    async def _tables(self, found: dict[str, Row]) -> None:
        for name in self.metadata.tables:
            self.report.expect(f"public.{name}" in found, name, "the table is missing")
        for name, row in found.items():
            self.report.note("tables with row security on, forced, and owned by the owner")
            self.report.expect(row["enabled"], name, "row security is off")
            self.report.expect(row["forced"], name, "row security does not bind its owner (FORCE is off)")
            self.report.expect(row["owner"] == self.logins.owner, name, f"it belongs to {row['owner']}")

    async def _policies(self, policies: Sequence[Row], tables: dict[str, Row]) -> None:
        walled: set[str] = set()
        for policy in policies:
            self.report.note("policies that say what they must")
            name, roles = policy["table"], set(policy["roles"])
            where = f"{name}, policy {policy['name']}"
            for role in roles - {self.logins.owner, self.logins.app, self.logins.service}:
                self.report.gap(where, f"it lets in {role}")
            if self.logins.app in roles and policy["permissive"]:
                self._judge_door(where, policy)
                walled.add(name)
        for name in tables:
            table = self.known(name)
            if table is not None and "global" not in table.info:
                self.report.expect(name in walled, name, "no policy walls it for the request login")

    def _judge_door(self, where: str, policy: Row) -> None:
        """A permissive policy of the request login must be exactly the wall."""
        name = policy["table"]
        using, check = _squeezed(policy["using"]), _squeezed(policy["check"])
        if (name, policy["name"]) in QUEUE_WALLS:
            self.report.expect(
                using == QUEUE_WALLS[name, policy["name"]], where, f"USING is {policy['using']}"
            )
            return
        if name == "public.session":
            self.report.expect(
                using == OWN_HASH and policy["verb"] == "r", where, "it shows more than its own hash"
            )
            return
        key = "id" if name == "public.agency" else "agency_id"
        wall = f"({key}=(SELECTapp.agency_id()ASagency_id))"
        table = self.known(name)
        outside = table is None or "global" in table.info
        self.report.expect(not outside, where, "the request login must have no policy here")
        self.report.expect(using == wall, where, f"USING is {policy['using']}")
        self.report.expect(check == wall, where, f"WITH CHECK is {policy['check']}")

    async def _grants(self, grants: Sequence[Row]) -> None:
        for grant in grants:
            self.report.note("grants on tables and columns")
            name, who, verb = grant["table"], grant["grantee"], grant["verb"]
            where = f"{name}, granted to {who}"
            if who in (self.logins.owner, self.logins.service):
                continue
            if who != self.logins.app:
                self.report.gap(where, f"{verb} by somebody who is none of our logins")
                continue
            self.report.expect(
                verb in self._allowed(name, grant["column"]), where, f"{verb} is not among what it may do"
            )

    def _allowed(self, name: str, column: str | None) -> frozenset[str]:
        if name in QUEUE:
            return QUEUE[name]
        table = self.known(name)
        if table is None:  # a view shows; `_views` sees that it is the reader who looks
            return frozenset({"select"})
        if name == "public.session":
            return frozenset({"select"})
        hidden = column in table.info.get("hidden", ())
        return frozenset() if hidden else frozenset(table.info.get("verbs", EVERYTHING))

    def _keys(self, keys: Sequence[Row], uniques: Sequence[Row]) -> None:
        for key in keys:
            own, other = self.known(key["table"]), self.known(key["target"])
            if own is None or other is None or "global" in own.info or "global" in other.info:
                continue
            self.report.note("foreign keys that carry the tenant")
            pairs = dict(zip(key["columns"], key["targets"], strict=True))
            tenant = "id" if other.name == "agency" else "agency_id"
            carried = pairs.get("id" if own.name == "agency" else "agency_id") == tenant
            self.report.expect(
                carried, f"{key['table']}, {key['name']}", "the foreign key does not carry the tenant"
            )
        for unique in uniques:
            table = self.known(unique["table"])
            if table is None or "global" in table.info:
                continue
            self.report.note("primary keys and unique indexes that begin with the tenant")
            first = "id" if table.name == "agency" else "agency_id"
            where = f"{unique['table']}, {unique['name']}"
            self.report.expect(
                unique["columns"][0] == first, where, "the unique key does not begin with the tenant"
            )

    def _views(self, views: Sequence[Row]) -> None:
        for view in views:
            self.report.note("views that look as whoever asks")
            self.report.expect(
                view["kind"] == "v", view["name"], "a materialized view keeps rows outside the wall"
            )
            options = set(view["options"] or ())
            asks = options & {"security_invoker=true", "security_invoker=on"}
            self.report.expect(bool(asks), view["name"], "the view looks as its owner, not as whoever asks")

    def _functions(self, functions: Sequence[Row]) -> None:
        for function in functions:
            self.report.note("functions without borrowed rights")
            name = function["name"]
            self.report.expect(not function["definer"], name, "the function runs with its owner's rights")
            self.report.expect(not function["leakproof"], name, "the function is marked leakproof")
            if name.startswith("jobs.") and name != "jobs.waiting":
                continue
            self.report.expect(function["settled"], name, "the function does not fix its search_path")
            callable_ = self.logins.app in function["callers"] or "public" in function["callers"]
            self.report.expect(not callable_ or name in CLAIM_READERS, name, "the request login may call it")


def _squeezed(expression: str | None) -> str:
    return re.sub(r"\s+", "", expression or "")
