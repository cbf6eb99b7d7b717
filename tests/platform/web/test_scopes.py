"""What a token reaches, whatever its owner may."""

from __future__ import annotations

import httpx


async def test_a_reading_token_reads_and_writes_nothing(reader: httpx.AsyncClient) -> None:
    assert (await reader.get("/v1/clients")).status_code == 200
    answer = await reader.post("/v1/probe/happenings", json={"name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "read_only_token")


async def test_a_writing_token_writes(program: httpx.AsyncClient) -> None:
    assert (await program.post("/v1/probe/happenings", json={"name": "x"})).status_code == 201


async def test_no_token_reaches_what_is_for_people(
    program: httpx.AsyncClient, reader: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    for token in (program, reader):
        answer = await token.delete("/v1/probe/credentials")
        assert (answer.status_code, answer.json()["code"]) == (403, "people_only")
    assert (await browser.delete("/v1/probe/credentials")).status_code == 204


async def test_a_token_says_its_agency_itself(program: httpx.AsyncClient, browser: httpx.AsyncClient) -> None:
    assert (await program.get("/v1/clients", headers={"AudienceOS-Agency": "x"})).status_code == 400
    del browser.headers["AudienceOS-Agency"]
    assert (await browser.get("/v1/clients")).status_code == 400
