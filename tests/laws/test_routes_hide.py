"""Nobody is told of a row that isn't theirs: every address that names one, read from the application, answers a
stranger, and a member who may see no client, exactly as it answers for a row that never was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from litestar import Litestar

from audienceos.platform.db.connect import connected
from audienceos.platform.db.urls import Addresses
from tests.cast import Player, Stage
from tests.laws.nouns import Route, routes, said
from tests.laws.nouns_bodies import acting_in_order, answered, order, sent
from tests.laws.nouns_pages import Filled, as_it_stands, forms_of, opened
from tests.laws.nouns_rows import World, values_for, world_of
from tests.laws.nouns_tables import hangs_from_a_client, never_was
from tests.wall.ground import fingerprint

Values = dict[str, str]
FINE = range(200, 400)
VERSION = '"1"'


@pytest.fixture(scope="module")
async def world(stage: Stage, app: Litestar) -> World:
    """Ines's agency, with something of everything, in which members see the clients they are assigned to."""
    world = await world_of(stage, await stage.owner())
    agency = (await world.owner.get("/v1/agency")).json()
    seen = {"client_visibility": "assigned"}
    assert (await world.owner.patch("/v1/agency", json=seen, version=agency["version"])).status_code == 200
    return world


@pytest.fixture(scope="module")
async def mine(stage: Stage, app: Litestar) -> World:
    """Cleo's agency, with as much; she is the stranger."""
    return await world_of(stage, await stage.owner("Cleo Stark", "Southwind"))


@pytest.fixture(scope="module")
async def forms(app: Litestar, world: World) -> dict[str, Filled]:
    """What the owner could send from a page."""
    return forms_of(app, world, await opened(app, world))


def naming_rows(app: Litestar) -> list[Route]:
    """Every route with a row in its address."""
    return [route for route in routes(app) if route.rows]


def strange(route: Route, theirs: World, mine: World) -> Iterator[tuple[Values, Values]]:
    """Values with somebody else's rows in some of the holes, and the same with rows that never were.

    An address with two rows is tried with one of the stranger's own beside each of the others.
    """
    foreign, own = values_for(route, theirs), values_for(route, mine)
    never = {hole: never_was(hole) for hole in route.rows}
    for kept in ((), *((hole,) for hole in route.rows if len(route.rows) > 1)):
        beside = {"slug": mine.owner.slug} | {hole: own[hole] for hole in kept}
        yield foreign | beside, never | beside


def the_bodies_of(route: Route, forms: Mapping[str, Filled], ids: Mapping[str, str]) -> dict[str, Any]:
    """What is sent with it, by the API or from the page's own form."""
    if route.is_api or not route.acts:
        return sent(route, ids) if route.is_api else {}
    return {"data": forms[route.path].fields}


async def asked(player: Player, route: Route, values: Values, body: Mapping[str, Any]) -> httpx.Response:
    """One request. A stage's version is its agency's, so the caller has read it, whatever the stage; a person's is
    read where the caller may, since their picture counts as an edit.
    """
    versions = {"stage": "/v1/agency", "user_id": f"/v1/users/{values.get('user_id')}"}
    read = versions.get(route.rows[0]) if len(route.rows) == 1 else None
    version = (await player.get(read)).headers.get("etag", VERSION) if read else VERSION
    return await player.send(route.method, route.at(values), headers={"If-Match": version}, **body)


async def told_apart(
    player: Player, route: Route, values: Values, never: Values, body: Mapping[str, Any], allowed: set[int]
) -> str:
    """A line when the answer for the row is not the answer for one that never was; else nothing."""
    real = await asked(player, route, values, body)
    fake = await asked(player, route, never, body)
    if real.status_code not in allowed:
        return f"{route}: {real.status_code} {real.text[:200]}"
    if _unnamed(real, values) != _unnamed(fake, never):
        return f"{route}: {real.status_code} {real.text[:200]}, and for what never was {fake.text[:200]}"
    return ""


def _unnamed(answer: httpx.Response, values: Values) -> tuple[int, str, str]:
    status, text = said(answer)
    for value in values.values():
        text = text.replace(value, "…")
    return status, text, answer.headers.get("content-type", "")


async def test_a_stranger_is_told_nothing(
    app: Litestar, world: World, mine: World, forms: dict[str, Filled], ways: Addresses
) -> None:
    async with connected(ways.owner) as owner:
        before = await fingerprint(owner, world.owner.agency_id)
        wrong = [
            line
            for route in naming_rows(app)
            for values, never in strange(route, world, mine)
            if (
                line := await told_apart(
                    mine.owner, route, values, never, the_bodies_of(route, forms, mine.ids), {404}
                )
            )
        ]
        assert wrong == []
        assert await fingerprint(owner, world.owner.agency_id) == before


async def test_a_stranger_is_not_told_by_a_body_either(
    app: Litestar, world: World, mine: World, ways: Addresses
) -> None:
    """Somebody else's ids where a body points at rows, in the stranger's own addresses."""
    pointing = [route for route in routes(app) if route.is_api and _points(route, mine)]
    assert len(pointing) > 3
    wrong: list[str] = []
    for route in pointing:
        values = values_for(route, mine)
        real = await asked(mine.owner, route, values, sent(route, mine.ids | _pointed(world.ids)))
        fake = await asked(mine.owner, route, values, sent(route, mine.ids | _pointed({})))
        if real.status_code not in (404, 409, 422) or _unnamed(real, world.ids) != _unnamed(fake, {}):
            wrong.append(f"{route}: {real.status_code} {real.text[:200]}, for none {fake.text[:200]}")
    assert wrong == []


POINTED = ("user_id", "task_id", "colleague")


def _pointed(ids: Mapping[str, str]) -> dict[str, str]:
    return {hole: ids.get(hole, never_was(hole)) for hole in POINTED}


def _points(route: Route, world: World) -> bool:
    """Whether its body would carry an id."""
    body = str(sent(route, world.ids).get("json", ""))
    return any(world.ids[hole] in body for hole in POINTED)


async def test_a_member_without_clients_is_told_nothing_of_any(
    app: Litestar, world: World, forms: dict[str, Filled], stage: Stage, ways: Addresses
) -> None:
    """What an admin alone may do is refused before the row is looked for, or after: the same for what never was."""
    mia = await stage.member(world.owner, "Mia Lind")
    own = {"user_id": str(mia.user_id)}
    wrong: list[str] = []
    async with connected(ways.owner) as owner:
        before = await fingerprint(owner, world.owner.agency_id)
        for route in naming_rows(app):
            if not any(hangs_from_a_client(hole) for hole in route.rows):
                continue
            values = values_for(route, world)
            never = values | {hole: never_was(hole) for hole in route.rows}
            body = the_bodies_of(route, forms, world.ids | own)
            wrong.append(await told_apart(mia, route, values, never, body, {403, 404}))
        assert list(filter(None, wrong)) == []
        assert len(wrong) > 40
        assert await fingerprint(owner, world.owner.agency_id) == before


A_TOKENS = 100
"""Routes that one token asks at: it may ask three hundred times a minute, and asks twice at each."""


async def test_a_token_of_a_stranger_is_told_nothing(app: Litestar, world: World, mine: World) -> None:
    bearer = {"If-Match": VERSION}
    wrong: list[str] = []
    async with httpx.AsyncClient(
        transport=mine.stage.transport, base_url=str(mine.owner.browser.base_url)
    ) as program:
        for at, route in enumerate(route for route in naming_rows(app) if route.is_api):
            if at % A_TOKENS == 0:
                asked = {"name": f"probe {at}", "scopes": ["read", "write"]}
                made = await mine.owner.post("/v1/tokens", json=asked)
                bearer["Authorization"] = f"Bearer {made.json()['token']}"
            values, never = next(strange(route, world, mine))
            body = sent(route, mine.ids)
            bearer["If-Match"] = (await mine.owner.get("/v1/agency")).headers["etag"]
            real = await program.request(route.method, route.at(values), headers=bearer, **body)
            fake = await program.request(route.method, route.at(never), headers=bearer, **body)
            expected = 403 if route.people_only else 404
            if real.status_code != expected or _unnamed(real, values) != _unnamed(fake, never):
                wrong.append(f"{route}: {real.status_code} {real.text[:200]}")
    assert wrong == []


async def test_its_owner_is_answered(app: Litestar, mine: World) -> None:
    """The control: the very same requests reach the rows of whoever may see them."""
    reading = [route for route in naming_rows(app) if not route.acts]
    wrong: list[str] = []
    for route in [*reading, *acting_in_order(app)]:
        answer = await answered(mine, route)
        if answer.status_code not in (*FINE, 409):
            wrong.append(f"{route}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


async def test_every_form_of_a_page_reaches_its_row(app: Litestar, stage: Stage) -> None:
    """The same control for pages, in an agency of its own, since forms change what they are sent about."""
    world = await world_of(stage, await stage.owner("Nora Vale", "Fernhill"))
    filled = forms_of(app, world, await opened(app, world))
    posted = [route for route in naming_rows(app) if not route.is_api and route.acts]
    assert [str(route) for route in posted if route.path not in filled] == [], "no page has a form for these"
    wrong: list[str] = []
    for route in sorted(posted, key=order):
        form = await as_it_stands(world, filled[route.path])
        answer = await world.owner.post(form.action, data=form.fields)
        if answer.status_code not in (*FINE, 409, 422):
            wrong.append(f"{route}: {answer.status_code} {answer.text[-300:]}")
    assert wrong == []
