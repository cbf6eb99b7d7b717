"""Nothing of a message is left once it is deleted: every column of every table is looked through for its words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from msgspec import structs

from audienceos.alerts.jobs import evaluate
from audienceos.inbox.jobs import purge
from audienceos.inbox.models.answers import Draft, Outgoing
from audienceos.inbox.ports import Attached, Correspondent, Incoming
from audienceos.notifications.jobs import deliver, link_to
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.connect import connected
from audienceos.platform.db.urls import Addresses
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.inbox.given import MAYA, US, Inbox, known_to, mail
from tests.notifications.given import worked

OLD = timedelta(days=100)
CANARY = "Zanzifrax velvetoon quobbling"
TERMS = [word.casefold() for word in CANARY.split()]
OWN_WORDS = {"ticket", "ticket_term"}
"""Where words of a message may stay: what a person wrote into a ticket of their own accord."""
_TABLES = """
select format('%I.%I', schemaname, tablename) from pg_tables
 where schemaname not in ('pg_catalog', 'information_schema')"""


def came(key: str, text: str, **fields: Any) -> Incoming:
    """A mail of a hundred days ago, with the words everywhere that a mail can have them."""
    given: dict[str, Any] = {
        "sender": structs.replace(MAYA, name=f"Maya {TERMS[0]}"),
        "subject": f"{CANARY}?",
        "html": f"<p>{CANARY}</p>",
        "attachments": (Attached(name=f"{TERMS[1]}.pdf", media_type="application/pdf", size=9, ref="2"),),
        "received_at": clock.now() - OLD,
    }
    return mail(key, text, **(given | fields))


async def where_it_stands(ways: Addresses, words: Sequence[str]) -> set[str]:
    """The tables with any of the words in any column, in text or in bytes."""
    found: set[str] = set()
    assert ways.admin is not None
    async with connected(ways.admin) as connection:
        tables = [row[0] for row in await connection.fetch(_TABLES)]
        assert "public.communication" in tables
        for table in tables:
            patterns = [pattern for word in words for pattern in (f"%{word}%", f"%{word.encode().hex()}%")]
            asked = f"select exists (select 1 from {table} as t where t::text ilike any($1::text[]))"
            if await connection.fetchval(asked, patterns):
                found.add(table.rpartition(".")[2])
    return found


async def flown(inbox: Inbox, ines: Player, tom: Player, client: Row) -> None:
    """The words have gone wherever the product takes them."""
    asks = came("a", f"Could you look at the {CANARY}?")
    by_us = came(
        "b", f"We will send you the {CANARY} by Friday.", subject=f"{CANARY} plan", sender=US, to=(MAYA,)
    )
    nobodys = came(
        "c", f"Is {CANARY} for sale?", sender=Correspondent(name=TERMS[2], address="n@nowhere.example")
    )
    await inbox.take(asks, structs.replace(by_us, is_ours=True), nobodys)
    await evaluate(inbox.database, inbox.claims.known, {})
    first = (await listed(ines, "/v1/conversations", q=TERMS[0]))[0]
    at = f"/v1/conversations/{first['id']}"
    kept = {"Idempotency-Key": "once"}
    assert (await ines.post(f"{at}/decision", json={"needs_reply": True}, headers=kept)).status_code == 200
    assert (await ines.post(f"{at}/assignment", json={"assignee_id": str(tom.user_id)})).status_code == 200
    assert (await ines.post(f"{at}/sight")).status_code == 200
    body = {"client_id": client["id"], "title": "Their question", "description": f"They ask: {CANARY}"}
    assert (await ines.post("/v1/tickets", json=body)).status_code == 201
    await answered(inbox, ines, first)
    await worked(inbox.database, ines)
    link_to("https://work.example")
    await deliver(inbox.database, inbox.claims.known, {})
    assert await listed(ines, "/v1/notifications")


async def answered(inbox: Inbox, ines: Player, conversation: Row) -> None:
    """Somebody has begun an answer, and another has left, quoting what it answers."""
    message = (await ines.get(f"/v1/conversations/{conversation['id']}/messages")).json()["items"][0]
    people: dict[str, Any] = {
        "to_people": [],
        "cc_people": [],
        "variables": [],
        "is_to_all": False,
        "has_quotes": True,
    }
    mine: dict[str, Any] = {"conversation_id": conversation["id"], **people}
    async with inbox.database.acting(ines.claims) as db:
        db.add(Draft(user_id=ines.user_id, text=f"About {CANARY}", message_id=message["id"], **mine))
        leaving: dict[str, Any] = {
            "client_id": conversation["client_id"],
            "author_id": ines.user_id,
            "click_id": uuid7(),
            "text": f"Here is the {CANARY}.",
            "parent_id": message["id"],
            "parent": {"text": f"> {CANARY}"},
            "message_id": "sent@northlight.example",
            "thread_key": "",
            "branch": "",
            "account_kind": "mailbox",
            "account_id": uuid7(),
            "account_address": US.address,
            "status": "sent",
            "sent_at": clock.now(),
            "leaves_at": clock.now(),
            "is_scheduled": False,
            "overrides": [],
            "attempts": 1,
        }
        db.add(Outgoing(**mine, **leaving))


async def test_no_word_is_left_anywhere(
    inbox: Inbox, ines: Player, tom: Player, thornfield: Row, ways: Addresses
) -> None:
    await known_to(ines, thornfield, US.address.replace("desk", "other"))
    await flown(inbox, ines, tom, thornfield)
    before = await where_it_stands(ways, TERMS)
    quoting = {
        "communication",
        "triage_message",
        "message_markup",
        "conversation",
        "conversation_term",
        "promise",
    }
    assert before >= quoting | {"alert", "draft", "outgoing", "idempotency_key"} | OWN_WORDS
    assert not before & {"event", "notification", "mail_out", "client_signal", "pgqueuer"}
    (source,) = await listed(ines, "/v1/inbox-sources")
    said = {"keep_days": 90, "sure": True}
    at = f"/v1/inbox-sources/{source['id']}"
    assert (await ines.patch(at, json=said, version=source["version"])).status_code == 200
    await purge(inbox.database, inbox.claims.known, {})
    assert await where_it_stands(ways, TERMS) == OWN_WORDS


async def test_what_an_alert_quoted_is_said_anew_by_what_is_left(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(came("a", f"Could you look at the {CANARY}?"))
    recent = came(
        "b", "Could you look at the form?", subject="The form", received_at=clock.now() - timedelta(days=9)
    )
    await inbox.take(structs.replace(recent, sender=MAYA))
    await evaluate(inbox.database, inbox.claims.known, {})
    (source,) = await listed(ines, "/v1/inbox-sources")
    said = {"keep_days": 90, "sure": True}
    await ines.patch(f"/v1/inbox-sources/{source['id']}", json=said, version=source["version"])
    await purge(inbox.database, inbox.claims.known, {})
    await evaluate(inbox.database, inbox.claims.known, {})
    (alert,) = await listed(ines, "/v1/alerts", rule="unanswered")
    shown = (await ines.get(f"/v1/alerts/{alert['id']}")).json()
    assert [row["said"] for row in shown["metadata"]["evidence"]] == ["Maya Thornfield: The form"]
