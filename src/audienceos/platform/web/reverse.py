"""Addresses of named routes, each route taken apart once: a page names a hundred of them, and Litestar's own
`route_reverse` sorts and checks them anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from litestar import Litestar
from litestar.exceptions import NoRouteMatchFoundException
from litestar.types.internal_types import PathParameterDefinition

KEPT = (
    10_000  # addresses of pages that need no part but the agency: the frame of every page names some eighty
)
NO_PARTS: Mapping[str, object] = {}


class Way(NamedTuple):
    """One path of a route: its pieces in order, and which of its parts are numbers."""

    pieces: tuple[str | PathParameterDefinition, ...]
    parts: frozenset[str]
    numbers: frozenset[str]

    def address(self, given: Mapping[str, object]) -> str:
        """With these parts in place. Raises `ValueError` where a number is none."""
        said = (
            piece if isinstance(piece, str) else self._said(piece.name, given[piece.name])
            for piece in self.pieces
        )
        return "/" + "/".join(said)

    def _said(self, name: str, part: object) -> str:
        return str(int(str(part))) if name in self.numbers else str(part)


class Reverse:
    """What pages ask one application for: whether it has a route of that name, and its address."""

    def __init__(self, app: Litestar) -> None:
        self._app = app
        self._ways = cache(self._found)
        self._plain = lru_cache(KEPT)(self._address)

    def has(self, name: str) -> bool:
        """Whether such a route is there."""
        return bool(self._ways(name))

    def address(self, name: str, slug: str | None, parts: Mapping[str, object]) -> str:
        """The address of a route; `slug` is the agency of one that has any, unless another is among the parts.

        Raises `NoRouteMatchFoundException` for a name that no route has, and where a part is missing.
        """
        return self._address(name, slug, parts) if parts else self._plain(name, slug)

    def _address(self, name: str, slug: str | None, parts: Mapping[str, object] = NO_PARTS) -> str:
        given = parts if slug is None else {"slug": slug, **parts}
        for way in self._ways(name):
            if way.parts <= given.keys():
                return way.address(given)
        raise NoRouteMatchFoundException(f"no route {name} with {', '.join(given) or 'no parts'}")

    def _found(self, name: str) -> tuple[Way, ...]:
        """Its paths, those with the most parts first."""
        index = self._app.get_handler_index_by_name(name)
        routes = self._app.asgi_router.route_mapping[index["identifier"]] if index else ()
        ways = [_way(tuple(route.path_components)) for route in routes]
        return tuple(sorted(ways, key=lambda way: len(way.parts), reverse=True))


def _way(pieces: tuple[str | PathParameterDefinition, ...]) -> Way:
    parts = [piece for piece in pieces if not isinstance(piece, str)]
    return Way(
        pieces,
        frozenset(part.name for part in parts),
        frozenset(part.name for part in parts if part.type is int),
    )
