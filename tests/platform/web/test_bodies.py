"""A body that can't be used is told what is wrong with it, and nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

PATH = "/v1/probe/happenings"
JSON = {"Content-Type": "application/json"}


async def sent(browser: httpx.AsyncClient, body: bytes, media: str = "application/json") -> httpx.Response:
    return await browser.post(PATH, content=body, headers={"Content-Type": media})


def wrong(answer: httpx.Response) -> set[str]:
    return {fault["field"] for fault in answer.json()["errors"]}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{}}",
        b'{"name": "x",}',
        b"name=x",
        b'{"name": "\xff"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "\\ud800"}',
        b'{"name": "a\x00b"}',
        b'{"name": NaN}',
        b'{"size": 1e999, "name": "x"}',
        b"\xef\xbb\xbf" + b'{"name": "x"}',
        b'{"name": "x"}'.decode().encode("utf-16"),
        b"[" * 100_000,
        b'{"custom":' * 50_000 + b"1" + b"}" * 50_000,
        b"[]",
        b"null",
        b"3",
        b"",
    ],
)
async def test_what_is_no_json_object_is_refused(browser: httpx.AsyncClient, body: bytes) -> None:
    answer = await sent(browser, body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_every_wrong_field_is_told_at_once(browser: httpx.AsyncClient) -> None:
    body = {"name": "", "size": 10, "tags": ["toolong"], "ends": "badly", "waits": "yes", "bogus": 1}
    answer = await browser.post(PATH, json=body)
    assert answer.status_code == 422
    assert wrong(answer) == {"name", "size", "tags", "ends", "waits", "bogus"}
    assert wrong(await browser.post(PATH, json={})) == {"name"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"name": "a\\u0000b"}', "name"),
        (b'{"name": "a", "tags": ["b", "\\u0000"]}', "tags.1"),
        (b'{"name": "a", "custom": {"deep": [{"er": "\\u0000"}]}}', "custom.deep.0.er"),
        (b'{"name": "a", "custom": {"k\\u0000": 1}}', "custom"),
    ],
)
async def test_text_that_no_database_holds_is_refused_wherever_it_stands(
    browser: httpx.AsyncClient, body: bytes, field: str
) -> None:
    answer = await sent(browser, body)
    assert (answer.status_code, wrong(answer)) == (422, {field})


async def test_a_backslash_and_a_u_are_text(browser: httpx.AsyncClient) -> None:
    assert (await sent(browser, rb'{"name": "a\\u0000b"}')).status_code == 201


async def test_half_a_pair_is_refused_and_a_whole_one_kept(browser: httpx.AsyncClient) -> None:
    assert (await sent(browser, b'{"name": "\\ud83d\\ude00"}')).status_code == 201
    assert (await sent(browser, b'{"name": "\\ude00\\ud83d"}')).status_code == 400


async def test_numbers_beyond_measure_are_told(browser: httpx.AsyncClient) -> None:
    answer = await sent(browser, b'{"name": "x", "size": 123456789012345678901234567890}')
    assert (answer.status_code, wrong(answer)) == (422, {"size"})


async def test_of_a_key_given_twice_the_last_counts(browser: httpx.AsyncClient) -> None:
    answer = await sent(browser, b'{"name": "first", "name": "last"}')
    assert (answer.status_code, answer.json()["name"]) == (201, "last")


@pytest.mark.parametrize(
    "media",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json", "text/json"],
)
async def test_another_media_type_is_refused(browser: httpx.AsyncClient, media: str) -> None:
    answer = await sent(browser, b'{"name": "x"}', media)
    # A form that carries no token is refused for that already.
    assert answer.status_code in (415, 403) if "form" in media else answer.status_code == 415


async def test_json_has_several_names(browser: httpx.AsyncClient) -> None:
    for media in ("application/json; charset=utf-8", "application/merge-patch+json", "Application/JSON"):
        assert (await sent(browser, b'{"name": "x"}', media)).status_code == 201


async def test_a_body_is_bounded_whatever_it_announces(browser: httpx.AsyncClient) -> None:
    large = b'{"name": "' + b"x" * 1_000_000 + b'"}'
    assert (await sent(browser, large)).status_code == 413

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 60_000
            await asyncio.sleep(0)

    answer = await browser.post(PATH, content=pieces(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
