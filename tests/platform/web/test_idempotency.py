"""A POST that is sent twice happens once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
from sqlalchemy import func, select

from audienceos.agency.entering import Founded
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.events.models import Event
from audienceos.platform.web.idempotency import KEPT, purge
from audienceos.platform.web.models import IdempotencyKey
from tests.entering import door
from tests.platform.web.probes import entered, gates

PATH = "/v1/probe/happenings"


def keyed(key: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": key or uuid4().hex}


async def happened(database: Database, someone: Founded, name: str) -> int:
    """How often it happened."""
    async with database.acting(door(someone)) as db:
        return await db.scalar(select(func.count()).where(Event.name == f"probe.{name}")) or 0


async def kept(database: Database, someone: Founded) -> int:
    """How many answers the agency keeps."""
    async with database.acting(door(someone)) as db:
        return await db.scalar(select(func.count()).select_from(IdempotencyKey)) or 0


async def test_the_second_call_gets_the_first_answer(
    browser: httpx.AsyncClient, database: Database, someone: Founded
) -> None:
    key = keyed()
    first = await browser.post(PATH, json={"name": "one"}, headers=key)
    second = await browser.post(PATH, json={"name": "one"}, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.headers["etag"] == '"1"'
    assert "x-other" not in second.headers
    assert await happened(database, someone, "one") == 1


async def test_without_a_key_it_happens_again(
    browser: httpx.AsyncClient, database: Database, someone: Founded
) -> None:
    for _ in range(2):
        assert (await browser.post(PATH, json={"name": "one"})).status_code == 201
    assert await happened(database, someone, "one") == 2
    assert await kept(database, someone) == 0


async def test_another_body_under_the_same_key_is_refused(
    browser: httpx.AsyncClient, database: Database, someone: Founded
) -> None:
    key = keyed()
    await browser.post(PATH, json={"name": "one"}, headers=key)
    other = await browser.post(PATH, json={"name": "two"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert await happened(database, someone, "two") == 0


async def test_another_row_of_the_same_route_is_another_request(browser: httpx.AsyncClient) -> None:
    key = keyed()
    first, second = [f"/v1/probe/{uuid4()}/happenings" for _ in range(2)]
    assert (await browser.post(first, json={"name": "one"}, headers=key)).status_code == 201
    assert (await browser.post(second, json={"name": "one"}, headers=key)).status_code == 409


async def test_a_key_is_of_one_route(browser: httpx.AsyncClient) -> None:
    key = keyed()
    assert (await browser.post(PATH, json={"name": "one"}, headers=key)).status_code == 201
    elsewhere = await browser.post(f"/v1/probe/{uuid4()}/happenings", json={"name": "one"}, headers=key)
    assert elsewhere.status_code == 201
    assert "idempotent-replayed" not in elsewhere.headers


async def test_a_plain_answer_comes_back_as_it_was(browser: httpx.AsyncClient) -> None:
    key, path = keyed(), f"/v1/probe/{uuid4()}/happenings"
    first, second = [await browser.post(path, json={"name": "one"}, headers=key) for _ in range(2)]
    assert second.headers["idempotent-replayed"] == "true"
    assert (second.json(), second.headers["content-type"]) == (first.json(), first.headers["content-type"])


async def test_while_the_first_is_in_flight_the_second_is_refused(
    browser: httpx.AsyncClient, database: Database, someone: Founded
) -> None:
    name, key = uuid4().hex, keyed()
    body = {"name": name, "waits": True}
    first = asyncio.create_task(browser.post(PATH, json=body, headers=key))
    await entered[name].wait()
    second = await browser.post(PATH, json=body, headers=key)
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_flight")
    gates[name].set()
    assert (await first).status_code == 201
    third = await browser.post(PATH, json=body, headers=key)
    assert third.headers["idempotent-replayed"] == "true"
    assert await happened(database, someone, name) == 1


async def test_of_many_at_once_one_acts(
    browser: httpx.AsyncClient, database: Database, someone: Founded
) -> None:
    key = keyed()
    calls = [browser.post(PATH, json={"name": "one"}, headers=key) for _ in range(12)]
    answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert await happened(database, someone, "one") == 1


async def test_a_failure_leaves_neither_change_nor_answer(
    browser: httpx.AsyncClient, database: Database, someone: Founded
) -> None:
    for ends, status in (("refused", 409), ("crash", 500), ("uncommitted", 422)):
        key = keyed()
        assert (
            await browser.post(PATH, json={"name": ends, "ends": ends}, headers=key)
        ).status_code == status
        assert await happened(database, someone, ends) == 0
        again = await browser.post(PATH, json={"name": ends}, headers=key)
        assert again.status_code == 201, f"the key of a call that was {ends} is free again"
        assert "idempotent-replayed" not in again.headers


async def test_an_answer_with_a_secret_is_not_kept(
    browser: httpx.AsyncClient, database: Database, someone: Founded
) -> None:
    key = keyed()
    assert (await browser.post("/v1/probe/secrets", json={"name": "one"}, headers=key)).status_code == 201
    again = await browser.post("/v1/probe/secrets", json={"name": "one"}, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    assert await happened(database, someone, "one") == 1
    async with database.acting(door(someone)) as db:
        assert await db.scalar(select(IdempotencyKey.answer)) is None


async def test_a_key_is_the_persons_whatever_they_show(
    browser: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    from_browser = await browser.post(PATH, json={"name": "one"}, headers=keyed("same"))
    again = await program.post(PATH, json={"name": "one"}, headers=keyed("same"))
    assert again.content == from_browser.content, "the same person's, by whichever credential"


async def test_a_key_that_cannot_be_one_is_refused(browser: httpx.AsyncClient) -> None:
    for key in ("", "with space", "x" * 101):
        answer = await browser.post(PATH, json={"name": "one"}, headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_key")


async def test_after_a_day_a_key_is_new_and_old_answers_go(
    browser: httpx.AsyncClient, database: Database, someone: Founded
) -> None:
    key = keyed()
    await browser.post(PATH, json={"name": "one"}, headers=key)
    with clock.stopped_at(clock.now() + KEPT + timedelta(minutes=1)):
        again = await browser.post(PATH, json={"name": "one"}, headers=key)
        assert again.status_code == 201
        assert "idempotent-replayed" not in again.headers
    assert await happened(database, someone, "one") == 2
    with clock.stopped_at(clock.now() + 2 * KEPT + timedelta(minutes=2)):
        assert await purge(database) >= 1
        assert await purge(database) == 0
    assert await kept(database, someone) == 0
