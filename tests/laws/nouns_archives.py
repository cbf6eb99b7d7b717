"""Archives for the laws: a mailbox that was looked through, and others in every state that has a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audienceos.inbox.archives.looking import look_through
from audienceos.inbox.archives.running import run_archive
from audienceos.inbox.archives.working import Who
from tests.inbox.archived import letter


async def an_archive(world: Any) -> str:
    """A mailbox of one mail, looked through."""
    archive_id = await _brought(world)
    await look_through(world.stage.parts.database, _who(world), UUID(archive_id))
    return archive_id


async def more_archives(world: Any) -> None:
    """One that nobody looked through yet, one that is coming in, and one that is in the inbox."""
    world.also("archive_id", await _brought(world))
    world.also("archive_id", await _started(world))
    done = await _started(world)
    await run_archive(world.stage.parts.database, _who(world), UUID(done))
    world.also("archive_id", done)


async def _started(world: Any) -> str:
    archive_id = await an_archive(world)
    started = await world.owner.post(f"/v1/archive-imports/{archive_id}/run")
    assert started.status_code == 202, started.text
    return archive_id


async def _brought(world: Any) -> str:
    content = letter(
        f"{world.word}@thornfield.example", subject=f"{world.word} form", text=f"{world.word} here"
    )
    answer = await world.owner.post(
        f"/v1/archive-imports?file_name={world.word}.mbox", content=content, headers={}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _who(world: Any) -> Who:
    return Who(world.owner.agency_id, world.owner.user_id)
