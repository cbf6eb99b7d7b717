"""Every refusal is a problem a program can read, and nothing that is ours to know is told."""

from __future__ import annotations

import httpx
import pytest


async def test_a_method_that_is_not_there_names_those_that_are(browser: httpx.AsyncClient) -> None:
    answer = await browser.put("/v1/probe/version", json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    allowed = {method.strip() for method in answer.headers["allow"].split(",")}
    assert allowed == {"GET", "PATCH", "OPTIONS"}
    assert (await browser.request("BREW", "/v1/probe/version")).status_code == 405
    told = await browser.options("/v1/probe/version")
    assert (told.status_code, told.headers["allow"]) == (204, "GET, HEAD, OPTIONS, PATCH")


async def test_an_address_that_no_route_has_passes_the_gate_too(nobody: httpx.AsyncClient) -> None:
    for address in ("/v1/nothing", "/no/such/page/at/all"):
        answer = await nobody.get(address)
        assert answer.status_code == 404
        assert answer.headers["x-request-id"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    strange = await nobody.get("/v1/nothing", headers={"Host": "evil.example"})
    assert strange.status_code == 421


async def test_a_problem_carries_the_requests_id(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/v1/nothing", headers={"X-Request-Id": "from-my-side-1"})
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "from-my-side-1"


async def test_an_agency_whose_name_begins_like_ours_is_a_page(nobody: httpx.AsyncClient) -> None:
    for slug in ("v1agency", "healthy-teeth", "openapi-friends"):
        answer = await nobody.get(f"/{slug}/pipeline")
        assert answer.headers.get("content-type", "").startswith("text/html") or answer.status_code == 303


async def test_a_fault_of_ours_is_told_without_its_message(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/v1/probe/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "ada@example.com" not in answer.text


@pytest.mark.parametrize("query", ["number=99999999999999", "text=a"])
async def test_what_the_database_can_not_hold_is_the_callers(browser: httpx.AsyncClient, query: str) -> None:
    answer = await browser.get(f"/v1/probe/broken?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_who_shows_nothing_is_asked_to_sign_in(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/v1/clients")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")
