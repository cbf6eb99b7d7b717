"""Conversations for the laws: mail that came in about the agency's client, and some of nobody's."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from audienceos.inbox.ports import Attached, Correspondent
from audienceos.platform import clock
from tests.inbox.given import Inbox, known_to, mail
from tests.laws.nouns_answers import an_answer, more_answers
from tests.laws.nouns_archives import an_archive, more_archives

REPORT = Attached(name="report.pdf", media_type="application/pdf", size=9, ref="2")


async def a_conversation(world: Any) -> str:
    """One of the agency's client, which waits for a reply."""
    address = f"{world.word.casefold()}@thornfield.example"
    await known_to(world.owner, {"id": world.ids["client_id"]}, address)
    await _came(world, "one", address)
    return await _latest(world, client=world.ids["client_id"])


async def a_message(world: Any) -> str:
    """The message that it began with."""
    answer = await world.owner.get(f"/v1/conversations/{world.ids['conversation_id']}/messages")
    return answer.json()["items"][0]["id"]


async def a_channel(world: Any) -> str:
    """One in which the agency talks with its client."""
    body = {"place": f"C-{world.word}", "name": f"{world.word} channel", "label": f"{world.word} label"}
    made = await world.made(f"/v1/clients/{world.ids['client_id']}/channels", body)
    return made["id"]


async def a_source(world: Any) -> str:
    """Where the messages come from, called as whoever empties it would type."""
    inbox = Inbox(world.stage.parts.database, world.owner)
    async with inbox.database.acting(inbox.claims) as db:
        source = await inbox.source(db)
        source.name = "Plausible"
    return str(source.id)


async def more_conversations(world: Any) -> None:
    """Conversations in other states: one in triage, and one of the client's that is put aside."""
    await _came(world, "two", f"{world.word.casefold()}@nobody.example")
    world.also("conversation_id", await _latest(world, view="triage"))
    await more_archives(world)
    await more_answers(world)
    snoozed = world.ids["conversation_id"]
    answer = await world.owner.post(
        f"/v1/conversations/{snoozed}/snooze", json={"until": "2999-01-01T09:00:00Z"}
    )
    assert answer.status_code == 200, answer.text


async def _came(world: Any, key: str, address: str) -> None:
    inbox = Inbox(world.stage.parts.database, world.owner)
    sender = Correspondent(name=f"{world.word} Writer", address=address)
    asks = f"{world.word} asks: could you look at it?"
    message = mail(f"{world.word}-{key}", asks, sender=sender, subject=f"{world.word} {key}")
    # Just now: who has waited for days is at risk, which would end an admin's word that all is well.
    await inbox.take(structs.replace(message, received_at=clock.now(), attachments=(REPORT,)))


async def _latest(world: Any, **asked: str) -> str:
    params = {"view": "all", "sort": "-last_message_at"} | asked
    answer = await world.owner.get("/v1/conversations", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][0]["id"]


async def a_comment(world: Any) -> str:
    """What the owner said beside it."""
    path = f"/v1/conversations/{world.ids['conversation_id']}/comments"
    return (await world.made(path, {"content": f"{world.word} is cross"}))["id"]


async def an_answer_template(world: Any) -> str:
    """An answer that is given often."""
    said = {"name": f"{world.word} thanks", "content": f"{world.word} thanks, {{{{me.first_name}}}}"}
    return (await world.made("/v1/answer-templates", said))["id"]


INBOX = {
    "conversation_id": a_conversation,
    "message_id": a_message,
    "answer_id": an_answer,
    "comment_id": a_comment,
    "answer_template_id": an_answer_template,
    "source_id": a_source,
    "archive_id": an_archive,
    "channel_id": a_channel,
}
"""In the order in which they hang together."""
