"""An agency of ten thousand tickets: reads and whole pages, beside their statements on the bare driver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from audienceos.agency.queries import here
from audienceos.dashboard.queries.parts import FIGURES, DashboardQuery, read_parts
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.urls import Addresses
from audienceos.tickets.queries.board import TicketBoardQuery, ticket_board
from audienceos.tickets.queries.counting import new_tickets
from audienceos.tickets.queries.listing import COUNT, TICKETS, TicketQuery
from audienceos.tickets.queries.metrics import MetricQuery, metrics
from bench import pages
from bench.filling import AGENCY, CLIENT, ID, LARGE, LARGE_CLIENTS, PERSON_OF
from bench.ground import Ground, Town, town
from bench.measuring import CLIENT as OURS
from bench.measuring import CPU, SERVER, WALL, Contender, ratio, take_turns
from bench.pages import PageCost
from bench.reads import BACKEND, FLOOR, Floor, Product, bare_pool, known
from bench.recording import Question, asked_by
from bench.report import Goal, Table

TICKETS_IN_ALL = 10_000
OPEN_EACH = 20  # one of so many is still open
READS = 10  # of each way in a round
PAGES = ("tickets", "ticket list", "ticket times", "dashboard")
REQUESTS = 5  # of each page in a round
MOST = 2.0
COSTS = ("processor, ours", "processor, server", "processor, both", "time")
WORDS = "(array['form','report','invoice','pixel','feed','banner','access','budget'])"

TICKET = ID.format("n")
FROM = f"(select $1::bigint as a) a, generate_series(1, {TICKETS_IN_ALL}) n, lateral (select 1 + n % {LARGE_CLIENTS} as c) c"
FILL = (
    f"""
insert into ticket (agency_id, id, client_id, number, title, description, category, priority, status, created_by,
                    assignee_id, created_at, status_since, responded_at, response_minutes, resolved_at,
                    resolution_minutes, due_date)
select {AGENCY}, {TICKET}, {CLIENT}, n, 'Broken ' || {WORDS}[1 + n % 8], 'Since number ' || n,
       (array['technical','billing','campaign','general','escalation'])[1 + n % 5],
       (array['low','medium','high','critical'])[1 + n % 4], s.status, {PERSON_OF}, {PERSON_OF}, at, at, at,
       n % 600, case s.status when 'resolved' then at end, case s.status when 'resolved' then n % 6000 end,
       case when n % 7 = 0 then current_date + (n % 9)::int - 4 end
  from {FROM},
       lateral (select case when n % {OPEN_EACH} = 0 then (array['new','in_progress','waiting_client'])[1 + n % 3]
                       else 'resolved' end as status, 
                       now() - make_interval(hours => ({TICKETS_IN_ALL} - n)::int / 3) as at) s""",
    f"""
insert into ticket_term (agency_id, term, ticket_id)
select {AGENCY}, t, {TICKET} from {FROM}, unnest(array['broken', {WORDS}[1 + n % 8], 'since', 'number', n::text]) t
on conflict do nothing""",
)  # fmt: skip


class TicketCost(msgspec.Struct, frozen=True):
    """One read through its floor."""

    question: str
    client: float
    server: float
    cpu: float
    wall: float


async def ask_board(lane: Lane) -> None:
    """What the board asks: counts and first cards."""
    await ticket_board(lane, TicketBoardQuery())


async def ask_list(lane: Lane) -> None:
    """What the list asks: a page of fifty, the counts, the badge."""
    query = TicketQuery(limit=50)
    await TICKETS.page(lane, query, sort=query.sort, binds=query.binds, form=query.form)
    await COUNT.one(lane, query.binds, form=query.form)
    await new_tickets(lane)


async def ask_search(lane: Lane) -> None:
    """Two words, of which one is rare."""
    query = TicketQuery(q="broken 4711")
    await TICKETS.page(lane, query, sort=query.sort, binds=query.binds, form=query.form)


async def ask_metrics(lane: Lane) -> None:
    """The figures of thirty days."""
    await metrics(lane, MetricQuery())


async def ask_dashboard(lane: Lane) -> None:
    """What the parts of the dashboard ask: the key figures, who needs attention, a month of installs."""
    asked = DashboardQuery()
    await read_parts(lane, await here(lane), asked, (*FIGURES, "attention", "days"))


QUESTIONS: Mapping[str, Question] = {
    "board": ask_board,
    "list": ask_list,
    "search": ask_search,
    "figures": ask_metrics,
    "dashboard": ask_dashboard,
}


async def measure(on: Ground, rounds: int) -> tuple[list[TicketCost], list[PageCost]]:
    """Every question, then every page, the product's way and the bare one in turns."""
    place = await town(on, 1, name="tickets")
    await _fill(place.ways)
    reads = [await _cost(place, question, rounds) for question in QUESTIONS]
    whole = await pages.measure(place, on.settings, rounds, names=PAGES, agencies=[LARGE], requests=REQUESTS)
    return reads, whole


async def _fill(ways: Addresses) -> None:
    assert ways.admin is not None
    async with connected(ways.admin) as connection:
        await connection.execute("set session_replication_role = replica")
        for statement in FILL:
            await connection.execute(statement, LARGE)
        await connection.execute("vacuum analyze")


async def _cost(place: Town, name: str, rounds: int) -> TicketCost:
    ask, order = QUESTIONS[name], [LARGE] * READS
    database = Database(place.ways, pool_size=1)
    try:
        asked = {LARGE: await asked_by(database, known(LARGE), ask)}
        async with database.reading(known(LARGE)) as lane:
            ours = (int(await lane.raw.fetchval(BACKEND)),)
        async with bare_pool(place.ways.app) as pool:
            theirs = (int(await pool.fetchval(BACKEND)),)
            product = Product(database).work(ask, enters=True)
            contenders = [
                Contender(name, product, order, server=ours),
                Contender(FLOOR, Floor(pool, asked).read, order, server=theirs),
            ]
            found = await take_turns(contenders, rounds)
    finally:
        await database.close()
    return TicketCost(name, *(ratio(found, name, FLOOR, of) for of in (OURS, SERVER, CPU, WALL)))


def told_tickets(found: Sequence[TicketCost], whole: Sequence[PageCost]) -> tuple[list[Table], list[Goal]]:
    """Each read and each page beside its floor."""
    of = f"an agency of {TICKETS_IN_ALL:,} tickets and {LARGE_CLIENTS:,} clients"
    reads = Table(
        "Tickets beside the bare driver",
        f"One read of a request in {of}, through the same statements on asyncpg's own pool.",
        ("question", *COSTS),
        [
            (cost.question, *(f"{part:.2f}" for part in (cost.client, cost.server, cost.cpu, cost.wall)))
            for cost in found
        ],
    )
    drawn = Table(
        "Pages of many tickets",
        f"A whole request in {of}, over a socket until its whole page is there, through its statements on the bare driver.",
        ("page", "questions", "time"),
        [(cost.name, str(cost.statements), f"{cost.wall:.2f}") for cost in whole],
    )
    most, longest = max(cost.cpu for cost in found), max(whole, key=lambda cost: cost.wall)
    return [reads, drawn], [
        Goal(
            f"reads over {TICKETS_IN_ALL:,} tickets at most {MOST:.0f} times the floor's processor time",
            f"{most:.2f}",
            most <= MOST,
        ),
        Goal(
            f"whole pages over {TICKETS_IN_ALL:,} tickets at most {MOST:.0f} times their statements' time",
            f"{longest.wall:.2f} at most ({longest.name})",
            longest.wall <= MOST,
        ),
    ]
