"""What the bench compares is the same work, and what it tells is what it found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from bench.counting import ADDRESSES, counter
from bench.filling import credential
from bench.ground import Town
from bench.measuring import WALL, Cost, ratio
from bench.plans import Scan, over_many_agencies, watched
from bench.reads import QUESTIONS, Floor, Product, bare_pool, known
from bench.recording import Asked, asked_by
from bench.report import Goal, Table, between, goals
from bench.telling import told_plans

from audienceos.platform.db.database import Database, Lane
from audienceos.platform.settings import Settings


@pytest.fixture
async def filled(place: Town) -> AsyncIterator[Database]:
    database = Database(place.ways, pool_size=1)
    yield database
    await database.close()


@pytest.mark.slow
async def test_the_product_reads_for_each_agency_in_turn(filled: Database) -> None:
    told: list[int] = []

    async def noted(lane: Lane) -> None:
        told.append(lane.actor.agency_id.int >> 64)

    await Product(filled).work(noted, enters=True)([3, 4])
    assert told == [3, 4]


@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
async def test_the_floor_reads_the_same_inside_the_wall(place: Town, filled: Database, name: str) -> None:
    asked = {agency: await asked_by(filled, known(agency), QUESTIONS[name]) for agency in (3, 4)}
    async with bare_pool(place.ways.app) as pool:
        floor = Floor(pool, asked)
        await floor.read([3, 4])
        async with pool.acquire() as connection:
            await connection.execute(floor.begins[3])
            mine = [row for one in asked[3] for row in await connection.fetch(one.text, *one.values)]
            others = [row for one in asked[4] for row in await connection.fetch(one.text, *one.values)]
            await connection.execute("rollback")
    assert len(mine) > 25
    assert not any(any(tuple(row)) for row in others)  # counts of nothing are noughts


@pytest.mark.slow
async def test_every_address_is_answered_and_its_statements_are_told(place: Town, settings: Settings) -> None:
    async with counter(place, settings) as asked:
        counts = {name: len(await asked.statements(name, 3)) for name in ADDRESSES}
    assert min(counts.values()) >= 2


@pytest.mark.slow
async def test_plans_are_those_of_the_login_and_of_what_it_calls(
    place: Town, filled: Database, settings: Settings
) -> None:
    asked = await asked_by(filled, known(3), QUESTIONS["list"])
    begin = credential(3)
    assert place.ways.admin is not None
    async with watched(place.ways.admin, settings.app_login) as plans:
        told = await plans.scans(Asked(begin.statement, begin.arguments), asked)
    assert {scan.table for scan in told[0]} == {"session", "user", "agency"}
    assert "client" in {scan.table for scan in told[1]}
    assert len(told) == 1 + len(asked)


def test_a_ratio_is_the_middle_of_what_the_rounds_say() -> None:
    def cost(wall: float) -> Cost:
        return Cost(client=0, server=0, wall=wall)

    rounds = {"ours": [cost(2), cost(9), cost(6)], "floor": [cost(1), cost(3), cost(1)]}
    assert ratio(rounds, "ours", "floor", WALL) == 3


def test_a_table_read_whole_misses_the_goal() -> None:
    whole = Scan("client", "Seq Scan", kept=40, dropped=4000)
    few = Scan("client", "Index Scan client_name_ix", kept=26, dropped=0)
    foreign = Scan("pg_class", "Seq Scan", kept=1, dropped=0)
    assert over_many_agencies([whole, few, foreign]) == [whole]
    (table,), (goal,) = told_plans(1000, {"list": [[few], [whole]]})
    assert table.rows == [("list", "2", "66", "4,000", "client")]
    assert not goal.met


@pytest.mark.parametrize(("met", "word"), [(True, "met"), (False, "**missed**")])
def test_a_goal_says_whether_it_is_met(met: bool, word: str) -> None:
    assert goals([Goal("what", "found", met)]).rows == [("what", "found", word)]


def test_a_table_is_drawn_in_columns() -> None:
    table = Table("Title", "About.", ("a", "b"), [("long", "1"), ("x", "22")])
    drawn = list(table.lines())
    assert drawn[4:] == ["| a    | b  |", "|------|----|", "| long | 1  |", "| x    | 22 |", ""]


A, B, END = (
    "<!-- a: begin -->\n\nold\n<!-- a: end -->",
    "<!-- b: begin -->\n\nkept\n<!-- b: end -->",
    "<!-- figures: end -->",
)
PAGE = f"Words.\n{A}\n\n{B}\n\n{END}\n"


def test_a_part_takes_the_place_of_its_own_figures_alone() -> None:
    assert between(PAGE, "a", ["new"]) == PAGE.replace("old", "new")


def test_a_part_that_was_never_written_comes_last() -> None:
    c = "<!-- c: begin -->\n\nfirst\n<!-- c: end -->"
    assert between(PAGE, "c", ["first"]) == f"Words.\n{A}\n\n{B}\n\n{c}\n\n{END}\n"


@pytest.mark.parametrize("page", ["no marks", "<!-- a: begin -->\nhalf\n<!-- figures: end -->"])
def test_a_page_without_a_place_for_figures_is_left_alone(page: str) -> None:
    with pytest.raises(ValueError, match="no end"):
        between(page, "a", ["new"])
