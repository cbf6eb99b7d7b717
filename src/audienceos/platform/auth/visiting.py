"""Who is at the door: the credential that a request shows and the agency that its address names.

Nothing here decides who that is. The database does (`app.enter`), in the transaction that does the work, so a
person signed out or deactivated is so on the next request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection

from audienceos.platform.auth.ports import Directory, Place
from audienceos.platform.auth.secrets import hash_of, token_agency
from audienceos.platform.db.sessions import Credential
from audienceos.platform.errors import BadRequest, NotFound, Unauthenticated

AGENCY_HEADER = "AudienceOS-Agency"
AGENCY_TOPIC = "agency"
SLUGS_KEPT = 100_000

Asked = Request[Any, Any, Any]


class Moved(Exception):
    """The agency has a new address: the same page lives there."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"{old} is now {new}")
        self.old, self.new = old, new


class Addresses:
    """Slug to agency, kept by the process. A slug is never given to another agency; which of an agency's slugs is
    the present one changes, so what is kept of an agency is forgotten when there is news of it.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._kept: dict[str, Place] = {}
        self._forgotten = 0

    async def at(self, slug: str) -> Place:
        """Who lives there. Raises `NotFound`."""
        if slug in self._kept:
            return self._kept[slug]
        before = self._forgotten
        place = await self._directory.at(slug)
        if place is None:
            raise NotFound("page")
        if len(self._kept) >= SLUGS_KEPT:
            self._kept.clear()
        if self._forgotten == before:  # else it may have been read before the news came
            self._kept[slug] = place
        return place

    def forget(self, agency_id: UUID) -> None:
        """An agency has another address: ask again at the next request."""
        self._forgotten += 1
        self._kept = {slug: place for slug, place in self._kept.items() if place.agency_id != agency_id}

    def hear(self, agency_id: UUID | None, topics: Sequence[str]) -> None:
        """News of an agency; of none, where news of any may have been missed (`realtime.hub.Hearer`)."""
        if agency_id is None:
            self._forgotten += 1
            self._kept.clear()
        elif AGENCY_TOPIC in topics:
            self.forget(agency_id)


class Visit(msgspec.Struct, frozen=True):
    """What a request shows: a browser's session secret, or a program's token, or nothing."""

    session: str | None = None
    token: str | None = None


def cookie_name(secure: bool) -> str:
    """Over https the cookie is bound to this host by its prefix."""
    return "__Host-session" if secure else "session"


def visit_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Visit:
    """The credential shown. A bearer token wins over a cookie, and then the cookie counts for nothing."""
    scope = cast("dict[str, Any]", connection.scope)
    if "visit" not in scope:
        scope["visit"] = _visit(connection)
    return scope["visit"]


def _visit(connection: ASGIConnection[Any, Any, Any, Any]) -> Visit:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return Visit(token=token.strip())
    return Visit(session=connection.cookies.get(cookie_name(connection.app.state.settings.secure)))


async def opening_of(request: ASGIConnection[Any, Any, Any, Any]) -> Credential:
    """How this request's transaction begins.

    Raises `Unauthenticated` when nothing is shown, `BadRequest` when a cookie caller of the API does not say
    which agency (or a token caller does), `NotFound` for an address nobody has.
    """
    visit = visit_of(request)
    slug = request.path_params.get("slug")
    if visit.token is not None:
        if request.headers.get(AGENCY_HEADER):
            raise BadRequest(f"A token belongs to one agency: leave {AGENCY_HEADER} out.")
        agency_id = token_agency(visit.token)
        if agency_id is None:
            raise Unauthenticated("That token is not one of ours.")
        if slug is not None and (await _addresses(request).at(slug)).agency_id != agency_id:
            raise NotFound("page")
        return Credential(agency_id, "token", hash_of(visit.token))
    if visit.session is None:
        raise Unauthenticated
    return Credential(await _agency(request, cast("str | None", slug)), "session", hash_of(visit.session))


async def _agency(request: ASGIConnection[Any, Any, Any, Any], slug: str | None) -> UUID:
    named = slug or request.headers.get(AGENCY_HEADER)
    if not named:
        raise BadRequest(f"Say which agency: send {AGENCY_HEADER} with the name in its address.")
    place = await _addresses(request).at(named)
    if slug is not None and place.slug != slug:
        raise Moved(slug, place.slug)
    return place.agency_id


def _addresses(request: ASGIConnection[Any, Any, Any, Any]) -> Addresses:
    return cast("Addresses", request.app.state.addresses)
