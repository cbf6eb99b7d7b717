"""Random questions to the database. Each is drawn once and written twice: as somebody inside the wall asks it of
the tables, and as the owner asks it of the tables cut down by hand to one agency. The answers must be the same.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import msgspec

from tests.wall.ground import WALLED, Side, key_of, shown_columns, verbs_of

Ref = Callable[[str], str]
"""How a table is named inside a question."""

READABLE = sorted(name for name in WALLED if "select" in verbs_of(name))
VIEWS = {"client_read": "agency_id", "user_read": "agency_id"}


class Question(msgspec.Struct, frozen=True):
    """A select with holes where tables stand."""

    text: str
    tables: tuple[str, ...]

    def asked(self) -> str:
        """As the request login asks it: the tables themselves, whole."""
        return self._with(lambda table: f'"{table}"')

    def meant(self, agency: str) -> str:
        """What the wall must make of it: only that agency's rows of each table."""

        def own(table: str) -> str:
            key = VIEWS.get(table) or key_of(table)
            return f"(select * from \"{table}\" where {key} = '{agency}')"

        return self._with(own)

    def _with(self, ref: Ref) -> str:
        text = self.text
        for table in self.tables:
            text = text.replace(f"<{table}>", ref(table))
        return text


def question(dice: Random, theirs: Side) -> Question:
    """One question that tries to see more than it may."""
    asker = _Asker(dice, theirs)
    text = asker.statement()
    return Question(text, tuple(sorted(asker.tables)))


class _Asker:
    """Draws one question. Every table is noted; every literal that isn't a table's own is the other agency's."""

    def __init__(self, dice: Random, theirs: Side) -> None:
        self.dice = dice
        self.theirs = theirs
        self.tables: set[str] = set()

    def statement(self) -> str:
        kind = self.dice.choice(
            ("rows", "rows", "rows", "count", "grouped", "cte", "union", "lateral", "window", "nested")
        )
        return getattr(self, kind)()

    def rows(self) -> str:
        table, alias = self.table(), "a"
        return f"select {self.columns(table, alias)} {self.source(table, alias)} where {self.where(table, alias)}"

    def count(self) -> str:
        table = self.table()
        what = self.dice.choice(
            (
                "count(*)",
                f"count(*) filter (where a.{key_of(table)} = '{self.theirs.agency}')",
                "bool_or(true), count(distinct a.*)",
                f"max(a.{key_of(table)}::text), min(a.{key_of(table)}::text)",
                "md5(string_agg(a.*::text, '|' order by a.*::text))",
                "jsonb_agg(to_jsonb(a.*) order by a.*::text)",
            )
            if table in VIEWS or not WALLED[table].info.get("hidden")
            else ("count(*)", f"count(a.{key_of(table)})")
        )
        return f"select {what} {self.source(table, 'a')} where {self.where(table, 'a')}"

    def grouped(self) -> str:
        table = self.table()
        column = self.column(table)
        having = self.dice.choice(("", " having count(*) > 0", " having count(*) < 1000"))
        return (
            f"select a.{column}::text, count(*) {self.source(table, 'a')} where {self.where(table, 'a')}"
            f" group by a.{column}::text{having}"
        )

    def cte(self) -> str:
        table, how = self.table(), self.dice.choice(("materialized", "not materialized"))
        return (
            f"with seen as {how} (select {self.columns(table, 'a')} {self.source(table, 'a')})"
            f" select seen.*, (select count(*) from seen) from seen"
        )

    def union(self) -> str:
        first, second = self.table(), self.table()
        how = self.dice.choice(("union all", "union", "except", "intersect"))
        return " ".join(
            (
                f"select a.{key_of(first)} {self.source(first, 'a')} where {self.where(first, 'a')}",
                how,
                f"select b.{key_of(second)} {self.source(second, 'b')} where {self.where(second, 'b')}",
            )
        )

    def lateral(self) -> str:
        outer, inner = self.table(), self.table()
        return (
            f"select a.{key_of(outer)}, more.many {self.source(outer, 'a')}"
            f" cross join lateral (select count(*) as many {self.source(inner, 'b')}"
            f" where {self.where(inner, 'b')} or b.{key_of(inner)} <> a.{key_of(outer)}) more"
            f" where {self.where(outer, 'a')}"
        )

    def window(self) -> str:
        table = self.table()
        return (
            f"select a.{key_of(table)}, count(*) over (), count(*) over (partition by a.{key_of(table)})"
            f" {self.source(table, 'a')} where {self.where(table, 'a')}"
        )

    def nested(self) -> str:
        outer, inner = self.table(), self.table()
        test = self.dice.choice(
            (
                f"exists (select 1 {self.source(inner, 'b')} where {self.where(inner, 'b')})",
                f"a.{key_of(outer)} in (select b.{key_of(inner)} {self.source(inner, 'b')})",
                f"(select count(*) {self.source(inner, 'b')} where {self.where(inner, 'b')}) >= 0",
                f"a.{key_of(outer)} <> all (array(select b.{key_of(inner)} {self.source(inner, 'b')}))",
            )
        )
        return f"select {self.columns(outer, 'a')} {self.source(outer, 'a')} where {test}"

    def table(self) -> str:
        chosen = self.dice.choice([*READABLE, *VIEWS])
        self.tables.add(chosen)
        return chosen

    def source(self, table: str, alias: str) -> str:
        """A table, alone or joined with another over the tenant, over nothing, or over everything else."""
        lone = f"from <{table}> {alias}"
        if self.dice.random() < 0.6:
            return lone
        other, name = self.table(), f"{alias}2"
        on = f"{alias}.{key_of(table)} {self.dice.choice(('=', '<>', 'is distinct from'))} {name}.{key_of(other)}"
        how = self.dice.choice(("join", "left join", "right join", "full join"))
        if how == "full join":
            on = f"{alias}.{key_of(table)} = {name}.{key_of(other)}"
        return f"{lone} {how} <{other}> {name} on {on}"

    def where(self, table: str, alias: str) -> str:
        key, other = f"{alias}.{key_of(table)}", self.theirs.agency
        ids = f"{alias}.{self.column(table)}::text"
        return self.dice.choice(
            (
                "true",
                f"{key} = '{other}'",
                f"{key} = any (array['{other}']::uuid[])",
                f"{key} is distinct from (select app.agency_id())",
                f"{key} <> (select app.agency_id()) or true",
                f"not ({key} = (select app.agency_id()))",
                f"{ids} = '{self.an_id(table)}'",
                f"{ids} ^@ 'probe {self.theirs.mark}'",
                f"{ids} like '%{self.theirs.mark}%'",
                f"coalesce({ids}, '') >= ''",
                f"{ids} is not null or {key} = '{other}'",
            )
        )

    def columns(self, table: str, alias: str) -> str:
        if table in VIEWS or self.dice.random() < 0.3:
            return f"{alias}.{self.column(table)}"
        chosen = self.dice.sample(shown_columns(table), k=min(4, len(shown_columns(table))))
        return ", ".join(f'{alias}."{name}"::text' for name in chosen)

    def column(self, table: str) -> str:
        if table in VIEWS:
            return self.dice.choice(("agency_id", "id", "created_at"))
        return f'"{self.dice.choice(shown_columns(table))}"'

    def an_id(self, table: str) -> str:
        row = self.theirs.rows[self.dice.choice(sorted(self.theirs.rows))]
        return str(row.get("id", self.theirs.agency))
