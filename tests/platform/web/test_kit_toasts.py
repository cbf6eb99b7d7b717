"""What was done is said once: by the next page after a redirect, beside a fragment at once, and to nobody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.params import FromPath

from audienceos.agency.entering import Founded
from audienceos.app import Parts, build_app
from audienceos.platform.auth.csrf import token_for
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page, told
from audienceos.platform.web.toasts import Act, Toast
from tests.platform.web.conftest import caller

Asked = Request[Any, Any, Any]
SAID = "Oxbow & <b>Söhne</b> is archived"


def archived(slug: str) -> Toast:
    """What the probe says."""
    return Toast(SAID, act=Act("Undo", f"/{slug}/probe-done", {"id": "7"}))


@post("/{slug:str}/probe-done", name="probe-done", status_code=200)
async def done(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Does something, and goes on."""
    to = Response(None, status_code=303, headers={"Location": f"/{slug}/probe-next"})
    return told(request, to, archived(slug))


@post("/{slug:str}/probe-part", name="probe-part", status_code=200)
async def done_in_place(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Does something, and answers with a part of the page."""
    return told(request, Response("<p>Done</p>", media_type="text/html"), archived(slug))


@get("/{slug:str}/probe-next", name="probe-next")
async def after(request: Asked) -> Response[str]:
    """Some page."""
    async with reading(request):
        return page(request, "agency/sign_up_closed.html")


@pytest.fixture(scope="module")
def web(parts: Parts) -> Litestar:
    """The product with these probes in it."""
    return build_app(parts, [done, done_in_place, after])


@pytest.fixture
async def browser(web: Litestar, someone: Founded) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's, signed in."""
    assert someone.session is not None
    secret = someone.session.token
    async with caller(web, {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": token_for(secret)}) as client:
        client.cookies.set("session", secret)
        yield client


async def test_the_next_page_says_it_and_no_other(browser: httpx.AsyncClient, someone: Founded) -> None:
    await browser.post(f"/{someone.slug}/probe-done")
    shown = await browser.get(f"/{someone.slug}/probe-next")
    again = await browser.get(f"/{someone.slug}/probe-next")
    words = "Oxbow &amp; &lt;b&gt;Söhne&lt;/b&gt; is archived"
    assert [page.text.count(words) for page in (shown, again)] == [1, 0]


async def test_its_act_is_a_form_that_needs_no_script(browser: httpx.AsyncClient, someone: Founded) -> None:
    await browser.post(f"/{someone.slug}/probe-done")
    text = (await browser.get(f"/{someone.slug}/probe-next")).text
    form = text.partition("<toast-rack")[2].partition("</toast-rack>")[0]
    assert f'<form method="post" action="/{someone.slug}/probe-done">' in form
    assert 'name="_csrf"' in form
    assert '<input type="hidden" name="id" value="7">' in form


async def test_beside_a_fragment_it_is_said_at_once(browser: httpx.AsyncClient, someone: Founded) -> None:
    answer = await browser.post(f"/{someone.slug}/probe-part", headers={"HX-Request": "true"})
    said = json.loads(answer.headers["hx-trigger"])["toast"]
    assert (said["text"], said["act"]["words"], said["target"]) == (SAID, "Undo", "toast-rack")
    assert "toast" not in browser.cookies


async def test_after_a_redirect_that_a_script_followed_it_is_said_too(
    browser: httpx.AsyncClient, someone: Founded
) -> None:
    script = {"HX-Request": "true"}
    await browser.post(f"/{someone.slug}/probe-done", headers=script)
    shown = await browser.get(f"/{someone.slug}/probe-next", headers=script)
    assert json.loads(shown.headers["hx-trigger"])["toast"]["text"] == SAID
    assert "toast" not in browser.cookies


@pytest.mark.parametrize("kept", ["", ".", "x.y", "eyJ0ZXh0IjoiSGkifQ==.00", "é.é"])
async def test_nobody_makes_one_up(browser: httpx.AsyncClient, someone: Founded, kept: str) -> None:
    headers = {"Cookie": f"session={browser.cookies['session']}; toast={kept}".encode("latin-1")}
    answer = await browser.get(f"/{someone.slug}/probe-next", headers=headers)  # pyright: ignore[reportArgumentType]
    assert answer.status_code == 200
    assert 'class="pop toast" data-kind="ok"' not in answer.text.replace("<template><div class=", "")


async def test_another_session_does_not_say_it(
    web: Litestar, browser: httpx.AsyncClient, someone: Founded, someone_else: Founded
) -> None:
    await browser.post(f"/{someone.slug}/probe-done")
    assert someone_else.session is not None
    async with caller(web, {}) as other:
        other.cookies.set("session", someone_else.session.token)
        other.cookies.set("toast", browser.cookies["toast"])
        assert "is archived" not in (await other.get(f"/{someone_else.slug}/probe-next")).text


async def test_one_too_long_for_a_cookie_goes_without_its_act(
    web: Litestar, browser: httpx.AsyncClient, someone: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audienceos.platform.web.toasts.LONGEST", 100)
    await browser.post(f"/{someone.slug}/probe-done")
    text = (await browser.get(f"/{someone.slug}/probe-next")).text
    assert ("is archived" in text, "probe-done" in text) == (True, False)
