"""A ticket's long story: its end is shown first, what came before a page at a time, and by the API by cursors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from audienceos.platform.db.database import Database
from audienceos.tickets.models import TicketNote
from tests.cast import Player
from tests.clients.given import Row
from tests.clients.reading import Page
from tests.tickets.given import a_ticket, did, moved

BEGAN = datetime.now(UTC) + timedelta(hours=1)
LONG = 230


async def a_long_log(database: Database, owner: Player, ticket: Row, length: int = LONG) -> None:
    """Entries "Line 0." and so on, a second apart, all after the ticket was opened."""
    async with database.acting(owner.claims) as db:
        mine = {"ticket_id": UUID(ticket["id"]), "added_by": owner.user_id}
        db.add_all(
            TicketNote(**mine, content=f"Line {at}.", created_at=BEGAN + timedelta(seconds=at))
            for at in range(length)
        )


def lines(page: Page) -> list[str]:
    """The entries that the page shows, in order."""
    return [f"Line {at}." for at in range(LONG) if f"Line {at}." in page.text]


async def test_a_page_shows_the_end_of_a_long_story_and_leads_to_all_of_it(
    database: Database, ines: Player, oxbow: Row
) -> None:
    ticket = await a_ticket(ines, oxbow)
    await a_long_log(database, ines, ticket)
    page = Page(await ines.get(ines.at(f"/tickets/{ticket['number']}")))
    found = [lines(page)]
    while "Show earlier" in page.links:
        page = Page(await ines.get(page.links["Show earlier"].partition("#")[0]))
        found.append(lines(page))
    assert [len(part) for part in found] == [100, 100, 30]
    assert [line for part in reversed(found) for line in part] == [f"Line {at}." for at in range(LONG)]
    assert "opened it" in page.text
    assert page.links["Show the latest"] == ines.at(f"/tickets/{ticket['number']}#log")


async def test_a_live_update_stays_where_the_reader_is(database: Database, ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await a_long_log(database, ines, ticket, 110)
    page = Page(await ines.get(ines.at(f"/tickets/{ticket['number']}")))
    earlier = page.links["Show earlier"].partition("#")[0]
    assert f'hx-get="{earlier}"' in (await ines.get(earlier)).text


async def test_a_short_story_is_shown_whole(ines: Player, oxbow: Row) -> None:
    ticket = await moved(ines, await a_ticket(ines, oxbow), "in_progress")
    await did(ines, ticket, "notes", content="We looked")
    text = (await ines.get(ines.at(f"/tickets/{ticket['number']}"))).text
    assert text.index("opened it") < text.index("moved it from New") < text.index("We looked")
    assert "Show earlier" not in text


async def test_a_cursor_of_something_else_is_refused(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    answer = await ines.get(ines.at(f"/tickets/{ticket['number']}?earlier=nonsense"))
    assert answer.status_code == 400


async def test_the_api_pages_notes_by_cursor(database: Database, ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await a_long_log(database, ines, ticket, 130)
    at = f"/v1/tickets/{ticket['number']}/notes"
    first = (await ines.get(at, params={"limit": 100})).json()
    rest = (await ines.get(at, params={"limit": 100, "cursor": first["next_cursor"]})).json()
    assert [note["content"] for note in (*first["items"], *rest["items"])] == [
        f"Line {at}." for at in range(130)
    ]
    assert rest["next_cursor"] is None


async def timed(player: Player, ticket: Row, count: int) -> None:
    """So many entries of time, of a minute, of two and so on, each dated a day before the last."""
    today = datetime.now(UTC).date()
    for at in range(count):
        day = (today - timedelta(days=at)).isoformat()
        await did(player, ticket, "time-entries", minutes=at + 1, day=day, note=f"Spent {at}.")


def spent(page: Page) -> list[int]:
    """Which of those entries the page shows."""
    return [at for at in range(40) if f"Spent {at}." in page.text]


async def test_much_time_is_shown_a_part_at_a_time(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await timed(ines, ticket, 30)
    first = Page(await ines.get(ines.at(f"/tickets/{ticket['number']}")))
    earlier = first.links["Show earlier time"].partition("#")[0]
    answer = await ines.get(earlier)
    then = Page(answer)
    assert (spent(first), spent(then)) == ([*range(25)], [*range(25, 30)])
    assert f'hx-get="{earlier}"' in answer.text
    assert "Show earlier time" not in then.links
    assert then.links["Show the latest time"] == ines.at(f"/tickets/{ticket['number']}#time")


async def test_earlier_time_and_an_earlier_story_are_seen_together(
    database: Database, ines: Player, oxbow: Row
) -> None:
    ticket = await a_ticket(ines, oxbow)
    await timed(ines, ticket, 26)
    await a_long_log(database, ines, ticket, 110)
    page = Page(await ines.get(ines.at(f"/tickets/{ticket['number']}")))
    page = Page(await ines.get(page.links["Show earlier time"].partition("#")[0]))
    page = Page(await ines.get(page.links["Show earlier"].partition("#")[0]))
    assert (spent(page), "Line 0." in page.text) == ([25], True)
    page = Page(await ines.get(page.links["Show the latest"].partition("#")[0]))
    assert (spent(page), "Line 0." in page.text) == ([25], False)
