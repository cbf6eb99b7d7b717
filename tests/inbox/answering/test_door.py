"""What belongs to another client doesn't leave unless its author says so, and why."""

from __future__ import annotations

from audienceos.inbox.ports import Correspondent
from tests.cast import Player
from tests.clients.given import Row, a_client, listed, only_assigned
from tests.inbox.answering.given import Desk, press, stops_of
from tests.inbox.given import MAYA, US, known_to, mail


async def test_another_clients_name_stops_it_until_its_author_says_why(desk: Desk, thornfield: Row) -> None:
    await a_client(desk.owner, "Rookhill Dental")
    await desk.inbox.take(mail("a"))
    text = "Like the form of Rookhill Dental."
    stopped = await press(desk, text=text)
    assert (stopped.status_code, stopped.json()["code"]) == (422, "stopped")
    (stop,) = stops_of(stopped)
    assert (stop["severity"], stop["client_name"], stop["where"]) == ("stop", "Rookhill Dental", "text")
    silent = await press(desk, text=text, overrides=[{"stop": stop["key"], "reason": " "}])
    assert silent.status_code == 422
    meant = await press(desk, text=text, overrides=[{"stop": stop["key"], "reason": "They know each other"}])
    assert (meant.status_code, meant.json()["overridden"]) == (201, 1)
    (event,) = await listed(desk.owner, "/v1/events", action="answer.overridden")
    assert event["user_id"] == str(desk.owner.user_id)
    assert (event["after"]["what"], event["after"]["reason"]) == ("Rookhill Dental", "They know each other")


async def test_another_clients_contact_stops_it(desk: Desk, thornfield: Row) -> None:
    await known_to(desk.owner, await a_client(desk.owner, "Rookhill Dental"), "ops@rookhill.example")
    await desk.inbox.take(mail("a"))
    said = await press(desk, cc=[{"address": "ops@rookhill.example"}])
    assert [stop["kind"] for stop in stops_of(said)] == ["recipient_of_other_client"]


async def test_what_is_quoted_below_is_looked_at_too(desk: Desk, thornfield: Row) -> None:
    await a_client(desk.owner, "Rookhill Dental")
    await desk.inbox.take(mail("a", "Do it as for Rookhill Dental, please?"))
    assert (await press(desk)).status_code == 201
    said = await press(desk, has_quotes=True)
    assert [stop["kind"] for stop in stops_of(said)] == ["quotes_other_client"]


async def test_a_template_that_put_in_what_is_anothers_stops_it(desk: Desk, thornfield: Row) -> None:
    other = await a_client(desk.owner, "Rookhill Dental")
    await desk.inbox.take(mail("a"))
    put_in = {"name": "client.budget", "value": "1,200", "client_id": other["id"]}
    said = await press(desk, variables=[put_in])
    assert [stop["kind"] for stop in stops_of(said)] == ["variable_of_other_client"]


async def test_a_stranger_is_confirmed_and_whoever_is_in_the_conversation_is_none(
    desk: Desk, thornfield: Row
) -> None:
    writer = Correspondent(address="sam@elsewhere.example")
    await desk.inbox.take(mail("a", cc=(writer,)))
    assert (await press(desk, cc=[{"address": writer.address}])).status_code == 201
    stopped = await press(desk, cc=[{"address": "new@elsewhere.example"}])
    (warning,) = stops_of(stopped)
    assert (stopped.status_code, warning["severity"]) == (422, "warn")
    confirmed = [{"stop": warning["key"]}]
    assert (
        await press(desk, cc=[{"address": "new@elsewhere.example"}], overrides=confirmed)
    ).status_code == 201


async def test_a_check_tells_what_sending_would_do_and_keeps_nothing(desk: Desk, thornfield: Row) -> None:
    await a_client(desk.owner, "Rookhill Dental")
    await desk.inbox.take(mail("a"))
    path = f"/v1/conversations/{await desk.the_one()}/answer-checks"
    said = (await desk.owner.post(path, json={"text": "Ask Rookhill Dental."})).json()
    assert (said["way"]["address"], [one["address"] for one in said["to"]]) == (US.address, [MAYA.address])
    assert [stop["what"] for stop in said["stops"]] == ["Rookhill Dental"]
    assert await desk.answers() == []


async def test_whoever_doesnt_see_a_client_is_stopped_and_not_told_its_name(
    desk: Desk, mia: Player, thornfield: Row
) -> None:
    hidden = await a_client(desk.owner, "Rookhill Dental")
    await known_to(desk.owner, hidden, "ops@rookhill.example")
    path = f"/v1/clients/{thornfield['id']}/assignments"
    given = await desk.owner.post(path, json={"user_id": str(mia.user_id), "role": "collaborator"})
    assert given.status_code in (200, 201), given.text
    await only_assigned(desk.database, desk.owner)
    await desk.inbox.take(mail("a"))
    said = await press(desk, by=mia, to=[{"address": "ops@rookhill.example"}])
    assert (said.status_code, stops_of(said)[0]["client_id"]) == (422, None)
    assert "Rookhill Dental" not in said.text


async def test_what_is_held_leaves_once_its_author_overrides_what_stops_it(
    desk: Desk, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    made = await desk.send(text="As for Rookhill Dental.")
    await a_client(desk.owner, "Rookhill Dental")
    assert (await desk.leave(made.id)).status == "held"
    path = f"/v1/answers/{made.id}/retry"
    refused = await desk.owner.post(path, json={})
    assert (refused.status_code, refused.json()["code"]) == (422, "stopped")
    said = [{"stop": stop["key"], "reason": "They asked for it"} for stop in stops_of(refused)]
    assert (await desk.owner.post(path, json={"overrides": said})).status_code == 200
    assert (await desk.leave(made.id)).status == "sent"


async def test_why_it_is_held_is_its_authors_to_know(desk: Desk, tom: Player, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    made = await desk.send(text="As for Rookhill Dental.")
    await a_client(desk.owner, "Rookhill Dental")
    await desk.leave(made.id)
    told = [(await player.get(f"/v1/answers/{made.id}")).json()["reason"] for player in (desk.owner, tom)]
    assert ["Rookhill Dental" in words for words in told] == [True, False]
