"""Who is who in a workspace, and how its channels are called: asked of Slack once, and kept with the source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from audienceos.inbox.actions.sources import place_read, source_of
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.providers.slack.saying import UNKNOWN
from audienceos.providers.slack.shapes import Person, Room, Said
from audienceos.providers.slack.workspace import Me, Workspace

PEOPLE, ROOMS, ME = "people", "rooms", "me"
"""Parts of the source's place."""
FRESH = timedelta(days=7)
"""So long what somebody is called is taken for true."""
NAMED_AT_MOST = 40
"""People whom one text may name; more stay ids."""
_NAMED = re.compile(r"<@([A-Z0-9]{1,40})[|>]")


class Kept(msgspec.Struct, omit_defaults=True):
    """Somebody, as the source keeps them."""

    name: str = ""
    email: str = ""
    is_bot: bool = False
    is_guest: bool = False
    team: str = ""
    day: str = ""


class KeptRoom(msgspec.Struct):
    """A channel, as the source keeps it."""

    name: str
    is_private: bool
    day: str


class Acquaintances:
    """Whom we know in one workspace, through one reading or one event."""

    def __init__(self, kept: Json | None) -> None:
        kept = kept or {}
        self.people = msgspec.convert(kept.get(PEOPLE, {}), dict[str, Kept])
        self.rooms = msgspec.convert(kept.get(ROOMS, {}), dict[str, KeptRoom])
        self._me: dict[str, str] = kept.get(ME, {})
        self._new: dict[str, set[str]] = {PEOPLE: set(), ROOMS: set()}
        self._is_new_here = False

    @property
    def names(self) -> dict[str, str]:
        """What people are called, by their ids."""
        return {user: one.name for user, one in self.people.items() if one.name}

    @property
    def channels(self) -> dict[str, str]:
        """And channels."""
        return {place: one.name for place, one in self.rooms.items()}

    def person(self, user: str) -> Person:
        """Somebody; who isn't known is of another workspace."""
        one = self.people.get(user)
        if one is None or not one.name:
            return UNKNOWN
        return Person(
            id=user, name=one.name, email=one.email, is_bot=one.is_bot, is_guest=one.is_guest, team=one.team
        )

    async def me(self, workspace: Workspace) -> Me:
        """Who we are there, asked once for each app."""
        app = workspace.grant.app.client_id
        if (self._me.get("app"), self._me.get("team")) != (app, workspace.team):
            said = await workspace.me()
            self._me = {"app": app, "user": said.user, "bot": said.bot, "team": workspace.team}
            self._is_new_here = True
        return Me(self._me["user"], self._me["bot"], self._me["team"])

    async def meet(self, workspace: Workspace, said: Iterable[Said]) -> None:
        """Get to know who speaks and who is named."""
        users: list[str] = []
        for one in said:
            users += [one.user, *_NAMED.findall(one.text)[:NAMED_AT_MOST]]
        for user in dict.fromkeys(users):
            if user and not _is_fresh(self.people.get(user)):
                found = await workspace.person(user)
                self.people[user] = _kept(found)
                self._new[PEOPLE].add(user)

    async def enter(self, workspace: Workspace, channel: str, *, name: str = "") -> Room | None:
        """A channel; None where Slack doesn't tell of it. `name` is what is known to be its new one."""
        one = self.rooms.get(channel)
        if name and one is not None:
            one.name, one.day = name[:80], _today().isoformat()
            self._new[ROOMS].add(channel)
        if one is None or not _is_fresh(one):
            found = await workspace.room(channel)
            if found is None:
                return None
            is_private = found.kind == "private"
            one = self.rooms[channel] = KeptRoom(found.name or channel, is_private, _today().isoformat())
            self._new[ROOMS].add(channel)
        return Room(id=channel, name=one.name, kind="private" if one.is_private else "public")

    async def keep(self, db: Db, workspace: Workspace) -> None:
        """Write down whom we met since, beside what others wrote meanwhile."""
        held = await source(db, workspace)
        for part, known in ((PEOPLE, self.people), (ROOMS, self.rooms)):
            new: Json = {key: msgspec.to_builtins(known[key]) for key in self._new[part]}
            if new:
                kept: Json = (held.watermark or {}).get(part, {})
                await place_read(db, held, part, kept | new)
        if self._is_new_here:
            await place_read(db, held, ME, dict(self._me))


async def source(db: Db, workspace: Workspace):
    """The workspace as a source of messages, locked."""
    return await source_of(
        db, "workspace", "slack", workspace.team, workspace.grant.account_name or workspace.team
    )


async def acquainted(database: Database, actor: Actor, workspace: Workspace) -> Acquaintances:
    """Whom we know there."""
    async with database.acting(Claims(actor)) as db:
        return Acquaintances((await source(db, workspace)).watermark)


async def places_kept(database: Database, actor: Actor, workspace: Workspace) -> Json:
    """How far each channel is read, by its id."""
    async with database.acting(Claims(actor)) as db:
        kept = (await source(db, workspace)).watermark or {}
    return {part: place for part, place in kept.items() if part not in (PEOPLE, ROOMS, ME)}


def _kept(found: Person | None) -> Kept:
    day = _today().isoformat()
    if found is None:
        return Kept(day=day)
    return Kept(found.name, found.email, found.is_bot, found.is_guest, found.team, day)


def _is_fresh(one: Kept | KeptRoom | None) -> bool:
    return one is not None and date.fromisoformat(one.day) > _today() - FRESH


def _today() -> date:
    return clock.now().date()
