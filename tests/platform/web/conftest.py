from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from audienceos.agency.entering import Founded
from audienceos.agency.tokens import make_token
from audienceos.app import Parts, build_app
from audienceos.platform.auth.csrf import token_for
from tests.conftest import HOST
from tests.entering import door, found
from tests.platform.web import probes


@pytest.fixture(scope="session")
def web(parts: Parts) -> Litestar:
    """The product with the probes hung into it."""
    return build_app(parts, probes.HANDLERS)


@pytest.fixture
async def someone(parts: Parts) -> Founded:
    """An admin of an agency that no other test has."""
    return await found(parts.auth)


@pytest.fixture
async def someone_else(parts: Parts) -> Founded:
    """An admin of another agency."""
    return await found(parts.auth)


@pytest.fixture
async def browser(web: Litestar, someone: Founded) -> AsyncIterator[httpx.AsyncClient]:
    """Their browser, signed in, as our own pages ask."""
    assert someone.session is not None
    secret = someone.session.token
    headers = {
        "AudienceOS-Agency": someone.slug,
        "Sec-Fetch-Site": "same-origin",
        "X-CSRF-Token": token_for(secret),
    }
    async with caller(web, headers) as client:
        client.cookies.set("session", secret)
        yield client


@pytest.fixture
async def program(web: Litestar, parts: Parts, someone: Founded) -> AsyncIterator[httpx.AsyncClient]:
    """A program that may write, with a token of theirs."""
    async with caller(web, await bearer(parts, someone, ["read", "write"])) as client:
        yield client


@pytest.fixture
async def reader(web: Litestar, parts: Parts, someone: Founded) -> AsyncIterator[httpx.AsyncClient]:
    """A program that may read alone."""
    async with caller(web, await bearer(parts, someone, ["read"])) as client:
        yield client


@pytest.fixture
async def nobody(web: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who shows nothing."""
    async with caller(web, {}) as client:
        yield client


def caller(web: Litestar, headers: dict[str, str]) -> httpx.AsyncClient:
    """A client whose faults of ours come back as answers, as they do over the wire."""
    transport = httpx.ASGITransport(web, raise_app_exceptions=False)  # pyright: ignore[reportArgumentType]
    return httpx.AsyncClient(transport=transport, base_url=HOST, headers=headers)


async def bearer(parts: Parts, someone: Founded, scopes: list[str]) -> dict[str, str]:
    """The header of a new token."""
    async with parts.database.acting(door(someone)) as db:
        made = await make_token(db, "probe", scopes)
    return {"Authorization": f"Bearer {made.token}"}
