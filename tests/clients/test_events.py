"""What the room announces is what it says that it announces."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import select

from audienceos import clients
from audienceos.clients.events import PUBLISHED
from audienceos.platform.db.database import Database
from audienceos.platform.events.models import Event
from tests.cast import Player
from tests.clients.given import Row, a

NAME = re.compile(
    r'"((?:client|task|task_template|custom_field|saved_view|client_change|import|export)\.[a-z_]+)"'
)
ROOM = Path(clients.__file__).parent


def test_every_name_that_is_recorded_is_published() -> None:
    texts = [path.read_text() for path in ROOM.rglob("*.py") if path.name != "events.py"]
    assert {name for text in texts for name in NAME.findall(text)} == set(PUBLISHED)


async def test_one_verb_leaves_one_event(database: Database, ines: Player, oxbow: Row) -> None:
    await a(ines, "notes", oxbow, content="Called")
    await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Audit")
    await a(ines, "contacts", oxbow, name="Maya")
    task = await a(ines, "tasks", oxbow, name="Call")
    await ines.post(f"/v1/tasks/{task['id']}/completion")
    await ines.post(f"/v1/tasks/{task['id']}/completion")
    async with database.acting(ines.claims) as db:
        named = await db.scalars(select(Event.name).where(Event.client_id.is_not(None)).order_by(Event.seq))
    assert list(named) == [
        "client.created",
        "client.note_added",
        "client.moved",
        "client.contact_added",
        "task.created",
        "task.completed",
    ]


async def test_what_was_before_is_in_the_event_of_an_edit(
    database: Database, ines: Player, oxbow: Row
) -> None:
    changes = {"notes": "Shy", "lifetime_value": "12.00"}
    await ines.patch(f"/v1/clients/{oxbow['id']}", json=changes, version=1)
    async with database.acting(ines.claims) as db:
        (event,) = (await db.scalars(select(Event).where(Event.name == "client.changed"))).all()
    assert (event.before, event.after) == ({"notes": None, "lifetime_value": None}, changes)
    assert event.data["fields"] == ["lifetime_value", "notes"]
