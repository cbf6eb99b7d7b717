"""Channels of clients are read from where the last reading ended, whatever Slack does meanwhile."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from audienceos.app import Parts
from audienceos.platform.actor import system_of
from audienceos.providers.slack.calling import be_at, there
from audienceos.providers.slack.sweeping import LEG, SWEEP, begin_sweep, go_on
from tests.cast import Player, Stage
from tests.clients.given import Row, a_client
from tests.connections.given import Vendors, standing
from tests.fakes.server import Said, Slow
from tests.fakes.slack import no
from tests.fakes.slack_team import Channel
from tests.providers.slack.live import House, house, taken

HISTORY, REPLIES = "/api/conversations.history", "/api/conversations.replies"


@pytest.fixture
async def channel(north: House, oxbow: Row) -> Channel:
    """Oxbow's channel, in which something was said before it was linked."""
    made = north.team.channel("oxbow")
    made.say(north.maya, "One")
    made.say(north.ana, "Two")
    body = {"place": made.id, "name": made.name}
    assert (await north.owner.post(f"/v1/clients/{oxbow['id']}/channels", json=body)).status_code == 201
    return made


@pytest.fixture
def fast(vendors: Vendors, parts: Parts) -> None:
    """The installation's app is in Slack's marketplace."""
    be_at(msgspec.structs.replace(parts.settings, slack_url=vendors.slack.url, slack_is_marketplace=True))


async def test_a_linked_channel_is_read_thirty_days_back(north: House, channel: Channel) -> None:
    channel.say(north.maya, "Long ago", ts="1600000000.000001")
    await north.swept()
    assert await north.contents() == ["One", "Two"]
    (one,) = await north.conversations()
    assert (one.needs_reply, one.place_name, one.message_count) == (False, "oxbow", 2)


async def test_it_tells_nobody_of_old_news_and_then_of_new(north: House, channel: Channel) -> None:
    await north.swept()
    channel.say(north.maya, "Three")
    await north.sweep()
    told = (await north.owner.get("/v1/events", params={"limit": 100})).json()["items"]
    assert [one["action"] for one in told].count("conversation.received") == 1


async def test_read_twice_it_is_kept_once(north: House, channel: Channel) -> None:
    await north.swept()
    await north.sweep()
    assert await north.contents() == ["One", "Two"]
    assert [(run["outcome"], run["created"]) for run in await north.runs()] == [("done", 0), ("done", 2)]


async def test_only_channels_of_clients_are_read(north: House, channel: Channel) -> None:
    other = north.team.channel("random")
    other.say(north.maya, "Not for you")
    await north.swept()
    assert {call.given["channel"] for call in north.slack.calls("conversations.history")} == {channel.id}


async def test_pages_are_read_until_the_last(north: House, channel: Channel, fast: None) -> None:
    north.slack.most = 2
    for number in range(5):
        channel.say(north.maya, f"More {number}")
    await north.swept()
    assert len(await north.contents()) == 7
    assert len(north.slack.calls("conversations.history")) == 4


async def test_answers_in_threads_are_read_beside_the_channel(
    north: House, channel: Channel, fast: None
) -> None:
    root = channel.say(north.maya, "Who changes it?")
    channel.say(north.ana, "I do.", thread=root)
    await north.swept()
    assert await north.contents() == ["One", "Two", "Who changes it?", "I do."]
    await north.sweep()
    assert len(north.slack.calls("conversations.replies")) == 1


async def test_a_new_answer_in_an_old_thread_is_found(north: House, channel: Channel, fast: None) -> None:
    root = channel.say(north.maya, "Who changes it?")
    await north.swept()
    channel.say(north.maya, "Later")
    channel.say(north.ana, "I do.", thread=root)
    await north.sweep()
    assert "I do." in await north.contents()


async def test_a_long_thread_is_read_page_by_page(north: House, channel: Channel, fast: None) -> None:
    north.slack.most = 3
    root = channel.say(north.maya, "Begin")
    for number in range(6):
        channel.say(north.ana, f"Answer {number}", thread=root)
    await north.swept()
    assert len(await north.contents()) == 9


async def test_edits_and_deletions_are_found(north: House, channel: Channel, fast: None) -> None:
    wrong = channel.say(north.maya, "Wrong")
    gone = channel.say(north.maya, "Gone")
    await north.swept()
    channel.edit(wrong, "Right")
    channel.delete(gone)
    await north.sweep()
    kept = {row.content: row.removed_at is not None for row in await north.messages()}
    assert kept == {"One": False, "Two": False, "Right": False, "": True}


async def test_a_deleted_answer_in_a_thread_is_found(north: House, channel: Channel, fast: None) -> None:
    root = channel.say(north.maya, "Begin")
    channel.say(north.ana, "Kept", thread=root)
    gone = channel.say(north.ana, "Gone", thread=root)
    await north.swept()
    channel.delete(gone)
    await north.sweep()
    assert await north.contents() == ["One", "Two", "Begin", "Kept", ""]


async def test_slacks_pause_is_kept_by_the_next_leg(north: House, channel: Channel) -> None:
    north.slack.instead(HISTORY, Said(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "37"}))
    assert await north.swept() == [0, 37]
    assert await north.contents() == ["One", "Two"]


@pytest.mark.parametrize(
    "trouble", [Said(500, {}), Said(200, '{"ok": true, "messages": [{"ty'), Said(503, "away"), Slow(1.0)]
)
async def test_trouble_is_tried_again_later(
    north: House, channel: Channel, trouble: Said | Slow, parts: Parts
) -> None:
    now = there()
    be_at(msgspec.structs.replace(parts.settings, slack_url=now.base), seconds=0.4)
    north.slack.instead(HISTORY, trouble)
    waits = await north.swept()
    assert (waits, await north.contents()) == ([0, 122], ["One", "Two"])


async def test_trouble_that_stays_ends_the_reading_in_words(north: House, channel: Channel) -> None:
    north.slack.instead(HISTORY, *([Said(500, {})] * 10))
    await north.swept()
    (run,) = await north.runs()
    assert (run["outcome"], run["error"]) == ("failed", "Slack has trouble")


async def test_an_app_outside_the_marketplace_asks_once_a_minute(north: House, channel: Channel) -> None:
    for number in range(40):
        channel.say(north.maya, f"More {number}")
    waits = await north.swept()
    assert (waits, len(await north.contents())) == ([0, 61, 61], 42)
    assert {call.given["limit"] for call in north.slack.calls("conversations.history")} == {"15"}
    (run,) = await north.runs()
    assert (run["outcome"], run["created"]) == ("done", 42)


async def test_it_asks_for_threads_beside_pages(north: House, channel: Channel) -> None:
    for number in range(3):
        root = channel.say(north.maya, f"Ask {number}")
        channel.say(north.ana, f"Answer {number}", thread=root)
    await north.swept()
    assert len(await north.contents()) == 8
    assert len(north.slack.calls("conversations.replies")) == 3


async def test_an_own_app_reads_at_slacks_usual_pace(north: House, channel: Channel, ines: Player) -> None:
    own = {"vendor": "slack", "app_id": "own", "client_secret": "s", "signing_secret": "t"}
    assert (await ines.post("/v1/integration-apps", json=own)).status_code == 201
    await north.swept()
    assert north.slack.calls("conversations.history")[0].given["limit"] == "200"


async def test_a_leg_that_was_killed_is_done_again(north: House, channel: Channel, fast: None) -> None:
    north.slack.most = 1
    actor = system_of(north.owner.agency_id)
    for number in range(4):
        channel.say(north.maya, f"More {number}")
    (payload,) = await taken(north.database, north.owner, SWEEP)
    await begin_sweep(north.database, actor, payload["integration_id"])
    (leg,) = await taken(north.database, north.owner, LEG)
    running = asyncio.create_task(go_on(north.database, actor, leg))
    while len(north.slack.calls("conversations.history")) < 3:
        await asyncio.sleep(0.005)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    before = len(north.slack.calls("conversations.history"))
    await go_on(north.database, actor, leg)
    assert sorted(await north.contents()) == ["More 0", "More 1", "More 2", "More 3", "One", "Two"]
    assert len(north.slack.calls("conversations.history")) - before < 6
    assert [run["outcome"] for run in await north.runs()] == ["done"]


async def test_a_channel_that_cannot_be_read_keeps_no_other_waiting(
    north: House, channel: Channel, ines: Player
) -> None:
    maple = await a_client(ines, "Maple")
    closed = north.team.channel("closed", is_private=True, is_member=False)
    body = {"place": closed.id, "name": closed.name}
    assert (await ines.post(f"/v1/clients/{maple['id']}/channels", json=body)).status_code == 201
    await north.swept()
    (run,) = await north.runs()
    assert (run["outcome"], run["error"]) == (
        "partial",
        "#closed: our app isn't in it; invite it there",
    )
    assert await north.contents() == ["One", "Two"]


async def test_a_public_channel_is_joined(north: House, oxbow: Row) -> None:
    open_one = north.team.channel("open", is_member=False)
    open_one.say(north.maya, "Hello?")
    body = {"place": open_one.id, "name": open_one.name}
    assert (await north.owner.post(f"/v1/clients/{oxbow['id']}/channels", json=body)).status_code == 201
    await north.swept()
    assert (open_one.is_member, await north.contents()) == (True, ["Hello?"])


async def test_a_grant_that_is_gone_ends_it_with_an_alert(north: House, channel: Channel) -> None:
    north.slack.good.clear()
    await north.swept()
    assert (await standing(north.owner))["state"] == "error"
    (run,) = await north.runs()
    assert run["outcome"] == "failed"


async def test_a_message_that_came_by_an_event_is_the_same_when_it_is_read(
    north: House, channel: Channel
) -> None:
    channel.say(north.maya, "Three")
    await north.told()
    await north.swept()
    assert await north.contents() == ["One", "Two", "Three"]


async def test_who_speaks_is_asked_once(north: House, channel: Channel) -> None:
    await north.swept()
    channel.say(north.maya, "Three")
    await north.told()
    await north.sweep()
    asked = [call.given["user"] for call in north.slack.calls("users.info")]
    assert sorted(asked) == sorted({north.maya, north.ana})


async def test_a_colleague_is_known_by_their_address(north: House, channel: Channel, ines: Player) -> None:
    me = (await ines.get(f"/v1/users/{ines.user_id}")).json()
    ines_there = north.team.person("Ines", email=me["email"])
    channel.say(ines_there, "I answer")
    await north.swept()
    mine = next(row for row in await north.messages() if row.content == "I answer")
    assert (mine.user_id, mine.is_inbound) == (ines.user_id, False)


async def test_agencies_read_each_their_own(
    stage: Stage, north: House, channel: Channel, vendors: Vendors, cleo: Player
) -> None:
    south = await house(stage, cleo, vendors, "Southwind")
    theirs = await south.linked(await a_client(cleo, "Elm"), "elm")
    theirs.say(south.maya, "Elm says")
    await north.swept()
    await south.swept()
    assert (await north.contents(), await south.contents()) == (["One", "Two"], ["Elm says"])


async def test_an_unknown_refusal_is_told_by_its_code(north: House, channel: Channel) -> None:
    north.slack.instead(HISTORY, no("brand_new_error"))
    await north.swept()
    (run,) = await north.runs()
    assert run["error"] == "#oxbow: Slack says brand_new_error"
