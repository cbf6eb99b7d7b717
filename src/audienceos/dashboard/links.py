"""Where a figure leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request

from audienceos.dashboard.queries.parts import Whose
from audienceos.dashboard.queries.views import Link
from audienceos.platform.web.templating import query

MINE: dict[str, str] = {"clients": "mine", "pipeline": "mine", "ticket-list": "my_clients"}
"""By what each page is filtered to the reader's own clients."""


def linked(request: Request[Any, Any, Any], slug: str, whose: Whose) -> Link:
    """The addresses of this agency's pages, each filtered to the clients over which the figures are."""

    def link(route: str, asked: Mapping[str, object]) -> str:
        own = {MINE[route]: "true"} if whose.mine else {}
        return request.app.route_reverse(route, slug=slug) + query({**asked, **own})

    return link
