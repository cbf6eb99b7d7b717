"""A channel is linked to one client, from the workspace's own list, and what was said in it stays with its client."""

from __future__ import annotations

import html

import pytest

from audienceos.platform.db.base import uuid7
from audienceos.providers.slack.sweeping import SWEEP
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.fakes.server import Said
from tests.fakes.slack_team import Channel
from tests.providers.slack.live import House, taken


async def link(player: Player, client: Row, channel: Channel, **more: str) -> Row:
    """Link it by the API; gives the answer's body."""
    body = {"place": channel.id, "name": channel.name, **more}
    answer = await player.post(f"/v1/clients/{client['id']}/channels", json=body)
    return {"status": answer.status_code, **answer.json()}


async def listed(player: Player, **query: str) -> list[Row]:
    """The workspace's channels."""
    answer = await player.get("/v1/workspace-channels", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_channels_are_chosen_from_the_workspaces_list(north: House, oxbow: Row, ines: Player) -> None:
    north.slack.most = 1
    for name in ("oxbow", "oxbow-ads", "general"):
        north.team.channel(name, is_member=False)
    north.team.channel("secret", is_private=True, is_member=False)
    invited = north.team.channel("oxbow-private", is_private=True)
    await link(ines, oxbow, invited)
    found = await listed(ines, q="#OXBOW")
    assert [(one["name"], one["is_inside"], one["client_id"]) for one in found] == [
        ("oxbow", False, None),
        ("oxbow-ads", False, None),
        ("oxbow-private", True, oxbow["id"]),
    ]
    assert len(await listed(ines)) == 4


async def test_slack_is_asked_once_for_several_looks(north: House, ines: Player) -> None:
    for word in ("a", "ab", "abc"):
        await listed(ines, q=word)
    assert len(north.slack.calls("conversations.list")) == 1


async def test_a_client_has_several_channels_each_with_a_label(
    north: House, oxbow: Row, ines: Player
) -> None:
    await link(ines, oxbow, north.team.channel("oxbow"), label="Everything")
    made = await link(ines, oxbow, north.team.channel("oxbow-ads"))
    at = f"/v1/clients/{oxbow['id']}/channels/{made['id']}"
    assert (await ines.patch(at, json={"label": "Ads alone"})).json()["label"] == "Ads alone"
    assert (await ines.patch(at, json={"label": "x" * 51})).status_code == 422
    items = (await ines.get(f"/v1/clients/{oxbow['id']}/channels")).json()["items"]
    assert [(one["name"], one["label"]) for one in items] == [
        ("oxbow", "Everything"),
        ("oxbow-ads", "Ads alone"),
    ]


async def test_a_channel_is_linked_once(north: House, oxbow: Row, ines: Player) -> None:
    channel = north.team.channel("oxbow")
    maple = await a_client(ines, "Maple")
    assert (await link(ines, oxbow, channel))["status"] == 201
    again, other = await link(ines, oxbow, channel), await link(ines, maple, channel)
    assert (again["status"], again["code"], again["detail"]) == (
        409,
        "channel_linked",
        "This channel is linked to this client already.",
    )
    assert (other["status"], other["code"], other["detail"]) == (
        409,
        "channel_taken",
        "This channel is linked to Oxbow.",
    )


async def test_whose_it_is_is_told_to_those_alone_who_see_the_client(
    north: House, oxbow: Row, ines: Player, mia: Player
) -> None:
    channel = north.team.channel("oxbow")
    await link(ines, oxbow, channel)
    hers = await a_client(mia, "Maple")
    answer = await link(mia, hers, channel)
    assert (answer["status"], answer["detail"]) == (409, "This channel is linked to another client.")
    (shown,) = await listed(mia, q="oxbow")
    assert (shown["is_linked"], shown["client_id"]) == (True, None)


async def test_linking_begins_to_read_it(north: House, oxbow: Row, ines: Player) -> None:
    await taken(north.database, ines, SWEEP)
    await link(ines, oxbow, north.team.channel("oxbow"))
    assert len(await taken(north.database, ines, SWEEP)) == 1


async def test_a_channel_that_our_app_cannot_join_is_linked_with_a_warning(
    north: House, oxbow: Row, ines: Player
) -> None:
    closed = north.team.channel("closed", is_private=True, is_member=False)
    made = await link(ines, oxbow, closed)
    assert (made["status"], made["warning"]) == (
        201,
        "It is private, or isn't there any more: invite our app there.",
    )


async def test_what_waited_in_triage_is_the_clients_once_it_is_linked(
    north: House, oxbow: Row, ines: Player
) -> None:
    channel = north.team.channel("oxbow")
    channel.say(north.maya, "Could you look at it?")
    await north.told()
    assert (await north.contents(), len(await north.triage())) == ([], 1)
    await link(ines, oxbow, channel)
    (one,) = await north.conversations()
    assert (str(one.client_id), one.needs_reply, await north.triage()) == (oxbow["id"], True, [])


async def test_colleagues_in_a_channel_of_nobodys_are_left_alone(north: House) -> None:
    channel = north.team.channel("team")
    channel.say(north.ana, "Between ourselves")
    await north.told()
    channel.say("UX", "", bot_id="BX", subtype="bot_message", username="Build", attachments=[{"text": "ok"}])
    await north.told()
    assert await north.triage() == []
    channel.say(north.maya, "Hello from outside")
    await north.told()
    channel.say(north.ana, "We answer")
    await north.told()
    assert [row.content for row in await north.triage()] == ["Hello from outside", "We answer"]


async def test_unlinked_it_keeps_what_was_said_and_hears_no_more(
    north: House, oxbow: Row, ines: Player
) -> None:
    channel = north.team.channel("oxbow")
    made = await link(ines, oxbow, channel)
    channel.say(north.maya, "Before")
    await north.told()
    at = f"/v1/clients/{oxbow['id']}/channels/{made['id']}"
    assert (await ines.delete(at)).status_code == 204
    channel.say(north.maya, "After")
    await north.told()
    assert (await north.contents(), [row.content for row in await north.triage()]) == (["Before"], ["After"])


async def test_linked_to_another_client_what_was_said_stays_where_it_was(
    north: House, oxbow: Row, ines: Player
) -> None:
    channel = north.team.channel("shared")
    made = await link(ines, oxbow, channel)
    channel.say(north.maya, "For Oxbow")
    await north.told()
    await ines.delete(f"/v1/clients/{oxbow['id']}/channels/{made['id']}")
    maple = await a_client(ines, "Maple")
    await link(ines, maple, channel)
    channel.say(north.maya, "For Maple")
    await north.told()
    whose = {row.content: str(row.client_id) for row in await north.messages()}
    assert whose == {"For Oxbow": oxbow["id"], "For Maple": maple["id"]}


async def test_linked_again_to_the_same_client_its_conversation_goes_on(
    north: House, oxbow: Row, ines: Player
) -> None:
    channel = north.team.channel("oxbow")
    for text in ("First", "Second"):
        made = await link(ines, oxbow, channel)
        channel.say(north.maya, text)
        await north.told()
        await ines.delete(f"/v1/clients/{oxbow['id']}/channels/{made['id']}")
    (one,) = await north.conversations()
    assert one.message_count == 2


async def test_a_renamed_channel_is_called_so_here(north: House, oxbow: Row, ines: Player) -> None:
    channel = north.team.channel("oxbow")
    await link(ines, oxbow, channel)
    channel.say(north.maya, "Hello?")
    await north.told()
    north.team.tell({"type": "channel_rename", "channel": {"id": channel.id, "name": "oxbow-2027"}})
    await north.told()
    (item,) = (await ines.get(f"/v1/clients/{oxbow['id']}/channels")).json()["items"]
    (one,) = await north.conversations()
    assert (item["name"], one.place_name) == ("oxbow-2027", "oxbow-2027")


async def test_the_page_links_labels_and_unlinks_without_a_script(
    north: House, oxbow: Row, ines: Player
) -> None:
    channel = north.team.channel("oxbow")
    at = ines.at(f"/clients/{oxbow['id']}/channels")
    assert 'value="oxbow"' in (await ines.get(at)).text
    form = {"place": channel.id, "name": channel.name, "_csrf": ines.csrf}
    assert (await ines.post(at, data=form)).status_code == 303
    (item,) = (await ines.get(f"/v1/clients/{oxbow['id']}/channels")).json()["items"]
    given = {"label": "Ads", "_csrf": ines.csrf}
    assert (await ines.post(f"{at}/{item['id']}/label", data=given)).status_code == 303
    assert 'value="Ads"' in (await ines.get(at)).text
    again = await ines.post(at, data=form)
    assert (again.status_code, "linked to this client already" in again.text) == (409, True)
    assert (await ines.post(f"{at}/{item['id']}/removal", data={"_csrf": ines.csrf})).status_code == 303
    assert "No channel is linked yet." in (await ines.get(at)).text


async def test_without_slack_the_page_says_what_to_do(ines: Player, oxbow: Row) -> None:
    text = html.unescape((await ines.get(ines.at(f"/clients/{oxbow['id']}/channels"))).text)
    assert "Slack isn’t connected." in text
    answer = await ines.get("/v1/workspace-channels")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_connected")


async def test_while_slack_is_away_the_page_says_so(north: House, ines: Player, oxbow: Row) -> None:
    north.slack.instead("/api/conversations.list", Said(500, {}))
    text = (await ines.get(ines.at(f"/clients/{oxbow['id']}/channels"))).text
    assert "Slack doesn’t say just now" in html.unescape(text)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_anothers_channel_is_nobodys(
    north: House, oxbow: Row, ines: Player, cleo: Player, method: str
) -> None:
    made = await link(ines, oxbow, north.team.channel("oxbow"))
    for client_id in (oxbow["id"], str(uuid7())):
        at = f"/v1/clients/{client_id}/channels/{made['id']}"
        assert (await cleo.send(method, at, json={"label": "x"})).status_code == 404
