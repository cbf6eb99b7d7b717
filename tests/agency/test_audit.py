"""The audit log: admins look back over what happened, narrow it, and take it away."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import pytest

from audienceos.agency.auditing import EVENTS, MASK, EventQuery, without_secrets
from audienceos.app import Parts
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.read import binds_of
from audienceos.platform.db.urls import Addresses
from audienceos.platform.events.recording import record
from tests.agency.browsing import tab_of
from tests.cast import Player
from tests.clients.given import a_client
from tests.platform.storage.pictures import picture

Row = dict[str, Any]
EVENTS_AT = "/v1/events"


async def events(player: Player, **asked: Any) -> list[Row]:
    """What the log tells an admin."""
    answer = await player.get(EVENTS_AT, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def happen(parts: Parts, player: Player, name: str, /, **told: Any) -> UUID:
    """Something happens, done by that person."""
    async with parts.database.acting(player.claims) as db:
        return await record(db, name, name.partition(".")[0], told.pop("entity_id", None), **told)


async def test_what_was_changed_is_told_with_before_and_after(ines: Player) -> None:
    version = (await ines.get("/v1/agency")).json()["version"]
    await ines.patch("/v1/agency", json={"currency": "EUR"}, version=version)
    (event,) = await events(ines, action="agency.changed")
    assert (event["before"], event["after"]) == ({"currency": "USD"}, {"currency": "EUR"})
    assert (event["user_name"], event["by"]) == ("Ines Aalto", "person")
    assert (await ines.get(f"{EVENTS_AT}/{event['id']}")).json() == event


async def test_only_admins_read_it(ines: Player, tom: Player) -> None:
    (event, *_) = await events(ines)
    for path in (EVENTS_AT, f"{EVENTS_AT}/{event['id']}", tom.at("/settings/audit")):
        assert (await tom.get(path)).status_code == 403
    assert (await tom.post("/v1/event-exports")).status_code == 403
    assert "/settings/audit" not in (await tom.get(tom.at("/settings"))).text


async def test_a_stranger_reads_their_own_and_nothing_of_others(ines: Player, cleo: Player) -> None:
    (event, *_) = await events(ines)
    assert (await cleo.get(f"{EVENTS_AT}/{event['id']}")).status_code == 404
    assert event["id"] not in {one["id"] for one in await events(cleo, limit=100)}


async def test_each_filter_leaves_what_it_names(parts: Parts, ines: Player, tom: Player) -> None:
    thing = uuid4()
    mine = str(await happen(parts, ines, "probe.made", entity_id=thing))
    his = str(await happen(parts, tom, "probe.ended", entity_id=uuid4()))
    other = str(await happen(parts, tom, "sample.made"))
    ours = {mine, his, other}

    async def left(**asked: Any) -> set[str]:
        return {one["id"] for one in await events(ines, **asked)} & ours

    assert await left() == ours
    assert await left(entity_type="probe") == {mine, his}
    assert await left(entity_id=str(thing)) == {mine}
    assert await left(user_id=str(tom.user_id)) == {his, other}
    assert await left(action="probe.made") == {mine}
    assert await left(entity_type="probe", user_id=str(tom.user_id)) == {his}


async def test_days_are_the_agencys_and_whole(parts: Parts, ines: Player, ways: Addresses) -> None:
    version = (await ines.get("/v1/agency")).json()["version"]
    await ines.patch("/v1/agency", json={"timezone": "Asia/Tokyo"}, version=version)
    early, late = [str(await happen(parts, ines, "probe.made")) for _ in range(2)]
    async with connected(ways.owner) as owner:
        for event, at in ((early, "2026-03-04T14:59:59Z"), (late, "2026-03-04T15:00:00Z")):
            await owner.execute(f"update event set at = '{at}' where id = '{event}'")

    async def found(**days: str) -> list[str]:
        return [one["id"] for one in await events(ines, action="probe.made", **days)]

    assert await found(until="2026-03-04") == [early]
    assert await found(since="2026-03-05", until="2026-03-05") == [late]
    assert await found(since="2026-03-04", until="2026-03-05") == [late, early]


async def test_it_comes_in_pages_the_latest_first(parts: Parts, ines: Player) -> None:
    made = [str(await happen(parts, ines, "probe.made")) for _ in range(5)]
    first = (await ines.get(EVENTS_AT, params={"action": "probe.made", "limit": 3})).json()
    rest = await events(ines, action="probe.made", cursor=first["next_cursor"])
    assert [one["id"] for one in [*first["items"], *rest]] == made[::-1]


@pytest.mark.parametrize("asked", [{"user_id": "x"}, {"since": "yesterday"}, {"what": "x"}])
async def test_what_it_cant_be_asked_is_told(ines: Player, asked: Row) -> None:
    assert (await ines.get(EVENTS_AT, params=asked)).status_code == 400


def test_a_secret_is_blotted_out_however_deep_it_lies() -> None:
    told = {
        "name": "Slack",
        "config": {"access_token": "xoxb", "rooms": [{"secret": "s", "name": "general"}]},
    }
    assert without_secrets(told) == {
        "name": "Slack",
        "config": {"access_token": MASK, "rooms": [{"secret": MASK, "name": "general"}]},
    }


async def test_no_secret_leaves_by_any_way(parts: Parts, ines: Player) -> None:
    await happen(
        parts, ines, "probe.made", before={"token": "hush"}, after={"deep": {"secret": "hush"}}, hint="a"
    )
    shown = (await ines.get(EVENTS_AT)).text + (await ines.get(ines.at("/settings/audit"))).text
    assert "hush" not in shown + (await ines.post("/v1/event-exports")).text
    assert MASK in shown


async def exported(player: Player, **asked: Any) -> list[Row]:
    """The file, as a spreadsheet reads it."""
    answer = await player.post("/v1/event-exports", params=asked)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_the_file_holds_what_is_filtered_and_no_formula(parts: Parts, ines: Player) -> None:
    await happen(parts, ines, "probe.made", after={"name": "x"}, name="=1+1")
    await happen(parts, ines, "probe.ended")
    (row,) = await exported(ines, action="probe.made")
    assert row["Entity"].lstrip("'") == "=1+1"
    assert row["Entity"] != "=1+1"
    assert (row["Who"], row["After"]) == ("Ines Aalto", '{"name":"x"}')


async def test_a_long_log_is_whole_in_the_file(parts: Parts, ines: Player) -> None:
    async with parts.database.acting(ines.claims) as db:
        for number in range(1203):
            await record(db, "probe.made", "probe", None, number=number)
    rows = await exported(ines, action="probe.made")
    assert len({row["More"] for row in rows}) == 1203


async def test_taking_it_away_is_in_it(ines: Player) -> None:
    await exported(ines, action="user.joined")
    (event,) = await events(ines, action="export.made")
    assert event["data"] == {"what": "events", "filters": {"action": "user.joined"}}


async def test_the_page_reads_the_changes_aloud(ines: Player) -> None:
    version = (await ines.get("/v1/agency")).json()["version"]
    await ines.patch("/v1/agency", json={"stuck_after_days": 9}, version=version)
    shown = await tab_of(ines).open(ines.at("/settings/audit?action=agency.changed"))
    assert "1 field changed: stuck after days" in shown.text
    assert "Stuck after days 4 9" in shown.text
    assert "Fields of its own were edited" in shown.text


async def test_the_page_tells_in_words_and_its_file_by_names(ines: Player) -> None:
    version = (await ines.get("/v1/agency")).json()["version"]
    await ines.patch("/v1/agency", json={"stuck_after_days": 9}, version=version)
    shown = await tab_of(ines).open(ines.at("/settings/audit"))
    assert ("Agency edited" in shown.text, "agency.changed" in shown.text) == (True, False)
    assert 'title="agency.changed"' in shown.html
    assert '<option value="agency.changed">Agency edited</option>' in shown.html
    assert "agency.changed" in [row["Action"] for row in await exported(ines)]


async def test_the_page_leads_to_all_that_happened_to_one_thing(ines: Player) -> None:
    client = await a_client(ines, "Oxbow")
    await ines.patch(f"/v1/clients/{client['id']}", json={"name": "Oxbow Ltd"}, version=client["version"])
    await a_client(ines, "Acme")
    shown = await tab_of(ines).open(ines.at(f"/settings/audit?entity_id={client['id']}"))
    assert "Oxbow Ltd" in shown.text
    assert "Acme" not in shown.text


async def test_the_page_exports_by_its_own_form(ines: Player) -> None:
    shown = await tab_of(ines).open(ines.at("/settings/audit?action=user.joined"))
    form = next(form for form in shown.forms if "/settings/audit/export" in form.action)
    assert "action=user.joined" in form.action
    answer = await tab_of(ines).send(form)
    assert answer.answer.headers["content-disposition"].startswith('attachment; filename="audit-')


async def test_the_page_goes_back_in_time(parts: Parts, ines: Player) -> None:
    for _ in range(30):
        await happen(parts, ines, "probe.made")
    shown = await tab_of(ines).open(ines.at("/settings/audit?action=probe.made"))
    assert "Earlier" in shown.text
    assert shown.html.count('title="probe.made">Probe made<') == 25


ASKED = {
    "event_audit_ix": EventQuery(),
    "event_actor_ix": EventQuery(user_id=uuid4()),
    "event_kind_ix": EventQuery(entity_type="rare"),
    "event_subject_ix": EventQuery(entity_id=uuid4()),
    "event_name_ix": EventQuery(action="rare.made"),
}
MANY = """
insert into event (agency_id, id, at, name, topic, actor_kind, actor_id, subject_type, subject_id, data)
select $1, gen_random_uuid(), now() - n * interval '1 minute', 'common.made', 'common', 'person',
       gen_random_uuid(), 'common', gen_random_uuid(), '{}'
  from generate_series(1, 20000) n"""


async def test_no_question_reads_the_whole_log(ines: Player, ways: Addresses, database: Database) -> None:
    async with connected(ways.owner) as owner:
        await owner.execute(MANY, ines.agency_id)
        await owner.execute("analyze event")
    wrong: dict[str, str] = {}
    for index, asked in ASKED.items():
        async with database.reading(ines.claims) as lane:
            read = EVENTS.read._asked("all", page=("-at", None), form=asked.form)
            given = {**binds_of(lane.actor), **asked.binds(lane.actor.tz), "page_limit": 26}
            plan = await lane.raw.fetch(f"explain {read.text}", *read.values(lane.actor, given))
        told = "\n".join(row[0] for row in plan)
        if index not in told or "Seq Scan on event" in told:
            wrong[index] = told
    async with connected(ways.owner) as owner:
        await owner.execute("delete from event where name = 'common.made'")
    assert wrong == {}


async def test_a_picture_is_called_one(ines: Player) -> None:
    await ines.send("PUT", "/v1/agency/logo", content=picture())
    shown = await tab_of(ines).open(ines.at("/settings/audit?action=agency.changed"))
    assert "Logo url – a picture" in shown.text
