"""Pages of what can't be given: what it is, that the rest is fine, one way on, and the number of the request."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from litestar import Litestar, Request, get
from litestar.params import FromPath

from audienceos.agency.entering import Founded
from audienceos.app import Parts, build_app
from audienceos.platform import errors
from audienceos.platform.web.parameters import ANY
from audienceos.platform.web.requests import reading

KINDS: dict[str, type[errors.AppError]] = {
    "403": errors.Forbidden,
    "404": errors.NotFound,
    "409": errors.Conflict,
}
FRAGMENT = {"HX-Request": "true"}


@get("/{slug:str}/probe-refusal/{kind:str}", name="probe-refusal", opt={"query": ANY})
async def refuse(request: Request[Any, Any, Any], kind: FromPath[str]) -> None:
    """Refuse so, or break, once the door is passed."""
    async with reading(request):
        raise KINDS[kind]("A reason & more") if kind in KINDS else RuntimeError("ada@example.com")


@pytest.fixture(scope="module")
def web(parts: Parts) -> Litestar:
    """The product with the probe in it."""
    return build_app(parts, [refuse])


async def shown(browser: httpx.AsyncClient, someone: Founded, kind: str, **headers: str) -> httpx.Response:
    """The answer, asked under a number of our own."""
    given = {"X-Request-ID": "7f3a-91c2-from-here"} | headers
    return await browser.get(f"/{someone.slug}/probe-refusal/{kind}?page=2", headers=given)


@pytest.mark.parametrize("kind", [*KINDS, "500"])
async def test_each_says_its_number_and_one_way_on(
    browser: httpx.AsyncClient, someone: Founded, kind: str
) -> None:
    answer = await shown(browser, someone, kind)
    assert answer.status_code == int(kind)
    assert "Request 7f3a-91c2-from-here" in answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    assert len(re.findall("<a ", main)) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_refusal_gives_its_reason_and_leads_back_into_the_agency(
    browser: httpx.AsyncClient, someone: Founded, kind: str
) -> None:
    text = (await shown(browser, someone, kind)).text
    assert "A reason &amp; more" in text
    assert f'href="/{someone.slug}"' in text


async def test_a_fault_of_ours_is_tried_again_where_it_was(
    browser: httpx.AsyncClient, someone: Founded
) -> None:
    text = (await shown(browser, someone, "500")).text
    assert f'href="/{someone.slug}/probe-refusal/500?page=2"' in text
    assert "Our side, not yours" in text
    assert "ada@example.com" not in text


@pytest.mark.parametrize("kind", [*KINDS, "500"])
async def test_a_part_is_answered_with_a_part(
    browser: httpx.AsyncClient, someone: Founded, kind: str
) -> None:
    text = (await shown(browser, someone, kind, **FRAGMENT)).text
    assert text.lstrip().startswith('<div class="trouble" role="alert" data-problem=')
    assert "Request 7f3a-91c2-from-here" in text


async def test_who_is_nobody_is_led_to_the_door(nobody: httpx.AsyncClient) -> None:
    text = (await nobody.get("/no/such/page/at/all")).text
    assert 'class="btn btn-go" href="/sign-in">Sign in</a>' in text
