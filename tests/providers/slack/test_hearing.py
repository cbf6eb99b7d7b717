"""What events tell of messages, in whatever order they come and however often."""

from __future__ import annotations

import itertools

import pytest

from audienceos.providers.slack.hearing import HEAR
from tests.cast import Player
from tests.clients.given import Row
from tests.fakes.server import Said
from tests.fakes.slack_team import Channel
from tests.providers.slack.live import House, taken

FILE = {"id": "F1", "name": "brief.pdf", "mimetype": "application/pdf", "size": 1200}


@pytest.fixture
async def channel(north: House, oxbow: Row) -> Channel:
    """Oxbow's."""
    return await north.linked(oxbow)


async def replayed(north: House, *order: int) -> None:
    """The workspace's events come in that order."""
    events = list(north.team.events)
    for number in order:
        north.team.events.append(events[number])
        await north.told()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_last_edit_stands_in_whatever_order_they_come(
    north: House, channel: Channel, order: tuple[int, ...]
) -> None:
    ts = channel.say(north.maya, "First")
    channel.edit(ts, "Second")
    channel.edit(ts, "Third")
    await replayed(north, *order)
    assert await north.contents() == ["Third"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1), (0, 1, 0)])
async def test_a_deleted_message_is_gone_in_whatever_order_that_comes(
    north: House, channel: Channel, order: tuple[int, ...]
) -> None:
    """One that overtook its message looks for it again later."""
    ts = channel.say(north.maya, "Never mind")
    channel.delete(ts)
    await replayed(north, *order)
    await north.heard(late=True)
    (row,) = await north.messages()
    assert (row.content, row.removed_at is not None) == ("", True)


async def test_a_deletion_of_nothing_that_is_kept_asks_again_once(north: House, channel: Channel) -> None:
    ts = channel.say(north.maya, "Gone before we came")
    channel.delete(ts)
    await north.told()
    assert [await north.heard(), await north.heard(late=True), await north.heard(late=True)] == [0, 1, 0]


async def test_an_edit_leaves_what_was_decided(north: House, channel: Channel, ines: Player) -> None:
    ts = channel.say(north.maya, "Could you look at it?")
    await north.told()
    (one,) = await north.conversations()
    at = f"/v1/conversations/{one.id}/decision"
    assert (await ines.post(at, json={"needs_reply": False})).status_code < 300
    channel.edit(ts, "Could you look at it, please?")
    await north.told()
    (one,) = await north.conversations()
    assert (one.needs_reply, await north.contents()) == (False, ["Could you look at it, please?"])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_an_answer_in_a_thread_answers_what_it_stands_beside(
    north: House, channel: Channel, order: tuple[int, ...]
) -> None:
    """Slack tells of a thread's first message before it is one."""
    root = channel.say(north.maya, "Who changes it?")
    channel.say(north.ana, "I do.", thread=root)
    await replayed(north, *order)
    (one,) = await north.conversations()
    rows = await north.messages()
    assert (one.needs_reply, {row.thread_id for row in rows}) == (False, {f"{channel.id}:{root}"})


async def test_a_shared_file_is_named(north: House, channel: Channel) -> None:
    channel.say(north.maya, "", subtype="file_share", files=[FILE])
    await north.told()
    (row,) = await north.messages()
    assert [(one["name"], one["ref"]) for one in row.attachments] == [("brief.pdf", "F1")]


async def test_people_who_are_named_stand_there_by_their_names(north: House, channel: Channel) -> None:
    channel.say(north.maya, f"<@{north.ana}> see <https://oxbow.example|the form>")
    await north.told()
    assert await north.contents() == ["@Ana Ruiz see the form <https://oxbow.example>"]


@pytest.mark.parametrize("kind", ["im", "mpim"])
async def test_talks_between_few_are_left(north: House, channel: Channel, kind: str) -> None:
    channel.say(north.maya, "Between us")
    north.team.events[-1]["event"]["channel_type"] = kind
    await north.told()
    assert (await north.messages(), await north.triage()) == ([], [])


@pytest.mark.parametrize(
    "event", [{"type": "message"}, {"type": "message", "channel": []}, {}, "no event", None]
)
async def test_what_is_no_message_is_left(north: House, event: object) -> None:
    north.team.tell({})
    north.team.events[-1]["event"] = event
    await north.told()
    assert (await north.messages(), await north.triage()) == ([], [])


async def test_slack_that_is_away_is_asked_again(north: House, channel: Channel) -> None:
    channel.say(north.maya, "Hello?")
    north.slack.instead("/api/users.info", Said(500, {}))
    with pytest.raises(Exception, match="Slack has trouble"):
        await north.told()
    await north.told()
    assert await north.contents() == ["Hello?"]


async def test_an_agency_that_is_connected_no_more_hears_nothing(
    north: House, channel: Channel, ines: Player
) -> None:
    channel.say(north.maya, "Hello?")
    assert (await north.send()).status_code == 200
    items = (await ines.get("/v1/integrations")).json()["items"]
    mine = next(one for one in items if one["provider"] == "slack")
    assert (await ines.post(f"/v1/integrations/{mine['id']}/disconnection")).status_code == 201
    await north.heard()
    assert await north.messages() == []
    assert ((await north.send()).status_code, await taken(north.database, ines, HEAR)) == (200, [])


async def test_events_that_slack_held_back_are_read(north: House, channel: Channel) -> None:
    await north.swept()
    channel.say(north.maya, "Held back")
    body = f'{{"type": "app_rate_limited", "team_id": "{north.team.id}", "minute_rate_limited": 1}}'
    await north.told(body.encode())
    await north.swept()
    assert await north.contents() == ["Held back"]


async def test_a_guest_is_outside_and_a_member_is_ours(north: House, channel: Channel) -> None:
    channel.say(north.maya, "From outside")
    await north.told()
    channel.say(north.ana, "From us")
    await north.told()
    assert [row.is_inbound for row in await north.messages()] == [True, False]


async def test_another_apps_post_waits_for_nobody(north: House, channel: Channel) -> None:
    channel.say("UX", "Build passed", bot_id="BX")
    await north.told()
    (row,) = await north.messages()
    assert (row.automatic, row.needs_reply) == ("bot", False)
