"""Inboxes of a hundred thousand messages: whole pages and lists of the API, beside their statements on the bare driver.

Each is asked for by an admin, who sees all, and by a member who sees the few clients that are theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from audienceos.platform.actor import Actor
from audienceos.platform.db.connect import connected
from audienceos.platform.db.sessions import Claims
from audienceos.platform.settings import Settings
from bench import inboxes
from bench.counting import Counter, counter, shown
from bench.filling import PEOPLE, agency_id, client_id, person_id
from bench.ground import Ground, Town, town
from bench.measuring import CLIENT, WALL, Contender, Work, ratio, take_turns
from bench.plans import Scan, watched
from bench.reads import BEGIN, bare_pool
from bench.recording import Asked
from bench.report import Goal, Table
from bench.site import Site, product

FEW, MANY = 4, 50
"""Agencies of so many messages each: as a rule, and at large, which is five million."""
REQUESTS = 3  # of each page in a round
MOST = 2.0
BIG = frozenset(
    {"conversation", "communication", "triage_message", "conversation_term", "conversation_key", "promise"}
)
_CURSOR = re.compile(rb'(?:[?&;]cursor=|"next_cursor":")([\w-]+)')

PAGES = {
    "needs reply": "/{slug}/inbox?rows=100",
    "its second page": "/{slug}/inbox?rows=100&cursor={cursor}",
    "mine": "/{slug}/inbox?view=mine",
    "unassigned": "/{slug}/inbox?view=unassigned",
    "snoozed": "/{slug}/inbox?view=snoozed",
    "triage": "/{slug}/inbox?view=triage",
    "all": "/{slug}/inbox?view=all",
    "a common word": "/{slug}/inbox?view=all&q=please",
    "a rare word": "/{slug}/inbox?view=all&q=rare4711",
    "both": "/{slug}/inbox?view=all&q=please+rare4711",
    "20 messages": "/{slug}/inbox/{of_20}",
    "2,000 messages": "/{slug}/inbox/{of_2000}",
    "client's tab": "/{slug}/clients/{client}/communications",
    "badge": "/{slug}/inbox/badge",
    "API: list": "/v1/conversations",
    "API: all, waiting first": "/v1/conversations?view=all",
    "API: all, latest first": "/v1/conversations?view=all&sort=-last_message_at",
    "API: counts": "/v1/conversation-counts",
    "API: messages": "/v1/conversations/{of_2000}/messages",
}
"""What is asked for, by its name in the table."""


class Visitor(msgspec.Struct, frozen=True):
    """Who asks."""

    name: str
    agency: int
    person: int
    of_2000: int
    of_20: int
    """Numbers of conversations that they see."""

    @property
    def begins(self) -> str:
        """One statement that begins a transaction of theirs."""
        role = "admin" if self.person == 1 else "user"
        actor = Actor(
            agency_id=agency_id(self.agency), user_id=person_id(self.agency, self.person), role=role
        )
        (claims,) = Claims(actor).arguments
        return f"{BEGIN}; select app.set_claims('{claims}')"

    @property
    def headers(self) -> dict[str, str]:
        """What they show."""
        return shown(self.agency, self.person)


class InboxCost(msgspec.Struct, frozen=True):
    """A page through its statements."""

    page: str
    visitor: str
    statements: int
    cpu: float
    wall: float


class InboxPlan(msgspec.Struct, frozen=True):
    """How a page's rows were found."""

    page: str
    visitor: str
    scans: list[Scan]


async def measure(on: Ground, agencies: int, rounds: int) -> tuple[list[InboxCost], list[InboxPlan]]:
    """Every page for both visitors; then the plans of all."""
    place = await town(on, agencies, name="inboxes", clients=inboxes.CLIENTS)
    await inboxes.fill_inboxes(place.ways, range(1, agencies + 1))
    return await measure_at(place, on.settings, rounds)


async def measure_at(place: Town, settings: Settings, rounds: int) -> tuple[list[InboxCost], list[InboxPlan]]:
    """The same in a town whose inboxes are filled already."""
    visitors = await _visitors(place)
    costs: list[InboxCost] = []
    plans: list[InboxPlan] = []
    assert place.ways.admin is not None
    async with bare_pool(place.ways.app) as pool, counter(place, settings) as asked:
        paths = {(one.name, name): await _path(asked, one, name) for one in visitors for name in PAGES}
        found = {
            (one.name, name): await asked.of(paths[one.name, name], one.headers)
            for one in visitors
            for name in PAGES
        }
        with product(place, settings) as site:
            for one in visitors:
                for name in PAGES:
                    path, statements = paths[one.name, name], found[one.name, name]
                    floor = Contender("floor", _floor(pool, one, statements[1:]), range(REQUESTS))
                    ours = Contender(name, _ours(site, one, path), range(REQUESTS), client=site.process)
                    turns = await take_turns([ours, floor], rounds)
                    cpu, wall = (ratio(turns, name, "floor", of) for of in (CLIENT, WALL))
                    costs.append(InboxCost(name, one.name, len(statements) - 1, cpu, wall))
        async with watched(place.ways.admin, settings.app_login) as plan:
            for (visitor, name), (begin, *statements) in found.items():
                told = await plan.scans(begin, statements)
                plans.append(InboxPlan(name, visitor, [scan for scans in told for scan in scans]))
    return costs, plans


async def _visitors(place: Town) -> Sequence[Visitor]:
    """An admin, and a member of an agency that lets its people see their own clients alone."""
    assert place.ways.admin is not None
    own = """
select c.id from conversation c join client_assignment m on m.agency_id = c.agency_id and m.client_id = c.client_id
 where c.agency_id = $1 and m.user_id = $2 order by abs(c.message_count - $3), c.id limit 1"""
    async with connected(place.ways.admin) as connection:
        change = "update agency set client_visibility = 'assigned' where id = $1"
        await connection.execute(change, agency_id(2))
        ids = [
            await connection.fetchval(own, agency_id(2), person_id(2, PEOPLE), size) for size in (2_000, 20)
        ]
    member = [one.int & 0xFFFF_FFFF for one in ids]
    return Visitor("admin", 1, 1, 1, 200), Visitor("member", 2, PEOPLE, *member)


async def _path(asked: Counter, visitor: Visitor, name: str) -> str:
    agency, cursor = visitor.agency, ""
    if "{cursor}" in PAGES[name]:
        first, _ = await asked.answer(await _path(asked, visitor, "needs reply"), visitor.headers)
        there = _CURSOR.search(first)
        cursor = there[1].decode() if there else ""
    path = PAGES[name].format(
        slug=f"agency-{agency}",
        cursor=cursor,
        client=client_id(agency, PEOPLE - 1),
        of_20=client_id(agency, visitor.of_20),
        of_2000=client_id(agency, visitor.of_2000),
    )
    return path.removesuffix("&cursor=")


def _ours(site: Site, visitor: Visitor, path: str) -> Work:
    async def ask(order: Sequence[int]) -> None:
        site.connection.close()  # it was idle while the floor had its turn
        for _ in order:
            site.get(path, visitor.headers)

    return ask


def _floor(pool: Any, visitor: Visitor, statements: Sequence[Asked]) -> Work:
    async def read(order: Sequence[int]) -> None:
        for _ in order:
            async with pool.acquire() as connection:
                await connection.execute(visitor.begins)
                for asked in statements:
                    await connection.fetch(asked.text, *asked.values)
                await connection.execute("commit")

    return read


def told_inbox(
    agencies: int, costs: Sequence[InboxCost], plans: Sequence[InboxPlan]
) -> tuple[list[Table], list[Goal]]:
    """Each page for both visitors, and how its rows were found."""
    by_page: Mapping[str, list[InboxCost]] = {name: [] for name in PAGES}
    for cost in costs:
        by_page[cost.page].append(cost)
    read = {(one.page, one.visitor): sum(scan.kept + scan.dropped for scan in one.scans) for one in plans}
    rows: list[tuple[str, ...]] = []
    for name, found in by_page.items():
        told = (part for one in found for part in (f"{one.wall:.2f}", f"{read[name, one.visitor]:,}"))
        rows.append((name, str(found[0].statements), *told))
    table = Table(
        "Inboxes of a hundred thousand messages",
        f"A whole request at {agencies} agencies of {inboxes.MESSAGES:,} messages each, through its statements on the bare "
        f"driver: for an admin, and for a member who sees {inboxes.FEW} clients of {inboxes.CLIENTS}. Rows are those that "
        "the server looked at.",
        ("page", "questions", "admin: time", "rows", "member: time", "rows"),
        rows,
    )
    return [table], [_fast(costs), _by_index(plans)]


def _fast(costs: Sequence[InboxCost]) -> Goal:
    longest, within = max(costs, key=lambda cost: cost.wall), sum(cost.wall <= MOST for cost in costs)
    return Goal(
        f"whole pages of an inbox of {inboxes.MESSAGES:,} messages at most {MOST:.0f} times their statements' time",
        f"{longest.wall:.2f} at most ({longest.page}, {longest.visitor}); {within} of {len(costs)} within it",
        longest.wall <= MOST,
    )


def _by_index(plans: Sequence[InboxPlan]) -> Goal:
    whole = [one for one in plans if any(scan.is_sequential and scan.table in BIG for scan in one.scans)]
    pages = ", ".join(f"{one.page} ({one.visitor})" for one in whole)
    what = "no page reads a whole table of messages, conversations or their words"
    return Goal(what, pages or "none does", not whole)
