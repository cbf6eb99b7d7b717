"""Who may ask at all: another site's page never, a token nowhere that credentials, people or exports are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.cast import HOST, Player, Stage
from tests.laws.nouns import Route, routes
from tests.laws.nouns_bodies import sent

NEVER = "0198f0c4-0000-7000-8000-000000000000"

FOR_PEOPLE = frozenset(
    {
        "tokens",
        "sessions",
        "invitations",
        "users",
        "address",
        "client-exports",
        "ticket-exports",
        "install-exports",
        "event-exports",
        "email-changes",
        "invitation-batches",
        "held-jobs",
        "authorisations",
    }
)
"""Nouns of the API that no token changes, and of which some can't even be read by one."""
READ_BY_PROGRAMS = frozenset({"users", "address"})


def acting(app: Litestar) -> list[Route]:
    """Every route by which somebody may change something."""
    return [route for route in routes(app) if route.acts and not route.is_webhook]


def path_of(route: Route, slug: str) -> str:
    """An address that the gate lets pass to no row."""
    return route.at(dict.fromkeys(route.holes, NEVER) | {"slug": slug, "number": "7"})


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"Origin": HOST}, "csrf"),
        ({"Origin": HOST, "X-CSRF-Token": "0" * 64}, "csrf"),
        ({"Origin": "https://evil.example", "X-CSRF-Token": "right"}, "cross_site"),
        ({"Origin": HOST, "Sec-Fetch-Site": "cross-site", "X-CSRF-Token": "right"}, "cross_site"),
        ({"X-CSRF-Token": "right"}, "cross_site"),
    ],
)
async def test_every_change_asks_where_it_comes_from(
    app: Litestar, ines: Player, headers: dict[str, str], told: str
) -> None:
    """With the person's own cookie, which is what another site's page would have sent along."""
    given = {name: value.replace("right", ines.csrf) for name, value in headers.items()}
    wrong: list[str] = []
    for route in acting(app):
        answer = await _bare(ines, route, given)
        if answer.status_code != 403 or f'"{told}"' not in answer.text:
            wrong.append(f"{route}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
    assert len(acting(app)) > 60


async def _bare(player: Player, route: Route, headers: Mapping[str, str]) -> httpx.Response:
    path = path_of(route, player.slug)
    own = {"AudienceOS-Agency": player.slug, "If-Match": '"1"', **headers}
    body: dict[str, Any] = {"data": {"name": "Plausible"}}
    if route.is_api:
        body = sent(route, {"user_id": NEVER})
    return await player.browser.request(route.method, path, headers=own, **body)


async def test_nobody_unknown_changes_anything(app: Litestar, stage: Stage, ines: Player) -> None:
    """From our own origin and without a session: every change in an agency asks who it is first."""
    wrong: list[str] = []
    async with httpx.AsyncClient(transport=stage.transport, base_url=HOST) as nobody:
        for route in acting(app):
            if not (route.is_api or route.in_agency):
                continue
            headers = {"Origin": HOST, "AudienceOS-Agency": ines.slug, "If-Match": '"1"'}
            body = sent(route, {"user_id": NEVER}) if route.is_api else {}
            path = path_of(route, ines.slug)
            answer = await nobody.request(route.method, path, headers=headers, **body)
            if (answer.status_code, answer.headers.get("location", "")) not in ((401, ""), (303, "/sign-in")):
                wrong.append(f"{route}: {answer.status_code} {answer.headers} {answer.text[:200]}")
    assert wrong == []


@pytest.fixture
async def program(stage: Stage, ines: Player) -> AsyncIterator[httpx.AsyncClient]:
    """A program with the widest token that its owner, an admin, can make."""
    made = await ines.post("/v1/tokens", json={"name": "wide", "scopes": ["read", "write"]})
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    async with httpx.AsyncClient(transport=stage.transport, base_url=HOST, headers=headers) as program:
        yield program


async def test_what_services_send_proves_itself(
    app: Litestar, stage: Stage, ines: Player, program: httpx.AsyncClient
) -> None:
    """Nobody gets by with a person's session or a program's token, nor where nothing is set up to prove it by."""
    hooks = [route for route in routes(app) if route.is_webhook]
    async with httpx.AsyncClient(transport=stage.transport, base_url=HOST) as nobody:
        answers = [
            await client.post(route.path, json={"message": {"data": "e30="}})
            for client in (nobody, program, ines.browser)
            for route in hooks
        ]
    assert {answer.status_code for answer in answers} <= {401, 503}
    assert [str(route) for route in hooks if not route.path.startswith("/webhooks/")] == []


async def test_no_token_reaches_what_is_for_people(
    app: Litestar, ines: Player, program: httpx.AsyncClient
) -> None:
    for_people = [route for route in routes(app) if route.is_api and _is_for_people(route)]
    assert len(for_people) > 10
    assert [str(route) for route in for_people if not route.people_only] == []
    wrong: list[str] = []
    for route in for_people:
        body = sent(route, {"user_id": NEVER})
        answer = await program.request(route.method, path_of(route, ines.slug), **body)
        if (answer.status_code, answer.json()["code"]) != (403, "people_only"):
            wrong.append(f"{route}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


def _is_for_people(route: Route) -> bool:
    nouns = FOR_PEOPLE & set(route.path.split("/"))
    return bool(nouns) and (route.acts or not nouns <= READ_BY_PROGRAMS)


async def test_no_token_reaches_a_page_that_changes_anything(
    app: Litestar, ines: Player, program: httpx.AsyncClient
) -> None:
    """Pages are for people: they make tokens, invite, change roles and passwords."""
    wrong: list[str] = []
    for route in acting(app):
        if route.is_api:
            continue
        answer = await program.request(route.method, path_of(route, ines.slug), data={"name": "Plausible"})
        if answer.status_code != 403:
            wrong.append(f"{route}: {answer.status_code}")
    assert wrong == []


async def test_a_reading_token_changes_nothing(app: Litestar, stage: Stage, ines: Player) -> None:
    made = await ines.post("/v1/tokens", json={"name": "narrow", "scopes": ["read"]})
    headers = {"Authorization": f"Bearer {made.json()['token']}", "If-Match": '"1"'}
    wrong: list[str] = []
    async with httpx.AsyncClient(transport=stage.transport, base_url=HOST, headers=headers) as program:
        for route in acting(app):
            if not route.is_api:
                continue
            body = sent(route, {"user_id": NEVER, "task_id": NEVER, "colleague": NEVER})
            answer = await program.request(route.method, path_of(route, ines.slug), **body)
            if answer.status_code != 403:
                wrong.append(f"{route}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
