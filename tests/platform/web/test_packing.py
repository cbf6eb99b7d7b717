"""What travels packed, and that its size tells nothing of the token in it."""

from __future__ import annotations

import re

import httpx

TOKEN = re.compile(r'name="_csrf" value="([0-9a-f]{64})"')


async def test_a_page_travels_packed_to_who_can_read_it_so(nobody: httpx.AsyncClient) -> None:
    plain = await nobody.get("/sign-up", headers={"Accept-Encoding": "identity"})
    packed = await nobody.get("/sign-up", headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert "Accept-Encoding" in packed.headers["vary"]
    assert packed.text.rstrip().endswith("</html>")


async def test_a_short_answer_stays_as_it_is(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/health/live", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers


async def test_each_page_shows_another_token_and_all_are_taken(browser: httpx.AsyncClient) -> None:
    del browser.headers["X-CSRF-Token"]
    pages = [await browser.get("/agencies") for _ in range(2)]
    tokens = {token for page in pages for token in TOKEN.findall(page.text)}
    assert len(tokens) == 2
    for token in tokens:
        assert (await browser.post("/_probe/form", data={"name": "A", "_csrf": token})).status_code == 201


async def test_a_token_with_another_beginning_is_refused(browser: httpx.AsyncClient) -> None:
    token = browser.headers.pop("X-CSRF-Token")
    for wrong in (token[:32], token[32:], "0" * 32 + token[32:], token[:32] + "0" * 32, token + "0"):
        answer = await browser.post("/_probe/form", data={"name": "A", "_csrf": wrong})
        assert answer.status_code == 403, wrong
