"""What Pub/Sub pushes: proven to be Google's and ours, and turned into a reading."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from audienceos.connections.actions.syncing import begin_run
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.settings import SettingsError, read_settings
from audienceos.providers.gmail.jobs import settings_kept, speak_with
from tests.cast import HOST, Player, Stage
from tests.connections.given import Vendors, begun, decided, standing, toasted
from tests.fakes.gmail import ACCOUNT, SUBSCRIPTION, TOPIC, key_and_certificate, pushed, signed
from tests.fakes.server import Said
from tests.inbox.given import Inbox
from tests.notifications.given import queued
from tests.providers.gmail.given import Gmail, Row, letter

CERTS = "/oauth2/v1/certs"


class PubSub:
    """Pub/Sub, pushing to the product."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def push(self, body: Any, *, token: str | None = None) -> int:
        """Send it; gives the answer's status."""
        headers = {"Authorization": f"Bearer {signed() if token is None else token}"}
        answer = await self.client.post("/webhooks/gmail", json=body, headers=headers)
        return answer.status_code


@pytest.fixture
async def pubsub(stage: Stage, vendors: Vendors) -> AsyncGenerator[PubSub]:
    """It, at an installation that says who may push."""
    kept = settings_kept()
    speak_with(
        msgspec.structs.replace(kept, gmail_push_subscription=SUBSCRIPTION, gmail_push_account=ACCOUNT)
    )
    async with httpx.AsyncClient(transport=stage.transport, base_url=HOST) as client:
        yield PubSub(client)
    speak_with(kept)


async def waiting(gmail: Gmail) -> list[Row]:
    """Readings that wait, but for the one of connecting, which the tests do themselves."""
    return (await queued(gmail.database, gmail.owner, "gmail.read"))[1:]


async def done(gmail: Gmail) -> None:
    """The worker has taken what waited."""
    async with gmail.database.serving() as db:
        text = "delete from jobs.pgqueuer where entrypoint = 'gmail.read'"
        await (await db.raw()).execute(
            f"{text} and (headers ->> 'agency_id')::uuid = $1", gmail.owner.agency_id
        )


async def test_what_is_pushed_is_read(
    pubsub: PubSub, gmail: Gmail, inbox: Inbox, thornfield: Row, database: Database
) -> None:
    await gmail.read()
    await done(gmail)
    gmail.box.put(letter("a"))
    assert await pubsub.push(pushed(gmail.box)) == 204
    assert await queued(database, gmail.owner, "gmail.read") == [{"integration_id": gmail.account["id"]}]
    assert (await gmail.read()).created == 1


async def test_twice_late_and_out_of_order_it_is_one_reading_and_one_message(
    pubsub: PubSub, gmail: Gmail, inbox: Inbox, thornfield: Row, database: Database
) -> None:
    await gmail.read()
    await done(gmail)
    early = pushed(gmail.box)
    gmail.box.put(letter("a"))
    late = pushed(gmail.box)
    for body in (late, early, late):
        assert await pubsub.push(body) == 204
    assert len(await queued(database, gmail.owner, "gmail.read")) == 1
    await gmail.read()
    await done(gmail)
    assert await pubsub.push(late) == 204
    assert (await gmail.read()).fetched == 0
    assert len(await inbox.messages()) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example/webhooks/gmail"},
        {"email": "other@northlight-test.iam.gserviceaccount.com"},
        {"email_verified": False},
        {"iss": "https://evil.example"},
        {"iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 7200},
        {"exp": "never"},
        {"key": 2},
        {"kid": "key-9"},
    ],
)
async def test_what_google_did_not_sign_for_us_is_refused(
    pubsub: PubSub, gmail: Gmail, claims: dict[str, Any]
) -> None:
    assert await pubsub.push(pushed(gmail.box), token=signed(**claims)) == 401
    assert await waiting(gmail) == []


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 5000, "e30.e30.e30", "[" * 3000])
async def test_what_is_no_token_is_refused(pubsub: PubSub, gmail: Gmail, token: str) -> None:
    assert await pubsub.push(pushed(gmail.box), token=token) == 401


async def test_another_subscription_is_refused(pubsub: PubSub, gmail: Gmail) -> None:
    body = pushed(gmail.box, subscription="projects/other/subscriptions/mail")
    assert await pubsub.push(body) == 401
    assert await waiting(gmail) == []


async def test_where_nothing_says_who_may_push_nothing_is_taken(stage: Stage, gmail: Gmail) -> None:
    async with httpx.AsyncClient(transport=stage.transport, base_url=HOST) as client:
        assert await PubSub(client).push(pushed(gmail.box)) == 503


async def test_while_googles_certificates_are_away_it_is_to_be_sent_again(
    pubsub: PubSub, gmail: Gmail
) -> None:
    gmail.vendors.google.instead(CERTS, Said(503))
    assert [await pubsub.push(pushed(gmail.box)) for _ in range(2)] == [503, 204]


async def test_certificates_are_kept_and_asked_for_again_when_google_has_a_new_key(
    pubsub: PubSub, gmail: Gmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    google = gmail.vendors.google
    for _ in range(3):
        await pubsub.push(pushed(gmail.box))
    assert len(google.calls(CERTS)) == 1
    google.instead(CERTS, Said(200, {"key-2": key_and_certificate(2)[1]}))
    with clock.stopped_at(clock.now() + timedelta(minutes=2)):
        assert await pubsub.push(pushed(gmail.box), token=signed(key=2, kid="key-2")) == 204
    assert len(google.calls(CERTS)) == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"message": {"data": "?"}, "subscription": SUBSCRIPTION},
        {"message": {"data": "bnVsbA=="}, "subscription": SUBSCRIPTION},
    ],
)
async def test_what_says_nothing_of_a_mailbox_is_not_sent_for_days(pubsub: PubSub, body: Any) -> None:
    assert await pubsub.push(body) == 204


async def test_an_address_that_is_nobodys_is_answered_like_any_other(
    pubsub: PubSub, vendors: Vendors
) -> None:
    assert await pubsub.push(pushed(vendors.google.box("nobody@elsewhere.example"))) == 204


async def test_a_body_that_is_too_long_is_refused(pubsub: PubSub, gmail: Gmail) -> None:
    body = pushed(gmail.box)
    body["message"]["data"] = "A" * 300_000
    assert await pubsub.push(body) == 413


async def test_a_mailbox_of_another_agency_is_refused_and_what_comes_is_its_owners(
    pubsub: PubSub, gmail: Gmail, cleo: Player, database: Database
) -> None:
    await cleo.get(await decided(await begun(cleo, "gmail")))
    assert "connected elsewhere already" in await toasted(cleo)
    assert (await standing(cleo, "gmail"))["has_token"] is False
    await done(gmail)
    await pubsub.push(pushed(gmail.box))
    assert len(await queued(database, gmail.owner, "gmail.read")) == 1
    assert await queued(database, cleo, "gmail.read") == []


async def test_what_is_pushed_while_a_reading_runs_is_read_after_it(
    pubsub: PubSub, gmail: Gmail, inbox: Inbox, thornfield: Row, database: Database
) -> None:
    await gmail.read()
    await done(gmail)
    async with database.acting(gmail.claims) as db:
        await begin_run(db, integration_id=UUID(gmail.account["id"]))
    assert await gmail.reading() is None
    assert await queued(database, gmail.owner, "gmail.read") == [{"integration_id": gmail.account["id"]}]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"AUDIENCEOS_GMAIL_TOPIC": TOPIC}, "AUDIENCEOS_GMAIL_PUSH_SUBSCRIPTION"),
        ({"AUDIENCEOS_GMAIL_TOPIC": "mail"}, "projects/NAME/topics/NAME"),
    ],
)
def test_a_topic_that_nobody_would_hear_stops_the_start(given: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read_settings(given)
