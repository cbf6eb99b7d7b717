"""What others have leaves no trace: lists, counts, searches, exports, pages and streams are the same to a stranger,
and to a member who may see no client, whether there is anything or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from litestar import Litestar

from audienceos.app import Parts
from audienceos.platform.events.recording import record
from audienceos.platform.web.parameters import query_names
from tests.cast import Player, Stage
from tests.laws.nouns import Route, masked, routes
from tests.laws.nouns_bodies import acting_in_order, answered, sent
from tests.laws.nouns_rows import MAKERS, empty_world, fill_world, in_other_states
from tests.laws.nouns_tables import hangs_from_a_client
from tests.platform.realtime.pages import Page, listening, until_listening

OF_CLIENTS = [hole for hole in MAKERS if hangs_from_a_client(hole) or hole in ("import_id", "change_id")]
OF_THE_AGENCY = [hole for hole in MAKERS if hole not in OF_CLIENTS]

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|\+00:00)")


def reading_lists(app: Litestar) -> list[Route]:
    """Every route that reads and names no row, and the export, which is asked by POST."""
    return [
        route
        for route in routes(app)
        if not route.rows
        and (route.is_api or route.in_agency)
        and not route.path.endswith("/live")
        and (not route.acts or "export" in route.path)
    ]


async def read(app: Litestar, player: Player, word: str) -> dict[str, tuple[int, str]]:
    """What somebody reads everywhere, also when they search for the very word that stands in all of it."""
    seen: dict[str, tuple[int, str]] = {}
    for route in reading_lists(app):
        path = route.at({"slug": player.slug})
        queries: list[dict[str, str]] = [{}]
        if "q" in query_names(route.handler):
            # Files are few an hour, so they are asked for once: by the word that stands in all of it.
            queries = [{"q": word}] if "export" in route.path else [{}, {"q": word}]
        if "action" in query_names(route.handler):  # what one takes out here oneself stands in the log too
            queries = [{"action": "client.created"}]
        for query in queries:
            answer = await player.send(route.method, path, params=query)
            seen[f"{route} {query}"] = answer.status_code, MOMENT.sub("…", masked(answer.text))
    return seen


async def test_what_others_have_leaves_no_trace(app: Litestar, stage: Stage) -> None:
    world = empty_world(stage, await stage.owner())
    world.ids["colleague"] = str(world.owner.user_id)
    agency = (await world.owner.get("/v1/agency")).json()
    seen = {"client_visibility": "assigned"}
    assert (await world.owner.patch("/v1/agency", json=seen, version=agency["version"])).status_code == 200
    mia = await stage.member(world.owner, "Mia Lind")
    cleo = await stage.owner("Cleo Stark", "Southwind")
    await cleo.post("/v1/client-exports")  # so that her own log offers it from the first look on
    await mia.get("/v1/me")
    await app.state.noticing.flush()  # and each team says when they were there
    at_first = await read(app, cleo, world.word)
    await fill_world(world, OF_THE_AGENCY)
    before = await read(app, mia, world.word)
    await fill_world(world, OF_CLIENTS)
    assert len(before) > 25
    assert sum(status == 200 for status, _ in before.values()) > 15
    assert differing(await read(app, mia, world.word), before) == {}
    await in_other_states(world)
    assert differing(await read(app, cleo, world.word), at_first) == {}
    shown = await read(app, world.owner, world.word)
    assert sum(world.word in text for _, text in shown.values()) > 15, "its owner sees it all the same"


def differing(now: Mapping[str, tuple[int, str]], then: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    """What is read otherwise, and the first place where it is."""
    found: dict[str, Any] = {}
    for name, (status, text) in now.items():
        old_status, old = then[name]
        if (status, text) != (old_status, old):
            at = next(
                (n for n, (a, b) in enumerate(zip(text, old, strict=False)) if a != b),
                min(len(text), len(old)),
            )
            found[name] = (
                old_status,
                old[max(0, at - 80) : at + 80],
                status,
                text[max(0, at - 80) : at + 80],
            )
    return found


async def test_an_agency_of_others_is_like_one_that_never_was(app: Litestar, stage: Stage) -> None:
    """By its address and by the header, at every route there is."""
    ines, cleo = await stage.owner(), await stage.owner("Cleo Stark", "Southwind")
    wrong: list[str] = []
    for route in routes(app):
        if not (route.is_api or route.in_agency):
            continue
        holes = dict.fromkeys(route.rows, "0198f0c4-0000-7000-8000-000000000000")
        answers: list[tuple[int, str]] = []
        for slug in (ines.slug, "never-was"):
            headers = {"AudienceOS-Agency": slug, "If-Match": '"1"'}
            body = sent(route, {"user_id": str(cleo.user_id)}) if route.is_api else {}
            answer = await cleo.send(route.method, route.at(holes | {"slug": slug}), headers=headers, **body)
            answers.append((answer.status_code, masked(answer.text).replace(slug, "…")))
        if answers[0] != answers[1] or answers[0][0] != 404:
            wrong.append(f"{route}: {answers}"[:300])
    assert wrong == []


async def test_nothing_that_others_do_is_heard(app: Litestar, parts: Parts, stage: Stage) -> None:
    """Every verb there is, with a stranger and a member without clients listening all the while."""
    await until_listening(parts.hub)
    world = empty_world(stage, await stage.owner())
    world.ids["colleague"] = str(world.owner.user_id)
    await fill_world(world)
    agency = (await world.owner.get("/v1/agency")).json()
    seen = {"client_visibility": "assigned"}
    assert (await world.owner.patch("/v1/agency", json=seen, version=agency["version"])).status_code == 200
    mia = await stage.member(world.owner, "Mia Lind")
    cleo = await stage.owner("Cleo Stark", "Southwind")
    async with (
        listening(parts, cleo) as stranger,
        listening(parts, mia) as scoped,
        listening(parts, world.owner) as own,
    ):
        done = [(await answered(world, route)).status_code for route in acting_in_order(app)]
        assert sum(status < 300 for status in done) > 20
        assert await _until_a_sign(parts, cleo, stranger) == []
        heard = await _until_a_sign(parts, mia, scoped)
        assert [event for event in heard if event["client_id"] is not None] == []
        assert (
            len([event for event in await _until_a_sign(parts, world.owner, own) if event["client_id"]]) > 10
        )


async def _until_a_sign(parts: Parts, player: Player, page: Page) -> list[dict[str, Any]]:
    """Whatever was told on the page before something that happens there now."""
    async with parts.database.acting(player.claims) as db:
        sign = await record(db, "probe.sign", "probe", None)
    heard: list[dict[str, Any]] = []
    while True:
        event = await page.next()
        if event.data.get("id") == str(sign):
            return heard
        if "id" in event.data:
            heard.append(event.data)
