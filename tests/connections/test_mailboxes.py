"""Mailboxes by IMAP and SMTP: tried before they are kept, one's own or the agency's."""

from __future__ import annotations

from typing import Any

import pytest

from audienceos.connections.access import mailbox_login
from audienceos.connections.mailing import servers_for
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.connections.given import sealed_of
from tests.fakes.mail import PASSWORD

Row = dict[str, Any]


def a_box(servers: Row, **more: Any) -> Row:
    """What is sent to connect one."""
    return {"address": "ines@post.example", "password": PASSWORD, **servers, **more}


async def test_a_mailbox_that_lets_us_in_is_kept_with_its_password_sealed(
    servers: Row, ines: Player, database: Database
) -> None:
    made = await ines.post("/v1/mailboxes", json=a_box(servers))
    assert (made.status_code, made.json()["state"], made.json()["owner"]) == (201, "working", "Ines Aalto")
    assert "canary" not in made.text
    sealed = await sealed_of(database, "mailbox", made.json()["id"])
    assert sealed["password"].startswith("s1.")
    login = await mailbox_login(database, ines.actor, made.json()["id"])
    assert (login.password.reveal(), "canary" in repr(login)) == (PASSWORD, False)


async def test_a_wrong_password_is_told_beside_it_and_nothing_is_kept(servers: Row, ines: Player) -> None:
    answer = await ines.post("/v1/mailboxes", json=a_box(servers, password="wrong-canary"))
    assert answer.json()["errors"][0]["field"] == "password"
    assert "canary" not in answer.text
    assert (await ines.get("/v1/mailboxes")).json()["items"] == []


@pytest.mark.parametrize("part", ["imap", "smtp"])
async def test_a_server_that_does_not_answer_is_named(servers: Row, ines: Player, part: str) -> None:
    answer = await ines.post("/v1/mailboxes", json=a_box(servers, **{f"{part}_port": 1}))
    assert [fault["field"] for fault in answer.json()["errors"]] == [f"{part}_host"]


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "localhost"])
async def test_a_server_on_a_private_network_is_not_asked(ines: Player, host: str) -> None:
    answer = await ines.post("/v1/mailboxes", json=a_box({"imap_host": host, "smtp_host": host}))
    assert "not allowed here" in answer.text


async def test_servers_of_an_unknown_provider_have_to_be_named(ines: Player) -> None:
    answer = await ines.post("/v1/mailboxes", json=a_box({}))
    assert [fault["field"] for fault in answer.json()["errors"]] == ["imap_host"]


def test_well_known_providers_need_no_servers() -> None:
    known = [servers_for(f"ada@{name}") for name in ("GMail.com", "outlook.com", "me.com", "fastmail.com")]
    assert None not in known
    assert servers_for("ada@company.example") is None


async def test_a_member_connects_their_own_and_not_the_agencys(servers: Row, tom: Player) -> None:
    assert (await tom.post("/v1/mailboxes", json=a_box(servers, is_shared=True))).status_code == 403
    assert (await tom.post("/v1/mailboxes", json=a_box(servers))).status_code == 201


async def test_anothers_own_mailbox_is_theirs(servers: Row, ines: Player, tom: Player) -> None:
    own = (await ines.post("/v1/mailboxes", json=a_box(servers))).json()
    shared = a_box(servers, address="team@post.example", is_shared=True)
    ours = (await ines.post("/v1/mailboxes", json=shared)).json()
    assert [one["id"] for one in (await tom.get("/v1/mailboxes")).json()["items"]] == [ours["id"]]
    assert (await tom.get(f"/v1/mailboxes/{own['id']}")).status_code == 404
    assert (await tom.delete(f"/v1/mailboxes/{own['id']}")).status_code == 404
    assert (await tom.delete(f"/v1/mailboxes/{ours['id']}")).status_code == 403


async def test_a_mailbox_is_connected_once(servers: Row, ines: Player, tom: Player) -> None:
    await ines.post("/v1/mailboxes", json=a_box(servers))
    again = await tom.post("/v1/mailboxes", json=a_box(servers, address="INES@post.example"))
    assert (again.status_code, again.json()["code"]) == (409, "mailbox_taken")


async def test_a_test_tells_how_it_stands(servers: Row, ines: Player) -> None:
    box = (await ines.post("/v1/mailboxes", json=a_box(servers))).json()
    assert (await ines.post(f"/v1/mailboxes/{box['id']}/tests")).json()["works"] is True


async def test_one_that_is_gone_is_told_as_failing_until_it_is_removed(
    servers: Row, ines: Player, at_home: None
) -> None:
    box = (await ines.post("/v1/mailboxes", json=a_box(servers))).json()
    answer = await ines.post(ines.at(f"/integrations/mailboxes/{box['id']}/removal"))
    assert answer.status_code == 303
    assert (await ines.get("/v1/mailboxes")).json()["items"] == []


async def test_the_page_keeps_what_was_typed_but_never_the_password(servers: Row, ines: Player) -> None:
    form = {**a_box(servers, password="wrong-canary"), "_csrf": ines.csrf}
    answer = await ines.post(ines.at("/integrations/mailboxes"), data=form)
    assert answer.status_code == 422
    assert "ines@post.example" in answer.text
    assert "canary" not in answer.text
