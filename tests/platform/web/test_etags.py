"""Edits say which version they read; what is shown says which it is."""

from __future__ import annotations

import httpx
import pytest

SHOW, BODY = "/v1/probe/version", {"name": "x"}


async def test_a_show_carries_its_version(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(SHOW)
    assert (answer.status_code, answer.headers["etag"], answer.json()) == (200, '"3"', {"version": 3})


@pytest.mark.parametrize("said", ['"3"', 'W/"3"', '"1", "3"', "*", '"2",W/"3"'])
async def test_who_has_it_gets_no_body(browser: httpx.AsyncClient, said: str) -> None:
    answer = await browser.get(SHOW, headers={"If-None-Match": said})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"3"')


@pytest.mark.parametrize("said", ['"2"', '"33"', "", "3", '"x"'])
async def test_who_has_another_gets_it(browser: httpx.AsyncClient, said: str) -> None:
    assert (await browser.get(SHOW, headers={"If-None-Match": said})).status_code == 200


@pytest.mark.parametrize("said", ['"3"', 'W/"3"', ' "3" '])
async def test_an_edit_of_the_version_that_is_there_is_made(browser: httpx.AsyncClient, said: str) -> None:
    answer = await browser.patch(SHOW, json=BODY, headers={"If-Match": said})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"4"')


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}, {"If-Match": " "}])
async def test_an_edit_must_say_its_version(browser: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await browser.patch(SHOW, json=BODY, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (428, "if_match_required")


@pytest.mark.parametrize("said", ["3", '"three"', '"2", "3"', '"99999999999999999999"', '"-3"'])
async def test_what_is_no_etag_of_ours_is_refused(browser: httpx.AsyncClient, said: str) -> None:
    answer = await browser.patch(SHOW, json=BODY, headers={"If-Match": said})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_if_match")


async def test_a_stale_edit_is_told_the_present_version(browser: httpx.AsyncClient) -> None:
    answer = await browser.patch(SHOW, json=BODY, headers={"If-Match": '"2"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert answer.json()["extra"] == {"version": 3}
