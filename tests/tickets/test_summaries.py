"""What a client is told of a resolved ticket: previewed, sent after a yes, and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from audienceos.platform.db.database import Database
from audienceos.platform.mail.delivering import ATTEMPTS
from audienceos.platform.mail.models import AgencyMail
from audienceos.tickets.letters import SUMMARY
from tests.cast import Player
from tests.clients.given import Row, a_client, listed
from tests.tickets.given import a_ticket, did, moved, shown


@pytest.fixture
async def done(ines: Player) -> Row:
    """A resolved ticket of a client with a contact."""
    client = await a_client(ines, "Oxbow", contact_name="Maya Hale", contact_email="maya@oxbow.example")
    ticket = await moved(ines, await a_ticket(ines, client, "Broken form"), "in_progress")
    return await did(ines, ticket, "resolution", final_note="Rolled back\nthe plug-in")


async def preview(player: Player) -> Row:
    """The mail as it would be sent."""
    answer = await player.get("/v1/tickets/1/summary")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def send(player: Player, mail: Row) -> Any:
    """Say yes to it."""
    return await player.post(
        "/v1/tickets/1/summaries", json={name: mail[name] for name in ("to_email", "version")}
    )


async def mails(database: Database, owner: Player) -> list[AgencyMail]:
    """What waits to leave."""
    async with database.acting(owner.claims) as db:
        mine = (AgencyMail.agency_id == owner.agency_id, AgencyMail.kind == SUMMARY)
        return list(await db.scalars(select(AgencyMail).where(*mine)))


async def test_looking_at_the_mail_sends_nothing(database: Database, ines: Player, done: Row) -> None:
    mail = await preview(ines)
    assert (mail["to_email"], mail["subject"]) == ("maya@oxbow.example", "Resolved: Broken form (#1)")
    for words in (
        "Hello Maya Hale,",
        "> Broken form",
        "> Rolled back\n> the plug-in",
        "Ines Aalto",
        "Northlight",
    ):
        assert words in mail["body"]
    assert await mails(database, ines) == []


async def test_it_is_sent_as_it_was_shown(database: Database, ines: Player, tom: Player, done: Row) -> None:
    mail = await preview(ines)
    answer = await send(ines, mail)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["status"], answer.json()["sender"]) == ("waiting", "Ines Aalto")
    [posted] = await mails(database, ines)
    assert (posted.to_email, posted.subject, posted.body) == (mail["to_email"], mail["subject"], mail["body"])
    assert [row["to_email"] for row in await listed(tom, "/v1/tickets/1/summaries")] == ["maya@oxbow.example"]
    assert (await listed(ines, "/v1/events", action="ticket.summary_sent"))[0]["data"]["to"] == mail[
        "to_email"
    ]


async def test_an_open_ticket_has_nothing_to_sum_up(ines: Player, done: Row) -> None:
    mail = await preview(ines)
    again = await did(ines, done, "reopenings")
    assert (await ines.get("/v1/tickets/1/summary")).status_code == 409
    assert (await send(ines, mail | {"version": again["version"]})).status_code == 409


async def test_a_yes_is_to_what_was_shown(database: Database, ines: Player, done: Row) -> None:
    mail = await preview(ines)
    await ines.patch("/v1/tickets/1", json={"title": "Other"}, version=done["version"])
    assert (await send(ines, mail)).status_code == 412
    mail = await preview(ines)
    assert (await send(ines, mail | {"to_email": "other@oxbow.example"})).status_code == 409
    assert await mails(database, ines) == []


async def test_a_client_without_an_address_is_sent_nothing(ines: Player, oxbow: Row) -> None:
    await moved(ines, await a_ticket(ines, oxbow), "in_progress", "resolved")
    assert (await preview(ines))["to_email"] is None
    assert (await send(ines, (await preview(ines)) | {"to_email": "some@body.example"})).status_code == 409
    assert "no contact with an e-mail" in (await ines.get(ines.at("/tickets/1/summary"))).text


async def test_a_failed_mail_is_shown_and_leaves_the_ticket_resolved(
    database: Database, ines: Player, tom: Player, done: Row
) -> None:
    summary = (await send(ines, await preview(ines))).json()
    async with database.serving() as db:
        mine = (AgencyMail.agency_id == ines.agency_id, AgencyMail.about_id == UUID(done["id"]))
        lost = {"attempts": ATTEMPTS, "last_error": "550 no such mailbox"}
        await db.execute(update(AgencyMail).where(*mine).values(lost))
    told = await listed(tom, "/v1/tickets/1/summaries")
    assert [(row["id"], row["status"], row["error"]) for row in told] == [
        (summary["id"], "failed", "550 no such mailbox")
    ]
    assert (await shown(ines, done))["status"] == "resolved"
    assert "550 no such mailbox" in (await tom.get(tom.at("/tickets/1"))).text


async def test_a_ticket_is_summed_up_a_few_times_a_day(ines: Player, done: Row) -> None:
    answers = [(await send(ines, await preview(ines))).status_code for _ in range(6)]
    assert answers == [201] * 5 + [429]


async def test_from_the_page_by_a_form(ines: Player, done: Row) -> None:
    page = await ines.get(ines.at("/tickets/1/summary"))
    assert ("maya@oxbow.example" in page.text, "Rolled back" in page.text) == (True, True)
    given = {"to_email": "maya@oxbow.example", "version": str(done["version"])}
    answer = await ines.post(ines.at("/tickets/1/summary"), data=given)
    assert answer.status_code == 303
    assert "waits to leave for maya@oxbow.example" in (await ines.get(answer.headers["location"])).text
