"""Whom a field for notes offers after an @: who may see the client, by names that the rule of mentions understands."""

from __future__ import annotations

import re

from audienceos.platform.db.database import Database
from tests.cast import Player, Stage
from tests.clients.given import Row, a_client, only_assigned
from tests.notifications.given import look_after, told
from tests.tickets.given import a_ticket


async def offered(player: Player, path: str) -> list[str]:
    """What the field of that page would offer."""
    answer = await player.get(player.at(f"{path}/names"))
    assert answer.status_code == 200, answer.text
    return re.findall(r'role="option" dir="auto">([^<]*)<', answer.text)


async def test_everybody_active_is_offered_but_oneself(
    stage: Stage, ines: Player, tom: Player, oxbow: Row
) -> None:
    gone = await stage.member(ines, "Gus Hall")
    await ines.patch(f"/v1/users/{gone.user_id}", json={"is_active": False}, version=1)
    ticket = await a_ticket(ines, oxbow)
    for path in (f"/clients/{oxbow['id']}", f"/tickets/{ticket['number']}"):
        assert await offered(ines, path) == ["Tom Baker"]
        assert await offered(tom, path) == ["Ines Aalto"]


async def test_where_members_see_little_only_who_sees_the_client_is_offered(
    database: Database, ines: Player, tom: Player, mia: Player, oxbow: Row
) -> None:
    await only_assigned(database, ines)
    await look_after(ines, oxbow, mia)
    brae = await a_client(ines, "Brae")
    assert await offered(ines, f"/clients/{oxbow['id']}") == ["Mia Lind"]
    assert await offered(mia, f"/clients/{oxbow['id']}") == ["Ines Aalto"]
    assert await offered(ines, f"/clients/{brae['id']}") == []
    assert (await tom.get(tom.at(f"/clients/{oxbow['id']}/names"))).status_code == 404


async def test_a_name_that_two_have_is_not_offered(stage: Stage, ines: Player, oxbow: Row) -> None:
    for name in ("Ada Quist", "Ada Quist", "Ada Lind", "Bo O'Hara-Münch"):
        await stage.member(ines, name)
    names = [name.replace("&#39;", "'") for name in await offered(ines, f"/clients/{oxbow['id']}")]
    assert names == ["Ada Lind", "Bo O'Hara-Münch"]


async def test_who_is_offered_is_told_when_the_name_is_taken(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    (name,) = await offered(ines, f"/clients/{oxbow['id']}")
    await ines.post(ines.at(f"/clients/{oxbow['id']}/notes"), data={"content": f"Look, @{name} please"})
    assert await told(database, tom) == ["Ines Aalto mentioned you in a note on Oxbow"]
