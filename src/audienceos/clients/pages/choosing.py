"""The menu by which boards and lists are narrowed to clients: read when it is opened, found by typing, and by itself
a page that does the same without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.exceptions import NoRouteMatchFoundException
from litestar.params import FromPath
from msgspec import Meta

from audienceos.agency.queries import shell
from audienceos.clients.queries.kept import LONGEST, from_address
from audienceos.clients.queries.names import chosen_of, names_like
from audienceos.platform.errors import NotFound
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page, wants_fragment

Asked = Request[Any, Any, Any]
NAME = "client"  # of the parameter that the choice becomes


class Choosing(msgspec.Struct, frozen=True, kw_only=True):
    """For which screen a client is chosen, what is shown there now, and what was typed."""

    to: Annotated[str, Meta(max_length=50)] = "tickets"
    """The name of its route."""
    asked: Annotated[str, Meta(max_length=2 * LONGEST)] = ""
    """Its parameters, as its address has them."""
    named: Annotated[str, Meta(max_length=100)] = ""


@get("/{slug:str}/client-choice", name="client-choice", include_in_schema=False, opt={"query": Choosing})
async def show_choice(request: Asked, slug: FromPath[str]) -> Response[str]:
    """The first clients that are called so, each a button that adds it to what is shown. Raises `NotFound` for a screen
    that isn't there."""
    choosing = filters_from(request, Choosing)
    try:
        to = request.app.route_reverse(choosing.to, slug=slug)
    except NoRouteMatchFoundException:
        raise NotFound("screen") from None
    now = from_address(choosing.asked)
    async with reading(request) as lane:
        chosen = await chosen_of(lane, _ids(now.get(NAME, [])))
        found = await names_like(lane, choosing.named, [one.id for one in chosen])
        now[NAME] = [str(one.id) for one in chosen]
        parts: dict[str, Any] = {"to": to, "now": now, "choosing": choosing}
        parts |= {"chosen": chosen, "found": found}
        if wants_fragment(request):
            return page(request, "clients/_choices.html", **parts)
        return page(request, "clients/choice.html", **parts, **await shell(lane, choosing.to))


def _ids(texts: Iterable[str]) -> list[UUID]:
    """Those that are ids; whatever else an address says chooses nobody."""
    found: list[UUID] = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


HANDLERS = [show_choice]
