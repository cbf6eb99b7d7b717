"""The worker that stands by for when no page can be had: the same for everyone, and made of files that are there."""

from __future__ import annotations

import re

import httpx
import msgspec

from audienceos.platform.web.security import policy

KEPT = re.compile(r"const AWAY = (\{.*\});\n")


def kept(worker: str) -> dict[str, object]:
    """What the worker keeps."""
    found = KEPT.match(worker)
    assert found is not None
    return msgspec.json.decode(found[1], type=dict[str, object])


async def test_it_is_the_same_for_somebody_and_nobody(
    nobody: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    answers = [await asking.get("/sw.js") for asking in (nobody, browser)]
    assert answers[0].text == answers[1].text
    assert answers[0].headers["content-type"].startswith("text/javascript")


async def test_its_page_is_made_of_files_that_are_there_and_of_no_other_address(
    nobody: httpx.AsyncClient,
) -> None:
    held = kept((await nobody.get("/sw.js")).text)
    page, files = str(held["page"]), msgspec.convert(held["files"], list[str])
    assert {file.rpartition(".")[2] for file in files} == {"css", "js", "svg", "woff2"}
    assert [file for file in files if (await nobody.get(file)).status_code != 200] == []
    assert set(re.findall(r'(?:href|src)="(/[^"#]*)', page)) <= set(files)


async def test_its_page_holds_no_secret_and_may_run_no_words(browser: httpx.AsyncClient) -> None:
    held = kept((await browser.get("/sw.js")).text)
    assert "_csrf" not in str(held["page"])
    assert 'nonce=""' in str(held["page"])
    assert "'unsafe" not in str(held["headers"])
    assert "default-src 'none'" in str(held["headers"])


def test_pages_may_start_our_worker_alone() -> None:
    assert "worker-src 'self'" in policy("n", secure=True).split("; ")
