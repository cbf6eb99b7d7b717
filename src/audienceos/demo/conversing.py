"""What the demo's clients wrote and what was answered, taken in by the inbox's own machinery at their hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from audienceos.demo.script import STORIES, TEAM
from audienceos.inbox.actions.deciding import assign, match
from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.actions.sources import SourceKind, source_of
from audienceos.inbox.forms import MatchIn
from audienceos.inbox.ports import Attached, Correspondent, Incoming, Platform
from audienceos.inbox.queries.filters import ConversationFilters
from audienceos.inbox.queries.listing import CONVERSATIONS, LATEST
from audienceos.platform import clock
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.requests import lane_of

DESK = "hello@fernway.example"
SOURCES: dict[Platform, tuple[SourceKind, Platform, str, str]] = {
    "gmail": ("mailbox", "gmail", DESK, "The desk"),
    "slack": ("workspace", "slack", "T0FERNWAY", "Fernway in Slack"),
}


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation. A message is (hours ago, who, words); who is `them` or the number of a team-mate."""

    client: str = ""
    """Empty for somebody whom no client is known by, who is then named by `sender` and `address`."""
    platform: Platform = "gmail"
    subject: str = ""
    sender: str = ""
    address: str = ""
    files: tuple[tuple[str, int], ...] = ()
    """(name, bytes), with the first message."""
    who: int | None = None
    """Who is to answer."""
    said: tuple[tuple[float, Literal["them"] | int, str], ...]

    @property
    def host(self) -> str:
        """The client's domain, without its end."""
        return "".join(letter for letter in self.client.lower() if letter.isalnum())

    @property
    def outside(self) -> Correspondent:
        """Who writes from outside."""
        name = self.sender or next(one.contact for one in STORIES if one.name == self.client)
        return Correspondent(name=name, address=self.address or f"hello@{self.host}.example")


TALKS: tuple[Talk, ...] = msgspec.toml.decode(
    (Path(__file__).parent / "conversations.toml").read_bytes(), type=dict[str, tuple[Talk, ...]]
)["talk"]


async def tell_talks(database: Database, team: Sequence[Actor], clients: Mapping[str, UUID]) -> int:
    """Take all of them in, in the order of their last messages. Gives their number."""
    machinery = Claims(system_of(team[0].agency_id, team[0].zone))
    for number, talk in sorted(enumerate(TALKS), key=lambda one: -one[1].said[-1][0]):
        messages = _incoming(number, talk, team)
        with clock.stopped_at(messages[-1].received_at + timedelta(minutes=1)):
            async with database.acting(machinery) as db:
                await take_in(db, await source_of(db, *SOURCES[talk.platform]), messages)
                made = await _latest(db)
                if talk.platform == "slack":
                    await match(db, made, MatchIn(client_id=clients[talk.client]))
                if talk.who is not None:
                    await assign(db, made, team[talk.who].user_id)
    return len(TALKS)


async def _latest(db: Db) -> UUID:
    """The conversation that was taken in just now."""
    everything = ConversationFilters(view="all")
    lane, first = await lane_of(db), Listed(limit=1)
    found = await CONVERSATIONS.page(lane, first, sort=LATEST, binds=everything.binds, form=everything.form)
    return found.items[0].id


def _incoming(number: int, talk: Talk, team: Sequence[Actor]) -> list[Incoming]:
    made: list[Incoming] = []
    for at, (ago, who, words) in enumerate(talk.said):
        is_ours = who != "them"
        mate = TEAM[who] if who != "them" else None
        ours = Correspondent(
            name=f"{mate.first_name} {mate.last_name}" if mate else "Fernway Media", address=DESK
        )
        made.append(
            Incoming(
                message_id=f"demo-{number}-{at}@{'fernway' if is_ours else talk.host or 'elsewhere'}.example",
                sender=ours if is_ours else talk.outside,
                sender_user=team[who].user_id if who != "them" else None,
                is_ours=is_ours,
                to=() if talk.platform == "slack" else (talk.outside if is_ours else ours,),
                references=tuple(one.message_id for one in made) if talk.platform == "gmail" else (),
                subject=("Re: " if at else "") + talk.subject if talk.subject else "",
                text=words,
                received_at=_at(ago),
                attachments=_files(talk) if not at else (),
                place=_place(talk) if talk.platform == "slack" else None,
                place_name=talk.host if talk.platform == "slack" else None,
            )
        )
    return made


def _files(talk: Talk) -> tuple[Attached, ...]:
    return tuple(
        Attached(name=name, media_type="application/pdf", size=size, ref=str(at))
        for at, (name, size) in enumerate(talk.files, 2)
    )


def _place(talk: Talk) -> str:
    return f"C0{talk.host.upper()[:12]}"


def _at(hours_ago: float) -> datetime:
    return clock.now() - timedelta(hours=hours_ago)
