"""A person's own mailbox at Gmail, under the agency's app."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from audienceos.inbox.ports import Correspondent, Leaving, Taken
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.providers.gmail.courier import GmailCourier
from audienceos.providers.gmail.sweeping import sweep
from audienceos.providers.gmail.wire import Service
from tests.cast import Player, Stage
from tests.clients.given import Row, listed
from tests.connections.given import Vendors, connected, decided, sealed_of, toasted
from tests.fakes.gmail import Box, pushed
from tests.inbox.given import MAYA, Inbox
from tests.notifications.given import queued, told
from tests.providers.gmail.given import letter
from tests.providers.gmail.test_push import PubSub, pubsub

__all__ = ["pubsub"]


async def begun_own(player: Player) -> httpx.Response:
    """Somebody sets out for a mailbox of their own."""
    return await player.post("/v1/authorisations", json={"provider": "gmail", "is_own": True})


async def own(player: Player, vendors: Vendors) -> Row:
    """A mailbox of somebody's own, connected through Google's page; as it stands then."""
    address = vendors.google.address = vendors.google.own
    begun = await begun_own(player)
    assert begun.status_code == 201, begun.text
    back = await player.get(await decided(begun.json()["address"]))
    assert back.status_code == 303, back.text
    found = (await player.get("/v1/mailboxes")).json()["items"]
    return next(one for one in found if one["address"] == address)


async def read(database: Database, vendors: Vendors, player: Player, box: Row) -> Taken | None:
    """One reading of it."""
    service = Service(base=vendors.google.url, seconds=5)
    return await sweep(database, system_of(player.agency_id), service, UUID(box["id"]))


def theirs(vendors: Vendors) -> Box:
    """What lies there."""
    return vendors.google.box(vendors.google.own)


async def test_a_member_connects_their_own_and_its_grant_is_sealed(
    vendors: Vendors, tom: Player, database: Database
) -> None:
    box = await own(tom, vendors)
    assert (box["kind"], box["state"], box["owner"]) == ("gmail", "working", "Tom Baker")
    sealed = await sealed_of(database, "mailbox", box["id"])
    assert (sealed["access_token"][:3], sealed["refresh_token"][:3]) == ("s1.", "s1.")
    page = (await tom.get(tom.at("/integrations"))).text
    assert (vendors.google.own in page, "Connect my Gmail" in page, "canary" in page) == (True, True, False)
    assert await queued(database, tom, "gmail.read") == [{"mailbox_id": box["id"]}]


async def test_it_is_set_out_for_from_the_page(vendors: Vendors, tom: Player) -> None:
    form = {"provider": "gmail", "is_own": "true", "_csrf": tom.csrf}
    answer = await tom.post(tom.at("/integrations/authorisations"), data=form)
    assert (answer.status_code, "/o/oauth2/v2/auth" in answer.text) == (200, True)


async def test_only_mail_is_ones_own_and_the_agencys_stays_its_admins(vendors: Vendors, tom: Player) -> None:
    other = await tom.post("/v1/authorisations", json={"provider": "google_ads", "is_own": True})
    agencys = await tom.post("/v1/authorisations", json={"provider": "gmail"})
    assert (other.status_code, agencys.status_code) == (422, 403)


async def test_a_way_back_for_ones_own_connects_nothing_for_the_agency(
    vendors: Vendors, ines: Player
) -> None:
    await own(ines, vendors)
    items = (await ines.get("/v1/integrations")).json()["items"]
    assert [one["has_token"] for one in items if one["provider"] == "gmail"] == [False]


async def test_its_mail_is_its_owners_until_it_is_a_clients(
    vendors: Vendors, ines: Player, tom: Player, database: Database, inbox: Inbox, thornfield: Row
) -> None:
    box = await own(tom, vendors)
    theirs(vendors).put(letter("a", From="dentist@private.example"))
    theirs(vendors).put(letter("b"))
    taken = await read(database, vendors, tom, box)
    assert taken is not None
    assert taken.created == 2
    seen = await listed(ines, "/v1/conversations", view="all")
    assert [one["client_id"] for one in seen] == [thornfield["id"]]
    assert await listed(ines, "/v1/conversations", view="triage") == []
    assert len(await listed(tom, "/v1/conversations", view="triage")) == 1


async def test_one_mail_in_two_mailboxes_is_one_message(
    vendors: Vendors, ines: Player, tom: Player, database: Database, inbox: Inbox, thornfield: Row
) -> None:
    shared = await connected(ines, "gmail")
    vendors.google.box().put(letter("a", Cc=vendors.google.own))
    box = await own(tom, vendors)
    theirs(vendors).put(letter("a", Cc=vendors.google.own))
    one = await read(database, vendors, ines, shared)
    other = await read(database, vendors, tom, box)
    assert one is not None
    assert other is not None
    assert (one.created, other.created, other.skipped) == (1, 0, 1)
    assert len(await inbox.messages()) == 1


async def test_what_is_pushed_for_it_is_read(
    pubsub: PubSub, vendors: Vendors, tom: Player, database: Database, inbox: Inbox, thornfield: Row
) -> None:
    box = await own(tom, vendors)
    async with database.serving() as db:
        await (await db.raw()).execute("delete from jobs.pgqueuer where entrypoint = 'gmail.read'")
    theirs(vendors).put(letter("a"))
    assert await pubsub.push(pushed(theirs(vendors))) == 204
    assert await queued(database, tom, "gmail.read") == [{"mailbox_id": box["id"]}]


async def test_an_answer_leaves_through_it(vendors: Vendors, tom: Player, database: Database) -> None:
    box = await own(tom, vendors)
    answer = Leaving(
        id=uuid7(),
        account_id=UUID(box["id"]),
        author_id=tom.user_id,
        author_name="Tom Baker",
        message_id="one@northlight.example",
        written_at=clock.now(),
        to=(Correspondent(address=MAYA.address),),
        text="Done.",
    )
    courier = GmailCourier(Service(base=vendors.google.url, seconds=5))
    await courier.send(database, tom.agency_id, answer)
    assert [mail.header("From") for mail in theirs(vendors).sent] == [vendors.google.own]


async def test_one_that_google_took_back_is_told_to_its_owner_and_to_admins_once(
    vendors: Vendors, ines: Player, tom: Player, database: Database
) -> None:
    box = await own(tom, vendors)
    vendors.google.good.clear()
    vendors.google.refreshes.clear()
    for _ in range(3):
        await read(database, vendors, tom, box)
    shown = (await tom.get(f"/v1/mailboxes/{box['id']}")).json()
    assert (shown["state"], shown["last_error"] is not None) == ("failing", True)
    assert set((await sealed_of(database, "mailbox", box["id"])).values()) == {None}
    lost = (await ines.get("/v1/events", params={"action": "mailbox.lost"})).json()["items"]
    assert len(lost) == 1
    for player in (tom, ines):
        assert sum(vendors.google.own in words for words in await told(database, player)) == 1
    assert "Connect again" in (await tom.get(tom.at("/integrations"))).text


async def test_one_that_was_lost_is_good_again_by_another_grant(
    vendors: Vendors, tom: Player, database: Database
) -> None:
    box = await own(tom, vendors)
    vendors.google.good.clear()
    vendors.google.refreshes.clear()
    await read(database, vendors, tom, box)
    again = await own(tom, vendors)
    assert (again["id"], again["state"], again["last_error"]) == (box["id"], "working", None)
    assert await read(database, vendors, tom, again) is not None


@pytest.mark.parametrize("by", ["owner", "admin"])
async def test_its_end_gives_the_grant_back_and_keeps_what_was_read(
    vendors: Vendors,
    ines: Player,
    tom: Player,
    database: Database,
    inbox: Inbox,
    thornfield: Row,
    by: str,
) -> None:
    box = await own(tom, vendors)
    theirs(vendors).put(letter("a"))
    await read(database, vendors, tom, box)
    who = tom if by == "owner" else ines
    answer = await who.delete(f"/v1/mailboxes/{box['id']}")
    assert (answer.status_code, vendors.google.refreshes) == (204, set())
    assert (await tom.get("/v1/mailboxes")).json()["items"] == []
    assert await read(database, vendors, tom, box) is None
    assert len(await inbox.messages()) == 1


async def test_nobodys_mail_is_read_who_is_not_active_any_more(
    vendors: Vendors, ines: Player, tom: Player, database: Database, inbox: Inbox, thornfield: Row
) -> None:
    box = await own(tom, vendors)
    theirs(vendors).put(letter("a"))
    for is_active, read_then in ((False, False), (True, True)):
        view = (await ines.get(f"/v1/users/{tom.user_id}")).json()
        change = {"is_active": is_active}
        answer = await ines.patch(f"/v1/users/{tom.user_id}", json=change, version=view["version"])
        assert answer.status_code == 200, answer.text
        assert (await read(database, vendors, tom, box) is not None) == read_then


async def test_a_colleague_neither_sees_nor_ends_it(
    vendors: Vendors, ines: Player, tom: Player, stage: Stage
) -> None:
    box = await own(tom, vendors)
    ada = await stage.member(ines, "Ada Quist")
    assert (await ada.get("/v1/mailboxes")).json()["items"] == []
    assert (await ada.delete(f"/v1/mailboxes/{box['id']}")).status_code == 404
    assert [one["address"] for one in (await ines.get("/v1/mailboxes")).json()["items"]] == [
        vendors.google.own
    ]


async def test_one_mailbox_is_connected_once(vendors: Vendors, ines: Player, tom: Player) -> None:
    await own(tom, vendors)
    for player, body in ((ines, {"provider": "gmail"}), (ines, {"provider": "gmail", "is_own": True})):
        begun = (await player.post("/v1/authorisations", json=body)).json()["address"]
        await player.get(await decided(begun))
        assert "wasn't connected" in await toasted(player)


async def test_a_mailbox_of_another_agency_is_refused_until_it_is_let_go(
    vendors: Vendors, tom: Player, cleo: Player
) -> None:
    box = await own(tom, vendors)
    await cleo.get(await decided((await begun_own(cleo)).json()["address"]))
    assert "connected elsewhere already" in await toasted(cleo)
    assert (await cleo.get("/v1/mailboxes")).json()["items"] == []
    await tom.delete(f"/v1/mailboxes/{box['id']}")
    assert (await own(cleo, vendors))["state"] == "working"


async def test_the_end_of_the_agencys_connection_leaves_it_alone(
    pubsub: PubSub, vendors: Vendors, ines: Player, tom: Player, database: Database
) -> None:
    shared = await connected(ines, "gmail")
    box = await own(tom, vendors)
    await ines.post(f"/v1/integrations/{shared['id']}/disconnection")
    assert await read(database, vendors, tom, box) is not None
    async with database.serving() as db:
        await (await db.raw()).execute("delete from jobs.pgqueuer where entrypoint = 'gmail.read'")
    await pubsub.push(pushed(theirs(vendors)))
    assert len(await queued(database, tom, "gmail.read")) == 1


async def test_a_test_asks_google(vendors: Vendors, tom: Player) -> None:
    box = await own(tom, vendors)
    path = f"/v1/mailboxes/{box['id']}/tests"
    assert (await tom.post(path)).json()["works"] is True
    vendors.google.good.clear()
    found: dict[str, Any] = (await tom.post(path)).json()
    assert (found["works"], found["advice"]) == (False, "Connect it again.")
