"""A hundred thousand messages of several agencies, three of ten told twice, out of order, edited and taken back among
them, taken in by workers that are killed at any moment: none is lost, none doubled, and every conversation says what one
pass over the truth in its order says.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from litestar import Litestar
from sqlalchemy import select, update

from audienceos.connections.actions.syncing import queue_sync
from audienceos.connections.models import SyncRun
from audienceos.inbox.models import InboxSource
from audienceos.inbox.ports import Correspondent, Incoming
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.jobs.held import requeue
from audienceos.platform.jobs.queueing import Job
from audienceos.platform.settings import Settings
from audienceos.providers.mailbox.sweeping import DEAD, READ
from tests.cast import Player, Stage
from tests.fakes.imap import PASSWORD, Post, imap_server
from tests.fakes.mail import mail_servers
from tests.platform.jobs.crew import ask, queue
from tests.proof.flood import Flood, flood_of
from tests.proof.flooded import clients_of, threads_kept
from tests.proof.flooding import TAKE, Crew
from tests.proof.oracle import differences, threads_in

AGENCIES, TOLD = 5, 100_000
WITHIN = 20
"""Seconds between two deaths, at most."""
BEGAN = datetime(2026, 9, 1, 8, tzinfo=UTC)
DESK = Correspondent(name="Desk", address="desk@northlight.example")
SIZES = (1, 7, 50, 200, 200)
LEFT = "select 1 from jobs.pgqueuer where entrypoint = $1 limit 1"
HELD = """
select (headers->>'agency_id')::uuid, id from jobs.pgqueuer where entrypoint = any($1) and status::text = 'failed'"""
KINDS = {"mailbox": "gmail", "workspace": "slack"}


@pytest.fixture
def post(app: Litestar) -> Generator[tuple[Post, dict[str, Any]]]:
    """A mailbox with mail, at an installation that lets it lie on this machine."""
    kept = app.state.settings
    app.state.settings = msgspec.structs.replace(kept, private_mail_hosts=True)
    with imap_server() as (post, imap), mail_servers() as both:
        yield post, both | imap
    app.state.settings = kept


@pytest.mark.proof
@pytest.mark.timeout(3600)
async def test_a_flood_ends_as_its_truth(
    database: Database, stage: Stage, settings: Settings, tmp_path: Path, post: tuple[Post, dict[str, Any]]
) -> None:
    owners = [await stage.owner(f"Owner {at}", f"Flooded {at}") for at in range(AGENCIES)]
    floods: list[Flood] = []
    for at, owner in enumerate(owners):
        clients = await clients_of(owner, database, f"f{at}", 12)
        floods.append(flood_of(f"f{at}", DESK, clients, TOLD // AGENCIES, BEGAN, seed=at))
        await queued(database, owner, floods[-1], tmp_path / f"{at}", mails=at < AGENCIES - 1)
    mailbox_id = await mailed(owners[-1], floods[-1].mails, post)
    deaths = 0
    with Crew(database.addresses, settings.data_dir, seed=1) as crew:
        while await left(database) or await places_read(database, owners[-1]) != ends_of(post[0]):
            await crew.kill_one(within=WITHIN)
            deaths += 1
            await some_time_passes(database, owners[-1], mailbox_id)
    assert deaths > AGENCIES
    for owner, flood in zip(owners, floods, strict=True):
        kept = await threads_kept(database, owner.agency_id)
        assert differences(kept, threads_in(flood.facts, ZoneInfo("UTC"))) == []


async def queued(database: Database, owner: Player, flood: Flood, place: Path, *, mails: bool = True) -> None:
    """Queue all of it, some messages a job."""
    jobs: list[Job] = []
    for kind, messages in (("mailbox", flood.mails if mails else ()), ("workspace", flood.said)):
        file = place.with_suffix(f".{kind}")
        file.write_bytes(msgspec.json.encode(messages))
        for begin, end in parts(len(messages)):
            payload = {"file": str(file), "kind": kind, "platform": KINDS[kind], "own": DESK.address}
            jobs.append(Job(name=TAKE, payload=payload | {"begin": begin, "end": end}, for_agency=True))
    await queue(database, owner.actor, *jobs)


def parts(length: int) -> list[tuple[int, int]]:
    """Where the parts of so many begin and end."""
    ends = [0]
    while ends[-1] < length:
        ends.append(min(length, ends[-1] + SIZES[len(ends) % len(SIZES)]))
    return list(pairwise(ends))


async def mailed(owner: Player, messages: Sequence[Incoming], post: tuple[Post, dict[str, Any]]) -> str:
    """Put the mails where a mailbox of the agency's holds them, which is connected by its form; gives its id."""
    for message in messages:
        post[0].put(letter(message), '"Sent Items"' if message.sender == DESK else "INBOX")
    body = {"address": DESK.address, "password": PASSWORD, "is_shared": True, **post[1]}
    answer = await owner.post("/v1/mailboxes", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def letter(message: Incoming) -> bytes:
    """The message as a server keeps it."""
    mail = EmailMessage()
    mail["From"] = f"{message.sender.name} <{message.sender.address}>"
    mail["To"] = ", ".join(one.address for one in message.to)
    mail["Subject"] = message.subject
    mail["Message-ID"] = f"<{message.message_id}>"
    mail["Date"] = format_datetime(message.received_at)
    if message.references:
        mail["References"] = " ".join(f"<{one}>" for one in message.references)
    if message.automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(message.text)
    return mail.as_bytes()


def ends_of(post: Post) -> dict[str, int]:
    """The last mail of each folder."""
    return {folder: max(mails) for folder, mails in post.folders.items()}


async def left(database: Database) -> bool:
    """Whether anything is still to be taken in."""
    return bool(await ask(database, LEFT, TAKE))


async def some_time_passes(database: Database, owner: Player, mailbox_id: str) -> None:
    """As if it were ten minutes later: a reading that was killed is given up, what was held is tried anew."""
    async with database.acting(Claims(system_of(owner.agency_id))) as db:
        mine = (SyncRun.agency_id == owner.agency_id, SyncRun.outcome == "running")
        await db.execute(update(SyncRun).where(*mine).values(started_at=SyncRun.started_at - DEAD))
        queue_sync(db, "imap", {"mailbox_id": mailbox_id})
    for owner_id, job_id in await ask(database, HELD, [TAKE, READ]):
        await requeue(database, Actor(agency_id=owner_id, user_id=owner.user_id, role="admin"), job_id)


async def places_read(database: Database, owner: Player) -> dict[str, int]:
    """How far each folder of the mailbox was read."""
    async with database.acting(Claims(system_of(owner.agency_id))) as db:
        mine = (InboxSource.agency_id == owner.agency_id, InboxSource.kind == "mailbox")
        watermark = await db.scalar(select(InboxSource.watermark).where(*mine))
    return {folder: said["uid"] for folder, said in (watermark or {}).items() if "uid" in said}
