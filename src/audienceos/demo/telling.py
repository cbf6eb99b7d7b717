"""Tell the demo's story: every act is the product's own, at the hour at which it happened."""

from __future__ import annotations

import itertools
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from audienceos.agency.entering import Founding, found_agency
from audienceos.agency.invitations import invite
from audienceos.agency.joining import Joining, accept_invitation
from audienceos.clients.access import client_for
from audienceos.clients.actions.creating import create_client
from audienceos.clients.actions.judging import rejudge
from audienceos.clients.actions.moving import move_client
from audienceos.clients.actions.notes import add_note
from audienceos.clients.actions.tasks import add_task, complete_task
from audienceos.clients.forms import ClientIn, MoveIn, NoteIn, TaskIn
from audienceos.demo.conversing import tell_talks
from audienceos.demo.script import AGENCY, LIVE, STORIES, TEAM, ZONE, Mate, Story
from audienceos.demo.ticketing import tell_tickets
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.recovery import take_for_proven
from audienceos.platform.auth.secrets import new_token
from audienceos.platform.db.sessions import Claims
from audienceos.platform.settings import Settings

OPENED_DAYS_AGO = 340
CHECK_IN = "Weekly check-in done, nothing open on either side."


class Told(msgspec.Struct, frozen=True):
    """A demo agency, and how to get in."""

    slug: str
    email: str
    password: str
    clients: int


async def tell(auth: Auth) -> Told:
    """Found the demo agency with its team, clients and a year of history. Each call founds another one."""
    password = new_token()[:20]
    tale = _Tale(auth, password)
    await tale.open()
    for number, story in enumerate(STORIES):
        await tale.client(story, tale.team[number % len(tale.team)])
    await tell_tickets(auth.database, tale.team, tale.clients)
    await tell_talks(auth.database, tale.team, tale.clients)
    return Told(tale.slug, tale.emails[0], password, len(STORIES))


class _Tale:
    def __init__(self, auth: Auth, password: str) -> None:
        self.auth = auth
        self.password = password
        self.slug = ""
        self.team: list[Actor] = []
        self.emails: list[str] = []
        self.clients: dict[str, UUID] = {}
        self.minutes = itertools.count(13, 17)

    async def open(self) -> None:
        """The agency and its people."""
        first, *others = TEAM
        mark = new_token()[:6].lower()
        with clock.stopped_at(self.moment(OPENED_DAYS_AGO)):
            founded = await found_agency(
                self.auth,
                Founding(
                    name=AGENCY,
                    first_name=first.first_name,
                    last_name=first.last_name,
                    email=self.email(first, mark),
                    password=self.password,
                    zone=ZONE,
                ),
            )
            self.slug = founded.slug
            await self.prove(founded.account_id)
            self.team.append(
                Actor(agency_id=founded.agency_id, user_id=founded.user_id, role="admin", zone=ZONE)
            )
            for mate in others:
                await self.hire(mate, mark)

    async def hire(self, mate: Mate, mark: str) -> None:
        """Invite a team-mate, who joins at once."""
        settings: Settings = self.auth.settings
        async with self.auth.database.acting(Claims(self.team[0])) as db:
            invited = await invite(db, settings, self.email(mate, mark), mate.role)
        joining = Joining(first_name=mate.first_name, last_name=mate.last_name, password=self.password)
        joined = await accept_invitation(self.auth, invited.link.rpartition("/")[2], joining)
        await self.prove(joined.account_id)
        agency_id = self.team[0].agency_id
        self.team.append(Actor(agency_id=agency_id, user_id=joined.user_id, role=mate.role, zone=ZONE))

    async def prove(self, account_id: UUID) -> None:
        """Nobody reads a demo's mail: take the address for proven."""
        async with self.auth.database.serving() as db:
            await take_for_proven(self.auth, db, account_id)

    async def client(self, story: Story, owner: Actor) -> None:
        """One client, from its coming to today, in the order in which things happened."""
        client_id = self.clients[story.name] = await self.arrive(story, owner)
        happenings: list[tuple[int, Any]] = [
            *((ago, MoveIn(from_stage=before, to_stage=to)) for (ago, to), before in _with_before(story)),
            *((ago, NoteIn(content=words)) for ago, words in _log(story)),
        ]
        for ago, what in sorted(happenings, key=lambda one: -one[0]):
            await self.act(owner, ago, client_id, what)
        for name, due_in, done in story.tasks:
            await self.task(owner, story, client_id, name, due_in, done)
        async with self.auth.database.acting(Claims(owner)) as db:
            await rejudge(db, await client_for(db, client_id, to="change"))

    async def arrive(self, story: Story, owner: Actor) -> UUID:
        """It became a client."""
        host = "".join(letter for letter in story.name.lower() if letter.isalnum())
        data = ClientIn(
            name=story.name,
            contact_name=story.contact,
            contact_email=f"hello@{host}.example",
            domain=f"{host}.example",
            tags=list(story.tags),
            lifetime_value=Decimal(story.value) if story.value else None,
        )
        with clock.stopped_at(self.moment(story.came)):
            async with self.auth.database.acting(Claims(owner)) as db:
                return (await create_client(db, data)).id

    async def act(self, owner: Actor, ago: int, client_id: UUID, what: MoveIn | NoteIn) -> None:
        """A move or a note, on its day."""
        with clock.stopped_at(self.moment(ago)):
            async with self.auth.database.acting(Claims(owner)) as db:
                if isinstance(what, MoveIn):
                    await move_client(db, client_id, what)
                else:
                    await add_note(db, client_id, what)

    async def task(
        self, owner: Actor, story: Story, client_id: UUID, name: str, due_in: int, done: bool
    ) -> None:
        """A line of the checklist, written when the client came."""
        due = clock.today_in(ZoneInfo(ZONE)) + timedelta(days=due_in)
        with clock.stopped_at(self.moment(story.came)):
            async with self.auth.database.acting(Claims(owner)) as db:
                task = await add_task(
                    db, client_id, TaskIn(name=name, due_date=due, assigned_to=owner.user_id)
                )
                if done:
                    await complete_task(db, task.id)

    def moment(self, days_ago: int) -> datetime:
        """A working hour of that day; today's is a little while ago."""
        day = clock.today_in(ZoneInfo(ZONE)) - timedelta(days=days_ago)
        minute = next(self.minutes) % 480
        at = datetime.combine(day, time(9), tzinfo=ZoneInfo(ZONE)) + timedelta(minutes=minute)
        return min(at, clock.now() - timedelta(minutes=1))

    def email(self, mate: Mate, mark: str) -> str:
        """An address that no earlier demo has taken."""
        name, _, host = mate.email.partition("@")
        self.emails.append(f"{name}.{mark}@{host}")
        return self.emails[-1]


def _with_before(story: Story) -> list[tuple[tuple[int, str], str]]:
    stages = ["Onboarding", *(stage for _, stage in story.moves)]
    return list(zip(story.moves, stages, strict=False))


def _log(story: Story) -> tuple[tuple[int, str], ...]:
    """What was noted; a live client of whom nothing else is told had its weekly check-in."""
    is_live = bool(story.moves) and story.moves[-1][1] == LIVE
    return story.notes or ((((len(story.name) % 5) + 1, CHECK_IN),) if is_live else ())
