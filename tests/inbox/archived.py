"""Archives as agencies bring them, and the way from the file into the inbox, with a worker of the test's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audienceos.inbox.archives.looking import look_through
from audienceos.inbox.archives.running import Progress, run_archive
from audienceos.inbox.archives.working import Who
from audienceos.platform.db.database import Database
from tests.cast import Player

ARCHIVES = "/v1/archive-imports"
DESK = "desk@northlight.example"
MAYA = "maya@thornfield.example"
Json = dict[str, Any]


def letter(
    key: str,
    *,
    sender: str = MAYA,
    to: str = DESK,
    subject: str = "The booking form",
    text: str = "Could you look at the form?",
    day: int = 16,
    more: str = "",
) -> bytes:
    """One mail as an mbox has it, `more` being further lines of its header."""
    head = (
        f"From 1@xxx Mon Nov {day} 09:00:00 +0000 2026\n"
        f"{more}Message-ID: <{key}>\nDate: Mon, {day} Nov 2026 09:00:00 +0000\n"
        f"From: Somebody <{sender}>\nTo: {to}\nSubject: {subject}\n"
    )
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n\n".encode()


def answer_to(key: str, **given: Any) -> bytes:
    """The agency's answer to that mail."""
    written: Json = {"sender": DESK, "to": MAYA, "text": "Done, it works again.", "day": 17}
    return letter(f"re-{key}", more=f"In-Reply-To: <{key}>\n", **(written | given))


def mailbox(count: int = 3) -> bytes:
    """So many mails of Maya's, each a conversation of its own, the first of them answered."""
    first = letter("m0@t.example", more=f"Delivered-To: {DESK}\n")
    rest = (letter(f"m{n}@t.example", subject=f"Matter {n}") for n in range(1, count))
    return first + answer_to("m0@t.example") + b"".join(rest)


async def bring(player: Player, content: bytes, name: str = "All mail.mbox") -> Json:
    """The file as a body; the archive as it answers."""
    answer = await player.post(f"{ARCHIVES}?file_name={name}", content=content)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def looked(database: Database, player: Player, content: bytes) -> Json:
    """Brought and looked through; the archive as it then is."""
    view = await bring(player, content)
    await look_through(database, who(player), UUID(view["id"]))
    return await show(player, view)


async def show(player: Player, view: Json) -> Json:
    """How it stands."""
    answer = await player.get(f"{ARCHIVES}/{view['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def correct(player: Player, view: Json, **patch: Any) -> Json:
    """A correction that is taken."""
    answer = await player.patch(f"{ARCHIVES}/{view['id']}", json=patch, version=view["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def start(player: Player, view: Json) -> Json:
    """Have it taken in."""
    answer = await player.post(f"{ARCHIVES}/{view['id']}/run")
    assert answer.status_code == 202, answer.text
    return answer.json()


async def work(database: Database, player: Player, view: Json, progress: Progress | None = None) -> Json:
    """The worker's part; how it ended."""
    await run(database, player, view, progress)
    return await show(player, view)


async def run(database: Database, player: Player, view: Json, progress: Progress | None = None) -> None:
    """The same, for whoever may not look afterwards."""
    await run_archive(database, who(player), UUID(view["id"]), progress)


async def brought_in(database: Database, player: Player, content: bytes) -> Json:
    """From the file to the end."""
    view = await looked(database, player, content)
    await start(player, view)
    return await work(database, player, view)


def ends_after(items: int) -> Progress:
    """A worker that is killed once so many items are in."""

    def watch(done: int, total: int) -> None:
        if done >= items:
            raise Killed

    return watch


class Killed(BaseException):
    """Nothing is told to anybody, as when a process ends."""


def who(player: Player) -> Who:
    """For whom the worker works."""
    return Who(player.agency_id, player.user_id)
