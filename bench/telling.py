"""What each part of the bench found, as tables and goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.digests import Digests
from bench.filling import CLIENTS, LARGE_CLIENTS
from bench.importing import ROWS, Imported
from bench.pages import PageCost
from bench.plans import Scan, over_many_agencies
from bench.reads import ENTERS, FLOOR, GROWS, KNOWN, LARGER, UNRESET, ReadCost
from bench.report import Goal, Table
from bench.screens import ScreenCost

Told = tuple[list[Table], list[Goal]]
Ratio = tuple[str, float, str]

VISIT_KB, FONT_KB = 100, 50  # of 1,024 bytes, as they travel
READ_MOST, GROWTH_MOST, PAGE_MOST, JOB_LEAST, DIGEST_MOST = 1.5, 1.1, 2.0, 0.9, 4.0
WAYS = {
    ENTERS: "a request: who shows this session, then the questions",
    KNOWN: "the questions alone, for somebody known",
    UNRESET: "for comparison: the floor, its pool not resetting",
}
COSTS = ("processor, ours", "processor, server", "processor, both", "time")


def told_reads(found: Sequence[ReadCost]) -> Told:
    """List and board beside their floor, and how they grow."""
    through = [cost for cost in found if not cost.what.startswith((GROWS, LARGER))]
    grown = [cost for cost in found if cost.what.startswith(GROWS)]
    larger = [cost for cost in found if cost.what.startswith(LARGER)]
    floor = Table(
        "List and board beside the bare driver",
        "One read through the same statements on asyncpg's own pool (begin and claims in one trip, the statements, "
        f"commit; rows left as they come). Every agency has {CLIENTS} clients.",
        ("question", "agencies", "what", *COSTS),
        [(cost.question, f"{cost.agencies:,}", WAYS[cost.what], *_costs(cost)) for cost in through],
    )
    tables = [floor]
    if grown:
        tables.append(
            Table(
                "Cost by number of agencies",
                "The same read at so many agencies through the one at ten, in the same rounds.",
                ("question", "agencies", "what", *COSTS),
                [(cost.question, f"{cost.agencies:,}", _way(cost), *_costs(cost)) for cost in grown],
            )
        )
    tables.append(
        Table(
            "Cost by number of clients",
            f"The same read in an agency of {LARGE_CLIENTS:,} clients through one of {CLIENTS}. The count and the board "
            "look at every client of the agency.",
            ("question", "what", *COSTS),
            [(cost.question, _way(cost), *_costs(cost)) for cost in larger],
        )
    )
    return tables, _read_goals(through, grown)


def _read_goals(through: Sequence[ReadCost], grown: Sequence[ReadCost]) -> list[Goal]:
    entering = [cost for cost in through if cost.what == ENTERS]
    most = max(cost.client for cost in entering)
    both = max(cost.cpu for cost in entering)
    told = f"{most:.2f} of our process, {both:.2f} with the server's"
    made = [
        Goal(f"list and board at most {READ_MOST} times the floor's processor time", told, most <= READ_MOST)
    ]
    mine = [cost for cost in grown if cost.what == GROWS + ENTERS]
    if mine:
        agencies = max(cost.agencies for cost in mine)
        growth = max(cost.cpu for cost in mine if cost.agencies == agencies)
        made.append(
            Goal(
                f"the same at {agencies:,} agencies as at ten within {GROWTH_MOST - 1:.0%}",
                f"{growth:.2f} times the processor time",
                growth <= GROWTH_MOST,
            )
        )
    return made


def told_pages(found: Sequence[PageCost]) -> Told:
    """Whole requests."""
    rows = [
        (cost.name, str(cost.statements), cost.floor, f"{cost.cpu:.1f}", f"{cost.wall:.1f}") for cost in found
    ]
    about = (
        "A request over a socket, with session, limits, log and headers, until its whole answer is there. Pages are "
        "drawn as HTML; the API's list is JSON. The processor time is the web process's."
    )
    table = Table("Whole requests", about, ("request", "questions", "through", "processor", "time"), rows)
    last = found[-1]
    goal = Goal(
        f"the API's list at most {PAGE_MOST:.0f} times the bare stack's",
        f"{last.cpu:.2f} times",
        last.cpu <= PAGE_MOST,
    )
    return [table], [goal]


def told_screens(found: Sequence[ScreenCost]) -> Told:
    """Screens: their weight, time and statements."""
    rows = [
        (
            cost.name,
            *(f"{size / 1024:.1f}" for size in (cost.weight.page, cost.weight.budgeted, cost.weight.whole)),
            str(cost.statements),
            f"{cost.milliseconds:.1f}",
            f"{cost.cpu:.1f}",
            f"{cost.wall:.1f}",
        )
        for cost in found
    ]
    about = (
        "KB are of 1,024 bytes and compressed: the page by itself, with style sheet and scripts, and with font and icons "
        "too, which is all of a first visit. Statements have who asks among them. Milliseconds of a request over a "
        "socket, the middle one; then processor time and time through the bare stack answering one list."
    )
    columns = ("screen", "page", "with code", "first visit", "statements", "ms", "processor", "time")
    largest = max(found, key=lambda cost: cost.weight.budgeted)
    font = max(cost.weight.font for cost in found)
    made = [
        Goal(
            f"page, style sheet and scripts of a first visit under {VISIT_KB} KB",
            f"{largest.weight.budgeted / 1024:.1f} KB at most ({largest.name})",
            largest.weight.budgeted < VISIT_KB * 1024,
        ),
        Goal(f"the font under {FONT_KB} KB", f"{font / 1024:.1f} KB", font < FONT_KB * 1024),
    ]
    return [Table("Screens", about, columns, rows)], made


def told_plans(agencies: int, found: Mapping[str, Sequence[Sequence[Scan]]]) -> Told:
    """How many statements an address takes, and how they find their rows."""
    rows: list[tuple[str, ...]] = []
    sequential = 0
    for name, told in found.items():
        scans = [scan for statement in told for scan in statement]
        whole = over_many_agencies(scans)
        sequential += len(whole)
        read, dropped = sum(scan.kept for scan in scans), sum(scan.dropped for scan in scans)
        tables = ", ".join(sorted({scan.table for scan in whole})) or "none"
        rows.append((name, str(len(told)), f"{read:,}", f"{dropped:,}", tables))
    about = (
        f"Statements of an answer, who asks among them, at {agencies:,} agencies; the rows that their plans read "
        "and threw away; and tables that a plan read from end to end, every agency's rows among them."
    )
    columns = ("address", "statements", "rows read", "thrown away", "read whole")
    goal = Goal("no plan reads a whole table of many agencies", f"{sequential} do", sequential == 0)
    return [Table("Statements and plans", about, columns, rows)], [goal]


def told_import(found: Imported) -> Told:
    """How fast clients come in."""
    rows = [
        ("a first import", f"{found.rows_a_second:,.0f}", f"{found.wall:.1f}", f"{found.cpu:.1f}"),
        ("the same file again", f"{found.again_a_second:,.0f}", "", ""),
    ]
    about = (
        f"A file of {ROWS:,} clients, read, judged row by row, matched, written with history and what it takes to undo "
        "it; the floor only inserts ready values in three statements for as many rows."
    )
    columns = ("what", "rows a second", "time, through the floor's", "processor, ours")
    return [Table("Import", about, columns, rows)], []


def told_live(found: Sequence[Ratio], allowed: float) -> Told:
    """From a commit to the open pages."""
    rows = [(name, f"{ratio * allowed * 1000:,.0f} ms", note) for name, ratio, note in found]
    about = "From just before an action's commit until the event is read from a page's stream, by a second process."
    name, ratio, _ = found[-1]
    goal = Goal(f"{name}: p99 under {allowed * 1000:.0f} ms", f"{ratio * allowed * 1000:,.0f} ms", ratio <= 1)
    return [Table("From event to browser", about, ("what", "p99", "p99, and beside a bare LISTEN"), rows)], [
        goal
    ]


def told_jobs(found: Sequence[Ratio]) -> Told:
    """The worker beside bare PgQueuer."""
    rows = [(name, f"{ratio:.2f}", note) for name, ratio, note in found]
    about = "Jobs a second, ours through PgQueuer by itself on the same queue: above 1 is faster."
    least = min(found[0][1], found[-1][1])
    goal = Goal("durable jobs within 10% of bare PgQueuer", f"{least:.2f} of its speed", least >= JOB_LEAST)
    return [Table("Jobs", about, ("what", "ours", ""), rows)], [goal]


def told_digests(found: Digests) -> Told:
    """The digest of an agency of many people."""
    each = f"{1000 * found.ours / found.people:.1f} ms"
    rows = [(f"{found.people:,}", f"{found.ours:.1f} s", each, f"{found.ratio:.2f}")]
    about = (
        "Everybody's digest written: who they are today, their wishes, what they may still see, one mail, the marks. The "
        "floor reads what waits, writes one mail and marks it, a transaction a person, on as many connections."
    )
    aim = f"digests of {found.people:,} people at most {DIGEST_MOST:.0f} times the floor's time"
    goal = Goal(aim, f"{found.ratio:.2f}", found.ratio <= DIGEST_MOST)
    return [Table("Digests", about, ("people", "time", "a person", "through the floor"), rows)], [goal]


def _costs(cost: ReadCost) -> tuple[str, ...]:
    return tuple(f"{value:.2f}" for value in (cost.client, cost.server, cost.cpu, cost.wall))


def _way(cost: ReadCost) -> str:
    way = cost.what.partition(": ")[2]
    return "the floor" if way == FLOOR else WAYS[way]
