"""The addresses of the product, read from the application itself: what the laws about routes look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from audienceos.platform.auth.csrf import SAFE_METHODS
from audienceos.platform.web.openapi_operations import Call
from audienceos.platform.web.scopes import PEOPLE_ONLY
from audienceos.platform.web.webhooks import is_webhook

HOLE = re.compile(r"\{(\w+)\}")

SECRETS = frozenset({"token", "file"})
"""Holes that name no row: a secret that was mailed, a file that everybody may have."""


class Route(msgspec.Struct, frozen=True):
    """One method of one address."""

    path: str
    method: str
    handler: HTTPRouteHandler
    route: HTTPRoute

    @property
    def holes(self) -> tuple[str, ...]:
        """What its address leaves open, in order."""
        return tuple(HOLE.findall(self.path))

    @property
    def rows(self) -> tuple[str, ...]:
        """The holes that name a row of an agency."""
        return tuple(hole for hole in self.holes if hole != "slug" and hole not in SECRETS)

    @property
    def is_api(self) -> bool:
        """Whether programs ask it."""
        return self.path.startswith("/v1/")

    @property
    def in_agency(self) -> bool:
        """Whether it is a page of an agency."""
        return self.path.startswith("/{slug}")

    @property
    def acts(self) -> bool:
        """Whether it may change something."""
        return self.method not in SAFE_METHODS

    @property
    def is_public(self) -> bool:
        """Whether it never asks who is there."""
        return bool(self.handler.opt.get("public"))

    @property
    def is_webhook(self) -> bool:
        """Whether another service calls it, with a proof of its own."""
        return is_webhook(self.handler)

    @property
    def people_only(self) -> bool:
        """Whether no token reaches it."""
        return bool(self.handler.opt.get(PEOPLE_ONLY))

    @property
    def call(self) -> Call:
        """The same as the description of the API sees it."""
        return Call(self.path, self.method, self.handler, self.route)

    def at(self, values: Mapping[str, str]) -> str:
        """Its address with the holes filled."""
        return HOLE.sub(lambda hole: values[hole[1]], self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes(app: Litestar) -> list[Route]:
    """Every method of every address, but for OPTIONS, in the order of the addresses."""
    found = [
        Route(route.path_format, str(method), handler, route)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods - {"OPTIONS"}
    ]
    return sorted(found, key=lambda route: (route.path, route.method))


def route_at(found: Iterable[Route], method: str, path: str) -> Route | None:
    """The route that answers there; one without holes wins over one with."""
    fits = [route for route in found if route.method == method and _pattern(route.path).fullmatch(path)]
    return min(fits, key=lambda route: len(route.holes), default=None)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(re.escape(part) for part in HOLE.split(path)[::2]))


def said(answer: Any) -> tuple[int, str]:
    """Status and body, without what differs from one call to the next."""
    return answer.status_code, masked(answer.text)


PASSING = re.compile(
    r'nonce="[^"]*"|"request_id":"[^"]*"|Request [0-9a-zA-Z._-]+|[0-9a-f]{64}'
    r"|[0-9a-f]{1,8}-[0-9a-f]{1,16}\.[0-9]{1,19}"  # a place in the stream, which the whole server's work moves on
    r"|<time [^>]*>[^<]*"
    r'|"last_active_at":(?:null|"[^"]*")'  # written behind the answers, once in a while
    r'|"computed_at":"[^"]*"'  # the moment of asking
)


def masked(text: str) -> str:
    """A body without what differs though nothing happened: nonces, request ids, tokens, places in the stream, and how
    long ago things were.
    """
    return PASSING.sub("…", text)
