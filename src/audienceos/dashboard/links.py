"""Where a figure leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request

from audienceos.dashboard.queries.views import Link
from audienceos.platform.web.templating import query


def linked(request: Request[Any, Any, Any], slug: str) -> Link:
    """The addresses of this agency's pages."""

    def link(route: str, asked: Mapping[str, object]) -> str:
        return request.app.route_reverse(route, slug=slug) + query(asked)

    return link
