"""The people whom every test knows: an owner, a team-mate, a member with few clients, and a stranger.

Each has the session that signing up or joining gives, as whoever does so in a browser; the letter that proves an
address is followed where that is what is tested. They are made anew for each test that asks for them, in agencies of
its own, so no test sees another's rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
import msgspec

from audienceos.agency.entering import Founded, Founding, found_agency
from audienceos.agency.invitations import invite
from audienceos.agency.joining import Joining, accept_invitation
from audienceos.agency.pages.cookies import MARK
from audienceos.app import Parts
from audienceos.platform.actor import Actor, Role
from audienceos.platform.auth.accounts import Browser
from audienceos.platform.auth.csrf import token_for
from audienceos.platform.auth.recovery import take_for_proven
from audienceos.platform.auth.sessions import Opened
from audienceos.platform.auth.visiting import AGENCY_HEADER, cookie_name
from audienceos.platform.db.sessions import Claims

PASSWORD = "a quiet harbour at noon"
DOMAIN = "testserver.local"
HOST = f"http://{DOMAIN}"
BROWSER = Browser(user_agent=f"python-httpx/{httpx.__version__}")
"""What the players look through. Of its network address nothing is known, as of whoever signs up on a command line."""

_numbers = itertools.count(1)


class Player:
    """Somebody signed in, at one agency, by the product's own means."""

    def __init__(
        self, client: httpx.AsyncClient, slug: str, agency_id: UUID, user_id: UUID, role: Role
    ) -> None:
        self.browser = client
        self.slug = slug
        self.agency_id = agency_id
        self.user_id = user_id
        self.role: Role = role
        self.csrf = ""

    @property
    def actor(self) -> Actor:
        """The same person, for calling actions without the web."""
        return Actor(agency_id=self.agency_id, user_id=self.user_id, role=self.role)

    @property
    def claims(self) -> Claims:
        """How that person's transactions begin."""
        return Claims(self.actor)

    async def get(self, path: str, **given: Any) -> httpx.Response:
        """Read a noun of the API or a page."""
        return await self.send("GET", path, **given)

    async def post(self, path: str, **given: Any) -> httpx.Response:
        """Create."""
        return await self.send("POST", path, **given)

    async def patch(self, path: str, **given: Any) -> httpx.Response:
        """Change. Without `version` it is read first, as a program would."""
        return await self.send("PATCH", path, **given)

    async def delete(self, path: str, **given: Any) -> httpx.Response:
        """Remove."""
        return await self.send("DELETE", path, **given)

    async def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        version: int | None = None,
        **given: Any,
    ) -> httpx.Response:
        """Any request, with the agency, the CSRF token and, for an edit, the version that was read."""
        own = {"X-CSRF-Token": self.csrf, "Origin": HOST}
        if path.startswith("/v1"):
            own[AGENCY_HEADER] = self.slug
        if version is not None:
            own["If-Match"] = f'"{version}"'
        return await self.browser.request(method, path, headers={**own, **(headers or {})}, **given)

    def at(self, path: str) -> str:
        """A page of this player's agency."""
        return f"/{self.slug}{path}"


class Cast(msgspec.Struct):
    """Ines owns the agency, Tom is a team-mate, Mia a member, Cleo a stranger who owns another."""

    ines: Player
    tom: Player
    mia: Player
    cleo: Player


class Stage:
    """Where players are made: one run of the product."""

    def __init__(self, parts: Parts, transport: httpx.AsyncBaseTransport) -> None:
        self.parts = parts
        self.transport = transport

    async def owner(self, name: str = "Ines Aalto", agency: str = "Northlight") -> Player:
        """Somebody new, who founds an agency and signs in."""
        email = self._email(name)
        founded = await self._found(name, agency, email)
        async with self.parts.database.serving() as db:
            await take_for_proven(self.parts.auth, db, founded.account_id)
        player = self._player(founded.slug, founded.agency_id, founded.user_id, "admin")
        return self._signed_in(player, founded.session)

    async def member(self, host: Player, name: str, role: Role = "user") -> Player:
        """Somebody new, invited by an admin, who joins by the invitation and signs in."""
        email = self._email(name)
        settings = self.parts.settings
        async with self.parts.database.acting(host.claims) as db:
            invited = await invite(db, settings, email, role)
        first, _, last = name.partition(" ")
        joining = Joining(first_name=first, last_name=last, password=PASSWORD)
        token = invited.link.rpartition("/")[2]
        joined = await accept_invitation(self.parts.auth, token, joining, browser=BROWSER)
        player = self._player(host.slug, host.agency_id, joined.user_id, role)
        return self._signed_in(player, joined.session)

    async def sign_in(self, player: Player, email: str, password: str = PASSWORD) -> None:
        """Through the real form. What a page would show as CSRF token is made of the session, as pages make it."""
        form = {"email": email, "password": password}
        answer = await player.browser.post("/sign-in", data=form, headers={"Origin": HOST})
        assert answer.status_code == 303, answer.text
        player.csrf = token_for(player.browser.cookies[cookie_name(self.parts.settings.secure)])

    async def _found(self, name: str, agency: str, email: str) -> Founded:
        first, _, last = name.partition(" ")
        founding = Founding(
            name=f"{agency} {next(_numbers)}",
            first_name=first,
            last_name=last,
            email=email,
            password=PASSWORD,
            zone="UTC",
        )
        return await found_agency(self.parts.auth, founding, browser=BROWSER)

    def _signed_in(self, player: Player, opened: Opened | None) -> Player:
        """The same with the cookies that the page of signing up, or of joining, hands to a browser."""
        assert opened is not None
        player.browser.cookies.set(cookie_name(self.parts.settings.secure), opened.token, domain=DOMAIN)
        player.browser.cookies.set(MARK, opened.mark, domain=DOMAIN)
        player.csrf = token_for(opened.token)
        return player

    def _player(self, slug: str, agency_id: UUID, user_id: UUID, role: Role) -> Player:
        client = httpx.AsyncClient(transport=self.transport, base_url=HOST)
        return Player(client, slug, agency_id, user_id, role)

    def _email(self, name: str) -> str:
        return f"{name.split()[0].lower()}-{next(_numbers)}@people.example"
