"""Random calls of one agency's people and programs, with something of another agency's somewhere in them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from audienceos.platform.web.parameters import query_names
from tests.laws.nouns import Route
from tests.laws.nouns_bodies import sent
from tests.laws.nouns_rows import World, values_for
from tests.laws.nouns_tables import never_was

VERSION = '"1"'
UNSTEADY = ("/v1/agency/address", "/v1/sessions")
"""Not called with bodies of one's own: they move the attacker's address, and sign the attacker out."""

Body = dict[str, Any]


class Foreign(msgspec.Struct, frozen=True):
    """What an attacker knows of another agency: everything, but for the words in its rows."""

    slug: str
    agency: str
    ids: dict[str, str]
    rows: tuple[str, ...]
    """The ids of all its rows, of every kind."""
    cursors: tuple[str, ...]
    keyed: tuple[tuple[str, str, Body], ...]
    """Key, path and body of each POST that was sent there with an Idempotency-Key."""
    part: str
    """Most of the word that stands in its rows: enough to find them by, too little to be mistaken for them."""

    def never_was(self) -> Foreign:
        """An agency of this shape that nobody founded."""
        other = {row: str(UUID(int=UUID(row).int ^ 0xDECAFBAD)) for row in {*self.rows, *self._uuids()}}
        return Foreign(
            slug="never-was",
            agency=never_was("agency"),
            ids={hole: other.get(row) or never_was(hole) for hole, row in self.ids.items()},
            rows=tuple(other[row] for row in self.rows),
            cursors=self.cursors,
            keyed=tuple((f"n{key}", path, body) for key, path, body in self.keyed),
            part="Qqnever",
        )

    def _uuids(self) -> set[str]:
        return {row for row in self.ids.values() if len(row) == 36}


class Call(msgspec.Struct, frozen=True):
    """One request."""

    kind: str
    method: str
    path: str
    headers: dict[str, str] = {}
    params: dict[str, str] = {}
    body: Body = {}
    is_steady: bool = True
    """Whether it changes nothing of the attacker's own, so that its twin meets the same state."""


Maker = Callable[[Random, list[Route], World, Foreign], Call]


def call(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """One attempt of one of the kinds below."""
    (make,) = dice.choices([maker for maker, _ in MAKERS], weights=[weight for _, weight in MAKERS])
    return make(dice, known, mine, foreign)


def by_address(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """Their row in the address: alone, beside an own one, or where another kind of row belongs."""
    route = dice.choice([route for route in known if route.rows])
    values = values_for(route, mine)
    for hole in dice.sample(route.rows, k=dice.randint(1, len(route.rows))):
        is_one = dice.random() < 0.7 or hole == "stage"
        values[hole] = foreign.ids[hole] if is_one else dice.choice(foreign.rows)
    headers = {"If-Match": VERSION}
    if dice.random() < 0.2:
        headers["Idempotency-Key"] = f"{dice.randbytes(6).hex()}-{foreign.slug}"
    return Call("address", route.method, route.at(values), headers, {}, _body(dice, route, mine))


def _body(dice: Random, route: Route, mine: World) -> Body:
    if not route.is_api:
        return {"data": {"version": "1", "name": "Plausible", "content": "Plausible"}} if route.acts else {}
    return sent(route, mine.ids) if dice.random() < 0.8 else {"json": {}} if route.acts else {}


def by_body(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """Their ids in a body about an own row: where ids belong, and where they don't."""
    choices = [
        r for r in known if r.is_api and r.method in ("POST", "PATCH", "PUT") and r.path not in UNSTEADY
    ]
    route = dice.choice([route for route in choices if route.call.body is not None])
    body = dict(sent(route, mine.ids | {hole: foreign.ids[hole] for hole in ("user_id", "task_id")})["json"])
    extra = dice.choice(("", "custom", "agency_id", "id", "client_id", "default_owner_id", "assigned_to"))
    if extra:
        row = dice.choice(foreign.rows)
        body[extra] = {row: row} if extra == "custom" else foreign.agency if extra == "agency_id" else row
    headers = {"If-Match": VERSION}
    path = route.at(values_for(route, mine))
    return Call("body", route.method, path, headers, {}, {"json": body}, is_steady=False)


def by_query(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """Their ids, words and stages in filters, sorts and searches."""
    route = dice.choice([r for r in _lists(known) if query_names(r.handler)])
    names = sorted(query_names(route.handler))
    words = (*foreign.rows[:40], foreign.part, foreign.ids["stage"], foreign.agency, foreign.slug)
    params = {name: dice.choice(words) for name in dice.sample(names, k=min(len(names), dice.randint(1, 2)))}
    if "q" in names and dice.random() < 0.4:
        params = {"q": foreign.part}
    return Call("query", route.method, route.at(values_for(route, mine)), {}, params)


def _lists(known: list[Route]) -> list[Route]:
    """What is read and comes to an end."""
    return [route for route in known if route.method == "GET" and not route.path.endswith("/live")]


def by_cursor(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """A place in a list of theirs."""
    route = dice.choice([r for r in _lists(known) if "cursor" in query_names(r.handler)])
    return Call(
        "cursor",
        route.method,
        route.at(values_for(route, mine)),
        {},
        {"cursor": dice.choice(foreign.cursors), "limit": "100"},
    )


def by_header(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """Their agency in the header that names one, by its address or its id; or another header that might."""
    route = dice.choice([route for route in known if route.is_api])
    name, value = dice.choice(
        (
            ("AudienceOS-Agency", foreign.slug),
            ("AudienceOS-Agency", foreign.slug.upper()),
            ("AudienceOS-Agency", foreign.agency),
            ("AudienceOS-Agency", f"{foreign.slug}, {mine.owner.slug}"),
        )
    )
    values = values_for(route, mine) | dict(foreign.ids if dice.random() < 0.5 else {})
    headers = {name: value, "If-Match": VERSION}
    body = sent(route, mine.ids) if route.acts else {}
    return Call("header", route.method, route.at(values), headers, {}, body)


def by_other_headers(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """Headers that say who somebody is elsewhere, and nothing here."""
    route = dice.choice([route for route in known if route.is_api and route.method == "GET"])
    name = dice.choice(("X-Agency-Id", "X-User-Id", "X-Tenant", "X-Forwarded-For", "X-Original-URL", "Role"))
    value = dice.choice(
        (foreign.agency, foreign.slug, foreign.ids["user_id"], f"/v1/users/{foreign.rows[0]}")
    )
    return Call("other header", route.method, route.at(values_for(route, mine)), {name: value})


def by_slug(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """Their pages, with their rows or with own ones."""
    route = dice.choice([route for route in known if route.in_agency])
    values = values_for(route, mine) | dict(foreign.ids if dice.random() < 0.5 else {})
    headers = {"HX-Request": "true"} if dice.random() < 0.3 else {}
    return Call(
        "slug",
        route.method,
        route.at(values | {"slug": foreign.slug}),
        headers,
        {},
        _body(dice, route, mine) if route.acts else {},
    )


def by_key(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """Their idempotency key, with the very body that they sent: what was answered there is not answered here."""
    key, path, body = dice.choice(foreign.keyed)
    return Call("key", "POST", path, {"Idempotency-Key": key}, {}, {"json": body}, is_steady=False)


def by_version(dice: Random, known: list[Route], mine: World, foreign: Foreign) -> Call:
    """An ETag of theirs on their row."""
    route = dice.choice([r for r in known if r.is_api and r.rows and r.method in ("GET", "PATCH")])
    holes = {hole: foreign.ids[hole] for hole in route.rows}
    name = dice.choice(("If-Match", "If-None-Match"))
    body = sent(route, mine.ids) if route.method == "PATCH" else {}
    headers = {"If-Match": VERSION, name: dice.choice(('"1"', '"2"', "*", 'W/"1"'))}
    return Call("version", route.method, route.at(holes), headers, {}, body)


MAKERS: tuple[tuple[Maker, int], ...] = (
    (by_address, 8),
    (by_body, 3),
    (by_query, 4),
    (by_cursor, 2),
    (by_header, 3),
    (by_other_headers, 1),
    (by_slug, 4),
    (by_key, 1),
    (by_version, 2),
)
