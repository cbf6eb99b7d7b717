"""What Slack sends proves itself before it is looked at, is kept before it is acknowledged, and is read once."""

from __future__ import annotations

import json

import msgspec
import pytest

from audienceos.app import Parts
from audienceos.connecting import tell_connections
from audienceos.platform import clock
from audienceos.platform.db.connect import connected
from audienceos.platform.db.urls import Addresses
from audienceos.providers.slack.calling import there
from audienceos.providers.slack.hearing import HEAR
from tests.cast import Player, Stage
from tests.clients.given import Row
from tests.connections.given import Vendors, standing
from tests.fakes.slack import SIGNING, signed
from tests.providers.slack.live import House, altered, house, taken

HOUR = 3600


async def test_a_message_is_in_its_clients_inbox(north: House, oxbow: Row) -> None:
    channel = await north.linked(oxbow)
    channel.say(north.maya, "Could you look at the *form*?")
    await north.told()
    (one,) = await north.messages()
    assert (one.content, one.sender_name, one.is_inbound) == (
        "Could you look at the form?",
        "Maya Thornfield",
        True,
    )
    assert str(one.client_id) == oxbow["id"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "9" * 40},
    ],
)
async def test_what_is_signed_wrongly_is_refused(north: House, headers: dict[str, str]) -> None:
    north.team.channel("x").say(north.maya, "Hello")
    answer = await north.send(headers=headers)
    assert (answer.status_code, await north.heard()) == (401, 0)


@pytest.mark.parametrize("off", [-301, 301, -10 * HOUR])
async def test_what_is_too_old_or_of_times_to_come_is_refused(north: House, off: int) -> None:
    north.team.channel("x").say(north.maya, "Hello")
    assert (await north.send(at=clock.now().timestamp() + off)).status_code == 401


async def test_a_replayed_request_with_a_fresh_time_is_refused(north: House) -> None:
    north.team.channel("x").say(north.maya, "Hello")
    old = signed(north.team.latest, at=clock.now().timestamp() - HOUR)
    fresh = {"X-Slack-Request-Timestamp": str(int(clock.now().timestamp()))}
    assert (await north.send(headers=old | fresh)).status_code == 401


async def test_a_body_that_was_written_anew_is_refused(north: House) -> None:
    """The same JSON in other bytes: the signature is over the bytes."""
    north.team.channel("x").say(north.maya, "Grüße")
    mark = signed(north.team.latest)
    again = json.dumps(json.loads(north.team.latest), ensure_ascii=False).encode()
    assert again != north.team.latest
    assert (await north.send(again, headers=mark)).status_code == 401


async def test_a_body_that_is_no_json_is_refused_only_once_it_is_proven(north: House) -> None:
    assert (await north.send(b"{", secret="another")).status_code == 401
    assert (await north.send(b"{")).status_code == 400


async def test_without_a_secret_nothing_is_let_in(north: House, parts: Parts, vendors: Vendors) -> None:
    bare = msgspec.structs.replace(parts.settings, slack_url=vendors.slack.url)
    tell_connections(bare)
    answer = await north.send(b'{"type":"url_verification","challenge":"x"}')
    assert (answer.status_code, answer.json()["code"]) == (503, "unset_secret")


async def test_slack_is_answered_its_challenge(north: House) -> None:
    answer = await north.send(b'{"type":"url_verification","challenge":"abc"}')
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


async def test_a_body_beyond_a_megabyte_is_refused(north: House) -> None:
    assert (await north.send(b" " * 1_000_001)).status_code == 413


async def test_an_event_that_comes_again_waits_once(north: House, oxbow: Row) -> None:
    (await north.linked(oxbow)).say(north.maya, "Hello?")
    for _ in range(3):
        assert (await north.send(headers={"X-Slack-Retry-Num": "1"})).status_code == 200
    assert await north.heard() == 1


async def test_an_event_that_comes_again_after_it_was_read_is_the_same_message(
    north: House, oxbow: Row
) -> None:
    (await north.linked(oxbow)).say(north.maya, "Hello?")
    await north.told()
    await north.told()
    assert await north.contents() == ["Hello?"]


async def test_an_event_that_could_not_be_kept_is_taken_when_it_comes_again(
    north: House, oxbow: Row, ways: Addresses
) -> None:
    (await north.linked(oxbow)).say(north.maya, "Hello?")
    async with connected(ways.owner) as owner:
        await owner.execute("alter table jobs.pgqueuer rename to elsewhere")
        try:
            first = await north.send()
        finally:
            await owner.execute("alter table jobs.elsewhere rename to pgqueuer")
    assert (first.status_code >= 500, await north.heard()) == (True, 0)
    await north.told()
    assert await north.contents() == ["Hello?"]


async def test_two_workspaces_speak_each_to_its_agency(
    stage: Stage, north: House, vendors: Vendors, cleo: Player, oxbow: Row
) -> None:
    south = await house(stage, cleo, vendors, "Southwind")
    (await north.linked(oxbow)).say(north.maya, "For Ines")
    await north.told()
    assert (await north.contents(), await south.contents(), len(await south.triage())) == (
        ["For Ines"],
        [],
        0,
    )


async def test_a_workspace_that_nobody_has_is_heard_by_nobody(north: House) -> None:
    north.team.channel("x").say(north.maya, "Hello")
    stranger = altered(north.team.latest, team_id="T404", authorizations=[])
    assert ((await north.send(stranger)).status_code, await north.heard()) == (200, 0)


async def own_app(player: Player, secret: str | None = "own-signing-secret") -> None:
    """The agency brings an app of its own."""
    body = {"vendor": "slack", "app_id": "own", "client_secret": "shh-app-secret"}
    answer = await player.post(
        "/v1/integration-apps", json=body | ({"signing_secret": secret} if secret else {})
    )
    assert answer.status_code == 201, answer.text


async def test_an_own_app_speaks_at_its_agencys_address(north: House, ines: Player, oxbow: Row) -> None:
    await own_app(ines)
    (await north.linked(oxbow)).say(north.maya, "Hello?")
    at = f"/webhooks/slack/{ines.slug}"
    assert (await north.send(to=at, secret=SIGNING)).status_code == 401
    assert (await north.send(to=at, secret="own-signing-secret")).status_code == 200
    assert (await north.heard(), await north.contents()) == (1, ["Hello?"])


async def test_an_agency_with_an_own_app_is_not_spoken_to_by_the_installations(
    north: House, ines: Player
) -> None:
    await own_app(ines)
    north.team.channel("x").say(north.maya, "Hello")
    assert ((await north.send()).status_code, await north.heard()) == (200, 0)


async def test_an_own_app_speaks_to_no_other_agency(
    stage: Stage, north: House, vendors: Vendors, cleo: Player
) -> None:
    await house(stage, cleo, vendors, "Southwind")
    await own_app(cleo)
    north.team.channel("x").say(north.maya, "Forged")
    answer = await north.send(to=f"/webhooks/slack/{cleo.slug}", secret="own-signing-secret")
    assert (answer.status_code, await north.heard()) == (200, 0)


@pytest.mark.parametrize("slug", ["nobody-has-it", "north"])
async def test_an_own_app_without_a_signing_secret_is_let_in_nowhere(
    north: House, ines: Player, slug: str
) -> None:
    await own_app(ines, None)
    at = f"/webhooks/slack/{ines.slug if slug == 'north' else slug}"
    assert (await north.send(b"{}", to=at)).status_code == 503


async def test_a_taken_back_grant_is_given_up_once(north: House, ines: Player) -> None:
    north.slack.good.clear()
    for kind in ({"type": "tokens_revoked", "tokens": {"bot": ["UB1"]}}, {"type": "app_uninstalled"}):
        north.team.tell(kind)
        await north.told()
    stands = await standing(ines)
    assert (stands["state"], stands["has_token"]) == ("error", False)
    lost = [
        one for one in (await ines.get("/v1/events")).json()["items"] if one["action"] == "integration.lost"
    ]
    assert len(lost) == 1


async def test_word_of_an_earlier_grant_ends_no_present_one(north: House, ines: Player) -> None:
    north.team.tell({"type": "tokens_revoked", "tokens": {"bot": [north.team.bot_user]}})
    await north.told()
    assert (await standing(ines))["state"] == "connected"


async def test_events_of_other_kinds_are_acknowledged_and_left(north: House) -> None:
    north.team.tell({"type": "reaction_added"})
    assert ((await north.send()).status_code, await taken(north.database, north.owner, HEAR)) == (200, [])
    assert there().base == north.slack.url
