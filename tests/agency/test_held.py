"""Held work: admins see why it failed, have it tried again or give it up, and both are in the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audienceos.platform.db.database import Database
from audienceos.platform.jobs.held import purge_held
from tests.agency.browsing import tab_of
from tests.cast import Player
from tests.platform.jobs.crew import ask

AT = "/v1/held-jobs"
HELD = """
with held as (
  insert into jobs.pgqueuer (priority, entrypoint, headers, status, updated)
  values (0, 'probe.sync', jsonb_build_object('agency_id', $1::text, 'user_id', $2::text), 'failed', now() - $3::interval)
  returning id)
insert into jobs.pgqueuer_log (job_id, status, priority, entrypoint, traceback)
select id, 'failed', 0, 'probe.sync', '{"exception_message": "The mailbox does not answer."}' from held
returning job_id
"""


async def held(database: Database, player: Player, since: timedelta = timedelta(0)) -> int:
    """Work of that person's that failed for good."""
    return (await ask(database, HELD, str(player.agency_id), str(player.user_id), since))[0][0]


async def status(database: Database, job_id: int) -> list[Any]:
    """What has become of it."""
    rows = await ask(database, "select status::text from jobs.pgqueuer where id = $1", job_id)
    return [row[0] for row in rows]


async def test_an_admin_sees_what_is_held_and_why(database: Database, ines: Player, tom: Player) -> None:
    job_id = await held(database, tom)
    (job,) = (await ines.get(AT)).json()["items"]
    assert (job["id"], job["user_id"], job["reason"]) == (
        job_id,
        str(tom.user_id),
        "The mailbox does not answer.",
    )
    assert (await tom.get(AT)).status_code == 403


async def test_it_is_tried_again_and_the_log_tells(database: Database, ines: Player) -> None:
    job_id = await held(database, ines)
    assert (await ines.post(f"{AT}/{job_id}/rerun")).status_code == 204
    assert await status(database, job_id) == ["queued"]
    (event,) = (await ines.get("/v1/events", params={"action": "job.requeued"})).json()["items"]
    assert (event["data"], event["user_name"]) == ({"name": "probe.sync", "number": job_id}, "Ines Aalto")


async def test_it_is_given_up_and_the_log_tells(database: Database, ines: Player) -> None:
    job_id = await held(database, ines)
    assert (await ines.delete(f"{AT}/{job_id}")).status_code == 204
    assert await status(database, job_id) == []
    assert len((await ines.get("/v1/events", params={"action": "job.dropped"})).json()["items"]) == 1


@pytest.mark.parametrize(("method", "path"), [("POST", "/rerun"), ("DELETE", "")])
async def test_nobody_else_moves_it(
    database: Database, ines: Player, tom: Player, cleo: Player, method: str, path: str
) -> None:
    job_id = await held(database, ines)
    assert (await tom.send(method, f"{AT}/{job_id}{path}")).status_code == 403
    assert (await cleo.send(method, f"{AT}/{job_id}{path}")).status_code == 404
    assert await status(database, job_id) == ["failed"]


async def test_by_the_page(database: Database, ines: Player, tom: Player) -> None:
    first, second = await held(database, ines), await held(database, tom)
    shown = await tab_of(ines).open(ines.at("/settings/jobs"))
    assert "The mailbox does not answer." in shown.text
    assert "for Tom Baker" in shown.text
    again = await tab_of(ines).send(shown.form(f"/{first}/rerun"))
    assert "It is tried again now." in again.text
    gone = await tab_of(ines).send(again.form(f"/{second}/removal"))
    assert "Nothing is held" in gone.text
    assert await status(database, second) == []


async def test_after_90_days_it_goes_by_itself(database: Database, ines: Player) -> None:
    young, old = (
        await held(database, ines, timedelta(days=89)),
        await held(database, ines, timedelta(days=91)),
    )
    await purge_held(database)
    assert (await status(database, young), await status(database, old)) == (["failed"], [])
