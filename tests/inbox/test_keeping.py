"""What is kept of messages: for how long, whether a search finds them, and that a source is emptied."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from audienceos.inbox.actions.keeping import EMPTY, INDEX
from audienceos.inbox.jobs import empty, index, purge
from audienceos.inbox.ports import Correspondent, Incoming
from audienceos.platform import clock
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.inbox.given import Inbox, mail
from tests.notifications.given import queued

NOBODY = Correspondent(name="Nils Berg", address="nils@nowhere.example")
OLD, RECENT = timedelta(days=100), timedelta(days=2)


def came(key: str, ago: timedelta, text: str = "Could you look at the form?", **fields: Any) -> Incoming:
    """A mail of so long ago."""
    given: dict[str, Any] = {"received_at": clock.now() - ago}
    return mail(key, text, **(given | fields))


async def only_source(player: Player) -> Row:
    """The agency's one source."""
    (source,) = await listed(player, "/v1/inbox-sources")
    return source


async def keep(player: Player, source: Row, **said: Any) -> httpx.Response:
    """Say what is kept of it."""
    return await player.patch(f"/v1/inbox-sources/{source['id']}", json=said, version=source["version"])


async def night(inbox: Inbox) -> None:
    """What the worker does at night."""
    await purge(inbox.database, inbox.claims.known, {})


async def found(player: Player, words: str) -> int:
    """How many conversations a search finds."""
    return len(await listed(player, "/v1/conversations", view="all", q=words))


async def test_a_source_says_what_there_is_of_it(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    old = came("a", OLD)
    await inbox.take(old, came("b", RECENT))
    source = await only_source(ines)
    said = {name: source[name] for name in ("kind", "name", "messages", "is_indexed", "keep_days")}
    assert said == {"kind": "mailbox", "name": "Desk", "messages": 2, "is_indexed": True, "keep_days": None}
    assert source["oldest_at"].startswith(old.received_at.strftime("%Y-%m-%dT%H:%M"))


async def test_who_is_no_admin_is_refused(inbox: Inbox, ines: Player, tom: Player, thornfield: Row) -> None:
    await inbox.take(came("a", OLD))
    source = await only_source(ines)
    at = f"/v1/inbox-sources/{source['id']}"
    asked = [
        await tom.get("/v1/inbox-sources"),
        await tom.get(at),
        await tom.get(f"{at}/outdated"),
        await keep(tom, source, keep_days=9),
        await tom.post(f"{at}/emptying", json={"name": "Desk"}),
        await tom.get(f"/{tom.slug}/settings/inbox"),
    ]
    assert [answer.status_code for answer in asked] == [403] * 6


async def test_a_stranger_is_told_nothing(inbox: Inbox, ines: Player, cleo: Player, thornfield: Row) -> None:
    await inbox.take(came("a", OLD))
    source = await only_source(ines)
    assert (await cleo.get(f"/v1/inbox-sources/{source['id']}")).status_code == 404


async def test_what_would_go_is_counted_first(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    await inbox.take(came("a", OLD), came("b", OLD, sender=NOBODY), came("c", RECENT))
    source = await only_source(ines)
    answer = await ines.get(f"/v1/inbox-sources/{source['id']}/outdated", params={"keep_days": 90})
    assert answer.json()["messages"] == 2


async def test_messages_go_only_once_somebody_is_sure(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    await inbox.take(came("a", OLD), came("b", RECENT))
    refused = await keep(ines, await only_source(ines), keep_days=90)
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["field"]) == (422, "sure")
    assert fault["message"] == "1 message older than 90 days will be deleted tonight, for good."
    agreed = await keep(ines, await only_source(ines), keep_days=90, sure=True)
    assert (agreed.status_code, agreed.json()["keep_days"]) == (200, 90)


async def test_what_is_past_goes_at_night_and_the_rest_stays(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(came("a", OLD, subject="The old form"), came("b", RECENT, subject="The new form"))
    await keep(ines, await only_source(ines), keep_days=90, sure=True)
    await night(inbox)
    assert [message.subject for message in await inbox.messages()] == ["The new form"]
    assert len(await inbox.conversations()) == 1


async def test_a_conversation_goes_on_from_what_is_left_of_it(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    first = came("a", OLD, "When is the ancient brochure done?", subject="The brochure")
    later = came("b", RECENT, "Thanks a lot!", subject="Re: Pictures", references=(first.message_id,))
    await inbox.take(first)
    await inbox.take(later)
    await keep(ines, await only_source(ines), keep_days=90, sure=True)
    await night(inbox)
    (one,) = await inbox.conversations()
    assert (one.subject, one.snippet, one.message_count) == ("Pictures", "Thanks a lot!", 1)
    assert (await found(ines, "ancient"), await found(ines, "pictures")) == (0, 1)


async def test_who_waited_by_what_is_gone_waits_no_more(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    await inbox.take(came("a", OLD))
    assert (await inbox.signals())["waiting"][0] == "risk"
    await keep(ines, await only_source(ines), keep_days=90, sure=True)
    await night(inbox)
    assert await inbox.signals() == {}


async def test_what_was_deleted_does_not_come_in_again(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    old = came("a", OLD)
    await inbox.take(old)
    await keep(ines, await only_source(ines), keep_days=90, sure=True)
    await night(inbox)
    again = await inbox.take(old, came("b", RECENT))
    assert (again.created, again.skipped, len(await inbox.messages())) == (1, 1, 1)


async def test_a_night_without_anything_past_changes_nothing(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(came("b", RECENT))
    await keep(ines, await only_source(ines), keep_days=90)
    (before,) = await inbox.conversations()
    await night(inbox)
    (after,) = await inbox.conversations()
    assert (after.updated_at, after.version) == (before.updated_at, before.version)


async def test_many_are_deleted_some_a_transaction(
    inbox: Inbox, ines: Player, thornfield: Row, monkeypatch: Any
) -> None:
    monkeypatch.setattr("audienceos.inbox.actions.purging.BATCH", 3)
    await inbox.take(*(came(f"m{at}", OLD, subject=f"Form {at}") for at in range(8)))
    await keep(ines, await only_source(ines), keep_days=90, sure=True)
    await night(inbox)
    assert await inbox.conversations() == []
    events = await listed(ines, "/v1/events", action="conversation.purged")
    assert sorted(event["data"]["messages"] for event in events) == [2, 3, 3]


async def test_a_source_that_is_not_searched_is_found_by_no_word(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(came("a", RECENT, "About the lighthouse"))
    await keep(ines, await only_source(ines), is_indexed=False)
    (payload,) = await queued(inbox.database, ines, INDEX)
    await index(inbox.database, inbox.claims.known, payload)
    await inbox.take(came("b", RECENT, "About the harbour", subject="Another"))
    assert [await found(ines, word) for word in ("lighthouse", "harbour")] == [0, 0]


async def test_a_source_that_is_searched_again_is_found_by_all_its_words(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(came("a", RECENT, "About the lighthouse"))
    for wanted in (False, True):
        await keep(ines, await only_source(ines), is_indexed=wanted)
        payload = {"source_id": (await only_source(ines))["id"]}
        await index(inbox.database, inbox.claims.known, payload)
    assert [await found(ines, word) for word in ("lighthouse", "booking", "maya")] == [1, 1, 1]


async def test_a_source_is_emptied_by_who_types_its_name(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    recent = came("a", RECENT)
    await inbox.take(recent)
    at = f"/v1/inbox-sources/{(await only_source(ines))['id']}/emptying"
    assert (await ines.post(at, json={"name": "Another"})).status_code == 422
    assert (await ines.post(at, json={"name": "Desk"})).status_code == 202
    (payload,) = await queued(inbox.database, ines, EMPTY)
    await empty(inbox.database, inbox.claims.known, payload)
    again = await inbox.take(recent, came("b", timedelta(minutes=-1)))
    assert (again.created, again.skipped, len(await inbox.messages())) == (1, 1, 1)


async def test_an_emptying_that_is_cut_off_ends_the_next_night(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(came("a", RECENT))
    source = await only_source(ines)
    await ines.post(f"/v1/inbox-sources/{source['id']}/emptying", json={"name": "Desk"})
    await night(inbox)
    assert await inbox.messages() == []


async def test_the_page_asks_before_anything_is_deleted(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    await inbox.take(came("a", OLD))
    source = await only_source(ines)
    at = f"/{ines.slug}/settings/inbox/sources/{source['id']}"
    given = {"version": str(source["version"]), "is_indexed": "true", "keep_days": "90"}
    asked = await ines.post(at, data=given)
    assert (asked.status_code, "1 message older than 90 days will be deleted tonight" in asked.text) == (
        422,
        True,
    )
    sure = await ines.post(at, data=given | {"sure": "true"})
    assert (sure.status_code, (await only_source(ines))["keep_days"]) == (303, 90)


async def test_the_page_keeps_for_good_where_no_days_are_given(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(came("a", RECENT))
    await keep(ines, await only_source(ines), keep_days=90)
    source = await only_source(ines)
    at = f"/{ines.slug}/settings/inbox/sources/{source['id']}"
    await ines.post(at, data={"version": str(source["version"]), "is_indexed": "true", "keep_days": ""})
    assert (await only_source(ines))["keep_days"] is None


async def test_an_emptied_archive_goes_with_its_row(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    async with inbox.database.acting(inbox.claims) as db:
        source = await inbox.source(db, kind="mbox")
        source_id = source.id
    await inbox.take(came("a", RECENT))
    await ines.post(f"/v1/inbox-sources/{source_id}/emptying", json={"name": "Desk"})
    await empty(inbox.database, inbox.claims.known, {"source_id": str(source_id)})
    assert await listed(ines, "/v1/inbox-sources") == []
