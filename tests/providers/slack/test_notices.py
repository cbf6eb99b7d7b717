"""What people are told is said in the channel that they chose, and never in one of a client's."""

from __future__ import annotations

import html

import pytest

from audienceos.platform.actor import system_of
from audienceos.platform.errors import Forbidden, TooMany, Unavailable
from audienceos.providers.slack.notices import TELL, tell
from tests.cast import Player
from tests.clients.given import Row
from tests.fakes.server import Said
from tests.fakes.slack import no
from tests.fakes.slack_team import Channel
from tests.notifications.given import wishes
from tests.providers.slack.live import House, taken

POST = "/api/chat.postMessage"


@pytest.fixture
async def desk(north: House, ines: Player) -> Channel:
    """The channel in which Ines is told."""
    channel = north.team.channel("desk")
    await wishes(ines, slack_channel_id=channel.id)
    return channel


async def send_test(player: Player) -> str:
    """They send themselves a test; gives what the next page says."""
    answer = await player.post(player.at("/settings/notifications/test"), data={"_csrf": player.csrf})
    assert answer.status_code == 303
    return html.unescape((await player.get(player.at("/settings/notifications"))).text)


async def carried(north: House) -> None:
    """The worker says what waits."""
    for payload in await taken(north.database, north.owner, TELL):
        await tell(north.database, system_of(north.owner.agency_id), payload)


async def test_a_test_is_really_said(north: House, desk: Channel, ines: Player) -> None:
    await send_test(ines)
    assert desk.messages == []
    await carried(north)
    (said,) = desk.messages
    assert said["text"].startswith("This is a test: what you are told reaches you")


async def test_our_own_words_do_not_come_back_into_the_inbox(
    north: House, desk: Channel, ines: Player
) -> None:
    await send_test(ines)
    await carried(north)
    await north.told()
    assert (await north.messages(), await north.triage()) == ([], [])


async def test_in_a_public_channel_our_app_goes_in_first(north: House, desk: Channel, ines: Player) -> None:
    desk.is_member = False
    await send_test(ines)
    await carried(north)
    assert (desk.is_member, len(desk.messages)) == (True, 1)


async def test_nothing_is_said_in_a_channel_of_a_clients(
    north: House, desk: Channel, ines: Player, oxbow: Row
) -> None:
    body = {"place": desk.id, "name": desk.name}
    assert (await ines.post(f"/v1/clients/{oxbow['id']}/channels", json=body)).status_code == 201
    await send_test(ines)
    with pytest.raises(Forbidden):
        await carried(north)
    assert desk.messages == []


@pytest.mark.parametrize(
    ("trouble", "raised"),
    [
        (Said(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "9"}), TooMany),
        (no("is_archived"), Forbidden),
    ],
)
async def test_what_fails_is_told_to_the_worker(
    north: House, desk: Channel, ines: Player, trouble: Said, raised: type[Exception]
) -> None:
    await send_test(ines)
    north.slack.instead(POST, trouble)
    with pytest.raises(raised):
        await carried(north)


async def test_slack_that_is_renewing_nothing_just_now_is_tried_again(
    north: House, desk: Channel, ines: Player
) -> None:
    await send_test(ines)
    north.slack.instead(POST, Said(200, {"ok": False, "error": "request_timeout"}))
    with pytest.raises(Unavailable):
        await carried(north)


async def test_what_may_have_been_said_is_looked_for_and_said_once(
    north: House, desk: Channel, ines: Player
) -> None:
    await send_test(ines)
    north.slack.cuts.append(POST)
    await carried(north)
    await carried(north)
    assert (len(desk.messages), await taken(north.database, ines, TELL)) == (1, [])


async def test_without_a_connection_nothing_is_queued_and_nothing_is_offered(
    ines: Player, north: House, desk: Channel
) -> None:
    page = await send_test(ines)
    assert "In Slack, too" in page
    await taken(north.database, ines, TELL)
    items = (await ines.get("/v1/integrations")).json()["items"]
    mine = next(one for one in items if one["provider"] == "slack")
    assert (await ines.post(f"/v1/integrations/{mine['id']}/disconnection")).status_code == 201
    page = await send_test(ines)
    assert ("In Slack, too" in page, await taken(north.database, ines, TELL)) == (False, [])


async def test_the_page_offers_channels_that_are_nobodys(
    north: House, desk: Channel, ines: Player, oxbow: Row
) -> None:
    await north.linked(oxbow, "oxbow-client")
    form = {"_csrf": ines.csrf, "slack_channel_id": desk.id}
    at = ines.at("/settings/notifications/slack")
    assert (await ines.post(at, data=form)).status_code == 303
    page = (await ines.get(ines.at("/settings/notifications"))).text
    assert f'value="{desk.id}" selected' in page
    assert "oxbow-client" not in page
    assert (await ines.post(at, data=form | {"slack_channel_id": "C404"})).status_code == 422
    assert (await ines.post(at, data=form | {"slack_channel_id": ""})).status_code == 303
    kept = (await ines.get("/v1/preferences")).json()
    assert kept["notifications.slack_channel_id"] is None
