"""Every parameter in an address is known and good, or the answer names it."""

from __future__ import annotations

import httpx
import pytest


async def refused(caller: httpx.AsyncClient, address: str) -> tuple[str, dict[str, str]]:
    """The problem's code and, by name, what is wrong."""
    answer = await caller.get(address)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    return body["code"], {fault["field"]: fault["message"] for fault in body["errors"]}


async def test_an_unknown_parameter_is_named(browser: httpx.AsyncClient) -> None:
    code, wrong = await refused(browser, "/v1/probe/list?limt=3&q=x&order=1")
    assert (code, set(wrong)) == ("unknown_parameter", {"limt", "order"})


async def test_a_route_without_parameters_takes_none(browser: httpx.AsyncClient) -> None:
    assert (await refused(browser, "/v1/probe/version?v=3"))[0] == "unknown_parameter"
    assert (await browser.get("/v1/probe/version")).status_code == 200


async def test_parameters_of_a_signature_are_known(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/v1/probe/signature?q=a&size=2")).json() == {"q": "a", "size": 2}
    assert set((await refused(browser, "/v1/probe/signature?q=a&sice=2"))[1]) == {"sice"}
    assert set((await refused(browser, "/v1/probe/signature?q=a&size=two"))[1]) == {"size"}
    assert set((await refused(browser, "/v1/probe/signature"))[1]) == {"q"}


async def test_pages_know_their_parameters_too(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/sign-in?nekst=/")).status_code == 400
    assert (await nobody.get("/sign-in?next=/")).status_code == 200


async def test_lists_repeat_their_name_and_empty_values_count_as_left_out(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/v1/probe/list?stage=Live&stage=Ad+set&stage=&q=&blocked=true&health=")
    (asked,) = answer.json()["items"]
    assert (asked["stage"], asked["q"], asked["blocked"], asked["health"]) == (
        ["Live", "Ad set"],
        None,
        True,
        None,
    )
    (once,) = (await browser.get("/v1/probe/list?stage=Live")).json()["items"]
    assert once["stage"] == ["Live"]


async def test_every_wrong_value_is_named(browser: httpx.AsyncClient) -> None:
    address = "/v1/probe/list?limit=101&owner=me&owner=you&health=blue&blocked=perhaps&q=a&q=b"
    code, wrong = await refused(browser, address)
    assert code == "bad_parameter"
    assert set(wrong) >= {"q"}
    address = "/v1/probe/list?limit=101&owner=me&health=blue&blocked=perhaps"
    assert set((await refused(browser, address))[1]) == {"limit", "owner", "health", "blocked"}


@pytest.mark.parametrize("limit", ["0", "-1", "101", "99999999999999999999999", "3.5", "ten", "0x9"])
async def test_a_limit_is_one_to_a_hundred(browser: httpx.AsyncClient, limit: str) -> None:
    assert set((await refused(browser, f"/v1/probe/list?limit={limit}"))[1]) == {"limit"}


async def test_what_the_room_fills_in_is_no_parameter(browser: httpx.AsyncClient) -> None:
    assert set((await refused(browser, "/v1/probe/list?inside=9"))[1]) == {"inside"}


async def test_text_that_no_database_holds_is_refused(browser: httpx.AsyncClient) -> None:
    assert set((await refused(browser, "/v1/probe/list?q=a%00b"))[1]) == {"q"}
    assert (await browser.get("/v1/probe/list?q=%ED%A0%80%FF")).status_code == 200, "not UTF-8: replaced"
    assert (await browser.get("/v1/clients/%00")).status_code == 404
    assert (await browser.get("/light%00house/pipeline")).status_code == 404


async def test_an_id_of_the_wrong_kind_is_an_address_that_is_not_there(browser: httpx.AsyncClient) -> None:
    for address in ("/v1/clients/xyz", "/v1/clients/17", "/v1/nothing", "/v1"):
        answer = await browser.get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), address
