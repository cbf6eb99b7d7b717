"""An answer is said in its channel, once; what isn't known to be said is looked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from audienceos.app import Parts
from audienceos.inbox.ports import Leaving, NotLeft, Unsure
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.providers.slack.calling import be_at, there
from audienceos.providers.slack.courier import SlackCourier
from tests.clients.given import Row
from tests.connections.given import standing
from tests.fakes.server import Said
from tests.fakes.slack import no
from tests.fakes.slack_team import Channel
from tests.providers.slack.live import House

POST = "/api/chat.postMessage"
COURIER = SlackCourier()


@pytest.fixture
async def channel(north: House, oxbow: Row) -> Channel:
    """Oxbow's."""
    return await north.linked(oxbow)


async def leaving(north: House, channel: Channel, text: str = "Done.", **fields: Any) -> Leaving:
    """An answer of Ines's, in that channel."""
    stands = await standing(north.owner)
    given: dict[str, Any] = {
        "id": uuid7(),
        "account_id": UUID(stands["id"]),
        "author_id": north.owner.user_id,
        "author_name": "Ines Aalto",
        "message_id": "<unused@northlight.example>",
        "written_at": clock.now() - timedelta(days=1),
        "text": text,
        "place": channel.id,
    }
    return Leaving(**(given | fields))


async def send(north: House, answer: Leaving) -> Any:
    """Hand it to the courier."""
    return await COURIER.send(north.database, north.owner.agency_id, answer)


async def seek(north: House, answer: Leaving) -> Any:
    """Ask whether it has left."""
    return await COURIER.seek(north.database, north.owner.agency_id, answer)


async def test_it_is_said_exactly_as_it_was_written(north: House, channel: Channel) -> None:
    await send(north, await leaving(north, channel, "1 < 2 & <!channel> *stars*"))
    (said,) = channel.messages
    assert said["text"] == "1 &lt; 2 &amp; &lt;!channel&gt; *stars*"
    (call,) = north.slack.calls("chat.postMessage")
    assert msgspec.json.decode(call.body)["mrkdwn"] is False


async def test_in_a_thread_it_stands_beside_what_it_answers(north: House, channel: Channel) -> None:
    root = channel.say(north.maya, "Who changes it?")
    await send(north, await leaving(north, channel, branch=f"{channel.id}:{root}"))
    assert channel.messages[-1]["thread_ts"] == root


async def test_its_echo_is_the_same_message_of_its_author(north: House, channel: Channel) -> None:
    left = await send(north, await leaving(north, channel))
    await north.told()
    (row,) = await north.messages()
    assert (row.message_id, row.is_inbound, row.user_id) == (left.message_id, False, north.owner.user_id)
    assert (row.received_at, row.automatic, row.sender_name) == (left.sent_at, None, "Ines Aalto")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("is_archived", "The channel is archived."),
        ("not_in_channel", "Our app isn't in the channel; invite it there."),
        ("restricted_action", "The workspace lets only some people write in this channel."),
        ("channel_not_found", "The channel isn't there any more, or our app isn't in it."),
        ("brand_new", "Slack refused it (brand_new)."),
    ],
)
async def test_what_slack_refuses_has_not_left(
    north: House, channel: Channel, error: str, words: str
) -> None:
    north.slack.instead(POST, no(error))
    with pytest.raises(NotLeft) as problem:
        await send(north, await leaving(north, channel))
    assert (str(problem.value), problem.value.for_good) == (words, True)


async def test_what_slack_would_cut_is_not_sent(north: House, channel: Channel) -> None:
    with pytest.raises(NotLeft) as problem:
        await send(north, await leaving(north, channel, "&" * 8001))
    assert (problem.value.for_good, north.slack.calls("chat.postMessage")) == (True, [])


async def test_a_pause_that_slack_asks_for_is_handed_on(north: House, channel: Channel) -> None:
    north.slack.instead(POST, Said(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "12"}))
    with pytest.raises(NotLeft) as problem:
        await send(north, await leaving(north, channel))
    assert (problem.value.for_good, problem.value.retry_after) == (False, 12)


@pytest.mark.parametrize("trouble", [Said(500, {}), no("fatal_error"), Said(200, '{"ok": tr')])
async def test_what_slack_may_have_taken_is_unsure(north: House, channel: Channel, trouble: Said) -> None:
    north.slack.instead(POST, trouble)
    with pytest.raises(Unsure):
        await send(north, await leaving(north, channel))


async def test_an_answer_whose_fate_was_lost_is_found(north: House, channel: Channel) -> None:
    north.slack.cuts.append(POST)
    answer = await leaving(north, channel)
    with pytest.raises(Unsure):
        await send(north, answer)
    channel.say(north.maya, "Meanwhile")
    found = await seek(north, answer)
    assert found.message_id == f"{channel.id}:{channel.messages[0]['ts']}"
    assert len(north.slack.calls("chat.postMessage")) == 1


async def test_it_is_found_in_its_thread(north: House, channel: Channel) -> None:
    root = channel.say(north.maya, "Who changes it?")
    answer = await leaving(north, channel, branch=f"{channel.id}:{root}")
    left = await send(north, answer)
    assert (await seek(north, answer)) == left


async def test_one_that_never_left_is_not_found(north: House, channel: Channel) -> None:
    await send(north, await leaving(north, channel))
    assert await seek(north, await leaving(north, channel)) is None


async def test_where_too_much_was_said_since_nobody_can_tell(north: House, channel: Channel) -> None:
    north.slack.most = 1
    for number in range(12):
        channel.say(north.maya, f"More {number}")
    with pytest.raises(Unsure):
        await seek(north, await leaving(north, channel))


async def test_a_slack_that_cannot_be_reached_has_taken_nothing(
    north: House, channel: Channel, parts: Parts
) -> None:
    answer = await leaving(north, channel)
    before = there().base
    be_at(msgspec.structs.replace(parts.settings, slack_url="http://127.0.0.1:9"))
    with pytest.raises(NotLeft) as problem:
        await send(north, answer)
    be_at(msgspec.structs.replace(parts.settings, slack_url=before))
    assert problem.value.for_good is False


async def test_without_a_grant_it_does_not_leave(north: House, channel: Channel) -> None:
    answer = await leaving(north, channel)
    north.slack.good.clear()
    with pytest.raises(NotLeft) as problem:
        await send(north, answer)
    assert problem.value.for_good
    assert (await standing(north.owner))["state"] == "error"


async def test_another_connection_is_not_written_through(north: House, channel: Channel) -> None:
    with pytest.raises(NotLeft):
        await send(north, await leaving(north, channel, account_id=uuid7()))
    assert channel.messages == []
