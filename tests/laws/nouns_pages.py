"""What people can send: every form of every page, as the owner of an agency sees them, filled in plausibly."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from litestar import Litestar

from tests.agency.browsing import Shown
from tests.laws.nouns import Route, route_at, routes
from tests.laws.nouns_rows import World

NEEDED: dict[str, str] = {
    "name": "Plausible",
    "content": "Plausible",
    "tag": "Plausible",
    "reason": "Plausible",
    "title": "Plausible",
    "final_note": "Plausible",
    "minutes": "25",
    "email": "somebody@people.example",
    "current_password": "a quiet harbour at noon",
    "password": "seven green bicycles",
}
"""What a person types into an empty field that has to be filled. Any other stays empty."""


class Filled(msgspec.Struct, frozen=True):
    """A form as it would be sent: from a page, to an address, with these fields."""

    page: str
    action: str
    fields: dict[str, Any]


async def opened(app: Litestar, world: World) -> dict[str, Shown]:
    """Every page of the agency that its owner can open, by address, in every state that its rows are in."""
    pages: dict[str, Shown] = {}
    for route in routes(app):
        if route.method != "GET" or not route.in_agency or route.path.endswith("/live"):
            continue
        for path in addresses(route, world):
            answer = await world.owner.get(path)
            if answer.headers.get("content-type", "").startswith("text/html"):
                pages[path] = Shown(answer)
    return pages


def addresses(route: Route, world: World) -> Iterator[str]:
    """The route's addresses: for the main row of each kind, and for those in other states."""
    choices = [[world.ids[hole], *world.more.get(hole, [])] for hole in route.rows]
    for chosen in itertools.product(*choices):
        yield route.at(dict(zip(route.rows, chosen, strict=True)) | {"slug": world.owner.slug})


def forms_of(app: Litestar, world: World, pages: Mapping[str, Shown]) -> dict[str, Filled]:
    """The first form to each route that changes something, by the route's path."""
    known, found = routes(app), dict[str, Filled]()
    for path, page in pages.items():
        for form in page.forms:
            if form.method.upper() != "POST":
                continue
            action = form.action.partition("?")[0]
            route = route_at(known, "POST", action)
            assert route is not None, f"a form posts to {form.action}, which no route answers"
            found.setdefault(route.path, Filled(path, action, _filled(form.fields, world)))
    return found


async def as_it_stands(world: World, form: Filled) -> Filled:
    """The same form on its page as that is now: with the present version of what it edits."""
    shown = Shown(await world.owner.get(form.page))
    for now in shown.forms:
        if now.action.partition("?")[0] == form.action:
            return Filled(form.page, form.action, _filled(now.fields, world))
    return form


def _filled(fields: dict[str, list[str]], world: World) -> dict[str, Any]:
    needed = NEEDED | {"user_id": world.ids["user_id"]}
    return {
        name: values if any(values) else [needed.get(name, "")]
        for name, values in fields.items()
        if name != "_csrf"
    }
