"""An agency's workspace, asked with its grant: who somebody is, which channels there are, what was said in one.

A grant that Slack doesn't accept any more is given up here, with its alert, whoever met that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from audienceos.connections.access import Grant, grant_of, lose_grant
from audienceos.connections.ports import Permanent
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.providers.slack.calling import Refused, called, there
from audienceos.providers.slack.export import person_of, room_of
from audienceos.providers.slack.shapes import Person, Room
from audienceos.providers.slack.values import as_list, as_object, as_text

LOST = frozenset(["invalid_auth", "account_inactive", "token_revoked"])
FAST_ITEMS, SLOW_ITEMS = 200, 15
"""Of a page: what the inbox takes at once, and what Slack gives apps outside its marketplace."""
LISTED, LISTS = 1000, 5
"""Channels of a page, and pages: of a larger workspace the first five thousand are offered."""
OPEN_KINDS = "public_channel,private_channel"


class Items(msgspec.Struct, frozen=True):
    """A page of what was said, as Slack gave it."""

    items: list[object]
    more: bool
    cursor: str = ""


class Me(msgspec.Struct, frozen=True):
    """Our app in the workspace."""

    user: str
    bot: str
    team: str


class Workspace:
    """One agency's, for as long as a job or a request takes. All of it may raise `Transient`, `Permanent` and `Refused`."""

    def __init__(self, database: Database, actor: Actor, grant: Grant) -> None:
        self._database = database
        self._actor = actor
        self.grant = grant

    @property
    def team(self) -> str:
        """Its id."""
        return self.grant.account_id

    @property
    def is_fast(self) -> bool:
        """Whether history comes at Slack's usual pace: to the agency's own app, and to one in the marketplace."""
        return self.grant.app.is_own or there().is_marketplace

    @property
    def page(self) -> int:
        """How many items a page of history has."""
        return FAST_ITEMS if self.is_fast else SLOW_ITEMS

    async def ask(self, call: Callable[[Any], Any]) -> Json:
        """One call with the grant; once more where it was renewed meanwhile."""
        try:
            return await called(there().base, call, self.grant.tokens.access)
        except Permanent as problem:
            if problem.code not in (*LOST, "token_expired"):
                raise
            held = await grant_of(self._database, self._actor.agency_id, "slack")
            if held.tokens.access.reveal() != self.grant.tokens.access.reveal():
                self.grant = held
                return await called(there().base, call, held.tokens.access)
            if problem.code in LOST:
                await lose_grant(self._database, self._actor.agency_id, held.integration_id, str(problem))
            raise

    async def me(self) -> Me:
        """Who we are there."""
        said = await self.ask(lambda slack: slack.auth_test())
        return Me(*(as_text(said.get(key), 40) for key in ("user_id", "bot_id", "team_id")))

    async def person(self, user_id: str) -> Person | None:
        """Somebody; None for whom Slack doesn't tell of."""
        try:
            said = await self.ask(lambda slack: slack.users_info(user=user_id))
        except Refused:
            return None
        return person_of(said.get("user"))

    async def room(self, channel: str) -> Room | None:
        """A channel; None for one that isn't told of, and for talks between two or a few."""
        try:
            said = await self.ask(lambda slack: slack.conversations_info(channel=channel))
        except Refused:
            return None
        return _room(said.get("channel"))

    async def rooms(self) -> list[Room]:
        """Its channels that are in use: public ones, and private ones that our app is in."""
        found: list[Room] = []
        cursor = ""
        for _ in range(LISTS):
            said = await self._listed(cursor)
            rooms = (_room(entry) for entry in as_list(said.get("channels")))
            found += [room for room in rooms if room and (room.is_member or room.kind == "public")]
            cursor = _cursor(said)
            if not cursor:
                break
        return found

    async def join(self, channel: str) -> None:
        """Have our app be in a public channel. Raises `Refused` where it can't."""
        await self.ask(lambda slack: slack.conversations_join(channel=channel))

    async def history(
        self, channel: str, *, oldest: str, latest: str = "", with_metadata: bool = False
    ) -> Items:
        """What was said after `oldest` and before `latest`, the newest first, without the answers in threads."""
        given = {"channel": channel, "limit": self.page, "oldest": oldest} | (
            {"latest": latest} if latest else {}
        )
        given |= {"include_all_metadata": True} if with_metadata else {}
        said = await self.ask(lambda slack: slack.conversations_history(**given))
        return Items(as_list(said.get("messages")), said.get("has_more") is True, _cursor(said))

    async def replies(
        self, channel: str, thread: str, *, cursor: str = "", oldest: str = "", with_metadata: bool = False
    ) -> Items:
        """A thread from its first message on, which each page may repeat; with `oldest`, what came after."""
        given = {"channel": channel, "ts": thread, "limit": self.page}
        given |= ({"cursor": cursor} if cursor else {}) | ({"oldest": oldest} if oldest else {})
        given |= {"include_all_metadata": True} if with_metadata else {}
        said = await self.ask(lambda slack: slack.conversations_replies(**given))
        return Items(as_list(said.get("messages")), said.get("has_more") is True, _cursor(said))

    async def post(self, channel: str, text: str, *, thread: str = "", metadata: Json) -> str:
        """Say something as our app, exactly as it is written; gives its `ts`. Raises `Lost` where it may stand there."""
        given: Json = {"channel": channel, "text": escaped(text), "mrkdwn": False, "metadata": metadata}
        given |= {"thread_ts": thread} if thread else {}
        said = await self.ask(lambda slack: slack.chat_postMessage(**given))
        return as_text(said.get("ts"), 40)

    async def _listed(self, cursor: str) -> Json:
        given = {"limit": LISTED, "exclude_archived": True, "types": OPEN_KINDS}
        if cursor:
            given["cursor"] = cursor
        try:
            return await self.ask(lambda slack: slack.conversations_list(**given))
        except Refused as problem:
            if problem.code != "missing_scope":
                raise
            public = given | {"types": "public_channel"}
            return await self.ask(lambda slack: slack.conversations_list(**public))


async def workspace_of(database: Database, actor: Actor) -> Workspace:
    """The agency's. Raises `Permanent` where none is connected, `Transient` where its grant can't be renewed just now."""
    return Workspace(database, actor, await grant_of(database, actor.agency_id, "slack"))


def escaped(text: str) -> str:
    """The three characters that Slack's markup is made of, as themselves."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _room(entry: object) -> Room | None:
    told = as_object(entry)
    if told.get("is_im") is True or told.get("is_mpim") is True:
        return None
    kind: Literal["public", "private"] = "private" if told.get("is_private") is True else "public"
    return room_of(told, kind)


def _cursor(said: Json) -> str:
    return as_text(as_object(said.get("response_metadata")).get("next_cursor"), 500)
