"""Invitations by the API: sent, listed, sent again, taken back; and what their links are worth afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audienceos.platform import clock
from tests.agency.browsing import email_of, empty_tab
from tests.agency.programs import program_of
from tests.cast import HOST, Player, Stage
from tests.entering import fresh_email


async def invited(player: Player, email: str | None = None, **fields: Any) -> dict[str, Any]:
    """An invitation just sent, with its link."""
    answer = await player.post("/v1/invitations", json={"email": email or fresh_email(), **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(player: Player, state: str = "") -> list[str]:
    """The invitations' addresses."""
    answer = await player.get(f"/v1/invitations?state={state}")
    return [one["email"] for one in answer.json()["items"]]


async def opened(stage: Stage, sent: dict[str, Any]) -> int:
    """What somebody meets who follows the link."""
    return (await empty_tab(stage).open(sent["link"].removeprefix(HOST))).status


async def test_it_is_shown_with_its_link_once(ines: Player) -> None:
    sent = await invited(ines, "New.One@Example.com", role="admin", message="Welcome")
    assert sent["link"].startswith(f"{HOST}/invite/")
    assert sent["email_status"] == "kept"
    shown = (await ines.get(f"/v1/invitations/{sent['id']}")).json()
    assert (shown["email"], shown["role"], shown["message"]) == ("New.One@Example.com", "admin", "Welcome")
    assert (shown["state"], shown["inviter"], shown["email_status"]) == ("pending", "Ines Aalto", "kept")
    assert sent["link"].rpartition("/")[2] not in str(shown)


async def test_a_repeated_post_does_not_tell_the_link_again(ines: Player) -> None:
    key = {"Idempotency-Key": "invite-once"}
    body = {"email": fresh_email()}
    assert (await ines.post("/v1/invitations", json=body, headers=key)).status_code == 201
    again = await ines.post("/v1/invitations", json=body, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")


async def test_they_are_listed_by_what_became_of_them(ines: Player, tom: Player) -> None:
    waiting, ended = await invited(ines), await invited(ines)
    await ines.delete(f"/v1/invitations/{ended['id']}")
    assert await listed(ines) == [ended["email"], waiting["email"], await email_of(tom)]
    assert await listed(ines, "pending") == [waiting["email"]]
    assert await listed(ines, "cancelled") == [ended["email"]]
    assert await listed(ines, "accepted") == [await email_of(tom)]
    with clock.stopped_at(clock.now() + timedelta(days=7, seconds=1)):
        assert await listed(ines, "pending") == []
        assert await listed(ines, "expired") == [waiting["email"]]
    assert (await ines.get("/v1/invitations?state=lost")).status_code == 400


async def test_a_link_that_ran_out_was_used_or_taken_back_is_gone(ines: Player, stage: Stage) -> None:
    late, ended = await invited(ines), await invited(ines)
    assert await opened(stage, late) == await opened(stage, ended) == 200
    await ines.delete(f"/v1/invitations/{ended['id']}")
    with clock.stopped_at(clock.now() + timedelta(days=7, seconds=1)):
        assert await opened(stage, late) == 410
    assert await opened(stage, ended) == 410
    assert await opened(stage, {"link": f"{HOST}/invite/nothing"}) == 404


async def test_sent_again_the_old_link_is_dead_and_the_new_one_lives(ines: Player, stage: Stage) -> None:
    first = await invited(ines)
    second = (await ines.post(f"/v1/invitations/{first['id']}/resending")).json()
    assert second["id"] == first["id"]
    assert second["link"] != first["link"]
    assert await opened(stage, first) == 404
    assert await opened(stage, second) == 200


async def test_one_that_waits_is_offered_for_sending_again_whatever_the_case(ines: Player) -> None:
    sent = await invited(ines, "case@example.com")
    refused = await ines.post("/v1/invitations", json={"email": " CASE@Example.COM "})
    assert (refused.status_code, refused.json()["code"]) == (409, "invitation_pending")
    assert refused.json()["extra"] == {"invitation_id": sent["id"]}


async def test_who_is_here_is_not_invited_and_who_was_removed_may_be(ines: Player, tom: Player) -> None:
    email = await email_of(tom)
    for address, code in ((email.upper(), "already_member"), (await email_of(ines), "already_member")):
        refused = await ines.post("/v1/invitations", json={"email": address})
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    await ines.delete(f"/v1/users/{tom.user_id}")
    assert (await invited(ines, email))["email"] == email


async def test_an_accepted_one_is_not_taken_back_nor_sent_again(ines: Player, tom: Player) -> None:
    (accepted,) = (await ines.get("/v1/invitations?state=accepted")).json()["items"]
    assert (await ines.delete(f"/v1/invitations/{accepted['id']}")).status_code == 409
    assert (await ines.post(f"/v1/invitations/{accepted['id']}/resending")).status_code == 410


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({}, "email"),
        ({"email": "a@b.example", "role": "owner"}, "role"),
        ({"email": "a@b.example", "message": "x" * 1001}, "message"),
        ({"email": "a@b.example", "days": 30}, "days"),
    ],
)
async def test_nonsense_is_told_at_its_field(ines: Player, fields: dict[str, Any], at: str) -> None:
    answer = await ines.post("/v1/invitations", json=fields)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, at)


async def test_eleven_in_an_hour_are_too_many_and_say_how_long(ines: Player) -> None:
    for _ in range(10):
        await invited(ines)
    refused = await ines.post("/v1/invitations", json={"email": fresh_email()})
    assert refused.status_code == 429
    assert 3500 < int(refused.headers["retry-after"]) <= 3601


async def test_they_are_an_admins_own_business(ines: Player, tom: Player, cleo: Player, stage: Stage) -> None:
    sent = await invited(ines)
    program = await program_of(stage, ines)
    one = f"/v1/invitations/{sent['id']}"
    for caller, status in ((tom, 403), (program, 403), (cleo, 404)):
        assert (await caller.get(one)).status_code == status
        assert (await caller.delete(one)).status_code == status
        assert (await caller.post(f"{one}/resending")).status_code == status
    for caller in (tom, program):
        assert (await caller.get("/v1/invitations")).status_code == 403
        assert (await caller.post("/v1/invitations", json={"email": fresh_email()})).status_code == 403
    assert await listed(cleo) == []
    assert await listed(ines, "pending") == [sent["email"]]
