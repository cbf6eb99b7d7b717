"""The built files: kept for ever under their names, and smaller on the way to whoever can read them so."""

from __future__ import annotations

import gzip

import httpx
import pytest

from audienceos.platform.web.static_files import Assets


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


async def test_a_script_travels_compressed_and_is_the_same(nobody: httpx.AsyncClient, assets: Assets) -> None:
    address = assets.url("app.js")
    plain = await nobody.get(address, headers={"Accept-Encoding": "identity"})
    packed = await nobody.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.content == plain.content
    assert {answer.headers["vary"] for answer in (plain, packed)} == {"Accept-Encoding"}


async def test_what_would_not_be_smaller_stays_as_it_is(nobody: httpx.AsyncClient, assets: Assets) -> None:
    answer = await nobody.get(assets.url("inter.woff2"), headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert len(gzip.compress(answer.content)) > 0.9 * len(answer.content)


async def test_a_file_is_kept_for_ever_and_an_unknown_one_is_not_found(
    nobody: httpx.AsyncClient, assets: Assets
) -> None:
    assert "immutable" in (await nobody.get(assets.url("app.css"))).headers["cache-control"]
    assert (await nobody.get("/static/app.css")).status_code == 404
